"""The course's data: scikit-learn's own sets, MNIST and Fashion-MNIST, always the same rows.

Every set is cut into three parts: training and test rows, which a notebook gets, and held-out rows,
which only the grader reads. ``docs/data.md`` says where each set comes from.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.bundled import (
    HELD_OUT_SHARE,
    SPLIT_SEED,
    bundled_sets,
    checksum,
    split_bundled,
)
from autograder.student.datasets.enlarged import stand_in_parts, write_stand_in
from autograder.student.datasets.files import (
    VARIABLE,
    download,
    find,
    holds,
    missing,
    places,
    read_published,
)
from autograder.student.datasets.images import ImageSet, cut, data_checksum, image_sets
from autograder.student.datasets.parts import FULL, STAND_IN, Array, Data, Parts, Rows, Shown
from autograder.student.datasets.prepared import is_prepared, read_prepared, write_prepared

__all__ = [
    "DIGITS_INK",
    "FULL",
    "HELD_OUT_SHARE",
    "SPLIT_SEED",
    "STAND_IN",
    "VARIABLE",
    "Array",
    "Data",
    "ImageSet",
    "Parts",
    "Rows",
    "Shown",
    "checksum",
    "data_checksum",
    "find",
    "image_sets",
    "labels",
    "load",
    "read_prepared",
    "scale",
    "split",
    "stand_in",
    "stand_in_parts",
    "variant",
    "write_prepared",
]

DIGITS_INK = 16.0
"""The largest pixel value of scikit-learn's digits: dividing by it gives 0 to 1, exactly."""


def load(name: str, folder: Path | str | None = None) -> Data:
    """Training and test rows of the set ``name``, always the same.

    ``"diabetes"``, ``"breast_cancer"`` and ``"wine"`` are float32 (rows, columns), standardised
    with the training rows' mean and standard deviation; ``"digits"`` is float32 (rows, 64), divided
    by 16, so that pixels run from 0 to 1. ``"mnist"`` and ``"fashion_mnist"`` are raw pixels, uint8
    (rows, 28, 28) from 0 to 255: to scale them is an exercise. Labels are (rows,), float32 for a
    regression and int64 for classes.

    The two image sets are looked for in ``folder``, in the folder that AUTOGRADER_DATA names and
    in Keras's cache, then downloaded by Keras. Raises UsageError for another name, when a set
    cannot be had, and when its numbers are not the ones that the course was made with.

    >>> data = load("digits")
    >>> data.X_train.shape, data.X_train.dtype.name, float(data.X_train.max())
    ((1149, 64), 'float32', 1.0)
    """
    images = image_sets().get(name)
    parts = split(name) if images is None else _shown(images, folder)
    x_train, x_test = (scale(name, parts, rows) for rows in (parts.train, parts.test))
    return Data(x_train, labels(name, parts.train), x_test, labels(name, parts.test))


def variant(name: str, folder: Path | str | None = None) -> str:
    """Which variant of a set ``load`` gives: "full", or "stand-in" for the small one."""
    images = image_sets().get(name)
    if images is not None:
        return _shown(images, folder).variant
    _known(name)
    return FULL


def split(name: str, folder: Path | str | None = None, *, fetch: bool = True) -> Parts:
    """The published rows of a set in three parts; an image set is downloaded only if ``fetch``.

    Raises UsageError as ``load`` does.
    """
    images = image_sets().get(name)
    if images is None:
        _known(name)
        return split_bundled(name, bundled_sets()[name])
    place = find(images, folder)
    if place is not None:
        return cut(images, read_published(images, place), str(place))
    if not fetch:
        raise UsageError(missing(images, folder))
    return cut(images, download(images, folder), "what Keras loaded")


def scale(name: str, parts: Parts | Shown, rows: Rows) -> Array:
    """The inputs of ``rows``, scaled as ``load`` says, by the training rows alone."""
    if name in image_sets():
        return rows.x
    if name == "digits":
        pixels: Array = (rows.x / DIGITS_INK).astype(np.float32)
        return pixels
    mean, deviation = parts.train.x.mean(axis=0), parts.train.x.std(axis=0)
    scaled: Array = ((rows.x - mean) / deviation).astype(np.float32)
    return scaled


def labels(name: str, rows: Rows) -> Array:
    """The labels of ``rows``: float32 for a regression, int64 for classes."""
    _known(name)
    bundled = bundled_sets().get(name)
    typed: Array = rows.y.astype("int64" if bundled is None else bundled.labels)
    return typed


def stand_in(name: str, folder: Path | str) -> Path:
    """Write a small set of ``name``'s layout, made from scikit-learn's digits; the folder.

    ``load(name, folder=...)`` and AUTOGRADER_DATA then find it. Raises UsageError for a set that
    needs none, and where other files of the set lie in ``folder``.
    """
    images = image_sets().get(name)
    if images is None:
        raise UsageError(f"one of {_listed(image_sets())} expected, found {name!r}")
    return write_stand_in(images, Path(folder))


def _shown(images: ImageSet, folder: Path | str | None) -> Shown:
    for place in places(folder):
        if is_prepared(images, place):
            return read_prepared(images, place)
        if holds(images, place):
            return cut(images, read_published(images, place), str(place)).shown
    return split(images.name, folder).shown


def _known(name: str) -> None:
    names = [*bundled_sets(), *image_sets()]
    if name not in names:
        raise UsageError(f"one of {_listed(names)} expected, found {name!r}")


def _listed(names: Sequence[str] | dict[str, ImageSet]) -> str:
    return ", ".join(sorted(names))
