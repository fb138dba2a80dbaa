"""One operation of a model as JSON: its class, settings, and which weights are its own."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any  # Keras has no type information

import numpy as np

from autograder.nouns import JSON
from autograder.recorder.plain import home, plain, spelled, text
from autograder.recorder.probes import describe_callable

CALLABLE_KEYS = ("activation", "recurrent_activation")
"""Settings of Keras's layers that are functions; their own serialisation loses foreign ones."""

CONTEXT_KEYS = ("mask", "training")

MAX_CONSTANT = 1_000
"""Numbers in a constant tensor that stands among an operation's arguments."""


def layer_record(layer: Any, rank: int = 2) -> dict[str, JSON]:
    """``{"class_name", "module", "name", "config"}`` of a layer or operation."""
    return {
        "class_name": spelled(type(layer)),
        "module": home(type(layer)),
        "name": text(getattr(layer, "name", "")),
        "config": config_of(layer, rank),
    }


def config_of(layer: Any, rank: int = 2) -> dict[str, JSON]:
    """The layer's config as plain JSON; {} for a model, whose graph says it all."""
    import keras

    if isinstance(layer, keras.Model):
        return {}
    try:
        raw = dict(layer.get_config())
    except Exception:
        # Keras refuses for classes whose arguments it cannot serialise; students' own may raise.
        raw = _by_signature(layer)
    found: dict[str, object] = {key: value for key, value in raw.items() if key != "function"}
    describe = partial(describe_callable, rank=rank)
    config = plain(found)
    assert isinstance(config, dict)
    for key in CALLABLE_KEYS:
        function = getattr(layer, key, None)
        if key in raw and callable(function):
            config[key] = describe(function)
    if isinstance(layer, keras.layers.Lambda):
        function = getattr(layer, "function", None)
        arguments = getattr(layer, "arguments", None) or {}
        if callable(function):
            whole = partial(function, **arguments) if arguments else function
            config["function"] = {**_named(describe(whole)), "callable": spelled(function)}
    if isinstance(layer, keras.layers.Layer):
        config.pop("dtype", None)
    policy = getattr(layer, "dtype_policy", None)
    if policy is not None:
        config["dtype"] = text(policy.name)
    return config


def _by_signature(layer: Any) -> dict[str, object]:
    """The settings of a layer of Keras that cannot serialise one of them (a lambda, say).

    Its attributes have the names of its constructor's arguments.
    """
    if not home(type(layer)):
        return {}
    names = inspect.signature(type(layer).__init__).parameters
    return {name: getattr(layer, name) for name in names if hasattr(layer, name)}


def arguments_of(node: Any) -> tuple[list[JSON], dict[str, JSON], list[Any]]:
    """Positional and keyword arguments of a call, and its input tensors.

    ``{"tensor": k}`` among the arguments is the k-th of the tensors. A layer's mask and mode are
    left out: Keras passes the mask along by itself, and the mode is not the model's.
    """
    import keras
    from keras import tree

    kwargs = {key: value for key, value in node.arguments.kwargs.items() if value is not None}
    if isinstance(node.operation, keras.layers.Layer):
        kwargs = {key: value for key, value in kwargs.items() if key not in CONTEXT_KEYS}
    flat = tree.flatten((node.arguments.args, kwargs))
    tensors = [value for value in flat if isinstance(value, keras.KerasTensor)]
    positions: dict[int, int] = {}
    for place, tensor in enumerate(tensors):
        positions.setdefault(id(tensor), place)

    def describe(value: object) -> JSON:
        if id(value) in positions:
            return {"tensor": positions[id(value)]}
        return _constant(value)

    args = [plain(value, describe) for value in node.arguments.args]
    return args, {text(key): plain(value, describe) for key, value in kwargs.items()}, tensors


def weight_indices(layer: Any, indices: Mapping[int, int]) -> list[JSON]:
    """Where the layer's weights stand in the model's list."""
    found = getattr(layer, "weights", None) or []
    return [indices[id(weight)] for weight in found if id(weight) in indices]


def _constant(value: object) -> JSON:
    convert: Callable[[], object] | None = getattr(value, "numpy", None)
    if callable(convert):
        try:
            array = np.asarray(convert())
        except Exception:
            # A symbolic tensor of TensorFlow has no value.
            return {"type": text(type(value).__name__)}
        if array.size <= MAX_CONSTANT and array.dtype.kind in "biuf":
            return plain(array.tolist())
    return {"type": text(type(value).__name__)}


def _named(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}
