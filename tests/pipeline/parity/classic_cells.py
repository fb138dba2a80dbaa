"""The words in which the corpus of classic notebooks is written.

A notebook is a list of cells in nbgrader's own metadata. ``answers`` say what each student wrote
where it differs from the solution; on a locked cell they say what a student changed it into.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STUDENTS = ("right", "wrong", "blank", "odd", "broken")
"""Each answers every exercise: well, plausibly but wrong, not at all, in a way that only looks
odd, and with code that cannot work."""

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@dataclass(frozen=True)
class Cell:
    """One source cell. ``flags`` are nbgrader's: grade, solution, locked, task."""

    source: str
    kind: str = "code"
    name: str = ""
    flags: frozenset[str] = frozenset()
    points: float | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def node(self, number: int) -> dict[str, Any]:
        """The cell of the source notebook."""
        metadata: dict[str, Any] = {"tags": list(self.tags)} if self.tags else {}
        if self.name:
            metadata["nbgrader"] = {
                **{flag: flag in self.flags for flag in ("grade", "solution", "locked", "task")},
                "grade_id": self.name,
                "schema_version": 3,
                "cell_type": self.kind,
                **({} if self.points is None else {"points": self.points}),
            }
        cell = {"cell_type": self.kind, "metadata": metadata, "source": self.source}
        code = {"outputs": [], "execution_count": None} if self.kind == "code" else {}
        return {**cell, "id": f"cell-{number:03d}", **code}


def prose(text: str) -> Cell:
    """Text between exercises."""
    return Cell(text, "markdown")


def code(text: str, *tags: str) -> Cell:
    """Code that is neither locked nor graded."""
    return Cell(text, tags=tags)


def locked(name: str, text: str, *tags: str, **changed: str) -> Cell:
    """Code that a student cannot change; ``changed`` is what some did all the same."""
    return Cell(text, "code", name, frozenset({"locked"}), answers=changed, tags=tags)


def answer(name: str, solution: str, *, bare: bool = False, **answers: str) -> Cell:
    """An ungraded solution cell: the solution between nbgrader's markers, or ``bare``."""
    text = solution if bare or "BEGIN SOLUTION" in solution else _marked(solution)
    return Cell(text, "code", name, frozenset({"solution"}), answers=answers)


def graded(name: str, points: float, text: str, **changed: str) -> Cell:
    """A grade cell that is executed."""
    flags = frozenset({"grade", "locked"})
    return Cell(text, "code", name, flags, points, answers=changed)


def by_hand(name: str, points: float, text: str, kind: str = "markdown", **answers: str) -> Cell:
    """An answer that a person grades."""
    flags = frozenset({"grade", "solution"})
    return Cell(text, kind, name, flags, points, answers=answers)


def task(name: str, points: float, text: str) -> Cell:
    """A task cell: graded by hand, answered in cells of the student's own."""
    return Cell(text, "markdown", name, frozenset({"task", "locked"}), points)


def source_notebook(cells: Sequence[Cell]) -> dict[str, Any]:
    """The instructor's notebook."""
    nodes = [cell.node(number) for number, cell in enumerate(cells)]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": nodes}


def handed_in(cells: Sequence[Cell], released: Mapping[str, Any], student: str) -> dict[str, Any]:
    """What ``student`` makes of the ``released`` notebook."""
    by_name = {cell.name: cell for cell in cells if cell.name}
    nodes = []
    for node in released["cells"]:
        cell = by_name.get(node["metadata"].get("nbgrader", {}).get("grade_id", ""))
        text = None if cell is None else _text(cell, student)
        nodes.append(node if text is None else {**node, "source": text})
    return {**released, "cells": nodes}


def _text(cell: Cell, student: str) -> str | None:
    if student in cell.answers:
        return cell.answers[student]
    if student == "blank" or "solution" not in cell.flags:
        return None
    return "\n".join(line for line in cell.source.split("\n") if "SOLUTION" not in line)


def _marked(solution: str) -> str:
    return f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
