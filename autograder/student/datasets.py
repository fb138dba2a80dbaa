"""The course's data, from the sets that scikit-learn brings along: no download, no account.

Every set is cut into three parts: training and test rows, which a notebook gets, and held-out rows,
which only the grader reads. The cuts are scikit-learn's own with a fixed ``random_state``, so that
a notebook without this package can make the same ones in a few lines.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograder.errors import UsageError

Array = npt.NDArray[Any]
"""Any: a set's labels are whole numbers or floats, depending on the set."""

SPLIT_SEED = 42
"""The seed under which the course's reference figures were measured."""

HELD_OUT_SHARE = 0.2
"""Of all rows, for the grader; the same share of what is left becomes the test part."""

DIGITS_INK = 16.0
"""The largest pixel value of scikit-learn's digits: dividing by it gives 0 to 1, exactly."""


class Data(NamedTuple):
    """What a notebook loads. Inputs are float32 of shape (rows, columns), labels (rows,)."""

    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array


@dataclass(frozen=True)
class Rows:
    """One part of a set, as published: inputs float64 (rows, columns), labels (rows,)."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Parts:
    """The three parts of a set, as published, not yet scaled."""

    train: Rows
    test: Rows
    held_out: Rows


@dataclass(frozen=True)
class _Set:
    read: Callable[[], tuple[Array, Array]]
    classes: bool
    labels: str
    checksum: str


def load(name: str) -> Data:
    """Training and test rows of the set ``name``, scaled, always the same.

    ``"diabetes"`` and ``"breast_cancer"`` are standardised with the training rows' mean and
    standard deviation; ``"digits"`` is divided by 16, so that pixels run from 0 to 1. Raises
    UsageError for another name, and when the rows are not the ones that the course was made with.

    >>> data = load("digits")
    >>> data.X_train.shape, data.X_train.dtype.name, float(data.X_train.max())
    ((1149, 64), 'float32', 1.0)
    """
    parts = split(name)
    x_train, x_test = (scale(name, parts, rows) for rows in (parts.train, parts.test))
    return Data(x_train, labels(name, parts.train), x_test, labels(name, parts.test))


def split(name: str) -> Parts:
    """The published rows of a set in three parts. Raises UsageError as ``load`` does."""
    from sklearn.model_selection import train_test_split

    chosen = _set(name)
    x, y = chosen.read()
    rest_x, held_x, rest_y, held_y = train_test_split(
        x,
        y,
        test_size=HELD_OUT_SHARE,
        random_state=SPLIT_SEED,
        stratify=y if chosen.classes else None,
    )
    train_x, test_x, train_y, test_y = train_test_split(
        rest_x,
        rest_y,
        test_size=HELD_OUT_SHARE,
        random_state=SPLIT_SEED,
        stratify=rest_y if chosen.classes else None,
    )
    parts = Parts(Rows(train_x, train_y), Rows(test_x, test_y), Rows(held_x, held_y))
    found = checksum(parts)
    if found != chosen.checksum:
        raise UsageError(
            f"the rows of {name!r} as the course was made with expected (checksum "
            f"{chosen.checksum[:12]}), found others ({found[:12]}). Update scikit-learn."
        )
    return parts


def scale(name: str, parts: Parts, rows: Rows) -> Array:
    """The inputs of ``rows`` as float32, scaled as ``load`` says, by the training rows alone."""
    if name == "digits":
        pixels: Array = (rows.x / DIGITS_INK).astype(np.float32)
        return pixels
    mean, deviation = parts.train.x.mean(axis=0), parts.train.x.std(axis=0)
    scaled: Array = ((rows.x - mean) / deviation).astype(np.float32)
    return scaled


def labels(name: str, rows: Rows) -> Array:
    """The labels of ``rows``: float32 for a regression, int64 for classes."""
    typed: Array = rows.y.astype(_set(name).labels)
    return typed


def checksum(parts: Parts) -> str:
    """Hexadecimal SHA-256 over the published numbers of all three parts, in order.

    Taken before scaling: a mean may differ in its last bit from one processor to the next.
    """
    digest = hashlib.sha256()
    for rows in (parts.train, parts.test, parts.held_out):
        for array in (rows.x, rows.y):
            digest.update(repr(array.shape).encode())
            digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()


def _set(name: str) -> _Set:
    # Built at each call: a table of readers is cheap, and a module-level one could be changed.
    sets = {
        "diabetes": _Set(
            _diabetes,
            False,
            "float32",
            "9c9c096eb247b2bef944cfacc0435f8729f07c796cdaf23c618e92fcd818e852",
        ),
        "breast_cancer": _Set(
            _breast_cancer,
            True,
            "int64",
            "330992a48507c314ec5206e4f29fabcba14f309f6434be6634d2699f117ffeeb",
        ),
        "digits": _Set(
            _digits,
            True,
            "int64",
            "75aafc17e3da76d8ef055a53f0281213e8bb6f7177ef0c5520b1ad7f32370d8c",
        ),
    }
    if name not in sets:
        raise UsageError(f"one of {', '.join(sorted(sets))} expected, found {name!r}")
    return sets[name]


def _diabetes() -> tuple[Array, Array]:
    from sklearn.datasets import load_diabetes

    # scaled=True would bring in the mean of rows that no notebook may know.
    x, y = load_diabetes(return_X_y=True, scaled=False)
    return x, y


def _breast_cancer() -> tuple[Array, Array]:
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    return x, y


def _digits() -> tuple[Array, Array]:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return x, y
