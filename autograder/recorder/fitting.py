"""Which callbacks and targets a ``fit`` was given, and of which model it was: noted as it begins.

A ``History`` keeps the curves but not the list that it stood in, and its model can be exchanged
later. The notes are plain data on the ``History`` itself, and beside the model; they draw no random
number and hold no object alive.
"""

import functools
from collections.abc import Callable
from typing import Any  # Keras has no type information
from weakref import WeakValueDictionary

from autograder.nouns import JSON
from autograder.recorder.plain import home, plain, spelled, text
from autograder.recorder.targets import first_targets

NOTE = "_callbacks_of_fit"
MODEL = "_model_of_fit"
MAX_CALLBACKS = 50
MAX_FITS = 20
"""Of each model; of more, the last ones are kept."""

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
to a model cannot. Like the methods that ``watch_fits`` wraps, it is one for the process."""

_TRAINED: dict[int, list[JSON]] = {}
"""The targets of each model's fits, by the same number."""

_GIVEN: list[list[JSON]] = []
"""The targets of the iterator that was made last: ``fit`` makes its own just before it begins."""


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
            _note_targets(model)
            _FITTED[id(model)] = model
        whole(self, *args, **kwargs)

    CallbackList.on_train_begin = noted
    _watch_targets()


def _watch_targets() -> None:
    from keras.src.backend.tensorflow.trainer import TFEpochIterator
    from keras.src.callbacks.callback_list import CallbackList

    whole = TFEpochIterator.__init__

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        _GIVEN[:] = [first_targets(kwargs.get("x"), kwargs.get("y"))]
        whole(self, *args, **kwargs)

    TFEpochIterator.__init__ = noted
    # The rows of an evaluation or a prediction are not those of a training that begins later.
    CallbackList.on_test_begin = _forgetting(CallbackList.on_test_begin)
    CallbackList.on_predict_begin = _forgetting(CallbackList.on_predict_begin)


def _forgetting(whole: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(whole)
    def forgetting(self: Any, *args: Any, **kwargs: Any) -> None:
        _GIVEN.clear()
        whole(self, *args, **kwargs)

    return forgetting


def _note_targets(model: Any) -> None:
    if _FITTED.get(id(model)) is not model:
        _TRAINED.pop(id(model), None)
    given = _GIVEN.pop() if _GIVEN else []
    note: dict[str, JSON] = {"targets": given}
    _TRAINED[id(model)] = [*_TRAINED.get(id(model), []), note][-MAX_FITS:]


def noted_fits(model: Any) -> list[JSON]:
    """``{"targets": [[number]]}`` for each ``fit`` of the model so far, in order."""
    return _TRAINED.get(id(model), []) if _FITTED.get(id(model)) is model else []


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
