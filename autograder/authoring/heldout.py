"""The grader's third part of each data set, written beside the hidden checks that read it.

``heldout.npz`` holds ``x, y`` (rows that no notebook loads) and ``x_test, y_test`` (the notebook's
test part, so that a check can compute again what a student reports). An assignment whose settings
name a data set (``data = "mnist"``) has no such file: its arrays are computed from the set.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from autograder.course import Course
from autograder.errors import UsageError
from autograder.student import datasets

FILE = "heldout.npz"

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can hold: the same arrays give the same bytes on every day."""


def sets_of_course() -> dict[str, str]:
    """Which bundled set of ``autograder.student.datasets`` each assignment is graded on."""
    return {
        "a1_regression": "diabetes",
        "a2_binary": "breast_cancer",
        "a3_multinomial": "digits",
        "a4_shapes": "wine",
        "a6_functional": "digits",
    }


def heldout(name: str) -> dict[str, datasets.Array]:
    """``x, y, x_test, y_test`` of the set ``name``, scaled as the notebook's own rows are."""
    parts = datasets.split(name)
    return {
        "x": datasets.scale(name, parts, parts.held_out),
        "y": datasets.labels(name, parts.held_out),
        "x_test": datasets.scale(name, parts, parts.test),
        "y_test": datasets.labels(name, parts.test),
    }


def write_heldout(course: Course, assignment: str) -> Path:
    """Writes the assignment's ``heldout.npz`` and gives its path.

    Raises UsageError for an assignment that is not graded on one of the bundled sets.
    """
    known = sets_of_course()
    if assignment not in known:
        raise UsageError(f"one of {', '.join(known)} expected, found {assignment!r}")
    path = course.checks(assignment) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_npz(path, heldout(known[assignment]))
    return path


def write_npz(path: Path, arrays: Mapping[str, datasets.Array]) -> None:
    """An uncompressed ``.npz`` whose bytes depend on the arrays alone.

    ``numpy.savez`` stamps the present time on each member; compression differs between zlibs.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            with archive.open(zipfile.ZipInfo(f"{name}.npy", ZIP_DATE), "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]))
