"""On what a model was trained, and what came of it, as the recorder took it down at each ``fit``.

A claim, like compile settings: the recorder runs beside student code.
"""

from dataclasses import dataclass

import numpy as np

from autograder.evidence.arrays import Array
from autograder.evidence.given import Rows, rows_from
from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON

MAX_NUMBERS = 64
MAX_WEIGHTS = 20_000
MAX_ARRAYS = 16


@dataclass(frozen=True)
class FitEvidence:
    """One ``fit``. ``targets`` has the first 64 or fewer of each output, float64 (n,).

    One-hot rows stand as class numbers; nan stands for what is no number. ``inputs`` has the first
    64 numbers or fewer of each input, row by row. Both are empty where the rows could not be read,
    as those of a generator. ``weights`` are the digests of the arrays that the fit ended with, None
    where it did not end or they were not taken down. ``partial`` tells that its epochs left rows
    out. ``x`` and ``y`` are facts of all rows of each input and target, empty where not known.
    ``unchanged`` tells that no weight was another at its end. ``sample`` has the digests of some
    rows of each input and of each target, two empty tuples where there are none. ``begun`` are the
    digests of the weights before the first fit, where no fit moved them far.
    """

    targets: tuple[Array, ...] = ()
    inputs: tuple[Array, ...] = ()
    weights: tuple[str, ...] | None = None
    partial: bool = False
    x: tuple[Rows | None, ...] = ()
    y: tuple[Rows | None, ...] = ()
    unchanged: bool = False
    sample: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    begun: tuple[str, ...] = ()


def fits_of(value: JSON) -> tuple[FitEvidence, ...]:
    """The recorded fits, in order. Raises EvidenceError for what the format does not allow."""
    return tuple(map(_fit, as_list(value)))


def _fit(value: JSON) -> FitEvidence:
    record = as_mapping(value)
    weights, rows = record.get("weights"), as_mapping(record.get("rows") or {})
    sample = as_mapping(record.get("sample") or {})
    return FitEvidence(
        targets=tuple(map(_numbers, as_list(record.get("targets")))),
        inputs=tuple(map(_numbers, as_list(record.get("inputs")))),
        weights=None if weights is None else tuple(map(str, as_list(weights)[:MAX_WEIGHTS])),
        partial=record.get("partial") is True,
        x=tuple(map(rows_from, as_list(rows.get("inputs")))),
        y=tuple(map(rows_from, as_list(rows.get("targets")))),
        unchanged=record.get("unchanged") is True,
        sample=(_digests(sample.get("inputs")), _digests(sample.get("targets"))),
        begun=tuple(map(str, as_list(record.get("begun") or [])[:MAX_WEIGHTS])),
    )


def _digests(value: JSON) -> tuple[str, ...]:
    return tuple(str(as_mapping(one).get("blob")) for one in as_list(value or [])[:MAX_ARRAYS])


def _numbers(value: JSON) -> Array:
    numbers = [
        float(one) if isinstance(one, int | float) and not isinstance(one, bool) else float("nan")
        for one in as_list(value)[:MAX_NUMBERS]
    ]
    return np.array(numbers, dtype=np.float64)
