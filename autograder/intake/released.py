"""The source notebook's cells, and the text that each of them has in the release.

Trusts the instructor. nbgrader's own preprocessors do the releasing; the small part of their rules
that matching needs is computed here, so that reading a submission does not load nbgrader.
Rules from nbgrader 0.9.6: preprocessors/clearsolutions.py, clearhiddentests.py,
clearmarkingscheme.py and utils.is_locked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError
from autograder.intake.read import RawCell, RawNotebook, read_notebook
from autograder.nouns import JSON, Problem

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
SCHEMA_VERSION = 3

_INDENT = re.compile(r"\s*")


@dataclass(frozen=True)
class SourceCell:
    """One cell of the source. ``text`` goes into a graded notebook when the cell is locked."""

    index: int
    cell_type: str
    text: str
    released: str
    grade_id: str | None
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0
    metadata: Mapping[str, JSON] = field(default_factory=dict)
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether the cell is put back when a submission lacks it."""
        return self.grade_id is not None and (self.locked or self.grade or self.task)


def source_cells(path: Path) -> tuple[tuple[SourceCell, ...], Mapping[str, JSON]]:
    """The cells and notebook metadata of a source notebook.

    Raises CourseError when it is no notebook or two of its cells share a grade id.
    """
    raw = read_notebook(path)
    if isinstance(raw, Problem):
        raise CourseError(f"a source notebook expected at {path}: {raw.reason}")
    cells = _cells_of(raw)
    ids = [cell.grade_id for cell in cells if cell.grade_id]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise CourseError(f"each grade id once expected in {path}, found twice: {twice}")
    return cells, raw.metadata


def released_text(text: str, cell_type: str, *, solution: bool) -> str:
    """The text of a source cell in the release.

    >>> released_text("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION", "code", solution=True)
    '# YOUR CODE HERE\\nraise NotImplementedError()'
    """
    starter = starter_of(text) if solution else None
    if starter is not None:
        return starter
    stub = CODE_STUB if cell_type == "code" else TEXT_STUB
    cleared, found = _without_region(text, "SOLUTION", stub)
    if solution and not found:
        cleared = stub
    cleared, _ = _without_region(cleared, "HIDDEN TESTS", "")
    cleared, _ = _without_region(cleared, "MARK SCHEME", "")
    return cleared


def starter_of(text: str) -> str | None:
    """What a solution cell starts as in the release, or None for nbgrader's stub.

    In the source it stands between ``BEGIN STARTER`` and ``END STARTER``, each line a comment, so
    that code which cannot run is no part of the solution; it becomes the whole released cell.

    >>> starter_of("x = 1\\n### BEGIN STARTER\\n# x = (1\\n#\\n# y = x\\n### END STARTER")
    'x = (1\\n\\ny = x'
    """
    lines = text.split("\n")
    begins = [n for n, line in enumerate(lines) if "BEGIN STARTER" in line]
    ends = [n for n, line in enumerate(lines) if "END STARTER" in line]
    if not begins or not ends or ends[0] < begins[0]:
        return None
    commented = (line.strip() for line in lines[begins[0] + 1 : ends[0]])
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in commented)


def flags(raw: RawCell) -> dict[str, bool]:
    """grade, solution, locked and task of a cell, whatever its nbgrader schema version."""
    meta = raw.nbgrader
    grade, solution = meta.get("grade") is True, meta.get("solution") is True
    locked = not solution and (grade or meta.get("locked") is True)
    return {
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": meta.get("task") is True,
    }


def points_of(raw: RawCell) -> float:
    """The points that a cell says it is worth, 0.0 where it says none."""
    value = raw.nbgrader.get("points", 0)
    try:
        return float(value) if isinstance(value, (int, float, str)) else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _cells_of(raw: RawNotebook) -> tuple[SourceCell, ...]:
    found: list[SourceCell] = []
    for cell in raw.cells:
        says = flags(cell)
        matters = cell.grade_id is not None and any(says.values())
        found.append(
            SourceCell(
                index=cell.index,
                cell_type=cell.cell_type,
                text=cell.source,
                released=released_text(cell.source, cell.cell_type, solution=says["solution"]),
                grade_id=cell.grade_id if matters else None,
                points=points_of(cell) if says["grade"] or says["task"] else 0.0,
                metadata=_metadata(cell, says) if matters else {},
                attachments=cell.attachments,
                **(says if matters else {}),
            )
        )
    return tuple(found)


def _metadata(cell: RawCell, says: Mapping[str, bool]) -> dict[str, JSON]:
    nbgrader: dict[str, JSON] = {"grade_id": cell.grade_id, "schema_version": SCHEMA_VERSION}
    nbgrader.update(says)
    nbgrader["cell_type"] = cell.cell_type
    if says["grade"] or says["task"]:
        nbgrader["points"] = points_of(cell)
    kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "deletable", "editable")}
    if says["locked"]:
        kept |= {"deletable": False, "editable": False}
    return {**kept, "nbgrader": nbgrader}


def _without_region(text: str, name: str, stub: str) -> tuple[str, bool]:
    kept: list[str] = []
    inside = found = False
    for line in text.split("\n"):
        if f"BEGIN {name}" in line:
            inside = found = True
            match = _INDENT.match(line)
            indent = match.group() if match else ""
            kept.extend(indent + part for part in stub.split("\n") if stub)
        elif f"END {name}" in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept), found
