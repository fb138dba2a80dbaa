"""A model as JSON and arrays: layers, graph, weights, compile settings.

Works on built and unbuilt models of all three kinds; what cannot be had is null, with a reason.
"""

from typing import Any  # Keras has no type information

import numpy as np

from autograder.errors import EvidenceError
from autograder.evidence.arrays import pack
from autograder.nouns import JSON
from autograder.recorder.behaviour import behaviour
from autograder.recorder.compile import compile_settings
from autograder.recorder.graph import graph_of
from autograder.recorder.operations import layer_record
from autograder.recorder.plain import spelled, text
from autograder.recorder.sink import Sink
from autograder.recorder.stillness import stillness
from autograder.recorder.tracing import NotTraceable, kind_of

MAX_WEIGHTS_BYTES = 128 * 1024**2
"""One model's weights; the course's largest has 0.4 MB."""

MAX_LAYERS = 1_000


def record_model(model: Any, sink: Sink) -> dict[str, JSON]:
    """MODEL, as docs/architecture.md describes it. Changes nothing about the model."""
    with stillness():
        weights = list(model.weights)
        indices = {id(weight): place for place, weight in enumerate(weights)}
        network = _network(model)
        graph, reason = _graph(network, indices)
        record: dict[str, JSON] = {
            "class": kind_of(model),
            "class_name": spelled(type(model)),
            "name": text(model.name),
            "built": bool(network.built),
            "graph": graph,
            "reason": reason,
            "layers": [layer_record(layer) for layer in list(model.layers)[:MAX_LAYERS]],
            "weights": _weights(weights, sink),
            "compile": compile_settings(model, graph),
        }
        computed = behaviour(model, record, sink)
        return record if computed is None else {**record, "behaviour": computed}


def _network(model: Any) -> Any:
    """The model, or the one that it merely wraps.

    Keras 3 does not build a Sequential around a single built model: it has all its weights, and
    says that it has none.
    """
    import keras

    while type(model) is keras.Sequential and not model.built and len(model.layers) == 1:
        (inner,) = model.layers
        if not isinstance(inner, keras.Model):
            break
        model = inner
    return model


def _graph(model: Any, indices: dict[int, int]) -> tuple[dict[str, JSON] | None, str]:
    try:
        return graph_of(model, indices), ""
    except NotTraceable as error:
        return None, text(error)
    except Exception as error:
        # Hand-made layers can break Keras's own walk; the model is then recorded without a graph.
        return None, text(f"the graph cannot be read: {type(error).__name__} {error}")


def _weights(weights: list[Any], sink: Sink) -> list[JSON]:
    found: list[JSON] = []
    left = MAX_WEIGHTS_BYTES
    for weight in weights:
        array = np.asarray(weight)
        digest: str | None = None
        if array.nbytes <= left:
            left -= array.nbytes
            try:
                digest = sink.blob(pack(array))
            except EvidenceError:
                # bfloat16 and text do not cross; the shape still does.
                digest = None
        found.append(
            {
                "path": text(weight.path),
                "shape": [int(n) for n in array.shape],
                "dtype": text(array.dtype.name),
                "trainable": bool(weight.trainable),
                "blob": digest,
            }
        )
    return found
