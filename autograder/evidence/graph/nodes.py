"""The vocabulary of a canonical graph.

Two spellings of one network give equal ``CanonicalGraph`` objects: names and data types are carried
for messages and for checks that ask for them, but do not count when graphs are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Frozen: TypeAlias = object
"""A JSON value whose lists have become tuples."""

Shape: TypeAlias = tuple[int | None, ...]


class TensorRef(NamedTuple):
    """One output of a node, or a graph input: ids of inputs and nodes share one numbering."""

    node: int
    output: int


@dataclass(frozen=True)
class GraphInput:
    """A symbolic input of shape (None, ...); the batch dimension is always None."""

    id: int
    name: str = field(compare=False)
    shape: Shape
    dtype: str = field(compare=False)


@dataclass(frozen=True)
class Node:
    """One call of a layer or operation, after no-ops were dropped and activations fused.

    ``layer`` is the identity of the layer object: two nodes with the same number share weights.
    ``activation_config`` holds what distinguishes two activations of one name (a leaky slope).
    ``weights`` are the places of its arrays in the model's list of weights.
    ``recognised`` is False for a class of the student's own and for an unknown activation.
    """

    id: int
    kind: str
    name: str = field(compare=False)
    layer: int
    activation: str
    config: Mapping[str, Frozen]
    inputs: tuple[TensorRef, ...]
    output_shape: Shape
    parameters: int
    trainable: bool
    recognised: bool
    activation_config: Mapping[str, Frozen] = field(default_factory=dict)
    weights: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class CanonicalGraph:
    """Inputs, nodes in topological order, and which tensors are the outputs."""

    inputs: tuple[GraphInput, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[TensorRef, ...]
    output_names: tuple[str, ...] = field(compare=False)

    @property
    def parameters(self) -> int:
        """Parameters of the graph's layers, a shared layer counted once."""
        return sum({node.layer: node.parameters for node in self.nodes}.values())

    def node(self, id: int) -> Node | None:
        """The node with this id, None for a graph input or an unknown id."""
        return next((node for node in self.nodes if node.id == id), None)

    def consumers(self, id: int) -> tuple[Node, ...]:
        """The nodes that read an output of the node or input with this id."""
        return tuple(node for node in self.nodes if any(ref.node == id for ref in node.inputs))
