"""One broken notebook taken the whole way through intake and into the graded notebook.

What must hold of any bytes: no exception, an end in time, a notebook or a stated problem, and a
graded notebook that is valid nbformat.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from autograder.evidence.contradictions import contradictions
from autograder.evidence.key import raw_digest, submission_key
from autograder.evidence.source_audit import suspicious
from autograder.intake import (
    code_cells,
    companions,
    find_notebook,
    missing,
    read_submission,
    trusted_cells,
)
from autograder.intake.read import RawNotebook, parse_notebook
from autograder.nouns import CellScore, Limits, Result, Status
from autograder.report import graded_notebook
from autograder.student.flight.cells import against_original, by_itself
from support.deadlines import deadline

__all__ = ["deadline", "page_of", "take_in"]

NAME = "lesson"
STUDENTS = 4
"""One file in so many is looked at as ``preflight`` does too: it reads and matches alike."""


def take_in(data: bytes, folder: Path, source: Path, *, name: str = f"{NAME}.ipynb") -> str:
    """What became of a file: "unreadable", "missing", "whole" or "repaired"."""
    (folder / name).write_bytes(data)
    path, told = find_notebook(folder, NAME, source=source, others=(NAME,))
    if path is None:
        assert missing(folder, NAME, source.parent).reason
        (folder / name).unlink()
        return "missing"
    intake = read_submission(path, source)
    (folder / name).unlink()
    if len(data) % STUDENTS == 0:
        _student_side(data, source)
    if intake.notebook is None:
        assert intake.problem is not None and intake.problem.reason
        _graded(json.loads(source.read_text()), {}, Status.UNREADABLE, intake.problem.reason)
        return "unreadable"
    files = companions(folder, source.parent, ("*",))
    cells = code_cells(intake.notebook)
    submission_key(
        cells,
        files=files.digests,
        data="",
        environment="",
        limits=Limits(),
        seed=1,
        recorder_version="",
    )
    raw_digest(cells)
    suspicious(cells, trusted=trusted_cells(intake.notebook))
    contradictions(cells, {"cells": []})
    for sentence in (*told, *intake.repairs):
        assert sentence.isprintable() and len(sentence) < 2_000
    _graded(intake.notebook, _run(data, cells), Status.COMPLETED, *intake.repairs)
    return "repaired" if intake.repairs else "whole"


def page_of(data: bytes, folder: Path, source: Path) -> Any:
    """The graded notebook for a file, or None where there is none."""
    (folder / f"{NAME}.ipynb").write_bytes(data)
    intake = read_submission(folder / f"{NAME}.ipynb", source)
    if intake.notebook is None:
        return None
    run = _run(data, code_cells(intake.notebook))
    return _graded(intake.notebook, run, Status.COMPLETED, *intake.repairs)


def _student_side(data: bytes, source: Path) -> None:
    raw = parse_notebook(data)
    if isinstance(raw, RawNotebook):
        by_itself(raw)
        against_original(raw, source)


def _graded(notebook: Any, run: Mapping[str, Any], status: Status, *told: str) -> Any:
    cells = {"check_total": CellScore(NAME, None, 2.0)}
    result = Result("sums", "ada", status, cells, repairs=told, needs_review=True, reasons=told)
    node = nbformat.from_dict(graded_notebook(notebook, run, result))
    nbformat.validate(node)
    nbformat.writes(node).encode("utf-8")
    return node


def _run(data: bytes, cells: Any) -> dict[str, Any]:
    """A run whose outputs are those that the file claims: as hostile as a job's can be."""
    try:
        claimed = json.loads(data)["cells"]
        outputs = [cell.get("outputs") for cell in claimed if isinstance(cell, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        outputs = []
    lists = [found for found in outputs if isinstance(found, list)] or [[]]
    ran = [
        {"index": cell.index, "status": "ok", "outputs": lists[number % len(lists)]}
        for number, cell in enumerate(cells)
    ]
    return {"cells": ran, "skipped": []}
