"""The database's side of a batch of submissions: all of it with one commit, or one by one.

All or nothing for each submission; a score or comment that a person gave outranks ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from autograder.errors import GradebookError
from autograder.gradebook.files import Prepared, Stamp
from autograder.gradebook.late import LatePenalties
from autograder.gradebook.marks import Marks, Notebooks, marks_of
from autograder.gradebook.patience import busy, patiently
from autograder.gradebook.registered import Registered, registered
from autograder.gradebook.rows import SubmissionRows, Sum, add_students, found_rows, new_rows, sums
from autograder.gradebook.session import still_there, unit_of_work
from autograder.nouns import Result

TRIES = 3
"""For a submission alone: the second writer of a new student or submission is refused by the
database, then finds the rows of the first. Student and submission may come from two others."""


@dataclass(frozen=True)
class Recorded:
    """What the gradebook now says of a submission. ``reasons`` are for the instructor."""

    score: float
    max_score: float
    late_penalty: float
    needs_manual_grade: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An item that waits for the database. ``prepared`` is None where nbgrader wrote the files."""

    student: str
    result: Result
    notebooks: Notebooks
    stamp: Stamp | None
    prepared: Prepared | None = None


# Any in the functions below: nbgrader's Gradebook is untyped.
def written(
    gradebook: Any, entries: Sequence[Entry], penalties: LatePenalties
) -> list[Recorded | GradebookError]:
    """One outcome for each entry (of one assignment, each student once), in order. When the
    database refuses them together, each is tried alone; not where it was waited for in vain."""
    if len(entries) > 1:
        try:
            return patiently(lambda: _commit(gradebook, entries, penalties))
        except GradebookError as error:
            if busy(error):
                return [error for _ in entries]
    return [alone(gradebook, entry, penalties) for entry in entries]


def alone(
    gradebook: Any, entry: Entry, penalties: LatePenalties | None
) -> Recorded | GradebookError:
    """One submission with a commit of its own; ``penalties`` None leaves them to nbgrader."""
    for remaining in reversed(range(TRIES)):
        try:
            return patiently(lambda: _commit(gradebook, [entry], penalties))[0]
        except GradebookError as error:
            if not remaining or not isinstance(error.__cause__, IntegrityError):
                return error
    raise AssertionError("the last try returns")


def _commit(
    gradebook: Any, entries: Sequence[Entry], penalties: LatePenalties | None
) -> list[Recorded | GradebookError]:
    """One commit. Entries that do not fit the assignment are refused before any row is touched;
    raises GradebookError, with nothing written, when the database refuses."""
    still_there(gradebook)
    with unit_of_work(gradebook):
        assignment = registered(gradebook, entries[0].result.assignment)
        found = found_rows(gradebook, assignment, [entry.student for entry in entries])
        fitting = [_marked(assignment, entry, found.get(entry.student)) for entry in entries]
        sound = [
            (entry, marks)
            for entry, marks in zip(entries, fitting, strict=True)
            if isinstance(marks, Marks)
        ]
        add_students(gradebook, [entry.student for entry, _ in sound])
        rows = {}
        for entry, marks in sound:
            rows[entry.student] = found.get(entry.student) or new_rows(
                gradebook, assignment, entry.student
            )
            if entry.stamp is not None and entry.stamp.time is not None:
                rows[entry.student].row.timestamp = entry.stamp.time
            rows[entry.student].mark(marks)
        gradebook.db.flush()
        points = sums(gradebook, assignment, rows.values())
        recorded: list[Recorded | GradebookError] = [
            _recorded(assignment, entry, marks, rows[entry.student], points, penalties)
            if isinstance(marks, Marks)
            else marks
            for entry, marks in zip(entries, fitting, strict=True)
        ]
        gradebook.db.commit()
    still_there(gradebook)
    return recorded


def _marked(
    assignment: Registered, entry: Entry, found: SubmissionRows | None
) -> Marks | GradebookError:
    try:
        marks = marks_of(assignment, entry.result, entry.notebooks)
    except GradebookError as error:
        return error
    return (found and found.missing(marks, assignment)) or marks


def _recorded(
    assignment: Registered,
    entry: Entry,
    marks: Marks,
    rows: SubmissionRows,
    points: Mapping[str, Sum],
    penalties: LatePenalties | None,
) -> Recorded:
    """What the database will say after the commit; late penalties are set on the way."""
    books = [book.row for book in rows.notebooks.values()]
    known = [points.get(book.id, Sum()) for book in books]
    if penalties is not None and penalties.enabled:
        # nbgrader 0.9.6 adds an extension to a due date without asking whether there is one.
        late_s = rows.row.total_seconds_late if assignment.row.duedate is not None else 0
        for book, total in zip(books, known, strict=True):
            book.late_submission_penalty = (
                penalties.penalty(entry.student, total.score, late_s) if late_s > 0 else None
            )
    reasons = marks.reasons
    if entry.stamp is not None and entry.stamp.problem:
        reasons += (f"{entry.stamp.problem}: no time of submission is recorded",)
    return Recorded(
        score=sum(total.score for total in known),
        max_score=assignment.max_score,
        late_penalty=float(sum(book.late_submission_penalty or 0.0 for book in books)),
        needs_manual_grade=any(total.needs_manual_grade for total in known),
        reasons=reasons,
    )
