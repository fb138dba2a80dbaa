"""The symbolic graph of a model as JSON, read from the nodes that Keras keeps.

No model is built or cloned for it. A subclassed model has no such nodes: its ``call`` is run once
on symbolic inputs, and everything that this attaches to its layers is taken off again.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.operations import arguments_of, layer_record, weight_indices
from autograder.recorder.plain import text

MAX_OPERATIONS = 5_000
MAX_NESTING = 12


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


def graph_of(model: Any, indices: Mapping[int, int]) -> dict[str, JSON]:
    """GRAPH of the model. Raises NotTraceable. ``indices`` maps id(weight) to its place."""
    if not model.built:
        raise NotTraceable("the model is not built: it has not seen an input's shape yet")
    writer = _Writer(indices)
    inner = _symbolic(model)
    if inner is not None:
        return writer.graph(inner.inputs, inner.outputs, output_names(inner), MAX_NESTING)
    with traced(model) as (inputs, outputs, names):
        return writer.graph(inputs, outputs, names, MAX_NESTING)


def output_names(model: Any) -> list[str]:
    """Names of the outputs, in order: keys where the outputs are a dict, else the layers'."""
    outputs = getattr(model, "_outputs_struct", None)
    if isinstance(outputs, dict):
        keys = {id(tensor): text(key) for key, tensor in outputs.items()}
        if all(id(tensor) in keys for tensor in model.outputs):
            return [keys[id(tensor)] for tensor in model.outputs]
    return [text(name) for name in getattr(model, "output_names", None) or []]


def _symbolic(model: Any) -> Any | None:
    """The Functional object that holds the model's nodes, if it has one."""
    kind = kind_of(model)
    if kind == "Sequential":
        return getattr(model, "_functional", None)
    return model if kind == "Functional" else None


class _Writer:
    """Writes nested graphs with one numbering of layers and one budget of operations."""

    def __init__(self, indices: Mapping[int, int]) -> None:
        self._indices = indices
        self._layers: dict[int, int] = {}
        self._left = MAX_OPERATIONS

    def graph(
        self, inputs: Sequence[Any], outputs: Sequence[Any], names: list[str], depth: int
    ) -> dict[str, JSON]:
        from keras.src.ops.function import map_graph

        if depth <= 0:
            raise NotTraceable(f"models are nested more than {MAX_NESTING} deep")
        refs: dict[int, list[JSON]] = {id(x): [place, 0] for place, x in enumerate(inputs)}
        nodes_by_depth = map_graph(list(inputs), list(outputs))[1]
        ops: list[JSON] = []
        for level in sorted(nodes_by_depth, reverse=True):
            for node in nodes_by_depth[level]:
                if node.is_input or all(id(x) in refs for x in node.outputs):
                    continue
                number = len(inputs) + len(ops)
                ops.append(self._op(node, number, refs, depth))
                refs.update({id(x): [number, place] for place, x in enumerate(node.outputs)})
        return {
            "inputs": [_input(x, place) for place, x in enumerate(inputs)],
            "ops": ops,
            "outputs": [refs[id(x)] for x in outputs],
            "output_names": list(names),
        }

    def _op(
        self, node: Any, number: int, refs: Mapping[int, list[JSON]], depth: int
    ) -> dict[str, JSON]:
        self._left -= 1
        if self._left < 0:
            raise NotTraceable(f"the model has more than {MAX_OPERATIONS} operations")
        operation = node.operation
        args, kwargs, tensors = arguments_of(node)
        graph = None
        inner = _nested(operation)
        if inner is not None:
            tensors = _in_order(node, inner, tensors)
            graph = self.graph(inner.inputs, inner.outputs, output_names(inner), depth - 1)
        rank = len(tensors[0].shape) if tensors else 2
        return {
            **layer_record(operation, rank),
            "id": number,
            "layer": self._layers.setdefault(id(operation), len(self._layers)),
            "inputs": [refs[id(x)] for x in tensors],
            "args": args,
            "kwargs": kwargs,
            "output_shapes": [list(x.shape) for x in node.outputs],
            "weights": weight_indices(operation, self._indices),
            "graph": graph,
        }


def _nested(operation: Any) -> Any | None:
    import keras

    return _symbolic(operation) if isinstance(operation, keras.Model) else None


def _in_order(node: Any, inner: Any, tensors: list[Any]) -> list[Any]:
    """The call's tensors in the order of the nested model's inputs, which a dict may change."""
    first = node.arguments.args[0] if node.arguments.args else None
    if isinstance(first, dict) and not isinstance(inner._inputs_struct, dict):
        tensors = [first[x.name] for x in inner.inputs]
    if len(tensors) != len(inner.inputs):
        raise NotTraceable(f"the model {inner.name} is called with other inputs than its own")
    return tensors


def _input(tensor: Any, number: int) -> dict[str, JSON]:
    operation = tensor._keras_history.operation
    return {
        "id": number,
        "name": text(operation.name if operation is not None else tensor.name),
        "shape": list(tensor.shape),
        "dtype": text(tensor.dtype),
    }


@contextlib.contextmanager
def traced(model: Any) -> Iterator[tuple[list[Any], list[Any], list[str]]]:
    """Symbolic inputs, outputs and output names of one run of ``model.call``, undone at the end."""
    from keras import tree

    layers = list(model._flatten_layers())
    unbuilt = [layer.name for layer in layers if not layer.built]
    if unbuilt:
        raise NotTraceable(f"the layer {text(unbuilt[0])} inside the model is not built yet")
    inputs = _inputs_for(model)
    with _restored(layers):
        try:
            outputs = model.call(inputs)
        except Exception as error:
            # The student's call may need real numbers, or raise anything.
            reason = text(str(error).strip().splitlines()[0] if str(error).strip() else "")
            raise NotTraceable(
                f"call() cannot be run on symbolic inputs: {type(error).__name__} {reason}"
            ) from None
        flat = tree.flatten(outputs)
        names = [text(key) for key in sorted(outputs)] if isinstance(outputs, dict) else []
        if not flat or not all(hasattr(x, "_keras_history") for x in flat):
            raise NotTraceable("call() does not return what its layers compute")
        yield tree.flatten(inputs), flat, names


def _inputs_for(model: Any) -> Any:
    import keras

    shapes = getattr(model, "_build_shapes_dict", None)
    if not shapes or len(shapes) != 1:
        raise NotTraceable("the shape of the model's input is not known")

    def make(shape: Any) -> Any:
        if isinstance(shape, dict):
            return {key: make(item) for key, item in shape.items()}
        if isinstance(shape, list | tuple) and any(isinstance(x, list | tuple) for x in shape):
            return [make(item) for item in shape]
        return keras.Input(tuple(shape)[1:])

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
