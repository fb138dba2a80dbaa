"""One notebook looked at: its file read, its original found, its cells compared, a copy run."""

import json
from collections.abc import Callable
from pathlib import Path

from autograder.errors import CourseError, UsageError
from autograder.intake.read import MAX_FILE_BYTES, RawNotebook, parse_notebook, read_bytes
from autograder.nouns import Problem
from autograder.student.flight.cells import against_original, by_itself
from autograder.student.flight.report import Report, report_of
from autograder.student.flight.run import fresh_run

CELL_LIMIT_S = 600
"""A student's machine may be slow; the grader's own limit per cell is shorter."""

RELEASES = "assignments"
"""The folder of released notebooks in a published course."""


def look(
    notebook: Path,
    *,
    assignment: str | None = None,
    original: Path | None = None,
    cell_limit_s: int = CELL_LIMIT_S,
    on_cell: Callable[[int, int], None] = lambda number, total: None,
) -> Report:
    """Everything that can be said of ``notebook`` before it is handed in.

    Raises UsageError when it is no notebook, or the original is no released one.
    """
    data = read_bytes(notebook.resolve(), max_bytes=MAX_FILE_BYTES)
    raw = data if isinstance(data, Problem) else parse_notebook(data)
    if isinstance(data, Problem) or isinstance(raw, Problem):
        reason = data.reason if isinstance(data, Problem) else getattr(raw, "reason", "")
        raise UsageError(f"a notebook expected at {notebook}: {reason}")
    found = original or find_original(notebook.resolve(), assignment)
    try:
        cells = against_original(raw, found) if found else by_itself(raw)
    except CourseError as error:
        raise UsageError(f"a released notebook expected at {found}: {error}") from None
    text = as_read(raw)
    files = (found or notebook.resolve()).parent
    run = fresh_run(text, files, cell_limit_s=cell_limit_s, on_cell=on_cell)
    name = assignment or (found.parent.name if found else None)
    return report_of(str(notebook), name, str(found) if found else None, cells, run)


def as_read(raw: RawNotebook) -> str:
    """The notebook that the grader would read, as Jupyter's format 4: what runs is what counts.

    Jupyter itself refuses files that the grader can read: another encoding, a cell that is none.
    """
    kernel = raw.metadata.get("kernelspec")
    name = kernel.get("name") if isinstance(kernel, dict) else None
    known = {"name": name, "display_name": name} if isinstance(name, str) else {}
    cells: list[dict[str, object]] = []
    for cell in raw.cells:
        made = {"cell_type": cell.cell_type, "metadata": {}, "source": cell.source}
        cells.append(
            made | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
        )
    metadata = {"kernelspec": known} if known else {}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells})


def find_original(notebook: Path, assignment: str | None) -> Path | None:
    """The released notebook for a student's: in ``assignments/NAME`` of a folder above it.

    ``NAME`` is the assignment, or the name of the notebook's own folder. A notebook that was
    filled in where it was released is its own original only in name, so it has none.
    """
    wanted = assignment or notebook.parent.name
    for folder in notebook.parents:
        place = folder / RELEASES / wanted
        exact = place / notebook.name
        several = [exact] if exact.is_file() else sorted(place.glob("*.ipynb"))
        if len(several) == 1:
            return None if several[0].samefile(notebook) else several[0]
    return None
