"""A snapshot: every model, History, array and scalar that the namespace binds, as JSON.

Taken just before a grade cell, so that a variable that is used again later cannot change an earlier
verdict. A value that cannot be recorded becomes "other"; nothing here raises for it.
"""

import sys
import types
from collections.abc import Mapping
from typing import Any  # values of any type stand in a student's namespace

import numpy as np

from autograder.evidence.arrays import DTYPES, pack
from autograder.nouns import JSON
from autograder.recorder.fitting import changed_since, fitted_model, noted_callbacks, noted_fits
from autograder.recorder.models import record_model
from autograder.recorder.parts import note_parts
from autograder.recorder.plain import number, plain, text
from autograder.recorder.sink import Sink
from autograder.recorder.stillness import stillness

__all__ = ["Sink", "take_snapshot"]

MAX_NAMES = 200
MAX_ARRAY_BYTES = 4 * 1024**2
"""Predictions and labels fit; a training set is described by its facts alone."""

MAX_HEAD_BYTES = 128 * 1024
"""Of a larger array the first rows are kept: some forty images of MNIST in float32."""

MAX_LIST_ITEMS = 100_000
MAX_SCALAR_TEXT = 10_000
MAX_EPOCHS = 10_000

SHELL_NAMES = frozenset(["In", "Out", "exit", "quit", "get_ipython", "open"])
"""What IPython itself puts into the namespace."""

LAST = ("function", "other")
"""Kinds that give way to others when a namespace binds more names than are recorded."""


def take_snapshot(namespace: Mapping[str, object], sink: Sink) -> dict[str, JSON]:
    """``{"values": {name: VALUE}}`` of the namespace; arrays and models go to the sink."""
    with stillness():
        recorder = ValueRecorder(sink)
        found: dict[str, JSON] = {}
        spare: dict[str, JSON] = {}
        for name, value in list(namespace.items()):
            if len(found) >= MAX_NAMES:
                break
            if _left_out(name, value):
                continue
            recorded = recorder.value(value)
            into = spare if recorded["kind"] in LAST else found
            if len(into) < MAX_NAMES:
                into[text(name)] = recorded
        for name in list(spare)[: MAX_NAMES - len(found)]:
            found[name] = spare[name]
        note_parts(namespace, found)
        return {"values": found}


def _left_out(name: object, value: object) -> bool:
    return (
        type(name) is not str
        or name.startswith("_")
        or name in SHELL_NAMES
        # isinstance() would ask the value for its class, and the value may raise.
        or issubclass(type(value), types.ModuleType | type)
    )


class ValueRecorder:
    """Records values, each model once however many names it has."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._models: dict[int, tuple[object, str]] = {}

    def value(self, value: object) -> dict[str, JSON]:
        """VALUE of anything at all."""
        try:
            return self._known(value) or _other(value)
        except Exception:
            # A student's object may raise from any attribute; it is recorded as what it is.
            return _other(value)

    def _known(self, value: Any) -> dict[str, JSON] | None:
        if isinstance(value, bool | int | float | str | np.bool_ | np.number):
            return _scalar(value)
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if isinstance(value, list | tuple):
            return self._numbers(value)
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
            return {"kind": "function", "source": None}
        return self._table(value) or self._keras(value)

    def _table(self, value: Any) -> dict[str, JSON] | None:
        """A column or table of pandas that holds numbers, as their array."""
        pandas: Any = sys.modules.get("pandas")
        kinds = ("Series", "DataFrame", "Index")
        # While pandas is being imported it has no names yet.
        known = tuple(kind for kind in (getattr(pandas, name, None) for name in kinds) if kind)
        if not known or not isinstance(value, known):
            return None
        dtypes = {dtype.name for dtype in (value.dtypes if value.ndim == 2 else [value.dtype])}
        # Columns of several types are copied into one array, which a large table has no room for.
        if not dtypes <= DTYPES or (len(dtypes) > 1 and value.size > MAX_LIST_ITEMS):
            return None
        return self._array(value.to_numpy())

    def _keras(self, value: Any) -> dict[str, JSON] | None:
        keras = sys.modules.get("keras")
        if keras is None:
            return None
        if isinstance(value, keras.Model):
            fits = noted_fits(value, self._sink)
            found: dict[str, JSON] = {"kind": "model", "ref": self._model(value)}
            return {**found, "fits": fits} if fits else found
        if isinstance(value, keras.callbacks.History):
            return self._history(value, keras)
        tensorflow = sys.modules.get("tensorflow")
        kinds: tuple[Any, ...] = (keras.Variable,)
        if tensorflow is not None:
            kinds = (keras.Variable, tensorflow.Tensor, tensorflow.Variable)
        if isinstance(value, kinds):
            return self._array(np.asarray(value))
        return None

    def _model(self, model: Any) -> str:
        known = self._models.get(id(model))
        if known is None:
            known = (model, self._sink.model(record_model(model, self._sink)))
            self._models[id(model)] = known
        return known[1]

    def _history(self, history: Any, keras: Any) -> dict[str, JSON]:
        model = fitted_model(history)
        curves: dict[str, JSON] = {}
        for key, values in list(dict(history.history).items())[:MAX_NAMES]:
            curves[text(key)] = [_point(value) for value in list(values)[:MAX_EPOCHS]]
        changed: dict[str, JSON] = {"changed": True} if changed_since(history) else {}
        return {
            "kind": "history",
            **changed,
            "history": curves,
            "epoch": [int(epoch) for epoch in list(history.epoch)[:MAX_EPOCHS]],
            "params": plain(getattr(history, "params", None) or {}),
            "callbacks": noted_callbacks(history),
            "fits": noted_fits(model, self._sink),
            "model": self._model(model) if isinstance(model, keras.Model) else None,
        }

    def _numbers(self, value: list[Any] | tuple[Any, ...]) -> dict[str, JSON] | None:
        if not value or not _only_numbers(value, [MAX_LIST_ITEMS]):
            return None
        return self._array(np.asarray(value))

    def _array(self, array: np.ndarray[Any, Any]) -> dict[str, JSON] | None:
        if array.dtype.name not in DTYPES:
            return None
        if array.ndim == 0:
            return _scalar(array[()])
        small = array.nbytes <= MAX_ARRAY_BYTES
        return {
            "kind": "array",
            "dtype": array.dtype.name,
            "shape": [int(n) for n in array.shape],
            "blob": self._sink.blob(pack(array)) if small else None,
            "head": None if small else self._sink.blob(pack(_head(array))),
            "facts": _facts(array),
        }


def _head(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The first rows of a large array: enough to see what was done to the data."""
    rows = max(1, MAX_HEAD_BYTES * len(array) // array.nbytes)
    head = array[:rows]
    return head if head.nbytes <= MAX_ARRAY_BYTES else head.ravel()[:0]


def _facts(array: np.ndarray[Any, Any]) -> dict[str, JSON]:
    """Smallest and largest finite value, and whether all are finite."""
    if array.size == 0:
        return {"min": None, "max": None, "finite": True}
    low, high = array.min(), array.max()
    # A NaN anywhere makes both NaN, an infinity shows in one: no second array is needed.
    finite = bool(np.isfinite(low) and np.isfinite(high))
    if not finite:
        kept = array[np.isfinite(array)]
        if kept.size == 0:
            return {"min": None, "max": None, "finite": False}
        low, high = kept.min(), kept.max()
    return {"min": plain(low), "max": plain(high), "finite": finite}


def _single(value: Any) -> float:
    return float(np.asarray(value).item())


def _scalar(value: Any) -> dict[str, JSON]:
    """A scalar by the number that it is: methods of a class of the student's own are not asked."""
    if isinstance(value, bool | np.bool_):
        return {"kind": "scalar", "type": "bool", "value": bool(value)}
    if isinstance(value, int | np.integer):
        whole = int.__int__(value) if isinstance(value, int) else int(np.asarray(value).item())
        if -(2**63) <= whole < 2**63:
            return {"kind": "scalar", "type": "int", "value": whole}
        return _other(value)
    if isinstance(value, str):
        return {"kind": "scalar", "type": "str", "value": text(str.__str__(value), MAX_SCALAR_TEXT)}
    if isinstance(value, float | np.floating):
        plain_float = float.__float__(value) if isinstance(value, float) else _single(value)
        return {"kind": "scalar", "type": "float", "value": number(plain_float)}
    return _other(value)


def _point(value: object) -> JSON:
    """One epoch's value; null for what is no finite number."""
    from tensorflow.python.framework.ops import EagerTensor

    try:
        if isinstance(value, float):
            found = float.__float__(value)
        elif isinstance(value, int):
            found = float(int.__int__(value))
        elif isinstance(value, np.number | np.bool_) or type(value) in (np.ndarray, EagerTensor):
            found = float(np.asarray(value).item())
        else:
            return None  # an object of the student's own may say another number to each who asks
    except Exception:
        # Students may put anything into history.history.
        return None
    return found if np.isfinite(found) else None


def _only_numbers(value: object, left: list[int]) -> bool:
    left[0] -= 1
    if left[0] < 0:
        return False
    if isinstance(value, list | tuple):
        return all(_only_numbers(item, left) for item in value)
    if type(value) is int:
        return -(2**63) <= value < 2**63
    return type(value) in (bool, float) or isinstance(value, np.number | np.bool_)


def _other(value: object) -> dict[str, JSON]:
    return {"kind": "other", "type": text(type.__dict__["__name__"].__get__(type(value)))}
