"""A recorded MODEL, read strictly into frozen dataclasses.

Trusts nobody: the JSON was made beside student code. Types, bounds, references and nesting are
checked here once, so that the canonical graph and the replay may rely on them. Operations must
stand in topological order, which makes a cycle or a dangling reference impossible.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from autograder.errors import EvidenceError
from autograder.evidence.graph.nodes import Shape, TensorRef
from autograder.nouns import JSON

MAX_OPERATIONS = 5_000
"""All nested graphs together; ResNet-152 has about 520 operations."""

MAX_NESTING = 12
"""Models inside models."""

MAX_WEIGHTS = 20_000
MAX_RANK = 16
MAX_DIMENSION = 2**31
MAX_TEXT = 300
MAX_TENSORS = 1_000
"""Inputs or outputs of one operation or graph."""

KINDS = ("Sequential", "Functional", "Subclass")


@dataclass(frozen=True)
class RecordedWeight:
    """One weight array. ``size`` counts its numbers."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    blob: str | None

    @property
    def size(self) -> int:
        """How many numbers the array holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class RecordedInput:
    """A symbolic input as it was recorded."""

    id: int
    name: str
    shape: Shape
    dtype: str


@dataclass(frozen=True)
class RecordedOp:
    """One call. ``args`` holds the positional arguments; ``{"tensor": k}`` is ``inputs[k]``."""

    id: int
    layer: int
    class_name: str
    module: str
    name: str
    config: Mapping[str, JSON]
    inputs: tuple[TensorRef, ...]
    args: tuple[JSON, ...]
    kwargs: Mapping[str, JSON]
    output_shapes: tuple[Shape, ...]
    weights: tuple[int, ...]
    graph: "RecordedGraph | None"


@dataclass(frozen=True)
class RecordedGraph:
    """Inputs, operations in topological order, outputs."""

    inputs: tuple[RecordedInput, ...]
    ops: tuple[RecordedOp, ...]
    outputs: tuple[TensorRef, ...]
    output_names: tuple[str, ...]


@dataclass(frozen=True)
class RecordedModel:
    """A model as it was recorded; ``graph`` is None, with a reason, when it could not be traced."""

    kind: str
    class_name: str
    name: str
    built: bool
    graph: RecordedGraph | None
    reason: str
    weights: tuple[RecordedWeight, ...]


def read_model(model: JSON) -> RecordedModel:
    """The recorded model. Raises EvidenceError for anything that the format does not allow."""
    fields = mapping(model, "a model")
    kind = text(fields.get("class"), "the model's class")
    if kind not in KINDS:
        raise EvidenceError(f"one of {KINDS} expected as the model's class, found {kind!r}")
    weights = tuple(_weight(item) for item in items(fields.get("weights"), "weights", MAX_WEIGHTS))
    raw_graph = fields.get("graph")
    reader = _Reader(len(weights))
    return RecordedModel(
        kind=kind,
        class_name=text(fields.get("class_name"), "the model's class name"),
        name=text(fields.get("name"), "the model's name"),
        built=flag(fields.get("built"), "built"),
        graph=None if raw_graph is None else reader.graph(raw_graph, MAX_NESTING),
        reason=str(fields.get("reason") or "")[:MAX_TEXT],
        weights=weights,
    )


class _Reader:
    """Reads nested graphs with one budget of operations for all of them."""

    def __init__(self, weights: int) -> None:
        self._weights = weights
        self._left = MAX_OPERATIONS

    def graph(self, value: JSON, depth: int) -> RecordedGraph:
        if depth <= 0:
            raise EvidenceError(f"models nested at most {MAX_NESTING} deep expected, found deeper")
        fields = mapping(value, "a graph")
        known: dict[int, int] = {}
        inputs = tuple(
            _input(item, known) for item in items(fields.get("inputs"), "inputs", MAX_TENSORS)
        )
        ops = tuple(
            self._op(item, known, depth)
            for item in items(fields.get("ops"), "operations", MAX_OPERATIONS)
        )
        outputs = _refs(fields.get("outputs"), known)
        if not inputs or not outputs:
            raise EvidenceError("a graph with inputs and outputs expected, found one without")
        names = items(fields.get("output_names", []), "output names", MAX_TENSORS)
        return RecordedGraph(
            inputs, ops, outputs, tuple(text(name, "an output's name") for name in names)
        )

    def _op(self, value: JSON, known: dict[int, int], depth: int) -> RecordedOp:
        self._left -= 1
        if self._left < 0:
            raise EvidenceError(f"at most {MAX_OPERATIONS} operations expected, found more")
        fields = mapping(value, "an operation")
        refs = _refs(fields.get("inputs"), known)
        shapes = tuple(
            shape(item) for item in items(fields.get("output_shapes"), "shapes", MAX_TENSORS)
        )
        raw_graph = fields.get("graph")
        graph = None if raw_graph is None else self.graph(raw_graph, depth - 1)
        if graph and (len(graph.inputs), len(graph.outputs)) != (len(refs), len(shapes)):
            raise EvidenceError("a nested model called with its own inputs and outputs expected")
        op = RecordedOp(
            id=_new_id(fields.get("id"), known, len(shapes)),
            layer=whole(fields.get("layer"), "a layer's number"),
            class_name=text(fields.get("class_name"), "a class name"),
            module=text(fields.get("module"), "a module's name"),
            name=text(fields.get("name"), "an operation's name"),
            config=mapping(fields.get("config"), "a config"),
            inputs=refs,
            args=tuple(items(fields.get("args", []), "arguments", MAX_TENSORS)),
            kwargs=mapping(fields.get("kwargs", {}), "keyword arguments"),
            output_shapes=shapes,
            weights=self._indices(fields.get("weights")),
            graph=graph,
        )
        _check_depth([op.config, list(op.args), op.kwargs])
        return op

    def _indices(self, value: JSON) -> tuple[int, ...]:
        found = [
            whole(item, "a weight's index")
            for item in items(value, "indices of weights", MAX_WEIGHTS)
        ]
        if len(set(found)) != len(found) or any(index >= self._weights for index in found):
            raise EvidenceError(f"distinct indices below {self._weights} expected for weights")
        return tuple(found)


def _input(value: JSON, known: dict[int, int]) -> RecordedInput:
    fields = mapping(value, "an input")
    return RecordedInput(
        _new_id(fields.get("id"), known, 1),
        text(fields.get("name"), "an input's name"),
        shape(fields.get("shape")),
        text(fields.get("dtype"), "an input's dtype"),
    )


def _weight(value: JSON) -> RecordedWeight:
    fields = mapping(value, "a weight")
    dims = shape(fields.get("shape"))
    if any(dim is None for dim in dims) or math.prod(cast(tuple[int, ...], dims)) > MAX_DIMENSION:
        raise EvidenceError(f"a bounded shape expected for a weight, found {dims}")
    blob = fields.get("blob")
    return RecordedWeight(
        text(fields.get("path"), "a weight's path"),
        cast(tuple[int, ...], dims),
        text(fields.get("dtype"), "a weight's dtype"),
        flag(fields.get("trainable"), "trainable"),
        None if blob is None else text(blob, "a weight's digest"),
    )


def _new_id(value: JSON, known: dict[int, int], outputs: int) -> int:
    found = whole(value, "an id")
    if found in known:
        raise EvidenceError(f"each id once expected, found {found} twice")
    known[found] = outputs
    return found


def _refs(value: JSON, known: Mapping[int, int]) -> tuple[TensorRef, ...]:
    found = []
    for item in items(value, "references", MAX_TENSORS):
        pair = items(item, "a reference", 2)
        if len(pair) != 2:
            raise EvidenceError("a pair of operation and index expected as a reference")
        ref = TensorRef(whole(pair[0], "an id"), whole(pair[1], "an index"))
        if ref.output >= known.get(ref.node, 0):
            raise EvidenceError(
                f"a reference to an earlier operation's output expected, found {ref}"
            )
        found.append(ref)
    return tuple(found)


def shape(value: JSON) -> Shape:
    """A shape: at most 16 dimensions, each None or a bounded whole number."""
    dims = items(value, "a shape", MAX_RANK)
    return tuple(None if dim is None else whole(dim, "a dimension") for dim in dims)


def mapping(value: JSON, what: str) -> dict[str, JSON]:
    """The JSON object, or EvidenceError."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise EvidenceError(f"an object expected for {what}, found {type(value).__name__}")
    return value


def items(value: JSON, what: str, at_most: int) -> list[JSON]:
    """The JSON array of at most so many items, or EvidenceError."""
    if not isinstance(value, list) or len(value) > at_most:
        raise EvidenceError(f"a list of at most {at_most} expected for {what}")
    return value


def text(value: JSON, what: str) -> str:
    """The string of at most ``MAX_TEXT`` characters, or EvidenceError."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise EvidenceError(f"a text of at most {MAX_TEXT} characters expected for {what}")
    return value


def whole(value: JSON, what: str) -> int:
    """The whole number from 0 to 2**31, or EvidenceError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_DIMENSION:
        raise EvidenceError(f"a number from 0 to {MAX_DIMENSION} expected for {what}")
    return value


def flag(value: JSON, what: str) -> bool:
    """The boolean, or EvidenceError."""
    if not isinstance(value, bool):
        raise EvidenceError(f"true or false expected for {what}")
    return value


MAX_CONFIG_DEPTH = 24
"""Wrapped layers nest a few levels of config; a recursion over 24 is safe."""


def _check_depth(value: object, left: int = MAX_CONFIG_DEPTH) -> None:
    if left <= 0:
        raise EvidenceError(f"a config nested at most {MAX_CONFIG_DEPTH} deep expected")
    if isinstance(value, dict):
        for inner in value.values():
            _check_depth(inner, left - 1)
    elif isinstance(value, list):
        for inner in value:
            _check_depth(inner, left - 1)
