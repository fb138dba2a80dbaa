"""The scores that people gave in Formgrader, read and never written."""

from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook.registered import registered
from autograder.gradebook.session import opened


def manual_scores(course: Course, config: Config, assignment: str) -> dict[tuple[str, str], float]:
    """Points by student and the name of the grade cell; none where there is no gradebook yet.

    Raises GradebookError for a gradebook that cannot be read.
    """
    url = make_url(course.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return {}  # opening it would make one
    with opened(course, config) as gradebook:
        rows = _rows(gradebook, assignment)
        names = registered(gradebook, assignment).names if rows else {}
        return {(student, names[book, cell]): float(points) for student, book, cell, points in rows}


def _rows(gradebook: Any, assignment: str) -> Any:
    # Any: nbgrader's Gradebook and its rows are untyped.
    asked = gradebook.db.query(
        SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade.manual_score
    )
    return (
        asked.select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(Notebook, BaseCell.notebook_id == Notebook.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == assignment, Grade.manual_score.isnot(None))
        .all()
    )
