"""The shapes in which a data set is handed about."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy.typing as npt

Array = npt.NDArray[Any]
"""Any: a set's labels are whole numbers or floats, depending on the set."""

FULL = "full"
STAND_IN = "stand-in"


class Data(NamedTuple):
    """What a notebook loads: inputs with the rows along the first axis, labels (rows,)."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array


@dataclass(frozen=True)
class Rows:
    """One part of a set, as published: inputs (rows, ...), labels (rows,)."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Shown:
    """The two parts that a notebook may see, as published, and the variant they are of."""

    train: Rows
    test: Rows
    variant: str = FULL


@dataclass(frozen=True)
class Parts:
    """The three parts of a set, as published, not yet scaled."""

    train: Rows
    test: Rows
    held_out: Rows
    variant: str = FULL

    @property
    def shown(self) -> Shown:
        """Without the held-out rows."""
        return Shown(self.train, self.test, self.variant)
