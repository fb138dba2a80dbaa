"""Where a model's graph begins and ends; for a subclassed model, by running its ``call`` once.

The call gets symbolic inputs, and everything that this attaches to its layers is taken off again.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple  # Any: Keras has no type information

from autograder.recorder.foreign import tensorflow_functions
from autograder.recorder.plain import text


class Ends(NamedTuple):
    """Where a graph begins and ends: symbolic tensors in order, and their names."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    input_names: list[str]
    output_names: list[str]


class NotTraceable(Exception):
    """The model has no graph that could be recorded; the text says why."""


def kind_of(model: Any) -> str:
    """ "Sequential", "Functional", or "Subclass" for a model with a ``call`` of its own."""
    import keras
    from keras.src.models.functional import Functional

    call = type(model).call
    if isinstance(model, keras.Sequential):
        return "Sequential" if call is keras.Sequential.call else "Subclass"
    if isinstance(model, Functional):
        return "Functional" if call is Functional.call else "Subclass"
    return "Subclass"


def symbolic(model: Any) -> Any | None:
    """The Functional object that holds the model's nodes, if it has one."""
    kind = kind_of(model)
    if kind == "Sequential":
        return getattr(model, "_functional", None)
    return model if kind == "Functional" else None


def ends_of(model: Any) -> Ends:
    """The ends of a Functional model: named by the keys where they are a dict, else by layers."""
    inputs = _keys(getattr(model, "_inputs_struct", None), model.inputs)
    outputs = _keys(getattr(model, "_outputs_struct", None), model.outputs)
    if inputs is None:
        inputs = [_layer_name(x) for x in model.inputs]
    if outputs is None:
        outputs = [text(name) for name in getattr(model, "output_names", None) or []]
    return Ends(model.inputs, model.outputs, inputs, outputs)


def _keys(struct: Any, tensors: Sequence[Any]) -> list[str] | None:
    if not isinstance(struct, dict):
        return None
    keys = {id(tensor): text(key) for key, tensor in struct.items()}
    return [keys[id(x)] for x in tensors] if all(id(x) in keys for x in tensors) else None


def _layer_name(tensor: Any) -> str:
    operation = tensor._keras_history.operation
    return text(operation.name if operation is not None else tensor.name)


@contextlib.contextmanager
def opened(model: Any) -> Iterator[Ends]:
    """The ends of a built model of any kind. Raises NotTraceable."""
    inner = symbolic(model)
    if inner is not None:
        yield ends_of(inner)
        return
    with traced(model) as ends:
        yield ends


def not_built(layers: Sequence[Any]) -> str:
    """The name of a layer that would make its weights if it were called now, or an empty string.

    One without a ``build`` of its own has no weights to make.
    """
    from keras.src.utils.python_utils import is_default

    found = [layer.name for layer in layers if not layer.built and not is_default(layer.build)]
    return str(found[0]) if found else ""


@contextlib.contextmanager
def traced(model: Any) -> Iterator[Ends]:
    """The ends of one run of ``model.call`` on symbolic inputs, undone at the end."""
    from keras import tree

    layers = list(model._flatten_layers())
    unbuilt = not_built(layers)
    if unbuilt:
        raise NotTraceable(f"the layer {text(unbuilt)} inside the model is not built yet")
    inputs = inputs_for(model)
    with _restored(layers):
        try:
            with tensorflow_functions():
                outputs = _python_of(model.call)(inputs)
        except Exception as error:
            # The student's call may need real numbers, or raise anything.
            reason = text(str(error).strip().splitlines()[0] if str(error).strip() else "")
            raise NotTraceable(
                f"call() cannot be run on symbolic inputs: {type(error).__name__} {reason}"
            ) from None
        flat = tree.flatten(outputs)
        names = [f"output_{place + 1}" for place in range(len(flat))]
        if isinstance(outputs, dict):
            names = [text(key) for key in sorted(outputs)]
        if not flat or not all(hasattr(x, "_keras_history") for x in flat):
            raise NotTraceable("call() does not return what its layers compute")
        flat_inputs = tree.flatten(inputs)
        yield Ends(flat_inputs, flat, [_layer_name(x) for x in flat_inputs], names)


def _python_of(call: Any) -> Any:
    """The method under ``@tf.function``, which takes no symbolic tensors of Keras."""
    found = getattr(call, "python_function", None)
    return found if callable(found) else call


def inputs_for(model: Any) -> Any:
    """New symbolic inputs, in the structure that a subclassed model was built with.

    Raises NotTraceable when that is not known.
    """
    import keras

    shapes = getattr(model, "_build_shapes_dict", None)
    if not shapes or len(shapes) != 1:
        raise NotTraceable("the shape of the model's input is not known")

    def make(shape: Any, name: str | None = None) -> Any:
        if isinstance(shape, dict):
            return {key: make(item, text(key)) for key, item in shape.items()}
        if isinstance(shape, list | tuple) and any(isinstance(x, list | tuple) for x in shape):
            return [make(item) for item in shape]
        return keras.Input(tuple(shape)[1:], name=name)

    return make(next(iter(shapes.values())))


@contextlib.contextmanager
def _restored(layers: list[Any]) -> Iterator[None]:
    """Puts back the layers' attributes and the nodes that hang on them."""
    before = [(vars(layer), dict(vars(layer))) for layer in layers]
    lists = [
        (found, list(found))
        for layer in layers
        for found in (layer._inbound_nodes, layer._outbound_nodes, layer._losses)
    ]
    try:
        yield
    finally:
        for attributes, saved in before:
            for key in [key for key in attributes if key not in saved]:
                del attributes[key]
            attributes.update(saved)
        for found, items in lists:
            found[:] = items
