"""A row of layers with declared freedoms: what may be missing, repeated, or in another order.

Read like a regular expression over the canonical graph's nodes: every part of the row gives, for
each place where it may begin, all places where it may end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

from autograder.errors import CheckError
from autograder.evidence.graph import Node
from autograder.matchers.patterns import Pattern

MAX_FREE_ORDER = 8
"""Parts in any order; each may stand for several layers."""


@dataclass(frozen=True)
class Repeat:
    """The row ``parts``, from ``least`` to ``most`` times (None: without a limit)."""

    parts: tuple["Part", ...]
    least: int
    most: int | None

    def describe(self) -> str:
        inner = row_text(self.parts)
        if (self.least, self.most) == (0, 1):
            return f"({inner}, or nothing)"
        times = f"{self.least} times or more" if self.most is None else _times(self)
        return f"({inner}) {times}"


@dataclass(frozen=True)
class AnyOrder:
    """All of ``parts``, in whatever order."""

    parts: tuple["Part", ...]

    def describe(self) -> str:
        return f"({row_text(self.parts)}, in any order)"


Part: TypeAlias = Union[Pattern, Repeat, AnyOrder]  # noqa: UP007
"""What a row consists of."""


def Optional(*parts: Part) -> Repeat:
    """These layers, or none of them.

    >>> from autograder.matchers import Dense, Dropout, Optional
    >>> Optional(Dropout(0.5)).describe()
    '(Dropout with rate 0.5, activation none, or nothing)'
    """
    return _repeat(parts, 0, 1)


def Repeated(*parts: Part, at_least: int = 1, at_most: int | None = None) -> Repeat:
    """These layers several times, one row after the other. Raises CheckError for odd limits."""
    return _repeat(parts, at_least, at_most)


def InAnyOrder(*parts: Part) -> AnyOrder:
    """All of these, in whatever order. Raises CheckError for more than eight."""
    if not 0 < len(parts) <= MAX_FREE_ORDER:
        raise CheckError(f"one to {MAX_FREE_ORDER} parts in any order expected: {len(parts)}")
    return AnyOrder(parts)


def fits(nodes: Sequence[Node], parts: Sequence[Part], free: frozenset[str]) -> bool:
    """Whether the nodes can be read as the parts with nodes of the kinds ``free`` in between."""
    reader = Reader(nodes, free)
    return len(nodes) in reader.past_free(reader.through(parts, {0}))


def row_text(parts: Iterable[Part]) -> str:
    """The parts in words."""
    return ", ".join(part.describe() for part in parts)


class Reader:
    """Reads parts from places in a row of nodes. ``furthest`` is the last place it reached."""

    def __init__(self, nodes: Sequence[Node], free: frozenset[str]) -> None:
        self._nodes, self._free = nodes, free
        self.furthest = 0

    def through(self, parts: Sequence[Part], starts: set[int]) -> set[int]:
        """All places where the parts, one after the other, may end."""
        for part in parts:
            starts = self._part(part, starts)
        return starts

    def past_free(self, starts: set[int]) -> set[int]:
        """These places, and those behind allowed nodes that follow them."""
        found = set(starts)
        for place in starts:
            while place < len(self._nodes) and self._nodes[place].kind in self._free:
                place += 1
                found.add(place)
        self.furthest = max([self.furthest, *found])
        return found

    def _part(self, part: Part, starts: set[int]) -> set[int]:
        if isinstance(part, Repeat):
            return self._repeated(part, starts)
        if isinstance(part, AnyOrder):
            return self._ordered(part.parts, starts)
        found = {
            place + 1
            for place in self.past_free(starts)
            if place < len(self._nodes) and not part.mismatch(self._nodes[place], self._free)
        }
        self.furthest = max([self.furthest, *found])
        return found

    def _repeated(self, part: Repeat, starts: set[int]) -> set[int]:
        found: set[int] = set()
        seen: set[int] = set()
        reached, count = starts, 0
        while reached:
            if count >= part.least:
                found |= reached
                # From a place where it began before it goes on as it did then.
                reached = reached - seen
                seen |= reached
            if part.most is not None and count >= part.most:
                break
            reached, count = self.through(part.parts, reached), count + 1
        return found

    def _ordered(self, parts: tuple[Part, ...], starts: set[int]) -> set[int]:
        if not starts or not parts:
            return starts
        found: set[int] = set()
        for place, part in enumerate(parts):
            left = parts[:place] + parts[place + 1 :]
            found |= self._ordered(left, self._part(part, starts))
        return found


def _repeat(parts: tuple[Part, ...], least: int, most: int | None) -> Repeat:
    if not parts or least < 0 or (most is not None and most < max(least, 1)):
        raise CheckError(
            f"layers, and limits such as at_least=1, at_most=3 expected: {len(parts)} layers, "
            f"at_least={least}, at_most={most}"
        )
    return Repeat(parts, least, most)


def _times(part: Repeat) -> str:
    if part.least == part.most:
        return f"{part.least} times"
    return f"{part.least} to {part.most} times"
