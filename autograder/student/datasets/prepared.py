"""The layout in which the grader puts training and test rows before a jail: no held-out row in it.

``FOLDER/NAME/`` holds four uncompressed ``.npy`` files, because a job reads them in milliseconds.
What is read is verified like everything else.
"""

import uuid
from pathlib import Path

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.images import ImageSet, recognised
from autograder.student.datasets.parts import Array, Rows, Shown

FILES = ("X_train.npy", "y_train.npy", "X_test.npy", "y_test.npy")


def is_prepared(chosen: ImageSet, folder: Path) -> bool:
    """Whether ``folder`` holds the set in this layout."""
    return all((folder / chosen.name / name).is_file() for name in FILES)


def read_prepared(chosen: ImageSet, folder: Path) -> Shown:
    """The rows. Raises UsageError when they are not all there or not what was put there."""
    place = folder / chosen.name
    try:
        x_train, y_train, x_test, y_test = (
            np.load(place / name, allow_pickle=False) for name in FILES
        )
    except (OSError, EOFError, ValueError) as error:
        raise UsageError(f"{chosen.title} expected in {place}, found: {error}") from None
    return recognised(chosen, Rows(x_train, y_train), Rows(x_test, y_test), str(place))


def write_prepared(chosen: ImageSet, shown: Shown, folder: Path) -> None:
    """Write the rows, each file under another name first: a job may be reading the old one.

    Folders and files can be read by every user: the jail's is another one than the grader's.
    """
    place = folder / chosen.name
    place.mkdir(parents=True, exist_ok=True)
    for made in (folder.parent, folder, place):
        made.chmod(0o755)
    arrays = (shown.train.x, shown.train.y, shown.test.x, shown.test.y)
    for name, array in zip(FILES, arrays, strict=True):
        _write(place / name, array)


def _write(path: Path, array: Array) -> None:
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    with open(temporary, "wb") as stream:
        np.save(stream, array, allow_pickle=False)
    temporary.chmod(0o644)
    temporary.replace(path)
