"""Was the model fitted, and had it learnt all that it was going to learn?"""

import math
from collections.abc import Sequence
from itertools import pairwise

from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers.failure import MatchFailure

_TAIL = 5  # the last fifth of the epochs
_SHARE = 0.05  # a last fifth that brings more than this share of the whole fall is no plateau
_RELATIVE = 0.03  # nor is a loss that fell by more than this in the last fifth
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


def training_hint(history: HistoryEvidence | None) -> str:
    """What the loss curve says about a result that is not good enough, or an empty string."""
    if history is None:
        return ""
    curve = [value for value in history.values.get("loss", ()) if math.isfinite(value)]
    if len(curve) < len(history.values.get("loss", ())):
        return "The loss stopped being a number during training: the steps were too large."
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
