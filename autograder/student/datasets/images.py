"""MNIST and Fashion-MNIST: what they are, how they are cut, and how a changed one is found out.

A set comes in two variants: the full one, as published, and a small stand-in of the same layout
(``enlarged.py``). Which of them an array is, and that it is whole, its checksum says: the numbers
themselves are summed, not the bytes of a file, which differ from one archive to the next.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.parts import FULL, STAND_IN, Array, Parts, Rows, Shown

SIDE = 28
"""Pixels along one side of an image."""


@dataclass(frozen=True)
class Variant:
    """One variant: rows and checksums of its training, test and held-out part."""

    name: str
    rows: tuple[int, int, int]
    checksums: tuple[str, str, str]


@dataclass(frozen=True)
class ImageSet:
    """A set of 28 x 28 grey images in ten classes; ``files`` as Keras's own loader keeps them."""

    name: str
    title: str
    files: tuple[str, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Published:
    """A set's arrays as its publisher gives them: uint8 images (rows, 28, 28), labels (rows,)."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def image_sets() -> dict[str, ImageSet]:
    """The sets by name. Built at each call: a module-level table could be changed."""
    mnist = ImageSet(
        "mnist",
        "MNIST",
        ("mnist.npz",),
        (
            Variant(
                FULL,
                _FULL_ROWS,
                (
                    "b293fef3f0798d8f3c520f2949c9269d9f3776f3e28a0483009cf9f070ff07d2",
                    "e495d919dc9453f1b55a889fd404afbbd753b23e9f8fcb03fe1a3a1cbc3c0440",
                    "bb8c7b2298119ef5c050ed12c0f2b0b82d6a82eda12c9eee9ff54ae8823d8692",
                ),
            ),
            Variant(
                STAND_IN,
                _STAND_IN_ROWS,
                (
                    "f8850e521fd812aa7b56af3237d97059bf2f182fff51e5992264a94241280d63",
                    "2f4aa9e9dd5f515a92a7324dc51fdd7b0c567f8e724038028505f3be2bc1307a",
                    "d25cbf205e8905e7a29c2dc1aab05569ddca94348df740a4d4e8d9f6f2e1a67c",
                ),
            ),
        ),
    )
    fashion = ImageSet(
        "fashion_mnist",
        "Fashion-MNIST",
        tuple(
            f"fashion-mnist/{part}-ubyte.gz"
            for part in (
                "train-images-idx3",
                "train-labels-idx1",
                "t10k-images-idx3",
                "t10k-labels-idx1",
            )
        ),
        (
            Variant(
                FULL,
                _FULL_ROWS,
                (
                    "1db6303ee3a744833fea07436648735e5cefefe3f565e66ea3b33296ac1404e4",
                    "e63ca673c908c3871024e75bfe96d35cd968cc772ea1ec5d64f59b26b92ab235",
                    "02f7407551cff4c9100f8eb33ce441b6ca41894ed6c3a076590c62041c51e460",
                ),
            ),
            Variant(
                STAND_IN,
                _STAND_IN_ROWS,
                (
                    "068dce2c9a52c25181bdb041d83b3e1359e069a0b1a262f723b4c4080e52866f",
                    "6b3a025e485d276f99ecb4cd929f893eb0cc5d2e69d8f7b7ec741208a5d8ca8f",
                    "15324ed4bd853c2004a187239803213daed892a815ada012150bf93c889ff702",
                ),
            ),
        ),
    )
    return {one.name: one for one in (mnist, fashion)}


_FULL_ROWS = (55_000, 10_000, 5_000)
_STAND_IN_ROWS = (1_149, 288, 360)


def cut(chosen: ImageSet, published: Published, place: str) -> Parts:
    """The three parts: the held-out rows are the last of the published training rows.

    ``place`` says in an error where the arrays came from. Raises UsageError when the numbers are
    not those of one of the set's variants.
    """
    for variant in chosen.variants:
        train, test, held_out = variant.rows
        if (len(published.x_train), len(published.x_test)) == (train + held_out, test):
            parts = Parts(
                Rows(published.x_train[:train], published.y_train[:train]),
                Rows(published.x_test, published.y_test),
                Rows(published.x_train[train:], published.y_train[train:]),
                variant.name,
            )
            sums = tuple(part_checksum(p) for p in (parts.train, parts.test, parts.held_out))
            if sums == variant.checksums:
                return parts
    raise UsageError(_others(chosen, place))


def recognised(chosen: ImageSet, train: Rows, test: Rows, place: str) -> Shown:
    """Training and test rows with the variant that they are of. Raises UsageError as ``cut``."""
    sums = (part_checksum(train), part_checksum(test))
    for variant in chosen.variants:
        if sums == variant.checksums[:2]:
            return Shown(train, test, variant.name)
    raise UsageError(_others(chosen, place))


def part_checksum(rows: Rows) -> str:
    """Hexadecimal SHA-256 over shapes and numbers of one part; all of them are uint8."""
    digest = hashlib.sha256()
    for array in (rows.x, rows.y):
        if array.dtype != np.uint8:
            raise UsageError(f"images and labels of uint8 expected, found {array.dtype}")
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def data_checksum(chosen: ImageSet, variant: str) -> str:
    """One name for the training and test rows of a variant: part of what a run depends on."""
    (sums,) = (one.checksums for one in chosen.variants if one.name == variant)
    return hashlib.sha256("".join(sums[:2]).encode()).hexdigest()


def _others(chosen: ImageSet, place: str) -> str:
    return (
        f"the published numbers of {chosen.title} expected in {place}, found others. "
        "Delete what lies there and get it again (docs/data.md)."
    )
