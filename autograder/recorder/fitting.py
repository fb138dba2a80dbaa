"""Which callbacks a ``fit`` was given: Keras forgets them, so they are noted when training begins.

A ``History`` keeps the curves and the model, but not the list that it stood in. The note is plain
data on the ``History`` itself; it draws no random number and holds no object alive.
"""

import functools
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.plain import home, plain, spelled, text

NOTE = "_callbacks_of_fit"
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


def watch_fits() -> None:
    """From now on every ``fit`` of this process leaves a note on its ``History``."""
    from keras.src.callbacks.callback_list import CallbackList

    whole = CallbackList.__init__

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        whole(self, *args, **kwargs)
        history = getattr(self, "_history", None)
        if history is not None:
            vars(history)[NOTE] = [_described(one) for one in self.callbacks[:MAX_CALLBACKS]]

    CallbackList.__init__ = noted


def noted_callbacks(history: Any) -> JSON:
    """The callbacks that were noted on a ``History``, None where there is no note."""
    note = vars(history).get(NOTE)
    return plain(note) if isinstance(note, list) else None


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
