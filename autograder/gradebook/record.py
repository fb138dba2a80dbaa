"""Graded submissions written into the gradebook and into ``autograded/``, in batches.

One writer at a time: SQLite lost one of 24 concurrent writers to "database is locked". A score or
comment that a person gave outranks ours; nothing here ever changes one.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import AutograderError, CourseError, GradebookError
from autograder.gradebook.commit import Entry, Recorded, alone, written
from autograder.gradebook.files import stamp_of, write_autograded
from autograder.gradebook.late import LatePenalties
from autograder.gradebook.marks import Notebooks
from autograder.gradebook.session import opened
from autograder.nouns import Result

MAX_BATCH = 256
"""Submissions of one commit: a few thousand rows, well under the 32,766 parameters that SQLite
takes, and short enough that Formgrader does not wait for us."""
Item = tuple[Result, Notebooks]
"""A result and its graded notebooks by name."""
Outcome = Recorded | AutograderError | OSError
"""What became of one item: it is in the gradebook, or the error that kept it out."""


def record(
    course: Course,
    config: Config,
    result: Result,
    notebooks: Notebooks,
    gradebook: Any | None = None,
) -> Recorded:
    """Write ``result`` and its graded ``notebooks`` (by name) where nbgrader looks for them.

    Raises GradebookError when the assignment is not registered, its cells are not those of the
    result, or the database refuses, and OSError when a file cannot be written; the autograded
    folder is then what it was before.
    """
    (outcome,) = record_all(course, config, [(result, notebooks)], gradebook)
    if isinstance(outcome, Recorded):
        return outcome
    raise outcome


def record_all(
    course: Course, config: Config, items: Sequence[Item], gradebook: Any | None = None
) -> list[Outcome]:
    """Write every item as `record` does, many with one commit; one outcome each, in order.

    An item that is refused is an error of its own and leaves the others alone. When a whole commit
    is refused, nothing of it is published and its items are tried one by one. A class is written
    through one ``gradebook`` (see `opened`; Any: it is untyped), since opening one costs more than
    writing a submission. Raises GradebookError only when no gradebook can be opened.
    """
    outcomes: list[Outcome] = []
    with nullcontext(gradebook) if gradebook else opened(course, config) as session:
        for batch in _batches(items):
            outcomes += _batch(course, config, batch, session)
    return outcomes


def save_scores(course: Course, config: Config, result: Result, notebooks: Notebooks) -> Recorded:
    """The database's half of `record`, for ``nbgrader autograde``: nbgrader itself has written the
    time of submission and the files by then, and its AssignLatePenalties follows."""
    entry = Entry(_student(result), result, notebooks, None)
    with opened(course, config) as gradebook:
        outcome = alone(gradebook, entry, None)
    if isinstance(outcome, Recorded):
        return outcome
    raise outcome


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut so that a commit holds one assignment, and no student twice: the second of two results
    replaces the first."""
    batch: list[Item] = []
    students: set[str | None] = set()
    for result, notebooks in items:
        other = bool(batch) and batch[0][0].assignment != result.assignment
        if other or result.student in students or len(batch) == MAX_BATCH:
            yield batch
            batch, students = [], set()
        batch.append((result, notebooks))
        students.add(result.student)
    if batch:
        yield batch


# Any: nbgrader's Gradebook is untyped.
def _batch(course: Course, config: Config, batch: list[Item], gradebook: Any) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    entries: dict[int, Entry] = {}
    try:
        for number, (result, notebooks) in enumerate(batch):
            try:
                entries[number] = _prepared(course, config, result, notebooks)
            except (GradebookError, CourseError, OSError) as error:
                outcomes[number] = error
        penalties = LatePenalties(config)
        waiting = list(entries.values())
        for number, outcome in zip(entries, written(gradebook, waiting, penalties), strict=True):
            outcomes[number] = outcome
        for number, entry in entries.items():
            if isinstance(outcomes[number], Recorded) and entry.prepared is not None:
                try:
                    entry.prepared.publish()
                except OSError as error:
                    outcomes[number] = error
    finally:
        for entry in entries.values():
            if entry.prepared is not None:
                entry.prepared.discard()
    return [outcomes[number] for number in range(len(batch))]


def _prepared(course: Course, config: Config, result: Result, notebooks: Notebooks) -> Entry:
    student = _student(result)
    stamp = stamp_of(course.submitted(result.assignment, student))
    prepared = write_autograded(course, config, result.assignment, student, notebooks, stamp)
    return Entry(student, result, notebooks, stamp, prepared)


def _student(result: Result) -> str:
    if result.student is None:
        raise GradebookError(
            "the result of a student's submission expected, found one without a student. "
            "Grade a folder below submitted/, or use `autograder score` for a single notebook."
        )
    return result.student
