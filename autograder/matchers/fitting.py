"""How a model was fitted: on which validation data, and with which callbacks."""

import math
from collections.abc import Sequence

from autograder.evidence.callbacks import CallbackEvidence
from autograder.evidence.view import HistoryEvidence, NotJudgeable
from autograder.matchers.failure import MatchFailure

_DEFAULTS = frozenset(["History", "ProgbarLogger"])
"""Callbacks that Keras adds by itself."""


def assert_validation(history: HistoryEvidence, *, epochs: int = 1) -> None:
    """Passes when a finite validation loss was taken in at least so many epochs."""
    curve = history.values.get("val_loss", ())
    if not curve:
        raise MatchFailure(
            f"{history.name} holds a validation loss as well",
            f"{history.name} holds " + (", ".join(sorted(history.values)) or "nothing"),
            "without validation data nobody sees when a network starts to learn by heart.",
            "fit takes validation data, or a share of the training data to set aside.",
        )
    if len(curve) < epochs or len(curve) > history.epochs:
        raise MatchFailure(
            f"{history.name} holds the validation loss of at least {epochs} epochs",
            f"that of {len(curve)}, in {history.epochs} epochs",
        )
    if not all(math.isfinite(value) for value in curve):
        raise MatchFailure(
            f"every validation loss in {history.name} is a number",
            "at least one that is not a number or infinite",
            hint="Look at the learning rate, at the scale of the data, and at the loss.",
        )


def assert_callback(history: HistoryEvidence, kind: str, *, monitor: str = "") -> CallbackEvidence:
    """Passes when ``fit`` was given a callback of the class ``kind``, or one derived from it.

    ``monitor`` is what the watched quantity's name has to begin with: "val_" for validation data.
    Gives the callback. Raises MatchFailure, and NotJudgeable where nobody took the callbacks down
    or where the curve shows that an EarlyStopping of these settings would have stopped before.
    """
    if history.callbacks is None:
        raise NotJudgeable(f"which callbacks the fit of {history.name} had was not recorded")
    found = [callback for callback in history.callbacks if kind in callback.kinds]
    if not found:
        others = [_named(c) for c in history.callbacks if c.class_name not in _DEFAULTS]
        raise MatchFailure(
            f"{history.name} is of a fit with the callback {kind}",
            "callbacks: " + (", ".join(others) or "none"),
            hint="fit takes a list of callbacks.",
        )
    watching = [c for c in found if str(c.settings.get("monitor") or "").startswith(monitor)]
    if not watching:
        watched = str(found[0].settings.get("monitor") or "nothing")[:60]
        raise MatchFailure(
            f"{kind} watches a quantity of the validation data",
            f"it watches {watched}",
            "the loss of the training data goes on falling when a network learns by heart.",
            f"Look at the argument monitor of {kind}.",
        )
    measured = [c for c in watching if str(c.settings.get("monitor")) in history.values]
    if not measured:
        raise MatchFailure(
            f"{kind} watches a quantity that this fit measured",
            f"it watches {str(watching[0].settings.get('monitor'))[:60]}",
            "Keras warns of such a name and goes on: the callback never acts.",
            f"{history.name}.history has: {', '.join(sorted(history.values))[:200] or 'nothing'}.",
        )
    watching = measured
    if kind == "EarlyStopping" and all(_should_have_stopped(history, c) for c in watching):
        raise NotJudgeable(
            f"{history.name} went on where the recorded EarlyStopping would have ended the fit"
        )
    return watching[0]


def _named(callback: CallbackEvidence) -> str:
    """A callback for a message: one of the student's own says so, whatever its name is."""
    own = callback.class_name not in callback.kinds
    return f"a class of your own named {callback.class_name}" if own else callback.class_name


def _should_have_stopped(history: HistoryEvidence, callback: CallbackEvidence) -> bool:
    """Whether Keras's rule (keras/src/callbacks/early_stopping.py) ends before the last epoch."""
    patience, start = callback.whole("patience"), callback.whole("start_from_epoch") or 0
    curve = history.values.get(str(callback.settings.get("monitor")), ())
    plain = callback.class_name == "EarlyStopping" and callback.settings.get("baseline") is None
    if not plain or patience is None or len(curve) != history.epochs:
        return False
    if not all(math.isfinite(value) for value in curve):
        return False
    delta = callback.settings.get("min_delta")
    margin = abs(float(delta)) if isinstance(delta, int | float) else 0.0
    stops = _stops([-x for x in curve] if _rises(callback) else curve, patience, margin, start)
    return stops is not None and stops < len(curve) - 1


def _stops(curve: Sequence[float], patience: int, margin: float, start: int) -> int | None:
    best, wait = math.inf, 0
    for epoch, value in enumerate(curve):
        if epoch < start:
            continue
        wait += 1
        if value < best - margin:
            best, wait = value, 0
        if wait >= patience and epoch > 0 and wait > 0:
            return epoch
    return None


def _rises(callback: CallbackEvidence) -> bool:
    """Whether larger is better: said by the mode, or as Keras guesses it from the name."""
    mode, name = callback.settings.get("mode"), str(callback.settings.get("monitor"))
    if mode in ("min", "max"):
        return mode == "max"
    return not name.endswith(("loss", "error")) and any(
        word in name for word in ("acc", "auc", "precision", "recall", "f1")
    )
