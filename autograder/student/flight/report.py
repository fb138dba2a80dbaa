"""What ``autograder preflight`` found, as plain values and as text for a terminal or a cell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from autograder.student.flight.cells import Cells
from autograder.student.flight.run import CellRun, FreshRun

RIGHT, NOT_YET, NOT_ATTEMPTED = "right so far", "not yet", "not attempted"
_SYMBOL = {RIGHT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}
_STUB = "NotImplementedError"
_VISIBLE = "VisibleFailure"


@dataclass(frozen=True)
class Failed:
    """A cell that raised, in the order of a fresh run. ``number`` counts all cells from 1."""

    number: int
    cell: str
    error: str
    text: str


@dataclass(frozen=True)
class Visible:
    """What the visible check in a grade cell says. Hidden checks decide the points."""

    cell: str
    verdict: str
    text: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that was found. ``compared_with`` is the released original, if one was found."""

    notebook: str
    assignment: str | None
    compared_with: str | None
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    unfinished: tuple[str, ...]
    notes: tuple[str, ...]
    errors: tuple[Failed, ...]
    visible: tuple[Visible, ...]
    wall_s: float
    problem: str = ""

    @property
    def ready(self) -> bool:
        """Whether nothing was found that a student should look at."""
        blocked = self.missing or self.changed or self.unfinished or self.errors or self.problem
        return not blocked and all(check.verdict == RIGHT for check in self.visible)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values (Any); fields are added over time, never renamed."""
        return {**asdict(self), "ready": self.ready}


def report_of(
    notebook: str, assignment: str | None, original: str | None, cells: Cells, run: FreshRun
) -> Report:
    """Both looks put together: a stub that raises counts as unfinished, not as an error too."""
    graded = {i: name for i, name in cells.names.items() if name in cells.graded and run.checked}
    failed = [one for one in run.cells if one.error and one.index not in graded]
    notes = list(cells.notes)
    if not run.checked:
        notes.append(
            "The visible checks did not run: this kernel has not installed them. The notebook's "
            "set-up cell has the line to type."
        )
    return Report(
        notebook=notebook,
        assignment=assignment,
        compared_with=original,
        missing=cells.missing,
        changed=cells.changed,
        unfinished=cells.unfinished,
        notes=tuple(notes),
        errors=tuple(
            Failed(one.index + 1, cells.names.get(one.index, ""), one.error, one.text)
            for one in failed
            if not _is_stub(one, cells)
        ),
        visible=tuple(_visible(one, graded) for one in run.cells if one.index in graded),
        wall_s=round(run.wall_s, 1),
        problem=run.problem,
    )


def as_text(report: Report) -> str:
    """The report for reading."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    compared = f", compared with {report.compared_with}" if report.compared_with else ""
    yield f"{report.notebook}{compared}"
    for title, names in (
        ("Unfinished", report.unfinished),
        (
            "Missing cells (the grader puts its own back, an answer counts as not given)",
            report.missing,
        ),
        ("Locked cells that were changed (the grader uses the original)", report.changed),
    ):
        if names:
            yield f"{title}: {', '.join(names)}"
    if report.errors:
        yield "Errors from a fresh start, in order; mend the first one first:"
    for failed in report.errors:
        name = f" ({failed.cell})" if failed.cell else ""
        yield f"  cell {failed.number}{name}: {failed.error}: {failed.text}".rstrip(": ")
    if report.problem:
        yield f"The run ended early: {report.problem}."
    if report.visible:
        yield "Visible checks:"
    for check in report.visible:
        told = f": {check.text}" if check.text else ""
        yield f"  {_SYMBOL[check.verdict]} {check.cell}: {check.verdict}{told}"
    for note in report.notes:
        yield f"Note: {note}"
    yield f"A fresh run took {report.wall_s:g} s."
    yield _last(report)


def _last(report: Report) -> str:
    if not report.ready:
        return "Not ready yet, by what can be seen here."
    return "Ready, by what can be seen here. The grader looks closer, with data of its own."


def _is_stub(one: CellRun, cells: Cells) -> bool:
    name = cells.names.get(one.index, f"cell {one.index + 1}")
    return one.error == _STUB and name in cells.unfinished


def _visible(one: CellRun, graded: dict[int, str]) -> Visible:
    name = graded[one.index]
    if not one.ran:
        return Visible(name, NOT_YET, "the run did not get this far")
    if not one.error:
        return Visible(name, RIGHT)
    text = one.text if one.error in (_VISIBLE, "AssertionError") else f"{one.error}: {one.text}"
    blank = NOT_ATTEMPTED in text and _SYMBOL[NOT_YET] not in text
    return Visible(name, NOT_ATTEMPTED if blank else NOT_YET, text)
