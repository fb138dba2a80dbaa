"""The graded notebook that Formgrader and nbgrader's feedback pages show.

What the student's run printed is sanitised before it comes here: those pages open in the
instructor's own session. The checks' report is the only HTML that is ours, and stays as it is.
"""

import copy
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any

from autograder.nouns import JSON, Result, Status
from autograder.report.feedback import cell_report_html, cell_report_text, note_html
from autograder.report.histories import trainings
from autograder.report.sanitise import clean_cell, clean_output

KEPT_METADATA = ("kernelspec", "language_info")
"""All else of a notebook's metadata is dropped: widget states hold HTML."""

SOURCE_METADATA = ("nbgrader", "deletable", "editable")
"""Of a cell's metadata, what intake takes from the source."""


def graded_notebook(
    notebook: Mapping[str, JSON], run: Mapping[str, JSON] | None, result: Result
) -> dict[str, JSON]:
    """``notebook`` (repaired, nbformat 4) with the outputs of ``run`` and our reports in it.

    Every grade cell that has checks shows the checks' report in place of all its outputs; a first
    cell tells of repairs and of how the run ended, when there is something to tell.
    """
    # Any: the parts of a notebook that intake has validated.
    raw: Any = copy.deepcopy(dict(notebook))
    ran = _by_index(run)
    cells: list[JSON] = []
    for index, original in enumerate(raw["cells"]):
        cell: Any = _cleaned(original)
        if cell["cell_type"] == "code":
            _put_outputs(cell, ran.get(index), len(cells))
            _put_report(cell, result, run)
        cells.append(cell)
    note = _note(result, run, {cell.get("id") for cell in raw["cells"]})
    if raw.get("nbformat_minor", 5) < 5:
        # The release of an older source takes the place of what cannot be read: no cell has an id.
        note = [{key: value for key, value in cell.items() if key != "id"} for cell in note]
    kept = {key: raw["metadata"][key] for key in KEPT_METADATA if key in raw.get("metadata", {})}
    return {**raw, "metadata": kept, "cells": [*note, *cells]}


def _cleaned(original: Any) -> Any:
    """The cell with text that is safe to show. Intake took nbgrader's metadata, and the text and
    attachments of locked cells, from the source: those are the instructor's and stay."""
    metadata = original["metadata"]
    if metadata.get("nbgrader", {}).get("locked") is True:
        return original
    trusted = {key: metadata[key] for key in SOURCE_METADATA if key in metadata}
    return {**clean_cell(original), "metadata": trusted if "nbgrader" in metadata else {}}


def _by_index(run: Mapping[str, JSON] | None) -> dict[int, Any]:
    entries: Any = (run or {}).get("cells", [])
    return {entry["index"]: entry for entry in entries}


def _put_outputs(cell: Any, entry: Any, position: int) -> None:
    cell["outputs"] = []
    cell["execution_count"] = None
    if entry is None or entry["status"] in ("skipped", "not_run"):
        return
    cell["execution_count"] = position + 1
    cleaned = (clean_output(output) for output in entry["outputs"])
    cell["outputs"] = [output for output in cleaned if output is not None]


def _put_report(cell: Any, result: Result, run: Mapping[str, JSON] | None) -> None:
    name = _id(cell)
    diagnosis = [found for found in result.diagnosis if found.cell == name]
    checks = [check for check in result.checks if check.cell == name]
    score = result.cells.get(name or "")
    if name is None or score is None or not checks:
        return
    curves = trainings(run, name, checks)
    cell["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "text/html": cell_report_html(name, score, checks, diagnosis, curves),
                "text/plain": cell_report_text(name, score, checks, diagnosis, curves),
            },
        }
    ]


def _note(
    result: Result, run: Mapping[str, JSON] | None, taken: Collection[str | None]
) -> list[dict[str, JSON]]:
    unread = result.status in (Status.UNREADABLE, Status.MISSING)
    why = result.reasons if unread else ()
    lines = [*_ending(result.status), *why, *_skipped(run), *result.repairs]
    if result.needs_review:
        lines.append("A part of this submission is open: your instructor will look at it.")
    if not lines:
        return []
    return [
        {
            "cell_type": "markdown",
            "id": next(id_ for id_ in _note_ids() if id_ not in taken),
            "metadata": {"deletable": False, "editable": False},
            "source": note_html(lines),
        }
    ]


def _note_ids() -> Iterator[str]:
    return (f"autograder-note-{number}" for number in count(1))


def _ending(status: Status) -> list[str]:
    match status:
        case Status.COMPLETED:
            return []
        case Status.CELL_ERROR:
            return ["A cell ended with an error; the cells after it were run all the same."]
        case Status.TIMED_OUT:
            return ["The run reached its time limit; what was finished by then is graded."]
        case Status.KILLED:
            return ["The run was stopped before its end; what was finished by then is graded."]
        case Status.UNREADABLE:
            return ["The submitted file could not be read as a notebook; nothing was run."]
        case Status.MISSING:
            return ["No notebook was submitted under this name; nothing was run."]


def _skipped(run: Mapping[str, JSON] | None) -> list[str]:
    skipped: Any = (run or {}).get("skipped", [])
    if not skipped:
        return []
    numbers = ", ".join(str(int(index) + 1) for index in skipped)
    return [f"The notebook was run without cell {numbers} (counted from the first cell, 1)."]


def _id(cell: Any) -> str | None:
    name = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None
