"""What a ``compile`` was given, noted when it was given: an exchange after it then shows.

Keras trains with its own copy of the loss, which any code of the notebook can reach in more ways
than a reading of the source can list. Nothing but ``compile`` has to set it.
"""

import functools
from collections.abc import Mapping
from typing import Any  # Keras has no type information
from weakref import WeakValueDictionary

_COMPILED: WeakValueDictionary[int, Any] = WeakValueDictionary()
_GIVEN: dict[int, object] = {}
"""What the models above were compiled with, by their number; one table for the process, like the
method that ``watch_compiles`` wraps."""


def watch_compiles() -> None:
    """From now on every ``compile`` of this process is noted."""
    from keras.src.trainers.trainer import Trainer

    whole = Trainer.compile

    @functools.wraps(whole)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True  # what compile refuses is between Keras and the student
        whole(self, *args, **kwargs)
        _COMPILED[id(self)] = self
        _GIVEN[id(self)] = _settings(self)

    Trainer.compile = noted


def exchanged(model: Any) -> bool:
    """Whether the loss or the optimizer is another than ``compile`` left; False if not noted."""
    return _COMPILED.get(id(model)) is model and _GIVEN.get(id(model)) != _settings(model)


def _settings(model: Any) -> object:
    outer = getattr(model, "_compile_loss", None)
    loss = _described(getattr(outer, "_user_loss", None))
    return loss, _described(getattr(outer, "_user_loss_weights", None)), id(model.optimizer)


def _described(value: Any) -> object:
    """Equal for the same loss. What a list holds is compared, for it can be changed in place."""
    from keras.src.losses import ALL_OBJECTS_DICT

    if isinstance(value, str):
        return value, id(ALL_OBJECTS_DICT.get(value))
    if isinstance(value, Mapping):
        return [(str(key), _described(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [_described(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    # Keras's own losses hold their function and its settings as attributes.
    inside = getattr(value, "__dict__", None) or {}
    held = [(str(name), id(item)) for name, item in inside.items()]
    return id(value), id(getattr(value, "__code__", None)), held
