"""Numbers that ``evaluate`` gives, recomputed from the model's predictions and the labels.

Keras trains and evaluates on the scores before a softmax or sigmoid of its own
(backend/tensorflow/nn.py, ``_get_logits``), so the loss is computed from those here as well. A loss
that was computed by hand starts from the probabilities, which Keras then clips: that passes too.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.evidence.graph import CanonicalLoss, canonical_loss
from autograder.evidence.graph.losses import EPSILON
from autograder.evidence.model_view import Inputs
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.compiling import compiled
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import graph_of, head_of
from autograder.matchers.links import scores_are_found
from autograder.matchers.losses import AUTOMATIC, BINARY, ONE_HOT, SPARSE
from autograder.matchers.predictions import predicted
from autograder.matchers.scoring import decoded

Numbers = npt.NDArray[Any]  # Any: integers, floats and truth values are all taken

RTOL = 2e-3
"""A mean of float32 logarithms in another order, or a number rounded to four digits."""

SLACK = 5_000
"""One row in so many may change its class when sums are taken in another order."""

_FLOOR = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class _Loss:
    """A mean loss. ``exact`` is False where the real one may be larger."""

    value: float
    exact: bool = True


def assert_evaluation(
    model: ModelEvidence,
    inputs: Inputs,
    labels: Numbers,
    *,
    loss: object = None,
    accuracy: object = None,
    names: tuple[str, str] = ("test_loss", "test_accuracy"),
    rtol: float = RTOL,
) -> None:
    """Passes when the numbers are what ``model.evaluate`` gives on these rows.

    ``labels`` are integers (n,) or one-hot (n, k), whatever form the model was trained with;
    ``loss`` and ``accuracy`` are what the student has under the ``names``, None for what is not
    asked for. Raises MatchFailure, NotJudgeable for a loss that is not known here.
    """
    outputs = predicted(model, inputs)
    truth = np.asarray(labels)
    truth = truth.argmax(axis=1) if truth.ndim == 2 and truth.shape[1] > 1 else truth.reshape(-1)
    if accuracy is not None:
        share = float(np.mean(decoded(outputs, "auto", model) == truth))
        slack = max(1, len(truth) // SLACK) / len(truth) + 1e-6
        if not abs(_number(accuracy, names[1]) - share) <= slack:
            raise _another(names[1], accuracy, model, _swapped(loss, share, slack))
    if loss is not None:
        value, expected = _number(loss, names[0]), _mean_loss(model, outputs, truth)
        if not any(_agrees(value, one, rtol) for one in expected):
            raise _another(names[0], loss, model, swapped=False)


def _number(value: object, name: str) -> float:
    if isinstance(value, (bool, str)) or not isinstance(value, (int, float, np.number)):
        raise MatchFailure(
            f"{name} is a number",
            f"a {type(value).__name__}",
            hint="evaluate gives the loss, and then one number for each metric.",
        )
    return float(value)


def _swapped(loss: object, share: float, slack: float) -> bool:
    is_number = isinstance(loss, (int, float)) and not isinstance(loss, bool)
    return is_number and abs(float(str(loss)) - share) <= slack


def _another(name: str, found: object, model: ModelEvidence, swapped: bool) -> MatchFailure:
    return MatchFailure(
        f"{name} is what {model.name} reaches on these examples",
        f"{float(str(found)):.6g}, which is another number",
        "evaluate gives the loss first, then the metrics: the two have changed places."
        if swapped
        else "the number has to come from this model, as it is now.",
        "" if swapped else f"Compute {name} in the notebook, and run the cells from the top.",
    )


def _agrees(found: float, expected: _Loss, rtol: float) -> bool:
    if not math.isfinite(found):
        return False
    if math.isclose(found, expected.value, rel_tol=rtol, abs_tol=1e-4):
        return True
    return not expected.exact and found > expected.value


def _mean_loss(model: ModelEvidence, outputs: Numbers, truth: Numbers) -> list[_Loss]:
    """What the loss may be: a value for each form of the labels and of the probabilities."""
    record = compiled(model).loss_of("")
    loss = canonical_loss(dict(record)) if record is not None else CanonicalLoss("none")
    if set(loss.config) - {"label_smoothing"} or outputs.ndim != 2:
        raise NotJudgeable(f"the loss {loss.name} of {model.name} is not recomputed here")
    penalised = any(
        node.kind == "ActivityRegularization"
        or any(key.endswith("_regularizer") for key in node.config)
        for node in graph_of(model).nodes
    )
    found = _losses(model, loss, outputs, truth)
    return [_Loss(one.value, one.exact and not penalised) for one in found]


def _losses(
    model: ModelEvidence, loss: CanonicalLoss, outputs: Numbers, truth: Numbers
) -> list[_Loss]:
    columns = outputs.shape[1]
    column = truth.astype(np.float64)[:, None]
    if loss.name in ("mse", "mae"):
        forms = [column] if columns == 1 else [column, np.eye(columns)[_classes(truth, columns)]]
        return [_regression(loss.name, outputs - targets) for targets in forms]
    smoothing = float(str(loss.config.get("label_smoothing", 0.0)))
    if loss.name == BINARY or (loss.name == AUTOMATIC and columns == 1):
        targets = column if columns == 1 else np.eye(columns)[_classes(truth, columns)]
        smooth = targets * (1.0 - smoothing) + 0.5 * smoothing
        return [_binary(scores, smooth) for scores in _scores(model, loss, outputs, binary=True)]
    if loss.name in (SPARSE, ONE_HOT, AUTOMATIC) and columns > 1:
        smooth = np.eye(columns)[_classes(truth, columns)] * (1.0 - smoothing) + smoothing / columns
        forms = _scores(model, loss, outputs, binary=False)
        return [_categorical(scores, smooth) for scores in forms]
    raise NotJudgeable(f"the loss {loss.name} of {model.name} is not recomputed here")


def _regression(name: str, difference: Numbers) -> _Loss:
    return _Loss(float(np.mean(difference**2 if name == "mse" else np.abs(difference))))


def _scores(
    model: ModelEvidence, loss: CanonicalLoss, outputs: Numbers, *, binary: bool
) -> list[Numbers]:
    """The numbers before the last softmax or sigmoid, as a loss takes them; -inf underflowed.

    First what ``evaluate`` takes, then what it takes of the probabilities alone.
    """
    found = scores_are_found(model) and head_of(model).activation in loss.behind
    if loss.from_logits and not found:
        return [outputs]
    odds = binary or head_of(model).activation == "sigmoid"
    forms = [_logarithms(outputs, odds)] if found else []
    if not loss.from_logits:
        forms.append(_logarithms(_clipped(outputs), binary))
    return forms


def _clipped(chances: Numbers) -> Numbers:
    """As Keras clips, in float32: there 1 - 1e-7 is 1 - 1.2e-7, a percent of a loss of 16."""
    epsilon = np.float32(EPSILON)
    bounded = np.clip(chances.astype(np.float32), epsilon, np.float32(1.0) - epsilon)
    return bounded.astype(np.float64)


def _logarithms(chances: Numbers, odds: bool) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(chances) - (np.log1p(-chances) if odds else 0.0))


def _categorical(scores: Numbers, targets: Numbers) -> _Loss:
    floor = math.log(_FLOOR)
    bounded = np.nan_to_num(scores, nan=floor, neginf=floor, posinf=-floor)
    largest = bounded.max(axis=1, keepdims=True)
    total = np.log(np.exp(bounded - largest).sum(axis=1)) + largest[:, 0]
    losses = total - (targets * bounded).sum(axis=1)
    return _Loss(float(np.mean(losses)), bool((bounded[targets > 0] > floor).all()))


def _binary(scores: Numbers, targets: Numbers) -> _Loss:
    bounded = np.nan_to_num(scores, posinf=-math.log(EPSILON), neginf=math.log(EPSILON))
    losses = np.maximum(bounded, 0) - bounded * targets + np.log1p(np.exp(-np.abs(bounded)))
    return _Loss(float(np.mean(losses)), bool(np.isfinite(scores).all()))


def _classes(truth: Numbers, columns: int) -> Numbers:
    classes = truth.astype(np.int64)
    if classes.min() < 0 or classes.max() >= columns:
        raise NotJudgeable(f"labels below {columns} expected, found {classes.max()}")
    return classes
