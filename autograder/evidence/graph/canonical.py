"""From a recorded model to its canonical graph.

Five steps: nested models are flattened and no-ops dropped, what no output needs is pruned,
operations that together are one activation become one, activations are fused into the layer before
them, nodes are numbered from the outputs back. Each freedom is named in docs/writing-checks.md.
"""

import re
from collections.abc import Mapping, Sequence

from autograder.errors import EvidenceError
from autograder.evidence.graph.activations import is_elementwise
from autograder.evidence.graph.drafts import Draft
from autograder.evidence.graph.joined import activations_joined
from autograder.evidence.graph.nodes import (
    CanonicalGraph,
    GraphInput,
    Node,
    Shape,
    TensorRef,
)
from autograder.evidence.graph.operations import FUSABLE, meaning
from autograder.evidence.graph.recorded import (
    RecordedGraph,
    RecordedModel,
    RecordedOp,
    read_model,
)
from autograder.nouns import JSON

_LEARNT = re.compile(r"(Einsum)?Dense|Embedding|(Separable|Depthwise)?Conv\dD(Transpose)?")
"""Layers all of whose weights a training moves, unless the student keeps it from them."""


def canonical(model: JSON) -> CanonicalGraph:
    """The canonical graph of a recorded MODEL.

    Raises EvidenceError for a malformed recording, and for one without a graph (the text says why).
    """
    recorded = read_model(model)
    if recorded.graph is None:
        raise EvidenceError(f"a model with a traced graph expected: {recorded.reason or 'none'}")
    graph = recorded.graph
    flattener = _Flattener(recorded, len(graph.inputs))
    starts = [TensorRef(number, 0) for number in range(len(graph.inputs))]
    for ref, item in zip(starts, graph.inputs, strict=True):
        flattener.shapes[ref] = _free_batch(item.shape)
    outputs = flattener.expand(graph, starts)
    drafts = activations_joined(_needed(flattener.drafts, outputs), outputs, flattener.shapes)
    drafts, outputs = _fuse(drafts, outputs)
    return _numbered(graph, drafts, outputs)


class _Flattener:
    """Walks nested graphs in order; a no-op's output becomes another name for its input."""

    def __init__(self, model: RecordedModel, first_id: int) -> None:
        self._model = model
        self._next_id = first_id
        self.drafts: list[Draft] = []
        self.shapes: dict[TensorRef, Shape] = {}

    def expand(self, graph: RecordedGraph, inputs: Sequence[TensorRef]) -> list[TensorRef]:
        """The refs of the graph's outputs when it is called on ``inputs``."""
        env = {TensorRef(item.id, 0): ref for item, ref in zip(graph.inputs, inputs, strict=True)}
        for op in graph.ops:
            sources = [env[ref] for ref in op.inputs]
            if op.graph is not None:
                results = self.expand(op.graph, sources)
            else:
                results = self._place(op, sources)
            env.update({TensorRef(op.id, index): ref for index, ref in enumerate(results)})
        return [env[ref] for ref in graph.outputs]

    def _place(self, op: RecordedOp, sources: list[TensorRef]) -> list[TensorRef]:
        found = meaning(op, tuple(self.shapes[ref] for ref in sources))
        if not found.kind:
            return sources
        weights = [self._model.weights[index] for index in op.weights]
        draft = Draft(
            id=self._next_id,
            kind=found.kind,
            name=op.name,
            layer=op.layer,
            activation=found.activation,
            config=found.config,
            inputs=sources,
            output_shape=_free_batch(op.output_shapes[0]) if op.output_shapes else (),
            parameters=sum(weight.size for weight in weights),
            trainable=_trainable(op, [weight.trainable for weight in weights]),
            recognised=found.recognised,
            weights=tuple(op.weights),
            call=op.args,
        )
        self._next_id += 1
        self.drafts.append(draft)
        refs = [TensorRef(draft.id, index) for index in range(len(op.output_shapes))]
        self.shapes.update(
            {ref: _free_batch(dims) for ref, dims in zip(refs, op.output_shapes, strict=True)}
        )
        return refs


def _trainable(op: RecordedOp, weights: list[bool]) -> bool:
    """Whether a training moves the layer: all of it, where nothing of it is statistics by kind."""
    if not weights:
        return op.config.get("trainable") is not False
    return all(weights) if _LEARNT.fullmatch(op.class_name) else any(weights)


def _free_batch(shape: Shape) -> Shape:
    """The shape with a free batch dimension: calling a deferred model once fixes it by accident."""
    return (None, *shape[1:]) if shape else shape


def _needed(drafts: list[Draft], outputs: Sequence[TensorRef]) -> list[Draft]:
    wanted = {ref.node for ref in outputs}
    kept = []
    for draft in reversed(drafts):
        if draft.id in wanted:
            wanted.update(ref.node for ref in draft.inputs)
            kept.append(draft)
    return kept[::-1]


def _fuse(drafts: list[Draft], outputs: list[TensorRef]) -> tuple[list[Draft], list[TensorRef]]:
    """Puts an activation into the linear layers before it when nothing else reads these."""
    readers: dict[TensorRef, int] = {}
    for ref in [*outputs, *(ref for draft in drafts for ref in draft.inputs)]:
        readers[ref] = readers.get(ref, 0) + 1
    by_id = {draft.id: draft for draft in drafts}
    moved: dict[TensorRef, TensorRef] = {}
    kept = []
    for draft in drafts:
        draft.inputs = [moved.get(ref, ref) for ref in draft.inputs]
        sources = _takes(draft, by_id, readers) if draft.kind == "Activation" else []
        if sources:
            for source in sources:
                source.activation = draft.activation
                source.recognised = source.recognised and draft.recognised
            moved[TensorRef(draft.id, 0)] = draft.inputs[0]
            readers[draft.inputs[0]] = readers.get(TensorRef(draft.id, 0), 0)
            continue
        kept.append(draft)
    return kept, [moved.get(ref, ref) for ref in outputs]


def _takes(
    activation: Draft, by_id: Mapping[int, Draft], readers: Mapping[TensorRef, int]
) -> list[Draft]:
    """The linear layers that can take this activation in: that before it, and nothing else reads.

    Where layers are concatenated, an activation that changes each number by itself is the same
    before the concatenation, in every one of them.
    """
    ref = activation.inputs[0]
    before = by_id.get(ref.node)
    if before is None or readers[ref] != 1:
        return []
    refs = [ref]
    if before.kind == "Concatenate" and is_elementwise(activation.activation):
        refs = before.inputs
    sources = [by_id.get(one.node) for one in refs]
    fit = [
        source
        for source, one in zip(sources, refs, strict=True)
        if source is not None
        and source.kind in FUSABLE
        and source.activation.name == "linear"
        and readers[one] == 1
    ]
    return fit if len(fit) == len(refs) else []


def _numbered(
    graph: RecordedGraph, drafts: list[Draft], outputs: list[TensorRef]
) -> CanonicalGraph:
    first = len(graph.inputs)
    ordered = _from_outputs(drafts, outputs)
    ids = {number: number for number in range(first)}
    ids.update({draft.id: first + place for place, draft in enumerate(ordered)})
    layers: dict[int, int] = {}
    for draft in ordered:
        layers.setdefault(draft.layer, len(layers))
    renumber = [TensorRef(ids[ref.node], ref.output) for ref in outputs]
    return CanonicalGraph(
        inputs=tuple(
            GraphInput(number, item.name, _free_batch(item.shape), item.dtype)
            for number, item in enumerate(graph.inputs)
        ),
        nodes=tuple(_node(draft, ids, layers) for draft in ordered),
        outputs=tuple(renumber),
        output_names=graph.output_names,
    )


def _from_outputs(drafts: list[Draft], outputs: list[TensorRef]) -> list[Draft]:
    """Depth first from the outputs, inputs in order: independent of the order of recording."""
    by_id = {draft.id: draft for draft in drafts}
    done: set[int] = set()
    ordered: list[Draft] = []
    stack: list[tuple[int, bool]] = [(ref.node, False) for ref in reversed(outputs)]
    while stack:
        id, finished = stack.pop()
        if id in done or id not in by_id:
            continue
        if finished:
            done.add(id)
            ordered.append(by_id[id])
            continue
        stack.append((id, True))
        stack.extend((ref.node, False) for ref in reversed(by_id[id].inputs))
    return ordered


def _node(draft: Draft, ids: Mapping[int, int], layers: Mapping[int, int]) -> Node:
    return Node(
        id=ids[draft.id],
        kind=draft.kind,
        name=draft.name,
        layer=layers[draft.layer],
        activation=draft.activation.name,
        config=draft.config,
        inputs=tuple(TensorRef(ids[ref.node], ref.output) for ref in draft.inputs),
        output_shape=draft.output_shape,
        parameters=draft.parameters,
        trainable=draft.trainable,
        recognised=draft.recognised,
        activation_config=draft.activation.config,
        weights=draft.weights,
    )
