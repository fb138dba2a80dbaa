"""Inside a fresh jail: the recorded model built again from its graph, and its predictions.

Nothing of the student's runs here. The graph is walked with eager tensors, batch by batch; each
layer comes from the table in ``evidence/graph/allowed.py`` and gets the recorded weights once their
shapes fit. Keras's own deserialisation is never called. The jail's limits hold whatever a layer
allocates.
"""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any  # Keras has no type information

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.evidence.graph import is_clear
from autograder.evidence.graph.activations import Activation, affine_from_probe
from autograder.evidence.graph.allowed import (
    MAX_ELEMENTS_PER_ROW,
    MAX_PARAMETERS,
    OPERATIONS,
    arguments,
    needed,
    parameter_bound,
    plain_value,
)
from autograder.evidence.graph.nodes import TensorRef
from autograder.evidence.graph.operations import AUGMENTATION, activation_of, meaning
from autograder.evidence.graph.recorded import (
    RecordedGraph,
    RecordedInput,
    RecordedModel,
    RecordedOp,
    read_model,
)
from autograder.evidence.model_view import NO_ROWS
from autograder.nouns import JSON
from autograder.replay.frozen import predict_frozen

BATCH = 256
"""Examples at once: enough to hide the cost of a call, little enough for convolutions."""

MAX_OUTPUT_ELEMENTS = 64 * 1024**2

Array = npt.NDArray[Any]


def predict(model: JSON, weights: Sequence[Array | None], inputs: Sequence[Array]) -> list[Array]:
    """The recorded model's outputs on ``inputs``, one float32 array (n, ...) for each output.

    ``weights`` stand in the order of MODEL's own list, with the frozen graph of its BEHAVIOUR, if
    it has one, as the last; ``inputs`` in the order of the graph's. Raises EvidenceError, "cannot
    be replayed: ...", for what the allow-list does not know and for weights or inputs that do not
    fit.
    """
    computed = model.get("behaviour") if isinstance(model, dict) else None
    if not isinstance(computed, dict):
        return _from_layers(model, weights, inputs)
    if not weights or is_clear(model):
        # What is judged as layers is predicted from them too, whatever graph comes along.
        return _from_layers(model, weights[:-1], inputs)
    return predict_frozen(computed, weights[-1], inputs)


def _from_layers(
    model: JSON, weights: Sequence[Array | None], inputs: Sequence[Array]
) -> list[Array]:
    recorded = read_model(model)
    if recorded.graph is None:
        raise EvidenceError(f"cannot be replayed: {recorded.reason or 'no graph was recorded'}")
    arrays = checked_weights(recorded, weights)
    prepared = checked_inputs(recorded.graph.inputs, inputs)
    network = Network(arrays)
    parts: list[list[Array]] = []
    for start in range(0, max(1, len(prepared[0])), BATCH):
        batch = [array[start : start + BATCH] for array in prepared]
        try:
            parts.append(network.batch(recorded.graph, batch))
        except EvidenceError:
            raise
        except Exception as error:
            # Keras refuses inconsistent configs with errors of many kinds; none is the grader's.
            text = str(error).strip().splitlines()
            reason = f"{type(error).__name__} {text[0] if text else ''}"[:300]
            raise EvidenceError(f"cannot be replayed: {reason}") from None
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def checked_weights(model: RecordedModel, weights: Sequence[Array | None]) -> list[Array | None]:
    if len(weights) != len(model.weights):
        raise EvidenceError(f"{len(model.weights)} weights expected, found {len(weights)}")
    if sum(weight.size for weight in model.weights) > MAX_PARAMETERS:
        raise EvidenceError(f"cannot be replayed: more than {MAX_PARAMETERS} parameters")
    for declared, array in zip(model.weights, weights, strict=True):
        if array is None:
            continue
        if array.dtype.kind not in "biuf" or array.shape != declared.shape:
            raise EvidenceError(
                f"a weight of shape {declared.shape} expected, found {array.dtype} {array.shape}"
            )
    return list(weights)


def checked_inputs(declared: Sequence[RecordedInput], inputs: Sequence[Array]) -> list[Array]:
    if len(declared) != len(inputs) or len({len(array) for array in inputs}) != 1:
        raise EvidenceError(f"{len(declared)} inputs of one length expected, found {len(inputs)}")
    found = []
    for item, array in zip(declared, inputs, strict=True):
        if array.ndim == len(item.shape) - 1 and item.shape[-1] == 1:
            array = array[..., None]
        fits = array.ndim == len(item.shape) and all(
            wanted in (None, given)
            for wanted, given in zip(item.shape[1:], array.shape[1:], strict=True)
        )
        if not fits:
            raise EvidenceError(
                f"the model takes inputs of shape {item.shape}, the data have {array.shape}"
            )
        found.append(array.astype("int32" if item.dtype.startswith(("int", "uint")) else "float32"))
    return found


class Network:
    """The layers built so far; the first batch builds them, later batches reuse them."""

    def __init__(
        self,
        weights: Sequence[Array | None],
        *,
        watch: Callable[[RecordedOp, list[Any]], None] | None = None,
        fresh: Set[int] = frozenset(),
    ) -> None:
        """``watch`` sees the results of each operation. A layer with one of the ``fresh`` weights,
        by their places, is left as Keras begins with it and can be taught."""
        self._weights = weights
        self._watch = watch
        self._fresh = fresh
        self._layers: dict[int, tuple[RecordedOp, Any]] = {}

    @property
    def layers(self) -> list[Any]:
        """The Keras layers that have been built, in the order of their first use."""
        return [layer for _, layer in self._layers.values()]

    def batch(self, graph: RecordedGraph, inputs: Sequence[Array]) -> list[Array]:
        """The graph's outputs on one batch, as numpy arrays."""
        import keras

        tensors = [keras.ops.convert_to_tensor(array) for array in inputs]
        found = [np.asarray(keras.ops.convert_to_numpy(x)) for x in self.run(graph, tensors)]
        for array in found:
            if array.ndim == 0 or len(array) != len(inputs[0]):
                raise EvidenceError(f"cannot be replayed: {NO_ROWS}")
            if array.size > MAX_OUTPUT_ELEMENTS:
                raise EvidenceError("cannot be replayed: an output is too large")
        return [array.astype(np.float32) for array in found]

    def run(self, graph: RecordedGraph, inputs: Sequence[Any]) -> list[Any]:
        """The graph's outputs as tensors."""
        env: dict[TensorRef, Any] = {
            TensorRef(item.id, 0): tensor for item, tensor in zip(graph.inputs, inputs, strict=True)
        }
        for op in needed(graph):
            tensors = [env[ref] for ref in op.inputs]
            if op.graph is not None:
                results = self.run(op.graph, tensors)
            else:
                results = self._call(op, tensors)
            _check_outputs(op, [tuple(x.shape) for x in results])
            if self._watch is not None:
                self._watch(op, results)
            env.update({TensorRef(op.id, place): x for place, x in enumerate(results)})
        return [env[ref] for ref in graph.outputs]

    def _call(self, op: RecordedOp, tensors: list[Any]) -> list[Any]:
        if not tensors:
            raise EvidenceError(f"cannot be replayed: {op.class_name} without an input")
        if op.class_name == "Lambda" and op.module == "keras.layers":
            return [_recognised(op, tensors)]
        if op.module in ("keras.ops", "keras.activations"):
            return [_operation(op, tensors)]
        if op.class_name in AUGMENTATION and op.module == "keras.layers":
            return [tensors[0]]
        layer = self._layer(op, tensors)
        _check_size(op, layer, tensors)
        output = layer(tensors if len(tensors) > 1 or _takes_list(op) else tensors[0])
        return [output]

    def _layer(self, op: RecordedOp, tensors: list[Any]) -> Any:
        known = self._layers.get(op.layer)
        if known is not None:
            first, layer = known
            if (first.class_name, first.config, first.weights) != (
                op.class_name,
                op.config,
                op.weights,
            ):
                raise EvidenceError("one layer with one config expected, found two")
            return layer
        shapes = [tuple(int(n) for n in tensor.shape) for tensor in tensors]
        if parameter_bound(op, shapes[0]) > MAX_PARAMETERS:
            raise EvidenceError(f"cannot be replayed: {op.class_name} is too large")
        begun = not self._fresh.isdisjoint(op.weights)
        layer = _construct(op, fresh=begun)
        free = [(None, *shape[1:]) for shape in shapes]
        if not layer.built:
            layer.build(free if len(free) > 1 or _takes_list(op) else free[0])
        if not begun:
            self._load(op, layer)
            layer.trainable = False
        self._layers[op.layer] = (op, layer)
        return layer

    def _load(self, op: RecordedOp, layer: Any) -> None:
        arrays = [self._weights[index] for index in op.weights]
        own = list(layer.weights)
        if len(own) != len(arrays):
            raise EvidenceError(
                f"{op.class_name} with {len(own)} weights expected, found {len(arrays)}"
            )
        for variable, array in zip(own, arrays, strict=True):
            if array is None:
                raise EvidenceError("cannot be replayed: a weight was too large to record")
            if tuple(variable.shape) != array.shape:
                raise EvidenceError(
                    f"{op.class_name} with a weight of shape {tuple(variable.shape)} expected, "
                    f"found {array.shape}"
                )
            variable.assign(array.astype(variable.dtype))
        if op.class_name == "Normalization" and own:
            layer.finalize_state()


def _check_outputs(op: RecordedOp, found: list[tuple[int, ...]]) -> None:
    """Refuses a recording whose shapes, which checks read, are not what is really computed."""
    same = len(found) == len(op.output_shapes) and all(
        len(real) == len(claimed)
        and all(n is None or n == m for n, m in zip(claimed[1:], real[1:], strict=True))
        for real, claimed in zip(found, op.output_shapes, strict=True)
    )
    if not same:
        raise EvidenceError(f"{op.class_name} with outputs of its recorded shapes expected")


def _construct(op: RecordedOp, *, fresh: bool = False) -> Any:
    import keras

    kwargs: dict[str, Any] = {
        key: _function(value) if isinstance(value, Activation) else value
        for key, value in arguments(op).items()
    }
    kwargs["dtype"] = "float32"
    for key in op.config if not fresh else ():
        # The weights come from the recording: random ones would only cost time.
        if key in ("kernel_initializer", "embeddings_initializer", "recurrent_initializer"):
            kwargs[key] = "zeros"
    return getattr(keras.layers, op.class_name)(**kwargs)


def _function(activation: Activation) -> Any:
    """The Keras function of a canonical activation, its parameter included."""
    import keras

    function = getattr(keras.activations, activation.name)
    config = dict(activation.config)
    return (lambda x: function(x, **config)) if config else function


def _recognised(op: RecordedOp, tensors: list[Any]) -> Any:
    """A Lambda that the probes know: an activation, or a scale and an offset."""
    shape = tuple(tensors[0].shape)
    found = meaning(op, ((None, *shape[1:]),))
    if not found.kind:
        return tensors[0]
    if found.kind == "Activation" and found.recognised:
        return _function(found.activation)(tensors[0])
    if found.kind == "Rescaling" and found.recognised:
        # More digits than the canonical graph keeps.
        function = op.config.get("function")
        affine = affine_from_probe(function.get("probe") if isinstance(function, dict) else None)
        if affine is not None:
            return tensors[0] * affine[0] + affine[1]
    raise EvidenceError("cannot be replayed: a Lambda layer")


def _operation(op: RecordedOp, tensors: list[Any]) -> Any:
    import keras

    if op.module == "keras.activations":
        found = activation_of(op, (tuple(tensors[0].shape),))
        if found is None or found.name == "unknown":
            raise EvidenceError(f"cannot be replayed: activation {op.class_name}")
        return _function(found)(tensors[0])
    args = [_argument(value, tensors) for value in op.args]
    if op.class_name == "GetItem" and len(args) == 2:
        return args[0][args[1]]
    name = OPERATIONS.get(op.class_name)
    if name is None:
        raise EvidenceError(f"cannot be replayed: operation {op.class_name}")
    kwargs = {
        key: _argument(value, tensors)
        for key, value in {**op.config, **op.kwargs}.items()
        if key not in ("name", "dtype") and value is not None
    }
    return getattr(keras.ops, name)(*args, **kwargs)


def _argument(value: JSON, tensors: list[Any]) -> Any:
    """A recorded argument with tensors put in; lists of tensors stay lists."""
    if isinstance(value, dict):
        place, parts = value.get("tensor"), value.get("slice")
        if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(tensors):
            return tensors[place]
        if isinstance(parts, list) and len(parts) == 3:
            return slice(*(plain_value(part, "a slice") for part in parts))
        raise EvidenceError("cannot be replayed: an argument is no plain value")
    if isinstance(value, list):
        found = [_argument(item, tensors) for item in value]
        return (
            found
            if any(isinstance(item, dict) and "tensor" in item for item in value)
            else (tuple(found))
        )
    if isinstance(value, float) or value in ("inf", "-inf"):
        return float(value)  # -1e9 for what is masked; a size is an integer
    return plain_value(value, "an argument")


def _check_size(op: RecordedOp, layer: Any, tensors: list[Any]) -> None:
    """Refuses an output that is too large, before it is computed."""
    shapes = [tuple(tensor.shape) for tensor in tensors]
    found = layer.compute_output_shape(shapes if _takes_list(op) else shapes[0])
    if math.prod(dim or 1 for dim in found[1:]) > MAX_ELEMENTS_PER_ROW:
        raise EvidenceError(f"cannot be replayed: the output of {op.class_name} is too large")


def _takes_list(op: RecordedOp) -> bool:
    return bool(op.args) and isinstance(op.args[0], list)


def input_names(model: Mapping[str, JSON]) -> tuple[str, ...]:
    """The names of the recorded model's inputs, in the order in which ``predict`` wants them."""
    recorded = read_model(dict(model))
    return tuple(item.name for item in recorded.graph.inputs) if recorded.graph else ()
