"""A small set in the place of MNIST or Fashion-MNIST, where those cannot be had.

Made from scikit-learn's digits, 8 x 8 drawings scaled up to 28 x 28. It has its own checksum and
its own thresholds, and every result says that it was used.
"""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np

from autograder.errors import UsageError
from autograder.student.datasets.bundled import bundled_sets, split_bundled
from autograder.student.datasets.files import holds, read_published
from autograder.student.datasets.images import SIDE, ImageSet, Published, cut
from autograder.student.datasets.parts import STAND_IN, Array, Parts, Rows

DIGIT_SIDE = 8
DIGIT_INK = 16
"""scikit-learn's digits: 8 x 8 counts of ink from 0 to 16."""

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can hold: the same arrays give the same bytes on every day."""


def stand_in_parts(chosen: ImageSet) -> Parts:
    """The stand-in, cut as the digits are. Raises UsageError when scikit-learn has other digits."""
    return cut(chosen, _made(chosen), "scikit-learn's digits")


def write_stand_in(chosen: ImageSet, folder: Path) -> Path:
    """Write the stand-in into ``folder``, in the layout of the real files; the folder.

    Raises UsageError where other files of that name lie: they may be the real ones.
    """
    if any((folder / name).exists() for name in chosen.files):
        _refuse_others(chosen, folder)
    made = _made(chosen)
    arrays = (made.x_train, made.y_train, made.x_test, made.y_test)
    for name in chosen.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if len(chosen.files) == 1:
        _write_archive(folder / chosen.files[0], made)
    else:
        for name, array in zip(chosen.files, arrays, strict=True):
            (folder / name).write_bytes(gzip.compress(_idx(array), mtime=0))
    return folder


def _made(chosen: ImageSet) -> Published:
    parts = split_bundled("digits", bundled_sets()["digits"])
    mirrored = chosen.name == "fashion_mnist"  # so that nobody's MNIST model passes for the other
    train, test, held_out = (
        _enlarged(rows, mirrored) for rows in (parts.train, parts.test, parts.held_out)
    )
    return Published(
        np.concatenate([train.x, held_out.x]),
        np.concatenate([train.y, held_out.y]),
        test.x,
        test.y,
    )


def _enlarged(rows: Rows, mirrored: bool) -> Rows:
    small = rows.x.astype(np.uint16).reshape(-1, DIGIT_SIDE, DIGIT_SIDE)
    pixels = (small * 255 // DIGIT_INK).astype(np.uint8)
    times = SIDE // DIGIT_SIDE
    margin = (SIDE - times * DIGIT_SIDE) // 2
    large = pixels.repeat(times, axis=1).repeat(times, axis=2)
    framed = np.pad(large, ((0, 0), (margin, margin), (margin, margin)))
    shown = framed[:, :, ::-1] if mirrored else framed
    return Rows(np.ascontiguousarray(shown), rows.y.astype(np.uint8))


def _refuse_others(chosen: ImageSet, folder: Path) -> None:
    if holds(chosen, folder):
        there = cut(chosen, read_published(chosen, folder), str(folder))
        if there.variant == STAND_IN:
            return
    raise UsageError(
        f"a folder without {chosen.title} expected for the stand-in, found files of it in {folder}"
    )


def _write_archive(path: Path, made: Published) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            content = io.BytesIO()
            np.lib.format.write_array(content, getattr(made, name))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", ZIP_DATE), content.getvalue())


def _idx(array: Array) -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return head + array.tobytes()
