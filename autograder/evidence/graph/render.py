"""A canonical graph as text, one line a node: for messages and for people, never to be parsed."""

from autograder.evidence.graph.nodes import CanonicalGraph, Node, Shape, TensorRef

SHOWN_FIRST = ("units", "filters", "kernel_size", "rate", "pool_size", "strides", "target_shape")


def render(graph: CanonicalGraph) -> str:
    """The graph as text.

    One line for each input, node and output; a layer that is called more than once says so.
    """
    calls: dict[int, int] = {}
    for node in graph.nodes:
        calls[node.layer] = calls.get(node.layer, 0) + 1
    lines = [f"%{item.id} = Input {_shape(item.shape)}" for item in graph.inputs]
    for node in graph.nodes:
        shared = f", shared layer {node.layer}" if calls[node.layer] > 1 else ""
        lines.append(f"%{node.id} = {_call(node)} -> {_shape(node.output_shape)}{shared}")
    lines.append("output " + ", ".join(_ref(ref) for ref in graph.outputs))
    return "\n".join(lines)


def describe(node: Node) -> str:
    """One node as a call, without its inputs, such as ``Dense(units=10, activation='softmax')``."""
    shown = [key for key in SHOWN_FIRST if key in node.config]
    parts = [f"{key}={node.config[key]!r}" for key in shown]
    if node.activation != "linear":
        parts.append(f"activation={node.activation!r}")
    name = str(node.config.get("class_name", "Custom")) if node.kind == "Custom" else node.kind
    return f"{name}({', '.join(parts)})"


def _call(node: Node) -> str:
    return f"{describe(node)} on {', '.join(_ref(ref) for ref in node.inputs)}"


def _ref(ref: TensorRef) -> str:
    return f"%{ref.node}" if ref.output == 0 else f"%{ref.node}.{ref.output}"


def _shape(shape: Shape) -> str:
    return "(" + ", ".join("?" if dim is None else str(dim) for dim in shape) + ")"
