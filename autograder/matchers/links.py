"""Does a cross-entropy of Keras still find the scores before the last activation?

Keras marks the tensor that its own softmax or sigmoid returns. Layers that hand on the very tensor
(Identity, a linear Activation, Dropout(0), a nested model) keep the mark; any operation makes a new
tensor.
"""

from collections.abc import Mapping

from autograder.evidence.graph.recorded import (
    RecordedGraph,
    RecordedOp,
    read_model,
)
from autograder.evidence.view import ModelEvidence
from autograder.nouns import JSON

_MARKED = frozenset(["softmax", "sigmoid", "softmax_v2"])
_OPERATIONS = frozenset(["Softmax", "Sigmoid"])


def scores_are_found(model: ModelEvidence, output: str | None = None) -> bool:
    """Whether the output is the very tensor that a known softmax or sigmoid returned."""
    graph = read_model(dict(model.raw)).graph
    if graph is None:
        return False
    place = graph.output_names.index(output) if output in graph.output_names else 0
    return _marked(graph, place)


def _marked(graph: RecordedGraph, place: int) -> bool:
    ops: Mapping[int, RecordedOp] = {op.id: op for op in graph.ops}
    ref = graph.outputs[place]
    while ref.node in ops:
        op = ops[ref.node]
        if op.graph is not None:
            return _marked(op.graph, ref[1])
        if not _hands_on(op):
            return _marks(op)
        ref = op.inputs[0]
    return False


def _hands_on(op: RecordedOp) -> bool:
    if not op.module.startswith("keras") or len(op.inputs) != 1:
        return False
    if op.class_name == "Dropout":
        return op.config.get("rate") == 0
    linear = _named(op.config.get("activation"), frozenset(["linear"]))
    return op.class_name == "Identity" or (op.class_name == "Activation" and linear)


def _marks(op: RecordedOp) -> bool:
    if not op.module.startswith("keras"):
        return False
    return op.class_name in _OPERATIONS or _named(op.config.get("activation"), _MARKED)


def _named(activation: JSON, names: frozenset[str]) -> bool:
    """Whether it is one of these functions of Keras or TensorFlow, and not the student's own."""
    if isinstance(activation, dict):
        home = str(activation.get("module") or "").split(".")[0]
        return home in ("keras", "tensorflow") and activation.get("callable") in names
    return isinstance(activation, str) and activation in names
