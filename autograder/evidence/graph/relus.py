"""Which operations of a recorded graph answer with a relu."""

from autograder.evidence.graph.activations import Activation
from autograder.evidence.graph.allowed import needed
from autograder.evidence.graph.operations import activation_of, resolve
from autograder.evidence.graph.recorded import RecordedGraph, RecordedOp

_RELU = Activation("relu")


def is_relu(op: RecordedOp) -> bool:
    """Whether the operation's one output is a plain relu's: a layer with it, or it alone."""
    if len(op.output_shapes) != 1 or op.graph is not None or "recurrent_activation" in op.config:
        return False
    own = activation_of(op, (op.output_shapes[0],)) if len(op.inputs) == 1 else None
    if own is None and op.module == "keras.layers" and "activation" in op.config:
        own = resolve(op.config["activation"])
    return own == _RELU


def relus(graph: RecordedGraph) -> list[RecordedOp]:
    """The relus that the outputs depend on, in the order in which they are computed."""
    found: list[RecordedOp] = []
    for op in needed(graph):
        if op.graph is not None:
            found += relus(op.graph)
        elif is_relu(op):
            found.append(op)
    return found
