"""The sets that scikit-learn brings along: no download, no account.

The cuts are scikit-learn's own with a fixed ``random_state``, so that a notebook without this
package can make the same ones in a few lines.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.parts import Array, Parts, Rows

SPLIT_SEED = 42
"""The seed under which the course's reference figures were measured."""

HELD_OUT_SHARE = 0.2
"""Of all rows, for the grader; the same share of what is left becomes the test part."""


@dataclass(frozen=True)
class BundledSet:
    """How a set is read, whether it has classes, its labels' dtype, and its rows' checksum."""

    read: Callable[[], tuple[Array, Array]]
    classes: bool
    labels: str
    checksum: str


def bundled_sets() -> dict[str, BundledSet]:
    """The sets by name. Built at each call: a module-level table could be changed."""
    return {
        "diabetes": BundledSet(
            _diabetes,
            False,
            "float32",
            "9c9c096eb247b2bef944cfacc0435f8729f07c796cdaf23c618e92fcd818e852",
        ),
        "breast_cancer": BundledSet(
            _breast_cancer,
            True,
            "int64",
            "330992a48507c314ec5206e4f29fabcba14f309f6434be6634d2699f117ffeeb",
        ),
        "digits": BundledSet(
            _digits,
            True,
            "int64",
            "75aafc17e3da76d8ef055a53f0281213e8bb6f7177ef0c5520b1ad7f32370d8c",
        ),
        "wine": BundledSet(
            _wine,
            True,
            "int64",
            "800eba4dfca8e5dafc62d05c6061b4f4550431ba8376cc4dbd4085419ba60d06",
        ),
    }


def split_bundled(name: str, chosen: BundledSet) -> Parts:
    """The published rows in three parts. Raises UsageError when they are others than expected."""
    from sklearn.model_selection import train_test_split

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


def _wine() -> tuple[Array, Array]:
    from sklearn.datasets import load_wine

    x, y = load_wine(return_X_y=True)
    return x, y
