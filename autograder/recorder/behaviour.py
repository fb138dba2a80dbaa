"""What a model computes, where its layers do not say so: TensorFlow's own graph of it, frozen.

Recorded only for a model that has no graph of layers, or has layers in it that cannot be built
again from their settings: the student's own, and some of Keras. The graph holds operations and
numbers and no Python; it is data for ``autograder.replay.frozen``.
"""

from collections.abc import Mapping
from typing import Any  # Keras and TensorFlow have no type information

import numpy as np

from autograder.evidence.arrays import pack
from autograder.evidence.graph import is_clear
from autograder.nouns import JSON
from autograder.recorder.plain import text
from autograder.recorder.sink import Sink
from autograder.recorder.tracing import ends_of, inputs_for, not_built, symbolic

MAX_BYTES = 16 * 1024**2
"""Weights are constants in it; the course's largest model has 0.4 MB."""


def behaviour(model: Any, record: Mapping[str, JSON], sink: Sink) -> dict[str, JSON] | None:
    """BEHAVIOUR of a model whose ``record`` does not say what it computes, None for any other.

    ``{"graph": DIGEST, "inputs": [{"name", "shape", "tensor"}], "outputs": [{"name", "tensor"}]}``,
    where "tensor" is the name in the graph. Call inside ``stillness``.
    """
    if not model.built or is_clear(dict(record)):
        return None
    try:
        if not_built(list(model._flatten_layers())):
            # To call it would make weights that the student's own call has yet to make.
            return None
        return _frozen(model, record.get("graph"), sink)
    except Exception:
        # A call that cannot be traced, Python in it, or no known input: then a person must look.
        return None


def _frozen(model: Any, graph: Any, sink: Sink) -> dict[str, JSON] | None:
    import tensorflow as tf
    from tensorflow.python.framework import convert_to_constants

    inner = symbolic(model)
    ends = inner._inputs_struct if inner is not None else inputs_for(model)
    specs = tf.nest.map_structure(
        lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype, name=text(x.name)), ends
    )
    traced = tf.function(lambda x: model(x, training=False), autograph=False)
    concrete = traced.get_concrete_function(specs)
    frozen = convert_to_constants.convert_variables_to_constants_v2(concrete)
    data = frozen.graph.as_graph_def().SerializeToString()
    if len(data) > MAX_BYTES:
        return None
    names = _input_names(inner, ends)
    results = concrete.structured_outputs
    outputs = graph["output_names"] if graph is not None else _output_names(results)
    if (len(names), len(outputs)) != (len(frozen.inputs), len(frozen.outputs)):
        return None
    given: list[JSON] = [
        {"name": name, "shape": list(x.shape), "tensor": text(x.name)}
        for name, x in zip(names, frozen.inputs, strict=True)
    ]
    gives: list[JSON] = [
        {"name": text(name), "tensor": text(x.name)}
        for name, x in zip(outputs, frozen.outputs, strict=True)
    ]
    digest = sink.blob(pack(np.frombuffer(data, dtype=np.uint8)))
    return {"graph": digest, "inputs": given, "outputs": gives}


def _input_names(inner: Any | None, ends: Any) -> list[str]:
    from keras import tree

    if inner is not None:
        return ends_of(inner).input_names
    return [text(x.name) for x in tree.flatten(ends)]


def _output_names(results: Any) -> list[str]:
    from keras import tree

    if isinstance(results, dict):
        return [text(key) for key in sorted(results)]
    return [f"output_{place + 1}" for place in range(len(tree.flatten(results)))]
