"""Walking a canonical graph: what comes before and behind a layer."""

from collections.abc import Iterator

from autograder.diagnosis.case import Case
from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.operations import FUSABLE

RECURRENT = frozenset(["LSTM", "GRU", "SimpleRNN", "Bidirectional", "ConvLSTM2D", "RNN"])
ATTENTION = frozenset(
    ["MultiHeadAttention", "Attention", "AdditiveAttention", "GroupQueryAttention"]
)
DENSE = FUSABLE - {"DepthwiseConv1D", "DepthwiseConv2D", "EinsumDense"}
"""Layers that mix all their inputs, one activation behind each."""

NORMALISERS = frozenset(
    [
        "BatchNormalization",
        "GroupNormalization",
        "LayerNormalization",
        "Normalization",
        "RMSNormalization",
        "Rescaling",
        "UnitNormalization",
    ]
)

LINEAR = frozenset(
    [
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "BatchNormalization",
        "Dropout",
        "Flatten",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "Permute",
        "Reshape",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "UpSampling1D",
        "UpSampling2D",
        "ZeroPadding1D",
        "ZeroPadding2D",
        "Cropping2D",
    ]
)
"""Behind a linear layer these leave it linear."""


def weighted(node: Node) -> bool:
    """Whether a layer learns a mixture of its inputs."""
    return node.kind in FUSABLE or node.kind in RECURRENT or node.kind in ATTENTION


def behind(graph: CanonicalGraph, node: Node) -> Iterator[tuple[Node, bool]]:
    """Every node behind this one as far as the next that learns, which is told by True."""
    waiting, seen = [node], {node.id}
    while waiting:
        for one in graph.consumers(waiting.pop().id):
            if one.id in seen:
                continue
            seen.add(one.id)
            ends = weighted(one) or one.kind == "Custom"
            yield one, ends
            if not ends:
                waiting.append(one)


def all_behind(graph: CanonicalGraph, node: Node) -> list[Node]:
    """Every node behind this one, to the outputs."""
    waiting, found = [node], dict[int, Node]()
    while waiting:
        for one in graph.consumers(waiting.pop().id):
            if one.id not in found:
                found[one.id] = one
                waiting.append(one)
    return list(found.values())


def before(graph: CanonicalGraph, node: Node) -> list[Node]:
    """The nodes that this one reads."""
    found = (graph.node(ref.node) for ref in node.inputs)
    return [one for one in found if one is not None]


def heads(case: Case) -> frozenset[int]:
    """The nodes whose activation is that of an output."""
    return frozenset(
        output.head.node.id
        for output in case.outputs
        if output.head is not None and output.head.node is not None
    )


def hidden(case: Case) -> list[Node]:
    """Layers with weights and an activation that are no output's."""
    if case.graph is None:
        return []
    last = heads(case)
    return [node for node in case.graph.nodes if node.kind in DENSE and node.id not in last]


def called(node: Node) -> str:
    """A layer as a student knows it."""
    return f"{node.kind} {node.name!r}"
