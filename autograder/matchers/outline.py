"""A network in a message: what was expected and what was found, one line a call, alike.

top = Input(32)
a = Dense(units=32, activation='relu') on top
digit = Dense(units=10, activation='softmax') on a
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from autograder.evidence.graph import CanonicalGraph, Node
from autograder.evidence.graph.render import SHOWN_FIRST, describe
from autograder.matchers.amounts import Amount
from autograder.matchers.patterns import (
    Applied,
    InputPattern,
    LayerPattern,
    Pattern,
    Source,
    unasked,
)
from autograder.nouns import DrawnLayer, Mark

MAX_LINES = 24
"""Lines of one network; an exercise's has about ten."""

MAX_NAME = 40
"""Characters of a name, which is the student's."""


_Inputs: TypeAlias = dict[Hashable, tuple[str, tuple[int | None, ...] | None]]
"""Name and shape of each input, by a key of its own."""


@dataclass(frozen=True)
class _Step:
    """One call. ``layer`` is equal for calls of one layer, None where it has no weights."""

    key: Hashable
    words: str
    layer: Hashable
    sources: tuple[Hashable, ...]


@dataclass(frozen=True)
class _Line:
    """One line of an outline: a name, what it is, and the names of what that reads."""

    label: str
    words: str
    reads: tuple[str, ...] = ()
    key: Hashable = None

    def __str__(self) -> str:
        read = f" on {', '.join(self.reads)}" if self.reads else ""
        return f"{self.label} = {self.words}{read}"


def graph_outline(graph: CanonicalGraph) -> str:
    """The found network."""
    return _text(_of_graph(graph))


def pattern_outline(outputs: Mapping[str, Source]) -> str:
    """The network that a check describes."""
    return _text(_of_patterns(outputs))


def drawn_graph(
    graph: CanonicalGraph, differs: Callable[[Node], bool] = lambda node: False
) -> tuple[DrawnLayer, ...]:
    """The found network, call by call, as its outline says it; ``differs`` marks layers."""
    marked = {(node.id, 0) for node in graph.nodes if differs(node)}
    return _drawn(_of_graph(graph), marked)


def drawn_patterns(
    outputs: Mapping[str, Source], differs: Callable[[Pattern], bool]
) -> tuple[DrawnLayer, ...]:
    """The network that a check describes, call by call, as its outline says it."""
    before = [one for source in outputs.values() for one in _before(source)]
    marked = {id(one) for one in before if isinstance(one, Applied) and differs(one.pattern)}
    return _drawn(_of_patterns(outputs), marked)


def patterns_of(outputs: Mapping[str, Source]) -> list[Pattern]:
    """Every layer that a check describes."""
    before = [one for source in outputs.values() for one in _before(source)]
    return [one.pattern for one in before if isinstance(one, Applied)]


def _of_graph(graph: CanonicalGraph) -> list[_Line]:
    inputs: _Inputs = {(item.id, 0): (item.name, item.shape[1:]) for item in graph.inputs}
    steps = [
        _Step(
            (node.id, 0),
            _told(node),
            node.layer if node.parameters else None,
            tuple(tuple(ref) for ref in node.inputs),
        )
        for node in graph.nodes
    ]
    names = graph.output_names or tuple(f"output {n + 1}" for n in range(len(graph.outputs)))
    outputs = [(name, tuple(ref)) for name, ref in zip(names, graph.outputs, strict=False)]
    return _outline(inputs, steps, outputs)


def _told(node: Node) -> str:
    """The layer, with what no exercise gives for free: else two lines that differ look alike."""
    besides = unasked(node, frozenset(), frozenset())
    return describe(node) + (f" ({besides})" if besides else "")


def _of_patterns(outputs: Mapping[str, Source]) -> list[_Line]:
    inputs: _Inputs = {}
    steps: dict[Hashable, _Step] = {}
    for source in outputs.values():
        for one in _before(source):
            if isinstance(one, InputPattern):
                inputs[id(one)] = (one.name, one.shape)
            else:
                read = tuple(id(item) for item in one.sources)
                layer = id(one.pattern) if "units" in _settings(one.pattern) else None
                steps.setdefault(id(one), _Step(id(one), _words(one.pattern), layer, read))
    named = [(name, id(source)) for name, source in outputs.items()]
    return _outline(inputs, list(steps.values()), named)


def _outline(
    inputs: _Inputs,
    steps: Sequence[_Step],
    outputs: Sequence[tuple[str, Hashable]],
) -> list[_Line]:
    labels = {key: name[:MAX_NAME] for key, (name, _) in inputs.items()}
    lines = [_Line(labels[key], f"Input({_columns(shape)})") for key, (_, shape) in inputs.items()]
    heads = {key: name[:MAX_NAME] for name, key in reversed(outputs)}
    letters = _letters({*labels.values(), *heads.values()})
    first: dict[Hashable, str] = {}
    for step in steps:
        label = labels[step.key] = heads.get(step.key) or next(letters)
        words = step.words
        if step.layer is not None and step.layer in first:
            words = f"the layer of {first[step.layer]} again,"
        first.setdefault(step.layer, label)
        read = tuple(labels.get(key, "?") for key in step.sources)
        lines.append(_Line(label, words, read, step.key))
    lines += [_Line(name, labels[key]) for name, key in outputs if labels.get(key) != name]
    return lines


def _text(lines: Sequence[_Line]) -> str:
    told = [str(line) for line in lines[:MAX_LINES]]
    if len(lines) > MAX_LINES:
        told.append(f"... and {len(lines) - MAX_LINES} more")
    return "\n".join(f"  {line}" for line in told)


def _drawn(lines: Sequence[_Line], marked: Collection[Hashable]) -> tuple[DrawnLayer, ...]:
    drawn = [
        DrawnLayer(
            one.words, Mark.DIFFERS if one.key in marked else Mark.PLAIN, one.label, one.reads
        )
        for one in lines[:MAX_LINES]
    ]
    if len(lines) > MAX_LINES:
        drawn.append(DrawnLayer(f"... and {len(lines) - MAX_LINES} more", Mark.UNTOLD))
    return tuple(drawn)


def _before(source: Source) -> Iterator[Source]:
    """The source and all that it reads, what is read first."""
    if isinstance(source, Applied):
        for one in source.sources:
            yield from _before(one)
    yield source


def _words(pattern: Pattern) -> str:
    if not isinstance(pattern, LayerPattern):
        return pattern.describe()
    settings = _settings(pattern)
    parts = [f"{key}={_value(settings[key])}" for key in SHOWN_FIRST if key in settings]
    if pattern.activation not in (None, "linear"):
        parts.append(f"activation={_value(pattern.activation)}")
    return f"{pattern.kind}({', '.join(parts)})"


def _value(value: object) -> str:
    return f"({value})" if isinstance(value, Amount) else repr(value)


def _settings(pattern: Pattern) -> dict[str, object]:
    return dict(pattern.settings) if isinstance(pattern, LayerPattern) else {}


def _columns(shape: tuple[int | None, ...] | None) -> str:
    if shape is None:
        return "any shape"
    return ", ".join("any" if size is None else str(size) for size in shape)


def _letters(taken: set[str]) -> Iterator[str]:
    for number in count():
        name = chr(ord("a") + number % 26) + (str(number // 26) if number >= 26 else "")
        if name not in taken:
            yield name
