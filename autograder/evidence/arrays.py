"""Plain arrays: the only thing beside JSON that crosses the border of a jail.

An array travels as a header ``{"dtype", "shape"}`` and its C-order little-endian bytes. Its name is
the SHA-256 of both, so equal arrays are stored once and a changed one cannot keep its name.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.nouns import JSON

DTYPES = frozenset(
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
    ]
)
"""Numbers only. Object, string and structured arrays do not cross."""

MAX_DIMENSIONS = 16

Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Blob:
    """An array at rest: dtype name, shape, and its bytes (C order, little endian)."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 over dtype, shape and bytes."""
        head = f"{self.dtype}{list(self.shape)}\n".encode()
        return hashlib.sha256(head + self.data).hexdigest()

    def header(self) -> dict[str, JSON]:
        """The JSON header that goes before the bytes."""
        return {"dtype": self.dtype, "shape": list(self.shape)}


def pack(array: Array) -> Blob:
    """The array as a blob. Raises EvidenceError for a dtype that does not cross."""
    name = array.dtype.name
    if name not in DTYPES:
        raise EvidenceError(f"an array of numbers expected, found dtype {name}")
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return Blob(name, tuple(int(n) for n in array.shape), np.ascontiguousarray(little).tobytes())


def unpack(blob: Blob) -> Array:
    """The array that the blob holds, read-only. Raises EvidenceError when it does not add up."""
    check(blob)
    flat = np.frombuffer(blob.data, dtype=np.dtype(blob.dtype).newbyteorder("<"))
    return flat.reshape(blob.shape)


def check(blob: Blob) -> None:
    """Raises EvidenceError unless dtype, shape and length fit each other."""
    if blob.dtype not in DTYPES:
        raise EvidenceError(f"an array of numbers expected, found dtype {blob.dtype[:40]!r}")
    if len(blob.shape) > MAX_DIMENSIONS or any(n < 0 for n in blob.shape):
        raise EvidenceError(f"a plain shape expected, found {blob.shape[:20]}")
    expected = math.prod(blob.shape) * np.dtype(blob.dtype).itemsize
    if expected != len(blob.data):
        raise EvidenceError(f"{expected} bytes expected for the array, found {len(blob.data)}")
