"""Is it the very network of a reference model? By structure, and by giving both the same weights.

The structure is compared on the canonical graphs, so it is free how either was written. A
transplant gives the model the reference's weights and asks both for predictions: they agree to 1e-5
where both compute the same. The two verdicts are told apart, for a network may compute the same and
be built otherwise (a Dropout), or look alike and compute something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.evidence.arrays import Array
from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.nodes import TensorRef
from autograder.evidence.graph.recorded import read_model
from autograder.evidence.graph.render import describe
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.amounts import same_setting
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import graph_of
from autograder.matchers.network import Reading, readings
from autograder.matchers.outline import graph_outline
from autograder.matchers.patterns import Applied, InputPattern, Source, activation_text
from autograder.matchers.structure import freedoms

ROWS = 16
OPEN_AXIS = 8
"""Steps along an axis that the reference leaves open."""

RTOL, ATOL = 1e-4, 1e-5


def assert_same_network(
    model: ModelEvidence,
    reference: ModelEvidence,
    *,
    names: bool = False,
    allow: Sequence[str] = (),
    rows: Sequence[Array] | None = None,
) -> None:
    """Passes when ``model`` is the network of ``reference`` and computes what it computes.

    ``reference`` is usually ``reference.model(...)`` of ``reference.py`` beside the checks. With
    ``names`` inputs and outputs have its names. What ``allow`` names (as in ``assert_layers``) may
    stand in either. ``rows`` are the inputs of the transplant, in the reference's order; by default
    16 rows of random numbers. Raises MatchFailure, and NotJudgeable for a layer of the student's
    own or a prediction that cannot be made.
    """
    graph, wanted = graph_of(model), graph_of(reference)
    free = freedoms(allow)
    template = _Template.of(wanted, free)
    found = next(readings(graph, template.outputs, free, names=names, named=names), None)
    if any(node.kind == "Custom" for node in (*graph.nodes, *wanted.nodes)):
        raise NotJudgeable(f"{model.name} or its reference has a layer of its own")
    if found is not None and found.reordered:
        return  # the rows of the next layer's weights stand in another order too
    computed = _transplanted(model, reference, template, found, rows)
    if found is not None and computed == "":
        return
    structure = "the same" if found is not None else "another one"
    raise MatchFailure(
        f"{model.name} is this network:\n{graph_outline(wanted)}",
        f"\n{graph_outline(graph)}\nIts structure is {structure}; given the same weights, "
        f"{computed or 'it computes the same'}.",
        hint="Compare the two line by line, from the inputs on.",
    )


@dataclass(frozen=True, eq=False)
class _Likeness:
    """A pattern that is one node of the reference, with everything that counts about it."""

    node: Node

    def mismatch(self, node: Node, allow: frozenset[str]) -> str:
        """The first difference in words."""
        wanted = self.node
        if node.kind != wanted.kind:
            return f"it is a {node.kind} layer"
        activations = node.activation, dict(node.activation_config)
        if activations != (wanted.activation, dict(wanted.activation_config)):
            return f"its activation is {activation_text(node.activation)}"
        for key in sorted({*node.config, *wanted.config}):
            regular = key.endswith("_regularizer") and "Regularization" in allow
            if (
                regular
                or key in allow
                or same_setting(node.config.get(key), wanted.config.get(key))
            ):
                continue
            return f"it has {key} {node.config.get(key)}"
        if node.parameters and node.trainable != wanted.trainable and "frozen" not in allow:
            return "its weights are frozen" if wanted.trainable else "its weights are not frozen"
        return ""

    def describe(self) -> str:
        """The node as a call."""
        return describe(self.node)


@dataclass(frozen=True)
class _Template:
    """The reference as patterns: one for each layer, shared ones the same object."""

    graph: CanonicalGraph
    outputs: Mapping[str, Source]
    inputs: tuple[InputPattern, ...]
    layers: Mapping[int, _Likeness] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: CanonicalGraph, free: frozenset[str]) -> "_Template":
        inputs = tuple(InputPattern(item.name, item.shape[1:]) for item in graph.inputs)
        sources: dict[int, Source] = {
            item.id: pattern for item, pattern in zip(graph.inputs, inputs, strict=True)
        }
        layers: dict[int, _Likeness] = {}
        for node in graph.nodes:
            read = tuple(sources[ref.node] for ref in node.inputs)
            if node.kind in free and len(read) == 1:
                sources[node.id] = read[0]
                continue
            own = _Likeness(node)
            likeness = layers.setdefault(node.layer, own) if node.parameters else own
            sources[node.id] = Applied(likeness, read)
        names = graph.output_names
        if len(set(names)) != len(graph.outputs):
            names = tuple(f"output {n + 1}" for n in range(len(graph.outputs)))
        pairs = zip(names, graph.outputs, strict=True)
        return cls(graph, {name: sources[ref.node] for name, ref in pairs}, inputs, layers)


def _transplanted(
    model: ModelEvidence,
    reference: ModelEvidence,
    template: _Template,
    found: Reading | None,
    rows: Sequence[Array] | None,
) -> str:
    """What the model does otherwise with the reference's weights, in words; empty for nothing."""
    given = [np.asarray(one) for one in rows] if rows is not None else _rows(template.graph)
    digests = (
        _in_order(model, reference) if found is None else _paired(model, reference, template, found)
    )
    if digests is None:
        return "it cannot be compared: its weights have other shapes"
    graph = graph_of(model)
    order = list(range(len(given)))
    outputs: Sequence[TensorRef] = graph.outputs
    if found is not None:
        places = [found.inputs[id(pattern)] for pattern in template.inputs]
        order = [places.index(number) for number in range(len(places))]
        outputs = found.outputs
    if [item.shape[1:] for item in graph.inputs] != [
        template.graph.inputs[place].shape[1:] for place in order
    ]:
        return "it cannot be compared: it takes other inputs"
    if len(outputs) != len(template.graph.outputs):
        return "it cannot be compared: it has other outputs"
    own = model.with_weights(digests).predict_each([given[place] for place in order])
    wanted = reference.predict_each(given)
    taken = [own[list(graph.outputs).index(ref)] for ref in outputs]
    alike = all(
        one.shape == other.shape and np.allclose(one, other, rtol=RTOL, atol=ATOL)
        for one, other in zip(taken, wanted, strict=True)
    )
    return "" if alike else "it computes something else"


def _in_order(model: ModelEvidence, reference: ModelEvidence) -> list[str | None] | None:
    """The reference's weights in order, where both lists have the same shapes."""
    shapes = [[w.shape for w in read_model(dict(one.raw)).weights] for one in (model, reference)]
    return list(reference.weights) if shapes[0] == shapes[1] else None


def _paired(
    model: ModelEvidence, reference: ModelEvidence, template: _Template, found: Reading
) -> list[str | None] | None:
    """The reference's weights, layer by layer as the two graphs were read together."""
    own, wanted = _places(model), _places(reference)
    digests = list(model.weights)
    for layer, likeness in template.layers.items():
        into, source = own[found.layers[id(likeness)]], wanted[layer]
        if len(into) != len(source):
            return None
        for place, other in zip(into, source, strict=True):
            digests[place] = reference.weights[other]
    return digests


def _places(model: ModelEvidence) -> dict[int, tuple[int, ...]]:
    """Which weights, by their place in the model's list, each layer has."""
    return {node.layer: node.weights for node in model.graph.nodes}


def _rows(graph: CanonicalGraph) -> list[Array]:
    rng = np.random.default_rng(11)
    words = [
        int(str(node.config["input_dim"]))
        for node in graph.nodes
        if node.kind == "Embedding" and "input_dim" in node.config
    ]
    found: list[Array] = []
    for item in graph.inputs:
        shape = (ROWS, *(OPEN_AXIS if size is None else size for size in item.shape[1:]))
        if words:
            found.append(rng.integers(0, min(words), shape).astype(np.float32))
        else:
            found.append(rng.normal(size=shape).astype(np.float32))
    return found
