"""Where an image set's files are looked for, and how they are read.

Looked for in a folder that the caller names, in that of AUTOGRADER_DATA, in Keras's cache; then
Keras downloads them. A file that is there is never handed to Keras: its loader deletes one whose
bytes are not those of its own archive. Files are data, read without pickle; what they hold is
believed after its checksum (``images.py``).
"""

import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.images import ImageSet, Published
from autograder.student.datasets.parts import Array

VARIABLE = "AUTOGRADER_DATA"
"""The environment variable that names a folder with data sets; the grader sets it in the jail."""

KERAS_HOME = "KERAS_HOME"
"""Keras's own variable for the folder whose ``datasets`` it caches in."""

_UNREADABLE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)


def places(folder: Path | str | None) -> list[Path]:
    """Where files are looked for, in order; folders that may not exist."""
    named = [str(folder)] if folder else []
    named += [os.environ[VARIABLE]] if os.environ.get(VARIABLE) else []
    home = os.environ.get(KERAS_HOME)
    cache = Path(home) if home else Path.home() / ".keras"
    return list(dict.fromkeys([*map(Path, named), cache / "datasets"]))


def holds(chosen: ImageSet, place: Path) -> bool:
    """Whether all files of the set as published lie in ``place``."""
    return all((place / name).is_file() for name in chosen.files)


def find(chosen: ImageSet, folder: Path | str | None) -> Path | None:
    """The first place that holds the set, or None."""
    return next((place for place in places(folder) if holds(chosen, place)), None)


def read_published(chosen: ImageSet, place: Path) -> Published:
    """The arrays in ``place``, not yet verified. Raises UsageError for a file that is broken."""
    paths = [place / name for name in chosen.files]
    try:
        arrays = _archive(paths[0]) if len(paths) == 1 else (_idx(path) for path in paths)
        return Published(*arrays)
    except (*_UNREADABLE, struct.error) as error:
        raise UsageError(
            f"{chosen.title} expected in {place}, found files that cannot be read "
            f"({type(error).__name__}: {error}). Delete them and get them again (docs/data.md)."
        ) from None


def download(chosen: ImageSet, folder: Path | str | None) -> Published:
    """The arrays through Keras's own loader, which shows its progress and keeps the files.

    Raises UsageError with all that was tried when it cannot be had.
    """
    import keras

    try:
        train, test = getattr(keras.datasets, chosen.name).load_data()
    except Exception as error:  # Keras raises plain Exception for a network that is not there
        why = " ".join(str(error).split())[:200]
        raise UsageError(missing(chosen, folder, why)) from None
    return Published(*train, *test)


def missing(chosen: ImageSet, folder: Path | str | None, why: str = "") -> str:
    """What was looked for, where, and how to get it."""
    looked = ", ".join(str(place) for place in places(folder))
    unset = "" if os.environ.get(VARIABLE) else f" ({VARIABLE} is not set)"
    tried = f" Downloading it failed: {why}." if why else ""
    return (
        f"{chosen.title} expected, found it nowhere: looked for {' '.join(chosen.files)} in "
        f"{looked}{unset}.{tried} Where there is a network, "
        f'python -c "import keras; keras.datasets.{chosen.name}.load_data()" puts it into '
        f"~/.keras/datasets; copy it from there into a folder and set {VARIABLE} to that folder."
    )


def _archive(path: Path) -> Iterator[Array]:
    with np.load(path, allow_pickle=False) as stored:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            yield stored[name]


def _idx(path: Path) -> Array:
    """An array in IDX, the format of the MNIST files: magic with type and rank, sizes, bytes."""
    data = gzip.decompress(path.read_bytes())
    zeros, kind, rank = struct.unpack(">HBB", data[:4])
    if zeros != 0 or kind != 8 or rank not in (1, 3):
        raise ValueError(f"IDX of unsigned bytes expected in {path.name}")
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    flat = np.frombuffer(data, np.uint8, offset=4 + 4 * rank)
    return flat.reshape(shape).copy()  # a notebook may write to what it loaded
