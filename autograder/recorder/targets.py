"""The first rows that a ``fit`` was given, so that a check can tell on what it trained.

Arrays, tensors, tables of pandas and ``tf.data`` pipelines over arrays are looked at; nothing is
iterated, so no random number is drawn and no generator moves on.
"""

from typing import Any  # Keras and TensorFlow have no type information

import numpy as np

from autograder.evidence.arrays import DTYPES
from autograder.nouns import JSON
from autograder.recorder.plain import number

Numbers = np.ndarray[Any, Any]

FIRST = 64
"""So many targets tell one split of a data set from another."""

SAMPLE = 64
SAMPLE_BYTES = 128 * 1024
"""Of each array, the number of rows on which a diagnosis looks at activations and gradients: enough
to see a dead unit, and the same for a whole class that trains on the same data, so stored once."""

MAX_INPUTS = 8
MAX_OUTPUTS = 8
_KEEPING = frozenset(
    f"_{name}Dataset"
    for name in ("Batch", "Cache", "Options", "Prefetch", "Repeat", "Shuffle", "TensorSlice")
)
"""Steps of a pipeline behind which the rows are the same."""

MAX_STEPS = 50
"""Operations of a ``tf.data`` pipeline that are followed back to its arrays."""


def first_rows(x: Any, y: Any) -> dict[str, JSON]:
    """``{"inputs": [[number]], "targets": [[number]]}``: at most ``FIRST`` numbers for each array.

    Of an input its first numbers, row by row; of a target one number a row, the place of the one
    for one-hot rows. Empty where they cannot be had. Never raises.
    """
    try:
        inputs, targets = (_flat(x), _flat(y)) if y is not None else _of_dataset(x)
        return {
            "inputs": [_first(array) for array in inputs[:MAX_INPUTS]],
            "targets": [
                found for array in targets[:MAX_OUTPUTS] if (found := _numbers(array)) is not None
            ],
        }
    except Exception:
        # Students hand over objects of every kind; the fit must not notice.
        return {"inputs": [], "targets": []}


def whole_rows(x: Any, y: Any) -> tuple[list[Any], list[Any]]:
    """The arrays that inputs and targets consist of, at most some; none for rows made on the way.

    A pipeline counts that only cuts, mixes and repeats: behind a ``map`` the rows are other ones.
    """
    if y is not None:
        inputs, targets = _flat(x), _flat(y)
    elif _untouched(x):
        inputs, targets = _of_dataset(x)
    else:
        return [], []
    return inputs[:MAX_INPUTS], targets[:MAX_OUTPUTS]


def sample_rows(x: Any, y: Any) -> tuple[list[Numbers], list[Numbers]]:
    """Rows of each input and target, as many of all and far apart, as rows are often sorted by
    class; nothing where there are none.

    Never raises.
    """
    try:
        inputs, targets = whole_rows(x, y)
        arrays = [*inputs, *targets]
        if not inputs or not targets:
            return [], []
        each = max(np.asarray(one[:1]).nbytes for one in arrays)
        rows = min([SAMPLE, SAMPLE_BYTES // max(1, each), *map(len, arrays)])
        apart = -(-min(map(len, arrays)) // max(1, rows))  # rounded up: the last ones count too
        cut = [np.array(one[::apart][:rows]) for one in arrays] if rows else []
        if any(one.dtype.name not in DTYPES for one in cut):
            return [], []
        return cut[: len(inputs)], cut[len(inputs) :]
    except Exception:
        # Students hand over objects of every kind; the fit must not notice.
        return [], []


def _untouched(dataset: Any) -> bool:
    for _ in range(MAX_STEPS):
        if type(dataset).__name__ not in _KEEPING:
            return False
        if hasattr(dataset, "_tensors"):
            return True
        dataset = getattr(dataset, "_input_dataset", None)
    return False


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [array for part in value.values() for array in _flat(part)]
    if isinstance(value, list | tuple) and value and not isinstance(value[0], int | float):
        return [array for part in value for array in _flat(part)]
    return [value]


def _of_dataset(dataset: Any) -> tuple[list[Any], list[Any]]:
    """Inputs and targets of ``from_tensor_slices((x, y))``, whatever was done to it since."""
    for _ in range(MAX_STEPS):
        if hasattr(dataset, "_tensors") and hasattr(dataset, "_structure"):
            import tensorflow as tf

            parts = tf.nest.pack_sequence_as(dataset._structure, dataset._tensors)
            pair = isinstance(parts, tuple) and len(parts) > 1
            return (_flat(parts[0]), _flat(parts[1])) if pair else ([], [])
        dataset = getattr(dataset, "_input_dataset", None)
        if dataset is None:
            break
    return [], []


def _first(array: Any) -> JSON:
    rows = np.asarray(array[:FIRST], dtype=np.float64)
    return [_short(value) for value in rows.ravel()[:FIRST]]


def _numbers(array: Any) -> JSON:
    first = np.asarray(array[:FIRST], dtype=np.float64)
    rows = first.reshape(len(first), -1)
    if rows.shape[1] != 1 and not _one_hot(rows):
        return None
    flat = rows[:, 0] if rows.shape[1] == 1 else rows.argmax(axis=1)
    return [_short(value) for value in flat]


def _short(value: Any) -> JSON:
    return number(float(f"{value:.7g}"))


def _one_hot(rows: np.ndarray[Any, Any]) -> bool:
    return bool(np.isin(rows, (0.0, 1.0)).all() and (rows.sum(axis=1) == 1).all())
