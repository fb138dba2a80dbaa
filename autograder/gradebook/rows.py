"""The gradebook's rows of many submissions at once, found or made in the same few statements.

nbgrader 0.9.6 has no index on a grade's or comment's notebook alone: ``notebook.grades`` reads the
whole table, and so do its sums. Every query here names the cells too, the leading column of
nbgrader's unique indexes, so no table is read whole however many submissions it holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import case, func, select
from sqlalchemy.orm import defer, load_only

from autograder.errors import GradebookError
from autograder.gradebook.marks import Marks, stale
from autograder.gradebook.registered import Registered, RegisteredNotebook


# Any below: nbgrader's rows and sessions are untyped.
@dataclass
class NotebookRows:
    """One submitted notebook with its grades and comments by the database's cell id."""

    row: Any
    grades: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, Any] = field(default_factory=dict)


@dataclass
class SubmissionRows:
    """One student's submission and its notebooks by name."""

    row: Any
    notebooks: dict[str, NotebookRows] = field(default_factory=dict)

    def missing(self, marks: Marks, registered: Registered) -> GradebookError | None:
        """The error when ``marks`` speak of a row that an older submission does not have."""
        for name, scores in marks.scores.items():
            found = self.notebooks.get(name)
            if found is None:
                return stale(registered.row.name, f"notebook {name!r}")
            for id_ in scores.keys() - found.grades.keys():
                cell = registered.notebooks[name].graded[id_].name
                return stale(registered.row.name, f"cell {cell!r}")
        return None

    def mark(self, marks: Marks) -> None:
        """Write scores and comments; what a person gave is not touched."""
        for name, scores in marks.scores.items():
            for id_, score in scores.items():
                grade = self.notebooks[name].grades[id_]
                grade.auto_score = score
                grade.needs_manual_grade = score is None or grade.manual_score is not None
        for name, comments in marks.comments.items():
            for id_, text in comments.items():
                comment = self.notebooks[name].comments.get(id_)
                if comment is not None:
                    comment.auto_comment = text


def add_students(gradebook: Any, students: Iterable[str]) -> None:
    """A row for each student who has none."""
    wanted = sorted(set(students))
    known = set(gradebook.db.scalars(select(Student.id).where(Student.id.in_(wanted))))
    gradebook.db.add_all(Student(id=id_) for id_ in wanted if id_ not in known)


def found_rows(
    gradebook: Any, registered: Registered, students: Sequence[str]
) -> dict[str, SubmissionRows]:
    """The rows of those ``students`` who have a submission, by student."""
    db = gradebook.db
    submitted = (
        select(SubmittedAssignment)
        .options(defer(SubmittedAssignment.max_task_score))
        .where(SubmittedAssignment.assignment_id == registered.row.id)
        .where(SubmittedAssignment.student_id.in_(students))
    )
    by_id = {row.id: SubmissionRows(row) for row in db.scalars(submitted)}
    if not by_id:
        return {}
    names = {book.id: book.name for book in registered.notebooks.values()}
    handed_in = (
        select(SubmittedNotebook)
        .where(SubmittedNotebook.notebook_id.in_(names))
        .where(SubmittedNotebook.assignment_id.in_(by_id))
    )
    books: dict[str, NotebookRows] = {}
    for row in db.scalars(handed_in):
        books[row.id] = by_id[row.assignment_id].notebooks[names[row.notebook_id]] = NotebookRows(
            row
        )
    grades = select(Grade).options(
        load_only(
            Grade.notebook_id,
            Grade.cell_id,
            Grade.auto_score,
            Grade.manual_score,
            Grade.needs_manual_grade,
        )
    )
    for row in db.scalars(_of_notebooks(grades, Grade, registered, books)):
        books[row.notebook_id].grades[row.cell_id] = row
    comments = select(Comment).options(
        load_only(Comment.notebook_id, Comment.cell_id, Comment.auto_comment)
    )
    for row in db.scalars(_of_notebooks(comments, Comment, registered, books)):
        books[row.notebook_id].comments[row.cell_id] = row
    return {rows.row.student_id: rows for rows in by_id.values()}


def new_rows(gradebook: Any, registered: Registered, student: str) -> SubmissionRows:
    """A submission as nbgrader's ``add_submission`` makes it: a grade for each scored cell, a
    comment for each answer; not yet flushed."""
    submission = SubmittedAssignment(assignment_id=registered.row.id, student_id=student)
    rows = SubmissionRows(submission)
    for name, book in registered.notebooks.items():
        rows.notebooks[name] = _new_notebook(submission, book)
    gradebook.db.add(submission)
    return rows


def _new_notebook(submission: Any, book: RegisteredNotebook) -> NotebookRows:
    row = SubmittedNotebook(notebook_id=book.id, assignment=submission)
    return NotebookRows(
        row,
        {id_: Grade(cell_id=id_, notebook=row) for id_ in book.graded},
        {id_: Comment(cell_id=id_, notebook=row) for id_ in book.commented},
    )


@dataclass(frozen=True)
class Sum:
    """Of one submitted notebook: its points, and whether a person has to look at a cell."""

    score: float = 0.0
    needs_manual_grade: bool = False


def sums(
    gradebook: Any, registered: Registered, submissions: Iterable[SubmissionRows]
) -> dict[str, Sum]:
    """The sum of each submitted notebook by its id, from flushed rows, by nbgrader's own rule for
    a grade's score (manual before automatic, extra credit on top)."""
    ids = [book.row.id for rows in submissions for book in rows.notebooks.values()]
    undecided = func.sum(case((Grade.needs_manual_grade, 1), else_=0))
    wanted = select(Grade.notebook_id, func.sum(Grade.score), undecided)
    found = gradebook.db.execute(
        _of_notebooks(wanted, Grade, registered, ids).group_by(Grade.notebook_id)
    )
    return {id_: Sum(float(score), bool(open_)) for id_, score, open_ in found}


def _of_notebooks(query: Any, kind: Any, registered: Registered, ids: Iterable[str]) -> Any:
    cells = kind.cell_id.in_(registered.cell_ids)
    return query.where(cells).where(kind.notebook_id.in_(list(ids)))
