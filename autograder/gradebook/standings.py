"""What the gradebook says of a class, as plain facts: for reports and exports, which only read.

An assignment takes four statements, however large the class. Nothing is summed here: a score that
nobody has decided is None, where nbgrader's own sums count 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import UsageError
from autograder.gradebook.registered import Registered, registered
from autograder.gradebook.session import opened, shown_url


@dataclass(frozen=True)
class Person:
    """A student of the gradebook. ``lms_id`` is nbgrader's ``lms_user_id``; all but ``id`` may be
    empty."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def name(self) -> str:
        """First and last name, the id where there is neither."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class CellMark:
    """The grade of one cell, under its name in the assignment. ``asked`` is nbgrader's word that a
    person should look at it."""

    notebook: str
    cell: str
    points: float
    auto: float | None
    manual: float | None
    extra: float
    asked: bool

    @property
    def score(self) -> float | None:
        """By nbgrader's rule, manual before automatic and extra credit on top; None undecided."""
        found = self.auto if self.manual is None else self.manual
        return None if found is None else found + self.extra


@dataclass(frozen=True)
class Standing:
    """One student's part. Without a submission: no time, no cells."""

    person: Person
    handed_in: bool = False
    submitted: datetime | None = None
    late_penalty: float = 0.0
    cells: tuple[CellMark, ...] = ()


@dataclass(frozen=True)
class Standings:
    """An assignment with every student of the gradebook, in the order of their ids."""

    assignment: str
    points: float
    students: tuple[Standing, ...]


def standings_of(
    course: Course, config: Config, assignments: Sequence[str] = ()
) -> list[Standings]:
    """Of each of the ``assignments``, all that have a submission if none are named.

    Raises UsageError where there is no gradebook yet, GradebookError for an assignment that it does
    not know.
    """
    _there(course)
    with opened(course, config) as gradebook:
        return read_standings(gradebook, assignments)


def read_standings(gradebook: Any, assignments: Sequence[str] = ()) -> list[Standings]:
    """`standings_of` for a gradebook that is open (Any: nbgrader's is untyped)."""
    names = list(assignments) or graded_assignments(gradebook)
    people = [_person(row) for row in gradebook.db.scalars(select(Student).order_by(Student.id))]
    return [_standings(gradebook, name, people) for name in names]


def graded_assignments(gradebook: Any) -> list[str]:
    """The names of the assignments with a submission, sorted."""
    found = select(SubmittedAssignment.assignment_id).distinct()
    ids = set(gradebook.db.scalars(found))
    return sorted(row.name for row in gradebook.assignments if row.id in ids)


def _there(course: Course) -> None:
    """To open a gradebook that is not there would make one."""
    url = make_url(course.database_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return
    if not Path(str(url.database)).is_file():
        raise UsageError(
            f"a gradebook expected at {shown_url(course.database_url)}, found none. Grade first: "
            "autograder grade NAME"
        )


# Any below: nbgrader's rows and sessions are untyped.
def _person(row: Any) -> Person:
    return Person(
        str(row.id),
        row.last_name or "",
        row.first_name or "",
        row.email or "",
        row.lms_user_id or "",
    )


def _standings(gradebook: Any, name: str, people: Sequence[Person]) -> Standings:
    known = registered(gradebook, name)
    found = _submitted(gradebook.db, known, {person.id: person for person in people})
    students = tuple(found.get(person.id, Standing(person)) for person in people)
    return Standings(name, known.max_score, students)


def _submitted(db: Any, known: Registered, people: Mapping[str, Person]) -> dict[str, Standing]:
    """Those who submitted, by student."""
    of_it = SubmittedAssignment.assignment_id == known.row.id
    heads = db.execute(
        select(
            SubmittedAssignment.id, SubmittedAssignment.student_id, SubmittedAssignment.timestamp
        ).where(of_it)
    ).all()
    books = select(
        SubmittedNotebook.id,
        SubmittedNotebook.assignment_id,
        SubmittedNotebook.late_submission_penalty,
    ).join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    penalty: dict[str, float] = {}
    of: dict[str, str] = {}
    for book, submission, late in db.execute(books.where(of_it)):
        of[book] = submission
        penalty[submission] = penalty.get(submission, 0.0) + (late or 0.0)
    marks = _marks(db, known, of)
    return {
        student: Standing(
            people[student], True, time, penalty.get(key, 0.0), tuple(marks.get(key, ()))
        )
        for key, student, time in heads
        if student in people  # added since they were read
    }


def _marks(db: Any, known: Registered, of: dict[str, str]) -> dict[str, list[CellMark]]:
    """The grades by submission, in the order of the notebooks' and cells' names."""
    names = known.names
    cells = {
        id_: (name, names[name, cell.name], cell.points)
        for name, book in known.notebooks.items()
        for id_, cell in book.graded.items()
    }
    wanted = (
        select(
            Grade.notebook_id,
            Grade.cell_id,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        # The cells too: they lead nbgrader's unique index (gradebook/rows.py).
        .where(SubmittedAssignment.assignment_id == known.row.id, Grade.cell_id.in_(cells))
    )
    found: dict[str, list[CellMark]] = {}
    for book, id_, auto, manual, extra, asked in db.execute(wanted):
        mark = CellMark(*cells[id_], auto, manual, float(extra or 0.0), bool(asked))
        found.setdefault(of[book], []).append(mark)
    for marks in found.values():
        marks.sort(key=lambda mark: (mark.notebook, mark.cell))
    return found
