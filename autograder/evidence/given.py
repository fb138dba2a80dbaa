"""What is known of the rows that ``fit`` was given, without keeping them.

The same facts are computed in a student's notebook and beside a graded one; there they are a claim.
"""

import hashlib
import math
from dataclasses import asdict, dataclass
from typing import Any  # whatever fit was given

import numpy as np
import numpy.typing as npt

from autograder.evidence.reading import as_list
from autograder.nouns import JSON

Numbers = npt.NDArray[Any]  # Any: of every dtype

SAMPLE = 2_000_000
"""So many numbers of a larger array are looked at, by evenly spaced rows; its range is exact."""

VALUES = 100_000
"""Of so many numbers it is counted which there are: enough for labels, and quick."""

MAX_DISTINCT = 1000
SUM_TOLERANCE = 1e-3
"""Rows of float32 probabilities add up to 1 no better than this where there are many."""

EXACT = 1e-6


@dataclass(frozen=True)
class Rows:
    """Facts of an array of shape (rows, ...). Numbers are nan where there is none.

    ``kind`` is NumPy's: "f", "i", "u", "b", else "O" for what is no number. ``distinct`` counts up
    to ``MAX_DISTINCT`` values; ``majority`` is the share of the most frequent one, or of the most
    frequent column of one-hot rows. ``whole`` tells that every number is an integer.
    """

    shape: tuple[int, ...]
    kind: str
    minimum: float = math.nan
    maximum: float = math.nan
    mean: float = math.nan
    deviation: float = math.nan
    finite: bool = True
    whole: bool = False
    distinct: int = 0
    one_hot: bool = False
    least_sum: float = math.nan
    greatest_sum: float = math.nan
    majority: float = math.nan
    digest: str = ""

    @property
    def numeric(self) -> bool:
        """Whether these are numbers at all."""
        return self.kind in "fiub"

    @property
    def each(self) -> tuple[int, ...]:
        """The shape of one row, without trailing axes of length 1."""
        shape = self.shape[1:]
        while shape and shape[-1] == 1:
            shape = shape[:-1]
        return shape

    @property
    def flat(self) -> bool:
        """Whether there is one number a row."""
        return not self.each

    @property
    def binary(self) -> bool:
        """Whether there are two values, 0 and 1."""
        return self.whole and self.distinct == 2 and (self.minimum, self.maximum) == (0, 1)

    @property
    def within_unit(self) -> bool:
        """Whether every number lies in [0, 1]."""
        return self.minimum >= -EXACT and self.maximum <= 1 + EXACT

    @property
    def sums_to_one(self) -> bool:
        """Whether the numbers of each row add up to 1, along the last axis."""
        return (
            abs(self.least_sum - 1) <= SUM_TOLERANCE and abs(self.greatest_sum - 1) <= SUM_TOLERANCE
        )

    @property
    def size(self) -> float:
        """The largest absolute number."""
        return max(abs(self.minimum), abs(self.maximum))


def rows_of(value: Any) -> Rows | None:
    """The facts of an array, a table's values or a tensor; None for what has no rows.

    Never raises: objects of other libraries may do anything when they are looked at.
    """
    try:
        with np.errstate(all="ignore"):
            return _looked_at(value)
    except Exception:
        return None


def _looked_at(value: Any) -> Rows | None:
    if value is None:
        return None
    array = np.asarray(value)
    if array.ndim == 0:
        return None
    if array.dtype.kind not in "fiub":
        return Rows(array.shape, "O", finite=not _missing(array))
    if array.size == 0:
        return Rows(array.shape, array.dtype.kind)
    return _facts(array)


def as_json(rows: Rows | None) -> JSON:
    """The facts as plain JSON; a number that there is not is null."""
    if rows is None:
        return None
    told = {**asdict(rows), "shape": list(rows.shape)}
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in told.items()
    }


def rows_from(value: JSON) -> Rows | None:
    """The facts that were written as JSON, None for what is none: no fact is worth an error."""
    if not isinstance(value, dict):
        return None
    shape = [n for n in as_list(value.get("shape")) if isinstance(n, int)]
    kind, digest = str(value.get("kind"))[:1], str(value.get("digest"))[:64]
    distinct = value.get("distinct")
    return Rows(
        shape=tuple(shape),
        kind=kind,
        minimum=_number(value.get("minimum")),
        maximum=_number(value.get("maximum")),
        mean=_number(value.get("mean")),
        deviation=_number(value.get("deviation")),
        finite=value.get("finite") is True,
        whole=value.get("whole") is True,
        distinct=distinct if isinstance(distinct, int) else 0,
        one_hot=value.get("one_hot") is True,
        least_sum=_number(value.get("least_sum")),
        greatest_sum=_number(value.get("greatest_sum")),
        majority=_number(value.get("majority")),
        digest=digest,
    )


def _number(value: JSON) -> float:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else math.nan  # type: ignore[arg-type]  # plain numbers alone


def _missing(array: Numbers) -> bool:
    return any(isinstance(one, float) and math.isnan(one) for one in array.ravel()[:10_000])


def _facts(array: Numbers) -> Rows:
    low, high = float(array.min()), float(array.max())  # nan if there is one
    finite = math.isfinite(low) and math.isfinite(high)
    rows = array[:: max(1, -(-array.size // SAMPLE))]
    sound = rows if finite else rows[np.isfinite(rows)]
    if sound.size == 0:
        return Rows(array.shape, array.dtype.kind, finite=False)
    if not finite:
        low, high = float(sound.min()), float(sound.max())
    whole = array.dtype.kind != "f" or bool((sound == np.rint(sound)).all())
    distinct, majority = _values(sound)
    one_hot, least, greatest = _sums(rows, low, high, whole and finite)
    if one_hot:
        majority = float(rows.reshape(-1, rows.shape[-1]).mean(axis=0).max())
    return Rows(
        shape=array.shape,
        kind=array.dtype.kind,
        minimum=low,
        maximum=high,
        mean=float(sound.mean(dtype=np.float64)),
        deviation=float(sound.std(dtype=np.float64)),
        finite=finite,
        whole=whole,
        distinct=distinct,
        one_hot=one_hot,
        least_sum=least,
        greatest_sum=greatest,
        majority=majority,
        digest=_digest(array),
    )


def _values(array: Numbers) -> tuple[int, float]:
    """How many values there are, and the share of the most frequent."""
    values, counts = np.unique(array.ravel()[:VALUES], return_counts=True)
    return min(len(values), MAX_DISTINCT), float(counts.max() / counts.sum())


def _sums(array: Numbers, low: float, high: float, whole: bool) -> tuple[bool, float, float]:
    if array.ndim < 2 or array.shape[-1] < 2:
        return False, math.nan, math.nan
    sums = array.sum(axis=-1, dtype=np.float64)
    least, greatest = float(sums.min()), float(sums.max())
    one_hot = whole and (low, high) == (0, 1) and (least, greatest) == (1, 1)
    return one_hot, least, greatest


def _digest(array: Numbers) -> str:
    """A name by shape and first rows: two arrays of equal digest are taken for the same."""
    found = hashlib.sha256(str(array.shape).encode())
    found.update(np.ascontiguousarray(array[:64], dtype=np.float64).tobytes())
    return found.hexdigest()
