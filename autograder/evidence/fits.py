"""On which targets a model was trained, as the recorder took them down when each ``fit`` began.

A claim, like compile settings: the recorder runs beside student code.
"""

from dataclasses import dataclass

import numpy as np

from autograder.evidence.arrays import Array
from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON

MAX_TARGETS = 64


@dataclass(frozen=True)
class FitEvidence:
    """One ``fit``. ``targets`` has the first 64 or fewer of each output, float64 (n,).

    One-hot rows stand as class numbers; nan stands for what is no number. Empty where the targets
    could not be read, as those of a generator.
    """

    targets: tuple[Array, ...] = ()


def fits_of(value: JSON) -> tuple[FitEvidence, ...]:
    """The recorded fits, in order. Raises EvidenceError for what the format does not allow."""
    return tuple(
        FitEvidence(tuple(map(_targets, as_list(as_mapping(record).get("targets")))))
        for record in as_list(value)
    )


def _targets(value: JSON) -> Array:
    numbers = [
        float(one) if isinstance(one, int | float) and not isinstance(one, bool) else float("nan")
        for one in as_list(value)[:MAX_TARGETS]
    ]
    return np.array(numbers, dtype=np.float64)
