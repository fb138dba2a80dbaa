"""Is it this network, branches and shared layers included?

Judged on the canonical graph, so it is free how a layer, an activation or a concatenation was
written, in which order inputs and outputs are listed, and whether a part is a nested model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.nodes import TensorRef
from autograder.evidence.graph.render import describe
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import graph_of
from autograder.matchers.outline import (
    drawn_graph,
    drawn_patterns,
    graph_outline,
    pattern_outline,
    patterns_of,
)
from autograder.matchers.patterns import Applied, InputPattern, Source
from autograder.matchers.structure import freedoms
from autograder.nouns import Drawing

COMMUTATIVE = frozenset(["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply"])
"""Kinds whose inputs may stand in any order. A concatenation in another order is the same network:
the next layer's weights stand in another order too."""


def assert_network(
    model: ModelEvidence,
    outputs: Mapping[str, Source] | Sequence[Source] | Source,
    *,
    names: bool = True,
    allow: Sequence[str] = (),
) -> None:
    """Passes when the model is exactly the network that leads to ``outputs``.

    A mapping asks for outputs of these names, a sequence for these in any order. With ``names``
    False the names of inputs and outputs are free. ``allow`` is as in ``assert_layers``. Raises
    MatchFailure, NotJudgeable for a layer of the student's own.

    >>> from autograder.matchers import Concatenate, Dense, Input, assert_network
    >>> left, right, shared = Input("left", 4), Input("right", 4), Dense(8, "relu")
    >>> both = Concatenate()(shared(left), shared(right))
    >>> assert_network(model, {"kind": Dense(3, "softmax")(both)})  # doctest: +SKIP
    """
    wanted = _by_name(outputs)
    named = names and isinstance(outputs, Mapping)
    graph = graph_of(model)
    if next(readings(graph, wanted, freedoms(allow), names=names, named=named), None) is not None:
        return
    own = [node for node in graph.nodes if node.kind == "Custom"]
    if own:
        raise NotJudgeable(f"{model.name} has a layer of its own: {describe(own[0])}")
    raise MatchFailure(
        f"{model.name} is this network:\n{pattern_outline(wanted)}",
        f"\n{graph_outline(graph)}",
        hint=f"Follow the two networks from the inputs on: where does {model.name} go another way?",
        drawing=_drawn(graph, wanted, freedoms(allow)),
    )


def _drawn(graph: CanonicalGraph, wanted: Mapping[str, Source], free: frozenset[str]) -> Drawing:
    """Both networks as the message has them; a layer that no other one is like is marked."""
    asked = patterns_of(wanted)
    fitting = [
        (node, pattern)
        for node in graph.nodes
        for pattern in asked
        if node.kind in free or not pattern.mismatch(node, free)
    ]
    nodes = {node.id for node, _ in fitting}
    patterns = {id(pattern) for node, pattern in fitting if node.kind not in free}
    return Drawing(
        drawn_patterns(wanted, lambda pattern: id(pattern) not in patterns),
        drawn_graph(graph, lambda node: node.id not in nodes),
    )


@dataclass(frozen=True)
class Reading:
    """What stands for what: patterns by identity to layers, inputs to graph inputs, outputs.

    ``reordered`` tells that something is concatenated in another order.
    """

    layers: Mapping[int, int] = field(default_factory=dict)
    inputs: Mapping[int, int] = field(default_factory=dict)
    outputs: tuple[TensorRef, ...] = ()
    reordered: bool = False


def readings(
    graph: CanonicalGraph,
    wanted: Mapping[str, Source],
    free: frozenset[str],
    *,
    names: bool,
    named: bool,
) -> Iterator[Reading]:
    """Every way in which the graph is the network that leads to ``wanted``.

    ``free`` are kinds that may stand anywhere; with ``names`` inputs have their pattern's names,
    with ``named`` outputs those of ``wanted``.
    """
    matcher = _Matcher(graph, free, names)
    for refs in _orders(graph, wanted, named):
        for found in matcher.all(refs, list(wanted.values())):
            yield replace(found, outputs=refs)


@dataclass(frozen=True)
class _Matcher:
    """Reads a graph back from its outputs against patterns, trying every order that is free."""

    graph: CanonicalGraph
    free: frozenset[str]
    names: bool

    def all(self, refs: Sequence[TensorRef], sources: Sequence[Source]) -> Iterator[Reading]:
        """How the tensors can be the sources, with no input of the graph left over."""
        for found in self._each(list(zip(refs, sources, strict=True)), Reading()):
            if len(found.inputs) == len(self.graph.inputs):
                yield found

    def _each(self, pairs: list[tuple[TensorRef, Source]], found: Reading) -> Iterator[Reading]:
        if not pairs:
            yield found
            return
        for one in self._one(*pairs[0], found):
            yield from self._each(pairs[1:], one)

    def _one(self, ref: TensorRef, source: Source, found: Reading) -> Iterator[Reading]:
        node = self.graph.node(ref.node)
        if node is not None and node.kind in self.free and len(node.inputs) == 1:
            yield from self._one(node.inputs[0], source, found)
        if isinstance(source, InputPattern):
            if node is None:
                yield from self._input(ref.node, source, found)
        elif node is not None and ref.output == 0:
            yield from self._node(node, source, found)

    def _input(self, number: int, source: InputPattern, found: Reading) -> Iterator[Reading]:
        item = self.graph.inputs[number]
        known = found.inputs.get(id(source))
        if known is not None or number in found.inputs.values():
            if known == number:
                yield found
            return
        named = not self.names or item.name == source.name
        if named and source.shape in (None, item.shape[1:]):
            yield replace(found, inputs={**found.inputs, id(source): number})

    def _node(self, node: Node, source: Applied, found: Reading) -> Iterator[Reading]:
        if len(node.inputs) != len(source.sources) or source.pattern.mismatch(node, self.free):
            return
        # Layers without weights are not shared: calling one twice or two once is the same.
        if node.parameters:
            key = id(source.pattern)
            if found.layers.get(key, node.layer) != node.layer:
                return
            if key not in found.layers and node.layer in found.layers.values():
                return
            found = replace(found, layers={**found.layers, key: node.layer})
        orders = [node.inputs]
        if node.kind in COMMUTATIVE:
            orders = list(permutations(node.inputs))
        for order in orders:
            other = node.kind == "Concatenate" and tuple(order) != tuple(node.inputs)
            one = replace(found, reordered=True) if other else found
            yield from self._each(list(zip(order, source.sources, strict=True)), one)


def _by_name(outputs: Mapping[str, Source] | Sequence[Source] | Source) -> dict[str, Source]:
    if isinstance(outputs, Mapping):
        return dict(outputs)
    row = [outputs] if isinstance(outputs, (Applied, InputPattern)) else list(outputs)
    return {"output" if len(row) == 1 else f"output {n + 1}": one for n, one in enumerate(row)}


def _orders(
    graph: CanonicalGraph, wanted: Mapping[str, Source], named: bool
) -> Iterator[tuple[TensorRef, ...]]:
    """The graph's outputs in every order in which they may stand for the wanted ones."""
    if len(graph.outputs) != len(wanted):
        return
    if not named:
        yield from permutations(graph.outputs)
    elif sorted(graph.output_names) == sorted(wanted):
        places = [graph.output_names.index(name) for name in wanted]
        yield tuple(graph.outputs[place] for place in places)
