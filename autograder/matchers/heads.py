"""What comes out of a model: columns, and the activation that decides what they can mean."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Head:
    """One output of shape (None, ..., units).

    ``node`` is the one whose activation decides, None when several mix.
    """

    shape: Shape
    node: Node | None

    @property
    def units(self) -> int | None:
        """The length of the last axis; None where it is open."""
        return self.shape[-1] if self.shape else None

    @property
    def activation(self) -> str:
        """The canonical activation, "unknown" when there is no single one."""
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


def _deciding(graph: CanonicalGraph) -> dict[int, Node | None]:
    """For every node the one whose activation its values have; one pass in topological order."""
    found: dict[int, Node | None] = {}
    for node in graph.nodes:
        before = [found[ref.node] for ref in node.inputs if ref.node in found]
        own = node.kind in FUSABLE or node.kind == "Custom" or node.activation != "linear"
        if own or all(_is_linear(one) for one in before):
            found[node.id] = node
        else:
            found[node.id] = before[0] if node.kind in _SAME_VALUES and len(before) == 1 else None
    return found


def _is_linear(node: Node | None) -> bool:
    return node is not None and node.kind != "Custom" and node.activation == "linear"
