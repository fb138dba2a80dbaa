"""A network as boxes from the input down, side by side where it branches.

HTML rather than a picture: text that wraps on a phone, is read aloud in order, and can be copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.nouns import Drawing, DrawnLayer, Mark
from autograder.report.texts import shown

MAX_WORDS = 300
"""Characters in one box."""


@dataclass(frozen=True)
class Box:
    """One layer as it is shown. ``differs`` is told by a word, a sign and a thicker frame."""

    words: str
    name: str
    reads: str
    differs: bool
    untold: bool


@dataclass(frozen=True)
class Column:
    """One network: its boxes in rows, what is read first on top."""

    title: str
    rows: tuple[tuple[Box, ...], ...]


def columns(drawing: Drawing | None) -> tuple[Column, ...]:
    """The expected network, where the message names one, and the found one."""
    if drawing is None:
        return ()
    pairs = (("Expected", drawing.expected), ("Found", drawing.found))
    return tuple(Column(title, _rows(layers)) for title, layers in pairs if layers)


def _rows(layers: Sequence[DrawnLayer]) -> tuple[tuple[Box, ...], ...]:
    """Rows by depth; what has no name stands below the one before."""
    depths: dict[str, int] = {}
    rows: list[list[Box]] = []
    for layer in layers:
        depth = len(rows)
        if layer.name:
            depth = max((depths.get(name, -1) + 1 for name in layer.reads), default=0)
            depths.setdefault(layer.name, depth)
        while len(rows) <= depth:
            rows.append([])
        rows[depth].append(_box(layer))
    return tuple(tuple(row) for row in rows if row)


def _box(layer: DrawnLayer) -> Box:
    return Box(
        words=shown(layer.words, MAX_WORDS),
        name=shown(layer.name, MAX_WORDS),
        reads=shown(", ".join(layer.reads), MAX_WORDS),
        differs=layer.mark is Mark.DIFFERS,
        untold=layer.mark is Mark.UNTOLD,
    )
