"""The order of a repaired notebook's cells: the student's, with the source's locked cells in place.

A grade cell that runs before the cell it judges would see nothing, so locked cells that were moved
go back behind the cell that they follow in the source; what the student wrote stays where it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.intake.read import RawCell
from autograder.intake.released import SourceCell

_STUDENT_WEIGHT = 1_000
"""Keeping one of the student's cells in place counts more than any number of locked ones."""


@dataclass(frozen=True)
class Placed:
    """One cell of the result: the source's cell, the submitted one, or both. Never neither."""

    source: SourceCell | None
    found: RawCell | None


def in_source_order(
    placed: Sequence[Placed], wanted: Sequence[SourceCell]
) -> tuple[list[Placed], list[str]]:
    """The cells with locked ones in the source's order and missing ones added, and what was done.

    A missing solution cell without points is told, not added: there is nothing to grade in it.
    """
    kept = _longest_rising(placed)
    moved = {
        item.source.index: item
        for position, item in enumerate(placed)
        if item.source is not None and item.source.locked and position not in kept
    }
    result = [item for item in placed if item.source is None or item.source.index not in moved]
    present = {item.source.index for item in result if item.source is not None}
    told: list[str] = []
    for cell in wanted:
        if cell.grade_id is None or cell.index in present:
            continue
        if cell.index in moved:
            told.append(f"Locked cell {cell.grade_id} was moved; it is in its place again.")
        elif cell.required:
            told.append(f"Cell {cell.grade_id} was missing; it was added back.")
        else:
            told.append(f"Solution cell {cell.grade_id} is missing.")
            continue
        result.insert(_place(cell, wanted, result), moved.get(cell.index, Placed(cell, None)))
        present.add(cell.index)
    return result, told


def _place(cell: SourceCell, wanted: Sequence[SourceCell], result: Sequence[Placed]) -> int:
    at = {
        item.source.index: position
        for position, item in enumerate(result)
        if item.source is not None
    }
    before = [c.index for c in wanted[: cell.index] if c.index in at]
    if before:
        return at[before[-1]] + 1
    # All that follows it in the source may need it: a set-up cell goes before the first of them.
    return min((at[c.index] for c in wanted[cell.index + 1 :] if c.index in at), default=0)


def _longest_rising(placed: Sequence[Placed]) -> frozenset[int]:
    """Positions of the heaviest run of cells that stand in the source's order."""
    items = [(p, item.source) for p, item in enumerate(placed) if item.source is not None]
    weight: list[int] = []
    previous: list[int] = []
    for n, (_, cell) in enumerate(items):
        best, link = 0, -1
        for m in range(n):
            if items[m][1].index < cell.index and weight[m] > best:
                best, link = weight[m], m
        weight.append(best + (1 if cell.locked else _STUDENT_WEIGHT))
        previous.append(link)
    kept: set[int] = set()
    at = max(range(len(items)), key=weight.__getitem__, default=-1)
    while at >= 0:
        kept.add(items[at][0])
        at = previous[at]
    return frozenset(kept)
