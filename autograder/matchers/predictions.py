"""Predictions that a student kept, against what the recorded model really predicts.

An array that was typed in, that comes from another model, or from this one before it was trained
again, differs in almost every row. No message holds a prediction.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.evidence.model_view import Inputs
from autograder.evidence.view import ModelEvidence
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import head_of

Numbers = npt.NDArray[Any]  # Any: integers, floats and truth values are all taken

RTOL = 1e-3
ATOL = 1e-4
"""Sums of float32 in another order differ by 1e-6; rounding to four digits by 5e-5."""

SUM_ATOL = 1e-3
"""Ten float32 probabilities add up to 1 within 1e-6; rounded to four digits, within 5e-4."""

TIE = 1e-5
"""Two classes that are this close may change places when the sum is taken in another order."""

_LABELS = "labels where the numbers that predict gives were asked for"


def assert_predictions(
    found: Numbers,
    model: ModelEvidence,
    inputs: Inputs,
    *,
    name: str = "the predictions",
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Passes when ``found`` is what ``model`` predicts for ``inputs``, row by row.

    ``found`` is (n, k), for one column also (n,). Where the model gives scores (no activation at
    the end), their softmax or sigmoid passes as well. Raises MatchFailure.
    """
    expected = predicted(model, inputs)
    array = np.asarray(found)
    columns = expected.shape[1] if expected.ndim == 2 else 0
    if _is_labels(array, columns, expected):
        raise MatchFailure(
            f"{name} holds {columns or 1} number{'' if columns == 1 else 's'} for each example, "
            "as predict gives them",
            _LABELS,
            "a label says which class won, not how sure the network is.",
            f"Assign what {model.name}.predict(...) returns; labels are made from that later.",
        )
    if array.size == expected.size and columns == 1 and array.ndim <= 2:
        array = array.reshape(expected.shape)
    if array.shape != expected.shape or array.dtype.kind not in "iuf":
        raise MatchFailure(
            f"{name} of shape {expected.shape}: one row for each example",
            f"an array of shape {np.shape(found)}, dtype {array.dtype.name}",
            hint=f"Which array did {model.name} predict from?",
        )
    same = max(_same_rows(array, one, rtol, atol) for one in _accepted(model, expected))
    if same < len(expected):
        raise _others(name, model, same, len(expected))


def assert_probabilities(
    found: Numbers, *, name: str = "the predictions", classes: int | None = None
) -> None:
    """Passes when ``found`` (n, classes) holds a probability for each class, adding up to 1."""
    array = np.asarray(found)
    width = array.shape[1] if array.ndim == 2 else None
    if width is None or width < 2 or (classes is not None and width != classes):
        shape = f"(any, {classes})" if classes is not None else "of one row for each example"
        raise MatchFailure(
            f"{name} of shape {shape}, a column for each class",
            f"{_LABELS}: shape {array.shape}" if array.ndim == 1 else f"shape {array.shape}",
            hint="predict gives one number for each class.",
        )
    if array.dtype.kind != "f" or not bool(np.isfinite(array).all()):
        raise MatchFailure(f"{name} holds floating-point numbers", f"dtype {array.dtype.name}")
    sums = array.sum(axis=1, dtype=np.float64)
    if array.min() < -SUM_ATOL or not np.allclose(sums, 1.0, atol=SUM_ATOL, rtol=0.0):
        raise MatchFailure(
            f"every row of {name} is a set of probabilities: none below 0, and 1 in all",
            f"sums from {sums.min():.4g} to {sums.max():.4g}, a smallest number {array.min():.4g}",
            "probabilities of classes that exclude each other add up to 1.",
            "Which last activation makes probabilities of scores?",
        )


def assert_classes(
    found: Numbers, probabilities: Numbers, *, name: str = "the predicted classes"
) -> None:
    """Passes when ``found`` holds, for each row, the class with the largest number.

    ``found`` is (n,) or (n, 1), whole numbers of any dtype; ``probabilities`` (n, k), or (n, 1)
    and (n,) with a threshold of 0.5. Classes that are as good as tied are both right. Raises
    MatchFailure.
    """
    array = np.asarray(found)
    rows = np.asarray(probabilities, dtype=np.float64).reshape(len(probabilities), -1)
    if array.shape not in ((len(rows),), (len(rows), 1)):
        raise MatchFailure(
            f"{name} holds one class for each of {len(rows)} examples",
            "probabilities where classes were asked for"
            if array.shape == rows.shape
            else f"an array of shape {array.shape}",
            hint="The class is the place of the largest number in its row.",
        )
    if array.dtype.kind not in "iufb" or not bool(np.all(np.mod(array, 1) == 0)):
        raise MatchFailure(f"{name} holds whole numbers", f"dtype {array.dtype.name}")
    if rows.shape[1] == 1:
        rows = np.hstack([1.0 - rows, rows])
    classes = array.reshape(len(rows)).astype(np.int64)
    inside = (classes >= 0) & (classes < rows.shape[1])
    chosen = rows[np.arange(len(rows)), np.where(inside, classes, 0)]
    right = int(np.count_nonzero(inside & (chosen >= rows.max(axis=1) - TIE)))
    if right < len(rows):
        raise MatchFailure(
            f"{name} is the class with the largest number in each row",
            f"{right} of {len(rows)} rows agree",
            hint="Along which axis was the largest number looked for?" if right else "",
        )


def assert_same_predictions(
    one: ModelEvidence,
    other: ModelEvidence,
    inputs: Inputs,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Passes when both models predict the same for ``inputs``. ``one`` is the one to blame."""
    expected, found = predicted(other, inputs), predicted(one, inputs)
    if found.shape != expected.shape:
        raise MatchFailure(
            f"{one.name} predicts what {other.name} predicts",
            f"outputs of shape {found.shape[1:]}, where {other.name} has {expected.shape[1:]}",
            "it is another network.",
        )
    same = _same_rows(found, expected, rtol, atol)
    if same == len(expected):
        return
    earlier = _weight_shapes(one) == _weight_shapes(other)
    raise MatchFailure(
        f"{one.name} predicts what {other.name} predicts",
        f"{same} of {len(expected)} predictions are the same"
        + (": the same layers with other weights" if earlier else ""),
        "a file holds the network as it was at the moment when it was saved."
        if earlier
        else "it is another network.",
        f"Save {other.name} after its training has ended." if earlier else "",
    )


def predicted(model: ModelEvidence, inputs: Inputs) -> Numbers:
    """What the model predicts. Raises MatchFailure for a model that takes other examples."""
    if not model.built:
        raise MatchFailure(
            f"{model.name} has its weights",
            f"{model.name} is not built, so it cannot predict",
            hint=f"Fit {model.name} in its exercise, or tell it the shape of one example.",
        )
    misfit = model.misfit(inputs)
    if misfit:
        raise MatchFailure(f"{model.name} takes the examples of this exercise", misfit)
    return model.predict(inputs)


def _is_labels(array: Numbers, columns: int, expected: Numbers) -> bool:
    """Whether these are classes: too few columns, or nothing but 0 and 1."""
    if len(array.shape) == 0 or len(array) != len(expected) or not columns:
        return False
    flat = array.size == len(array)
    if columns > 1 and flat:
        return True
    whole = array.dtype.kind in "iub" or bool(np.isin(array, (0.0, 1.0)).all())
    certain = bool(np.isin(np.round(expected, 6), (0.0, 1.0)).all())
    return array.shape[1:] in ((), (columns,)) and whole and not certain


def _accepted(model: ModelEvidence, expected: Numbers) -> list[Numbers]:
    """What may stand in the array: the outputs, or the probabilities of scores."""
    if expected.ndim != 2 or head_of(model).activation != "linear":
        return [expected]
    if expected.shape[1] == 1:
        return [expected, 1.0 / (1.0 + np.exp(-np.clip(expected, -700.0, 700.0)))]
    shifted = np.exp(expected - expected.max(axis=1, keepdims=True))
    return [expected, shifted / shifted.sum(axis=1, keepdims=True)]


def _same_rows(found: Numbers, expected: Numbers, rtol: float, atol: float) -> int:
    close = np.isclose(found.astype(np.float64), expected, rtol=rtol, atol=atol)
    return int(np.count_nonzero(close.reshape(len(close), -1).all(axis=1)))


def _weight_shapes(model: ModelEvidence) -> list[object]:
    weights = model.raw.get("weights")
    found = weights if isinstance(weights, list) else []
    return [weight.get("shape") for weight in found if isinstance(weight, dict)]


def _others(name: str, model: ModelEvidence, same: int, rows: int) -> MatchFailure:
    return MatchFailure(
        f"{name} is what {model.name} predicts for these {rows} examples",
        f"{same} of {rows} rows are the same",
        "the numbers have to come from this model, as it is now.",
        f"Compute {name} from {model.name} in the notebook, and run the cells from the top.",
    )
