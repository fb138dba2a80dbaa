"""A submitted notebook brought back into its source's shape, with one sentence per repair.

The student's text is kept where the student was asked to write, and the source's everywhere else.
Points, flags and ids come from the source alone: what a submission says of them is only compared.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.intake.match import Matching, match_cells, normalised
from autograder.intake.order import Placed, in_source_order
from autograder.intake.read import RawCell, RawNotebook, read_notebook
from autograder.intake.released import SourceCell, flags, points_of, source_cells
from autograder.nouns import JSON, CodeCell, Problem

Notebook = dict[str, Any]
"""An nbformat 4.5 notebook as plain JSON values; Any because each consumer knows its part."""


@dataclass(frozen=True)
class Intake:
    """What reading a submission gave: a notebook and its repairs, or a problem."""

    notebook: Notebook | None
    repairs: tuple[str, ...] = ()
    problem: Problem | None = None


def read_submission(path: Path, source: Path) -> Intake:
    """The submitted notebook at ``path``, repaired after the source notebook at ``source``.

    Never raises for what the submitted file holds. Raises CourseError for a broken source.
    """
    wanted, metadata = source_cells(source)
    raw = read_notebook(path)
    if isinstance(raw, Problem):
        return Intake(None, problem=raw)
    return repaired(raw, wanted, metadata)


def repaired(
    raw: RawNotebook, wanted: Sequence[SourceCell], metadata: Mapping[str, JSON]
) -> Intake:
    """The repaired notebook for cells that are read already."""
    matching = match_cells(wanted, raw.cells)
    repairs = [*raw.repairs, *_by_content(wanted, matching)]
    for index in sorted(matching.pairs):
        cell = wanted[index]
        if cell.grade_id is not None:
            repairs.extend(_differences(cell, raw.cells[matching.pairs[index]]))
    placed, told = _placed(raw.cells, wanted, matching)
    repairs.extend(told)
    placed, told = in_source_order(placed, wanted)
    repairs.extend(told)
    cells = [_cell(number, item) for number, item in enumerate(placed)]
    notebook = {"cells": cells, "metadata": dict(metadata), "nbformat": 4, "nbformat_minor": 5}
    return Intake(notebook, tuple(dict.fromkeys(repairs)))


def code_cells(notebook: Notebook) -> tuple[CodeCell, ...]:
    """The code cells of a repaired notebook, in order of execution."""
    found: list[CodeCell] = []
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            says = cell["metadata"].get("nbgrader", {})
            checks = bool(says.get("grade")) and not says.get("solution")
            found.append(CodeCell(index, cell["source"], says.get("grade_id"), checks))
    return tuple(found)


def trusted_cells(notebook: Notebook) -> frozenset[int]:
    """Indices of the code cells whose text is the instructor's own."""
    return frozenset(
        index
        for index, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("locked")
    )


def _by_content(wanted: Sequence[SourceCell], matching: Matching) -> list[str]:
    if not matching.by_content:
        return []
    names = ", ".join(str(wanted[i].grade_id) for i in sorted(matching.by_content))
    return [f"Cells without their nbgrader id were recognised by text and place: {names}."]


def _differences(cell: SourceCell, found: RawCell) -> list[str]:
    told: list[str] = []
    name = cell.grade_id
    if found.cell_type != cell.cell_type:
        told.append(
            f"Cell {name} had become a {found.cell_type} cell; it is a {cell.cell_type} cell again."
        )
    if found.grade_id == name and _tampered(cell, found):
        told.append(f"The points or flags of cell {name} were changed; the source's count.")
    if cell.locked and normalised(found.source) not in (
        normalised(cell.released),
        normalised(cell.text),
    ):
        told.append(f"The text of locked cell {name} was changed; the source's was put back.")
    return told


def _tampered(cell: SourceCell, found: RawCell) -> bool:
    says = flags(found)
    same = all(says[key] == getattr(cell, key) for key in ("grade", "solution", "locked", "task"))
    return not same or (cell.grade and points_of(found) != cell.points)


def _placed(
    submitted: Sequence[RawCell], wanted: Sequence[SourceCell], matching: Matching
) -> tuple[list[Placed], list[str]]:
    origin = {theirs: ours for ours, theirs in matching.pairs.items()}
    known = {cell.grade_id for cell in wanted if cell.grade_id}
    placed: list[Placed] = []
    told: list[str] = []
    for cell in submitted:
        if cell.index in matching.copies:
            original = wanted[matching.copies[cell.index]]
            kept = _copy_has_work(cell, original, submitted[matching.pairs[original.index]])
            told.append(_copy_sentence(original, kept))
            if kept:
                placed.append(Placed(None, cell))
            continue
        source = wanted[origin[cell.index]] if cell.index in origin else None
        source = source if source is not None and source.grade_id else None
        if source is None and any(flags(cell).values()) and cell.grade_id not in known:
            told.append(
                f"A cell with the unknown nbgrader id {str(cell.grade_id)[:60]!r} was kept as the "
                "student's own."
            )
        placed.append(Placed(source, cell))
    return placed, told


def _copy_has_work(cell: RawCell, original: SourceCell, chosen: RawCell) -> bool:
    if not original.solution:
        return False
    return normalised(cell.source) not in (
        normalised(original.released),
        normalised(chosen.source),
        "",
    )


def _copy_sentence(original: SourceCell, kept: bool) -> str:
    if kept:
        return (
            f"Cell {original.grade_id} was there more than once; one was kept under this name, "
            "and a copy that differs as a cell of the student's own."
        )
    return f"Cell {original.grade_id} was there more than once; one was kept."


def _cell(number: int, item: Placed) -> dict[str, Any]:
    source, found = item.source, item.found
    if source is None:
        assert found is not None  # Placed holds at least one of both
        return _made(number, found.cell_type, found.source, {}, found.attachments)
    if source.locked or source.task:
        text, attachments = source.text, source.attachments
    elif found is None:
        text, attachments = source.released, source.attachments
    else:
        text, attachments = found.source, found.attachments
    return _made(number, source.cell_type, text, source.metadata, attachments)


def _made(
    number: int,
    cell_type: str,
    text: str,
    metadata: Mapping[str, JSON],
    attachments: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    cell: dict[str, Any] = {
        "cell_type": cell_type,
        "id": f"{number:04d}-{digest[:8]}",
        "metadata": dict(metadata),
        "source": text,
    }
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    elif attachments:
        cell["attachments"] = {name: dict(kinds) for name, kinds in attachments.items()}
    return cell
