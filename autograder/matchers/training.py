"""Was the model fitted, and had it learnt all that it was going to learn?"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.evidence.fits import MAX_NUMBERS
from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers.failure import MatchFailure

Numbers = npt.NDArray[Any]  # Any: integers and floats are both taken

_TAIL = 5  # the last fifth of the epochs
_SHARE = 0.05  # a last fifth that brings more than this share of the whole fall is no plateau
_RELATIVE = 0.03  # nor is a loss that fell by more than this in the last fifth
_LEARNT = 0.2  # of the first epoch's loss: what is left when a network knows its rows
_NOTHING = 1e-3  # below this the loss has not fallen at all


def assert_trained(
    history: HistoryEvidence, model: ModelEvidence | None = None, *, validation: bool = False
) -> None:
    """Passes when ``history`` is of a ``fit`` (of ``model``, if given) that gave numbers.

    ``validation`` asks for a validation curve as well. Raises MatchFailure.
    """
    curve = history.values.get("loss", ())
    if not curve:
        raise MatchFailure(
            f"{history.name} holds the loss of every epoch",
            f"{history.name} holds no loss",
            "fit returns the record of the training, one loss for each epoch.",
            "Keep what fit returns, and let it run for at least one epoch.",
        )
    if history.by_hand:
        raise MatchFailure(
            f"{history.name} is what fit returned",
            "a record that no fit has filled",
            "the numbers of a training have to come from the training.",
            f"Assign what fit returns to {history.name}.",
        )
    if model is not None and not belongs(history, model):
        raise MatchFailure(
            f"{history.name} is what the fit of {model.name} returned",
            f"{history.name} belongs to another model, or to {model.name} before it was changed",
            "the record has to be that of the model that is judged.",
            f"Run the cells from the top, and assign the fit of {model.name} to {history.name}.",
        )
    if not math.isfinite(curve[-1]):
        raise MatchFailure(
            f"a loss in {history.name} that is a number",
            "a loss that is not a number or infinite in the last epoch",
            "the steps were so large, or the data such, that the weights were lost.",
            "Look at the learning rate, at the scale of the data, and at the loss.",
        )
    if validation and not history.values.get("val_loss"):
        raise MatchFailure(
            f"{history.name} holds a validation loss as well",
            f"{history.name} holds " + ", ".join(sorted(history.values)),
            "without validation data nobody sees when a network starts to learn by heart.",
            "fit takes validation data, or a share of the training data to set aside.",
        )


def belongs(history: HistoryEvidence, model: ModelEvidence) -> bool:
    """Whether the history is that of this model, or of one with the very same weights.

    A model that was saved after its training and loaded again under the old name has a new identity
    and the weights of the fit, bit by bit: its training counts.
    """
    if history.model_ref == model.ref:
        return True
    known = bool(model.weights) and None not in model.weights
    return known and history.weights == model.weights


def assert_learnt(
    history: HistoryEvidence, model: ModelEvidence, *, before: ModelEvidence | None = None
) -> None:
    """Passes when the loss fell and, with ``before``, the weights are others than they were.

    ``before`` is the model of an earlier grade cell: ``evidence.at("check_build").model(...)``.
    A single epoch cannot show that the loss fell. How good the result is is left to
    ``assert_accuracy``. Raises MatchFailure, also for all that ``assert_trained`` looks at.
    """
    assert_trained(history, model)
    curve = history.values["loss"]
    if len(curve) > 1 and not min(curve[1:]) < curve[0]:
        raise MatchFailure(
            f"the loss of {model.name} falls while it is trained",
            f"from {curve[0]:.4g} in the first epoch it fell in none of {len(curve)}",
            hint="Look at the learning rate, at the scale of the data, and at the labels.",
        )
    known = before is not None and None not in before.weights
    if known and before is not None and before.weights and before.weights == model.weights:
        raise MatchFailure(
            f"the weights of {model.name} change while it is trained",
            "the weights that it started with",
            hint="Are its layers trainable, and does the optimizer take steps?",
        )


def assert_trained_on(history: HistoryEvidence, inputs: Numbers, targets: Numbers) -> None:
    """Passes when the last fit of the history's model was given these rows, as they are.

    For functions that train on what the check handed them: ``inputs`` (n, ...) and ``targets``
    (n,) or one-hot are compared number by number, the first 64 of each. Raises MatchFailure; a fit
    whose rows were not seen passes.
    """
    fit = history.fits[-1] if history.fits else None
    if fit is not None and fit.partial:
        raise MatchFailure(
            f"{history.name} is of a fit that goes through all rows in every epoch",
            "epochs of fewer steps",
            hint="Without being told, fit takes as many steps as there are batches.",
        )
    pairs = [(fit.inputs, inputs), (fit.targets, targets)] if fit is not None else []
    for seen, given in pairs:
        wanted = np.asarray(given, dtype=np.float64)
        if given is targets and wanted.ndim == 2 and wanted.shape[1] > 1:
            wanted = wanted.argmax(axis=1).astype(np.float64)
        wanted = wanted.ravel()[:MAX_NUMBERS]
        if seen and not any(_as_given(one, wanted) for one in seen):
            what = "targets" if given is targets else "inputs"
            fewer = any(_as_given(one, wanted[: len(one)]) for one in seen)
            raise MatchFailure(
                f"{history.name} is of a fit on the data that were given, as they are",
                "the first of these rows alone" if fewer else f"other {what}",
                hint="Which arrays does fit take, and what has been done to them before?",
            )


def assert_as_fitted(model: ModelEvidence, history: HistoryEvidence) -> None:
    """Passes when the model has the weights with which the last fit in ``history`` ended.

    Raises MatchFailure; weights that were not taken down pass.
    """
    fit = history.fits[-1] if history.fits else None
    if fit is None or fit.weights is None or fit.weights == model.weights:
        return
    raise MatchFailure(
        f"{model.name} has the weights that fit has found",
        "other weights",
        "something has changed them after the training.",
        f"What happens to {model.name} after fit?",
    )


def _as_given(seen: Numbers, wanted: Numbers) -> bool:
    return seen.shape == wanted.shape and bool(np.allclose(seen, wanted, rtol=1e-5, atol=1e-6))


def training_hint(history: HistoryEvidence | None, *, far: bool = False) -> str:
    """What the loss curve says about a result that is not good enough, or an empty string.

    ``far`` tells that the result is nowhere near: where the loss is small then, more training is
    no cure.
    """
    if history is None:
        return ""
    curve = [value for value in history.values.get("loss", ()) if math.isfinite(value)]
    if len(curve) < len(history.values.get("loss", ())):
        return "The loss stopped being a number during training: the steps were too large."
    if far and len(curve) > 1 and curve[-1] < _LEARNT * curve[0]:
        return (
            "The loss has become small, so what fit was given has been learnt. Were these the rows "
            "and the labels of the exercise, in their form and order?"
        )
    if still_falling(curve):
        return (
            f"After {len(curve)} epochs the loss was still falling when training stopped: "
            "train longer, or take larger steps."
        )
    if len(curve) == 1:
        return "The model was trained for one epoch only."
    return ""


def still_falling(curve: Sequence[float]) -> bool:
    """Whether the loss had not reached a plateau when training stopped.

    True when the last fifth of the epochs brought more than 3% of the loss, or more than 5% of all
    that it fell by, most steps going down. The share catches targets near 150 fitted with
    tiny steps, where each epoch takes off less than 1%.

    >>> still_falling([29000 - 30 * epoch for epoch in range(100)])
    True
    >>> still_falling([1 / (1 + epoch) ** 3 + 0.5 for epoch in range(100)])
    False
    """
    if len(curve) < 2:
        return False
    tail = list(curve[-max(2, len(curve) // _TAIL + 1) :])
    fall, whole = tail[0] - tail[-1], curve[0] - curve[-1]
    steps_down = sum(b < a for a, b in pairwise(tail))
    if 3 * steps_down < 2 * (len(tail) - 1) or whole <= _NOTHING * abs(curve[0]):
        return False
    return fall > _RELATIVE * abs(tail[0]) or fall > _SHARE * whole
