"""What comes out of a model: columns, and the activation that decides what they can mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.nodes import Shape
from autograder.evidence.graph.operations import FUSABLE, NOISE
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.failure import MatchFailure

MIXED = "unknown"

_SAME_VALUES = NOISE | {
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "Permute",
    "Reshape",
}
"""After these, probabilities are still probabilities and scores still scores."""

_PROBABILITIES = frozenset(["softmax", "sigmoid"])

_SCORES = _SAME_VALUES | {
    "Add",
    "Amax",
    "Amin",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "CenterCrop",
    "Concatenate",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Dot",
    "Embedding",
    "ExpandDims",
    "GetItem",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "LayerNormalization",
    "Masking",
    "Matmul",
    "Max",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Mean",
    "Min",
    "Minimum",
    "Multiply",
    "MultiHeadAttention",
    "Negative",
    "Normalization",
    "RMSNormalization",
    "RepeatVector",
    "Rescaling",
    "Resizing",
    "Squeeze",
    "Stack",
    "Subtract",
    "Sum",
    "Swapaxes",
    "TimeDistributed",
    "Transpose",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
}
"""These have no activation of their own: made of scores, their values are scores."""


@dataclass(frozen=True)
class Head:
    """One output of shape (None, ..., units).

    ``node`` is the one whose activation decides, None when several operations make up the values.
    """

    shape: Shape
    node: Node | None

    @property
    def units(self) -> int | None:
        """The length of the last axis; None where it is open."""
        return self.shape[-1] if self.shape else None

    @property
    def activation(self) -> str:
        """The canonical activation, with what changes its values; "unknown" for a mixture."""
        return MIXED if self.node is None else self.node.activation


def head_of(model: ModelEvidence, output: str | None = None) -> Head:
    """The only output, or the one with this name.

    Raises MatchFailure when there is no such output or the model is not built, NotJudgeable when a
    layer of the student's own decides.
    """
    graph = graph_of(model)
    names = list(graph.output_names)
    if output is None and len(graph.outputs) == 1:
        place = 0
    elif output in names:
        place = names.index(output)
    else:
        count = len(graph.outputs)
        raise MatchFailure(
            f"{model.name} has " + (f"an output named {output}" if output else "one output"),
            f"{count} output{'' if count == 1 else 's'}: " + ", ".join(names),
        )
    node = graph.node(graph.outputs[place].node)
    if node is None:
        raise MatchFailure(f"{model.name} has a layer", "the input comes out as it went in")
    decides = _deciding(graph)[node.id]
    if decides is not None and decides.kind == "Custom":
        raise NotJudgeable(f"the output of {model.name} comes from a layer of its own")
    return Head(node.output_shape, decides)


def graph_of(model: ModelEvidence) -> CanonicalGraph:
    """The canonical graph. Raises MatchFailure for a model that does not know its input yet."""
    if not model.built:
        raise MatchFailure(
            f"{model.name} has its weights",
            f"{model.name} is not built: it does not know the shape of its input",
            "the number of weights in the first layer follows from the input.",
            "Tell the first layer the shape of one example, or fit the model in its exercise.",
        )
    return model.graph


def decided(model: ModelEvidence, head: Head) -> Node:
    """The node whose activation decides what the values mean.

    Raises NotJudgeable where operations of several kinds make them up: they may well be right.
    """
    if head.node is None:
        raise NotJudgeable(
            f"the output of {model.name} is put together by operations of which none alone says "
            "what its numbers mean"
        )
    return head.node


def _deciding(graph: CanonicalGraph) -> dict[int, Node | None]:
    """For every node the one whose activation its values have; one pass in topological order."""
    found: dict[int, Node | None] = {}
    for node in graph.nodes:
        own = node.kind in FUSABLE or node.kind == "Custom" or node.activation != "linear"
        before = [found[ref.node] for ref in node.inputs if ref.node in found]
        found[node.id] = node if own else _passed_on(node, before)
    return found


def _passed_on(node: Node, before: Sequence[Node | None]) -> Node | None:
    """What decides behind an operation without an activation, given what decided before it."""
    custom = [one for one in before if one is not None and one.kind == "Custom"]
    if custom:
        return custom[0]
    kinds = {one.activation if one is not None else MIXED for one in before}
    if node.kind in _SCORES and kinds <= {"linear"}:
        return node
    # A mean of probabilities is one again, so that several networks may be averaged.
    averaged = node.kind == "Average" and len(kinds) == 1 and kinds <= _PROBABILITIES
    if averaged or (node.kind in _SAME_VALUES and len(before) == 1):
        return before[0]
    if node.kind in _SCORES and len(before) == 1 and before[0] is not None:
        return replace(node, activation=f"{before[0].activation}, then {node.kind}")
    return None
