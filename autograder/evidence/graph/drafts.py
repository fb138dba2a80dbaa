"""A node of the canonical graph while it is worked on."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.evidence.graph.activations import Activation
from autograder.evidence.graph.nodes import Frozen, Shape, TensorRef
from autograder.nouns import JSON


@dataclass
class Draft:
    """A node before it is numbered; ``id`` counts from the number of graph inputs.

    ``call`` are the positional arguments as they were recorded, ``{"tensor": k}`` for an input: of
    a comparison, say, they tell on which side a number stands.
    """

    id: int
    kind: str
    name: str
    layer: int
    activation: Activation
    config: Mapping[str, Frozen]
    inputs: list[TensorRef]
    output_shape: Shape
    parameters: int
    trainable: bool
    recognised: bool
    weights: tuple[int, ...] = ()
    call: tuple[JSON, ...] = ()
