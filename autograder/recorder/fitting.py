"""Which callbacks and rows a ``fit`` was given, of which model, and what it left: noted meanwhile.

A ``History`` keeps the curves but not the list that it stood in, and its model can be exchanged
later. The notes are plain data on the ``History`` itself, and beside the model; they draw no random
number and hold no object alive.
"""

import functools
import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any  # Keras has no type information
from weakref import WeakValueDictionary

import numpy as np

from autograder.evidence.arrays import Blob, pack, unpack
from autograder.evidence.given import as_json, rows_of
from autograder.nouns import JSON
from autograder.recorder.plain import home, plain, spelled, text
from autograder.recorder.sink import Sink
from autograder.recorder.targets import Numbers, first_rows, sample_rows, whole_rows

NOTE = "_callbacks_of_fit"
MODEL = "_model_of_fit"
CURVES = "_curves_of_fit"
UNTRUE = "other numbers than Keras reported"
"""In the place of the curves' digest, which is none of this."""

LOSS = "loss"
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

_TRAINED: dict[int, list[dict[str, JSON]]] = {}
"""What is noted of each model's fits, by the same number."""

_SAMPLES: dict[int, tuple[list[Numbers], list[Numbers]]] = {}
"""Some rows of the last fit, by the same number."""

_BEGUN: dict[int, list[str] | None] = {}
"""The weights with which the last fit began, by content."""

_FIRST: dict[int, list[Blob]] = {}
"""The weights before any training, by the same number; none once a fit has moved them far."""

_GIVEN: list[tuple[dict[str, JSON], Any, Any]] = []
"""The first rows of the iterator that was made last, and what it was made from: ``fit`` makes its
own just before it begins."""

_LOGS: dict[int, list[dict[str, object]]] = {}
"""What Keras reported of each epoch of the last fit, before any callback saw it, by the same
number."""

MAX_HASHED = 64 * 1024**2
"""Bytes of weights that are named by content when a fit ends."""

MAX_FIRST = 4 * 1024**2
"""Bytes of weights that are kept from before the first fit."""

MOVED = 0.05
"""Of the weights' size: by less a training from random weights seldom moves them all together. Only
then is the grader given what it needs to see whether they were good before."""


def watch_fits() -> None:
    """From now on every ``fit`` of this process leaves a note on its ``History``."""
    from keras.callbacks import History
    from keras.src.callbacks.callback_list import CallbackList
    from keras.src.utils.python_utils import pythonify_logs

    whole = CallbackList.on_train_begin

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        model = getattr(self, "_model", None)
        # A list of callbacks can be made and run by hand; only a fit has made an iterator before.
        for history in [one for one in self.callbacks if isinstance(one, History) and _GIVEN]:
            vars(history)[NOTE] = [_described(one) for one in self.callbacks[:MAX_CALLBACKS]]
            vars(history)[MODEL] = id(model)
        if model is not None:
            _note_rows(model)
            _FITTED[id(model)] = model
            _LOGS[id(model)] = []
        whole(self, *args, **kwargs)

    CallbackList.on_train_begin = noted
    reported = CallbackList.on_epoch_end

    @functools.wraps(reported)
    def noted_epoch(self: Any, epoch: int, logs: Any = None) -> None:
        logs = pythonify_logs(logs)
        _LOGS.setdefault(id(getattr(self, "_model", None)), []).append(dict(logs))
        reported(self, epoch, logs)

    CallbackList.on_epoch_end = noted_epoch
    ended = CallbackList.on_train_end

    @functools.wraps(ended)
    def noted_end(self: Any, *args: Any, **kwargs: Any) -> None:
        ended(self, *args, **kwargs)
        for history in [one for one in self.callbacks if isinstance(one, History)]:
            true = _as_reported(history, getattr(self, "_model", None))
            vars(history)[CURVES] = _digest(history) if true else UNTRUE
        _note_weights(getattr(self, "_model", None))

    CallbackList.on_train_end = noted_end
    _watch_rows()
    _watch_batches()


def _watch_batches() -> None:
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    whole = TensorFlowTrainer.train_on_batch

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        if _FITTED.get(id(self)) is not self:
            _note_first(self)
            _FITTED[id(self)] = self
        return whole(self, *args, **kwargs)

    TensorFlowTrainer.train_on_batch = noted


def _watch_rows() -> None:
    from keras.src.backend.tensorflow.trainer import TFEpochIterator
    from keras.src.callbacks.callback_list import CallbackList

    whole = TFEpochIterator.__init__

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        x, y = kwargs.get("x"), kwargs.get("y")
        _GIVEN[:] = [({**first_rows(x, y), "partial": _leaves_rows_out(x, y, kwargs)}, x, y)]
        whole(self, *args, **kwargs)

    TFEpochIterator.__init__ = noted
    # The rows of an evaluation or a prediction are not those of a training that begins later.
    CallbackList.on_test_begin = _forgetting(CallbackList.on_test_begin)
    CallbackList.on_predict_begin = _forgetting(CallbackList.on_predict_begin)


def _leaves_rows_out(x: Any, y: Any, given: Mapping[str, Any]) -> bool:
    """Whether an epoch of so many steps cannot reach all rows; False where they are not counted."""
    steps, batch = given.get("steps_per_epoch"), given.get("batch_size") or 32
    try:
        return y is not None and steps is not None and int(steps) * int(batch) < len(y)
    except Exception:
        # Dictionaries of arrays and tensors of other libraries have lengths of their own.
        return False


def _forgetting(whole: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(whole)
    def forgetting(self: Any, *args: Any, **kwargs: Any) -> None:
        _GIVEN.clear()
        whole(self, *args, **kwargs)

    return forgetting


def _note_rows(model: Any) -> None:
    begun = _note_first(model)
    first, x, y = _GIVEN.pop() if _GIVEN else (first_rows(None, None), None, None)
    given = {**first, "rows": _facts(x, y)}
    _TRAINED[id(model)] = [*_TRAINED.get(id(model), []), given][-MAX_FITS:]
    _SAMPLES[id(model)] = sample_rows(x, y)
    _BEGUN[id(model)] = _named(begun)


def _note_first(model: Any) -> list[Blob] | None:
    """The weights as they are; kept as well, if it is the first training of this model."""
    if _FITTED.get(id(model)) is not model:
        _TRAINED.pop(id(model), None)
        _FIRST.pop(id(model), None)
    now = _packed(model)
    if id(model) not in _FIRST:
        small = now and sum(len(blob.data) for blob in now) <= MAX_FIRST
        _FIRST[id(model)] = now if now and small else []
    return now


def _facts(x: Any, y: Any) -> JSON:
    """Facts of every input and target as a whole; None where they cannot be had."""
    try:
        inputs, targets = whole_rows(x, y)
        return {
            "inputs": [as_json(rows_of(array)) for array in inputs],
            "targets": [as_json(rows_of(array)) for array in targets],
        }
    except Exception:
        # Students hand over objects of every kind; the fit must not notice.
        return None


def _note_weights(model: Any) -> None:
    """Names the weights by content: what the fit ended with, whatever is done to them later."""
    fits = _TRAINED.get(id(model), []) if _FITTED.get(id(model)) is model else []
    if not fits:
        return
    packed = _packed(model)
    ended = _named(packed)
    fits[-1]["weights"] = None if ended is None else list(ended)
    if ended and ended == _BEGUN.get(id(model)):
        fits[-1]["unchanged"] = True
    if _moved(_FIRST.get(id(model)) or [], packed or []) > MOVED:
        _FIRST[id(model)] = []


def _packed(model: Any) -> list[Blob] | None:
    """The weights, None where they are many or cannot be had."""
    try:
        arrays = [np.asarray(weight) for weight in model.weights]
        small = sum(array.nbytes for array in arrays) <= MAX_HASHED
        return [pack(array) for array in arrays] if small else None
    except Exception:
        # A student's model may raise from any attribute, and bfloat16 has no bytes here.
        return None


def _named(weights: list[Blob] | None) -> list[str] | None:
    return None if weights is None else [blob.digest for blob in weights]


def _moved(before: list[Blob], after: list[Blob]) -> float:
    """How far all weights together have gone, as a share of their size; infinite where that cannot
    be told."""
    way = size = 0.0
    for old, new in zip(before, after, strict=False):
        if old.dtype != new.dtype or old.shape != new.shape:
            return math.inf
        values = unpack(old).astype(np.float64)
        way += float(np.sum((unpack(new).astype(np.float64) - values) ** 2))
        size += float(np.sum(values**2))
    return math.sqrt(way / size) if size and len(before) == len(after) else math.inf


def noted_fits(model: Any, sink: Sink) -> list[JSON]:
    """``{"inputs", "targets", "partial", "rows", "weights"}`` for each ``fit`` so far, in order.

    The first numbers of each array, whether its epochs left rows out, facts of all rows, and the
    weights that it ended with by content, if it ended; ``"unchanged"`` where these are those that
    it began with. The last one has ``"sample"``, some of its rows; the first ``"begun"``, the
    weights from before it, where no fit has moved them far.
    """
    if _FITTED.get(id(model)) is not model:
        return []
    fits: list[dict[str, JSON]] = [dict(fit) for fit in _TRAINED.get(id(model), [])]
    inputs, targets = _SAMPLES.get(id(model), ([], []))
    first = _FIRST.get(id(model), [])
    if first and len(fits) < MAX_FITS:
        fits[0]["begun"] = [sink.blob(blob) for blob in first]
    if fits and inputs:
        fits[-1]["sample"] = {"inputs": _kept(inputs, sink), "targets": _kept(targets, sink)}
    return list(fits)


def _kept(arrays: list[Numbers], sink: Sink) -> list[JSON]:
    return [{"blob": sink.blob(pack(array))} for array in arrays]


def noted_callbacks(history: Any) -> JSON:
    """The callbacks that were noted on a ``History``, None where there is no note."""
    note = vars(history).get(NOTE)
    return plain(note) if isinstance(note, list) else None


def changed_since(history: Any) -> bool:
    """Whether the curves are others than those with which the fit ended."""
    noted = vars(history).get(CURVES)
    return isinstance(noted, str) and noted != _digest(history)


def _as_reported(history: Any, model: Any) -> bool:
    """Whether the curves are what Keras reported: callbacks may add to that, and change nothing.

    A ``History`` that was handed to an earlier fit as well has the older epochs first.
    """
    try:
        logs = _LOGS.get(id(model), [])
        for name in {name for log in logs for name in log}:
            curve = history.history.get(name)
            wanted = [log[name] for log in logs if name in log]
            if curve is not None and repr(list(curve)[-len(wanted) :]) != repr(wanted):
                return False
        return not logs or not _named_loss(model)
    except Exception:
        # Logs hold whatever a student's callback put there; the fit must not notice.
        return False


def _named_loss(model: Any) -> bool:
    """Whether a metric has the name under which the loss is reported, and so takes its place."""
    own = getattr(model, "_loss_tracker", None)
    groups = [getattr(one, "metrics", None) or [one] for one in model.metrics if one is not own]
    return any(one.name == LOSS for group in groups for one in group)


def _digest(history: Any) -> str:
    try:
        # Lists and dicts of the notebook's own may show a text that never changes.
        curves = {str(key): list(values) for key, values in dict(history.history).items()}
        return hashlib.sha256(repr((list(history.epoch), curves)).encode()).hexdigest()
    except Exception:
        # Logs hold whatever a student's callback put there; the fit must not notice.
        return ""


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
