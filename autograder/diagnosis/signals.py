"""What weights and activations tell of a trained model, as numbers that rules can judge."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Dead:
    """A layer with relu: the share of its units that are zero for 95% of the rows or more."""

    layer: str
    share: float
    units: int


@dataclass(frozen=True)
class Signals:
    """Looked at on some rows of the training data. nan and None stand for what is not known.

    ``gradient_ratio`` is the mean size of the first layer's gradient by that of the last one's.
    ``spread`` is the largest deviation of any output over the rows, ``level`` their mean size.
    ``unchanged`` tells that no weight moved in a fit. ``alike`` are hidden layers all of whose
    units have equal incoming weights.
    """

    dead: tuple[Dead, ...] = ()
    gradient_ratio: float = math.nan
    spread: float = math.nan
    level: float = math.nan
    rows: int = 0
    unchanged: bool | None = None
    alike: frozenset[str] | None = None
