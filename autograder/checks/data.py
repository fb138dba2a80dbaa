"""What hidden checks get of an assignment's data set: the variant that ran, and held-out rows.

On the trusted side alone: held-out rows never lie where student code runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import FULL
from autograder.evidence.arrays import Array
from autograder.student import datasets


@dataclass(frozen=True)
class CheckData:
    """``heldout`` is None where the assignment commits its own ``heldout.npz``."""

    variant: str = FULL
    heldout: Mapping[str, Array] | None = None


def check_data(name: str, parts: datasets.Parts) -> CheckData:
    """``x, y`` (held-out) and ``x_test, y_test`` of the set ``name``, as ``load`` gives rows."""
    arrays = {
        "x": datasets.scale(name, parts, parts.held_out).copy(),
        "y": datasets.labels(name, parts.held_out),
        "x_test": datasets.scale(name, parts, parts.test).copy(),
        "y_test": datasets.labels(name, parts.test),
    }
    return CheckData(parts.variant, arrays)


def found_data(name: str, folder: Path | None = None) -> CheckData:
    """The same for a set that lies on this machine; an empty name has none.

    Raises UsageError when the set cannot be found: nothing is downloaded.
    """
    return check_data(name, datasets.split(name, folder, fetch=False)) if name else CheckData()
