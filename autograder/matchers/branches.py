"""What a model with several inputs and outputs can be asked for apart: names, sharing, the API."""

from collections.abc import Mapping

from autograder.evidence.graph import CanonicalGraph
from autograder.evidence.graph.nodes import TensorRef
from autograder.evidence.graph.render import describe
from autograder.evidence.view import ModelEvidence
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import graph_of
from autograder.matchers.patterns import Pattern


def assert_inputs(model: ModelEvidence, **shapes: int | tuple[int | None, ...]) -> None:
    """Passes when the model's inputs have exactly these names, each with its example's shape.

    A number stands for columns. Their order is free. Raises MatchFailure.
    """
    found = {item.name: item.shape[1:] for item in graph_of(model).inputs}
    wanted = {name: (shape,) if isinstance(shape, int) else shape for name, shape in shapes.items()}
    if found.keys() != wanted.keys():
        raise MatchFailure(
            f"{model.name} has {_count(wanted, 'input')} named " + " and ".join(wanted),
            f"{_count(found, 'input')}: " + ", ".join(name[:60] for name in found),
            "with names, data can be handed over as a dictionary and cannot be mixed up.",
            "Input takes a name.",
        )
    for name, shape in wanted.items():
        if found[name] != tuple(shape):
            raise MatchFailure(
                f"one example of the input {name} of {model.name} has the shape {tuple(shape)}",
                f"{found[name]}",
                hint="How many columns has this part of the data?",
            )


def assert_shared(model: ModelEvidence, pattern: Pattern, *, name: str | None = None) -> None:
    """Passes when one layer, which is ``pattern``, is called on every one of several inputs.

    ``name`` is the layer's own. Raises MatchFailure.
    """
    graph = graph_of(model)
    if len(graph.inputs) < 2:
        raise MatchFailure(
            f"{model.name} has several inputs, with a layer that they share",
            "one input",
            hint="How many parts does one example have?",
        )
    nodes = [node for node in graph.nodes if name in (None, node.name)]
    if not nodes:
        shown = ", ".join(dict.fromkeys(node.name[:60] for node in graph.nodes)) or "none"
        raise MatchFailure(
            f"{model.name} has a layer named {name}",
            f"layers named {shown}",
            hint="A layer takes a name, and keeps it wherever it is called.",
        )
    fitting = [node for node in nodes if not pattern.mismatch(node, frozenset())]
    if not fitting:
        raise MatchFailure(
            f"the layer that all inputs of {model.name} share is {pattern.describe()}",
            f"{describe(nodes[0])}: {pattern.mismatch(nodes[0], frozenset())}",
        )
    read = {
        layer: {node.inputs[0].node for node in fitting if node.layer == layer and node.inputs}
        for layer in {node.layer for node in fitting}
    }
    inputs = {item.id: item.name for item in graph.inputs}
    if any(reached >= inputs.keys() for reached in read.values()):
        return
    raise MatchFailure(
        f"one and the same layer of {model.name} is called on each of its inputs",
        "; ".join(_called(place, reached, inputs) for place, reached in enumerate(read.values())),
        "two layers of the same kind have weights of their own; a layer that is called twice has "
        "the same weights for both.",
        "Make the layer once, keep it in a variable, and call it on each input.",
    )


def assert_functional(model: ModelEvidence) -> None:
    """Passes for a model of the Functional API: ``keras.Model(inputs, outputs)``."""
    if model.kind != "Functional":
        found = {
            "Sequential": "a Sequential model",
            "Subclass": "a model of a class of its own, with a call method",
        }
        raise MatchFailure(
            f"{model.name} is made with the Functional API",
            found.get(model.kind, "another kind of model"),
            "only a Functional model is told where it begins and where it ends; this exercise is "
            "about that.",
            "Begin with an Input, call layer after layer, and give both ends to tf.keras.Model.",
        )


def freely_named(model: ModelEvidence, **columns: int) -> dict[str, str]:
    """The model's own name for each output that a check calls by a name and its columns.

    An output that has another name counts when it is the only unnamed one with so many columns: a
    missing name costs its own check's points and no others. Raises MatchFailure.
    """
    widths: dict[str, int | None] = dict.fromkeys(model.output_names)
    if not model.by_behaviour:
        graph = graph_of(model)
        ends = zip(graph.output_names, graph.outputs, strict=False)
        widths = {name: _width(graph, ref) for name, ref in ends}
    found = {}
    for name, wanted in columns.items():
        alike = [one for one, width in widths.items() if width == wanted and one not in columns]
        if name not in widths and len(alike) != 1:
            raise MatchFailure(
                f"{model.name} has an output named {name} with {wanted} columns",
                ", ".join(f"{one[:60]} with {width}" for one, width in widths.items()),
            )
        found[name] = name if name in widths else alike[0]
    return found


def _width(graph: CanonicalGraph, ref: TensorRef) -> int | None:
    node = graph.node(ref.node)
    shape = graph.inputs[ref.node].shape if node is None else node.output_shape
    return shape[-1] if shape else None


def _called(place: int, reached: set[int], inputs: Mapping[int, str]) -> str:
    on = " and ".join(inputs.get(number, "another layer")[:60] for number in sorted(reached))
    return f"{'a layer is' if place == 0 else 'another one'} called on {on}"


def _count(found: Mapping[str, object], word: str) -> str:
    return f"{len(found)} {word}{'' if len(found) == 1 else 's'}"
