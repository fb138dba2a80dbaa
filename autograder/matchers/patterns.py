"""Patterns: one layer as a check's author describes it, compared with a node of the graph.

A pattern sees a node after activations are fused, so ``Dense(10, "relu")`` stands for every
spelling of that layer. Called on what it reads, as a layer is in the Functional API, a pattern
describes a network: one pattern object called twice is one shared layer, two objects are two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, Union

from autograder.evidence.graph import Node
from autograder.evidence.graph.activations import named
from autograder.matchers.amounts import Amount, same_setting

BIASED = frozenset(
    ["Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "DepthwiseConv2D"]
)
"""Layers with ``use_bias``: without one they are another network, unless the check allows it."""

_PER_AXIS = frozenset(["kernel_size", "strides", "pool_size", "dilation_rate", "size"])


class Pattern(Protocol):
    """What ``assert_layers`` compares a node with."""

    def mismatch(self, node: Node, allow: frozenset[str]) -> str:
        """The first difference in words, or an empty string when the node is what was asked."""
        ...

    def describe(self) -> str:
        """The pattern in words."""
        ...


@dataclass(frozen=True, eq=False)
class InputPattern:
    """An input of a network. ``shape`` is one example's, None: any. Each object is one input."""

    name: str
    shape: tuple[int | None, ...] | None


@dataclass(frozen=True, eq=False)
class Applied:
    """A pattern called on what it reads. The pattern's identity is the layer's."""

    pattern: Pattern
    sources: tuple["Source", ...]


Source: TypeAlias = Union[Applied, InputPattern]  # noqa: UP007
"""What a pattern can be called on."""


def applied(pattern: Pattern, sources: tuple[Source | Sequence[Source], ...]) -> Applied:
    """The pattern called on single sources or on a list of them, as Keras's layers are."""
    flat: list[Source] = []
    for source in sources:
        flat += [source] if isinstance(source, (Applied, InputPattern)) else source
    return Applied(pattern, tuple(flat))


@dataclass(frozen=True)
class LayerPattern:
    """A layer of one kind. ``activation`` None accepts any; only the named settings count."""

    kind: str
    activation: str | Amount | None
    settings: tuple[tuple[str, object], ...]

    def mismatch(self, node: Node, allow: frozenset[str]) -> str:
        if node.kind != self.kind:
            return f"it is a {node.kind} layer"
        for key, wanted in self.settings:
            found = node.config.get(key)
            if not _same(key, wanted, found):
                return f"it has {key} {_text(found)}"
        if not _activation_fits(node, self.activation):
            return f"its activation is {activation_text(node.activation)}"
        return unasked(node, frozenset(key for key, _ in self.settings), allow)

    def describe(self) -> str:
        parts = [f"{key} {_text(value)}" for key, value in self.settings if _worth_saying(key)]
        if self.activation is not None:
            parts.append(f"activation {activation_text(str(self.activation))}")
        return f"{self.kind} with " + ", ".join(parts) if parts else self.kind

    def __call__(self, *sources: Source | Sequence[Source]) -> Applied:
        """This layer, reading ``sources``."""
        return applied(self, sources)


@dataclass(frozen=True)
class AnyLayer:
    """One layer of whatever kind."""

    def mismatch(self, node: Node, allow: frozenset[str]) -> str:
        return ""

    def describe(self) -> str:
        return "any one layer"

    def __call__(self, *sources: Source | Sequence[Source]) -> Applied:
        """This layer, reading ``sources``."""
        return applied(self, sources)


@dataclass(frozen=True)
class Alternatives:
    """One layer that is one of several."""

    patterns: tuple[Pattern, ...]

    def mismatch(self, node: Node, allow: frozenset[str]) -> str:
        found = [pattern.mismatch(node, allow) for pattern in self.patterns]
        return "" if "" in found else found[0]

    def describe(self) -> str:
        return ", or ".join(pattern.describe() for pattern in self.patterns)

    def __call__(self, *sources: Source | Sequence[Source]) -> Applied:
        """This layer, reading ``sources``."""
        return applied(self, sources)


def Layer(
    kind: str, activation: str | Amount | None = "linear", **settings: object
) -> LayerPattern:
    """A layer of any kind.

    >>> Layer("MaxPooling2D", pool_size=2).describe()
    'MaxPooling2D with pool_size 2, activation none'
    """
    return LayerPattern(kind, activation, tuple(settings.items()))


def Dense(
    units: int | Amount, activation: str | Amount | None = "linear", **settings: object
) -> LayerPattern:
    """A fully connected layer; without ``activation`` it must be linear.

    >>> Dense(30, "relu").describe()
    'Dense with units 30, activation relu'
    """
    return Layer("Dense", activation, units=units, **settings)


def Conv2D(
    filters: int | Amount,
    kernel_size: int | tuple[int, int] | Amount,
    activation: str | Amount | None = "linear",
    **settings: object,
) -> LayerPattern:
    """A convolution; strides 1 and no padding unless said otherwise."""
    full = {"filters": filters, "kernel_size": kernel_size, "strides": 1, "padding": "valid"}
    return Layer("Conv2D", activation, **{**full, **settings})


def Dropout(rate: float | Amount) -> LayerPattern:
    """A dropout layer with this rate."""
    return Layer("Dropout", rate=rate)


def Input(name: str, shape: int | tuple[int | None, ...] | None = None) -> InputPattern:
    """An input of a network by its name; ``shape`` is one example's, a number for columns.

    >>> top = Input("top", 32)
    >>> Dense(1)(Dense(8, "relu")(top)).pattern.describe()
    'Dense with units 1, activation none'
    """
    return InputPattern(name, (shape,) if isinstance(shape, int) else shape)


def Concatenate() -> LayerPattern:
    """What stands side by side in the last axis; the order of its inputs is free."""
    return Layer("Concatenate", axis=-1)


def Any() -> AnyLayer:
    """One layer of whatever kind."""
    return AnyLayer()


def AnyOf(*patterns: Pattern) -> Alternatives:
    """One layer that matches one of the patterns."""
    return Alternatives(patterns)


def unasked(node: Node, asked: frozenset[str], allow: frozenset[str]) -> str:
    """What the node has that no exercise gives for free: a regulariser, no bias, frozen weights."""
    free = asked | allow
    if node.kind in BIASED and not free & {"use_bias"} and node.config.get("use_bias") is False:
        return "it has no bias"
    for key, value in node.config.items():
        if key.endswith("_constraint") and value is not None and key not in free:
            return f"it has a {key}"
        regular = key.endswith("_regularizer") and value is not None
        if regular and key not in free and "Regularization" not in allow:
            return f"it has a {key}"
    if node.parameters and not node.trainable and "frozen" not in allow:
        return "its weights are frozen (trainable is False)"
    return ""


def _activation_fits(node: Node, wanted: str | Amount | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, Amount):
        # The name decides; settings of its own (a leaky slope) must be the usual ones.
        return wanted.fits(node.activation) and not activation_differs(node, node.activation)
    return not activation_differs(node, wanted)


def _same(key: str, wanted: object, found: object) -> bool:
    if isinstance(wanted, Amount):
        return wanted.fits(_single(found) if key in _PER_AXIS else found)
    if key in _PER_AXIS:
        wanted, found = _per_axis(wanted, found), _per_axis(found, wanted)
    return same_setting(found, wanted)


def _per_axis(value: object, other: object) -> object:
    """An int stands for the same number on every axis."""
    if isinstance(value, int) and isinstance(other, (list, tuple)):
        return [value] * len(other)
    return value


def _single(found: object) -> object:
    """The number that stands on every axis, or the axes as they are."""
    equal = isinstance(found, (list, tuple)) and len(set(found)) == 1
    return found[0] if equal and isinstance(found, (list, tuple)) else found


def _worth_saying(key: str) -> bool:
    return key not in ("strides", "padding", "use_bias")


def activation_differs(node: Node, wanted: str) -> bool:
    """Whether the node's activation is another function, or the same with other settings."""
    usual = dict(named(wanted).config)
    return node.activation != wanted or dict(node.activation_config) not in ({}, usual)


def activation_text(name: str) -> str:
    """An activation's canonical name for a student."""
    return {"linear": "none", "unknown": "a function that is not recognised"}.get(name, name)


def _text(value: object) -> str:
    return "none" if value is None else str(value)[:60]
