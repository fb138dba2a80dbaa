"""Which callbacks a ``fit`` was given, and which model it was of: noted when training begins.

A ``History`` keeps the curves but not the list that it stood in, and its model can be exchanged
later. The notes are plain data on the ``History`` itself; they draw no random number and hold no
object alive.
"""

import functools
from typing import Any  # Keras has no type information
from weakref import WeakValueDictionary

from autograder.nouns import JSON
from autograder.recorder.plain import home, plain, spelled, text

NOTE = "_callbacks_of_fit"
MODEL = "_model_of_fit"
MAX_CALLBACKS = 50
SETTINGS = (
    "monitor",
    "mode",
    "patience",
    "min_delta",
    "baseline",
    "restore_best_weights",
    "start_from_epoch",
    "save_best_only",
    "save_weights_only",
    "factor",
)
"""Attributes of Keras's own callbacks that decide what they do."""

_FITTED: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""The fitted models by the number that their histories hold: a history can be pickled, a reference
to a model cannot. Like the method that ``watch_fits`` wraps, it is one for the process."""


def watch_fits() -> None:
    """From now on every ``fit`` of this process leaves a note on its ``History``."""
    from keras.src.callbacks.callback_list import CallbackList

    whole = CallbackList.on_train_begin

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        history, model = getattr(self, "_history", None), getattr(self, "_model", None)
        if history is not None:
            vars(history)[NOTE] = [_described(one) for one in self.callbacks[:MAX_CALLBACKS]]
            vars(history)[MODEL] = id(model)
            if model is not None:
                _FITTED[id(model)] = model
        whole(self, *args, **kwargs)

    CallbackList.on_train_begin = noted


def noted_callbacks(history: Any) -> JSON:
    """The callbacks that were noted on a ``History``, None where there is no note."""
    note = vars(history).get(NOTE)
    return plain(note) if isinstance(note, list) else None


def fitted_model(history: Any) -> Any:
    """The model whose training the ``History`` watched, whatever it was told since then.

    Without a note the one that it holds; None for a model that is no more.
    """
    number = vars(history).get(MODEL)
    if isinstance(number, int):
        return _FITTED.get(number)
    return getattr(history, "model", None)


def _described(callback: Any) -> dict[str, JSON]:
    try:
        kinds = [kind for kind in type(callback).__mro__ if home(kind) == "keras.callbacks"]
        return {
            "class_name": spelled(type(callback)),
            "kinds": [spelled(kind) for kind in kinds],
            "settings": {name: plain(getattr(callback, name, None)) for name in SETTINGS},
        }
    except Exception:
        # A student's own callback may raise from any attribute; the fit must not notice.
        return {"class_name": text(type(callback).__name__), "kinds": [], "settings": {}}
