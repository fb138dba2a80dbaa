"""A person's score in the place of the checks', with the reason as a comment to the answer.

What nbgrader's Formgrader writes when somebody types a score there: regrading keeps both.
"""

from collections.abc import Sequence
from typing import Any

from nbgrader.api import MissingEntry
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError, UsageError
from autograder.gradebook.session import opened


def override(
    course: Course,
    config: Config,
    assignment: str,
    student: str,
    *,
    notebook: str,
    cell: str,
    points: float,
    reason: str,
    answers: Sequence[str],
) -> str:
    """Give ``points`` for the grade cell. ``answers`` are solution cells, of which the first that
    takes a comment gets the reason, below what stands there already; its name, or "" without one.

    Raises UsageError for points that the cell cannot have, GradebookError for a submission that
    the gradebook does not know.
    """
    with opened(course, config) as gradebook:
        try:
            grade = gradebook.find_grade(cell, notebook, assignment, student)
        except MissingEntry:
            raise GradebookError(
                f"a graded submission of {assignment} by {student!r} with the cell {cell!r} "
                f"expected, found none. Run `autograder grade {assignment} {student}` first."
            ) from None
        highest = float(grade.max_score)
        if not 0 <= points <= highest:
            raise UsageError(f"0 to {highest:g} points for {cell} expected, found {points:g}")
        grade.manual_score = points
        grade.needs_manual_grade = False
        told = f"{cell}: {points:g} of {highest:g} points by review. {reason}"
        place = _commented(gradebook, assignment, student, notebook, answers, told)
        gradebook.db.commit()
    return place


def _commented(
    gradebook: Any,  # Any: nbgrader's Gradebook is untyped
    assignment: str,
    student: str,
    notebook: str,
    answers: Sequence[str],
    text: str,
) -> str:
    for name in answers:
        try:
            comment = gradebook.find_comment(name, notebook, assignment, student)
        except MissingEntry:
            continue
        before = comment.manual_comment
        comment.manual_comment = f"{before}\n\n{text}" if before else text
        return name
    return ""


def settle(
    course: Course, config: Config, assignment: str, student: str, cells: Sequence[tuple[str, str]]
) -> None:
    """Take the mark that a person has to look from grade cells, (notebook, cell), with a score.

    An undecided one keeps it: there is nothing that could be accepted.
    """
    with opened(course, config) as gradebook:
        for notebook, cell in cells:
            try:
                grade = gradebook.find_grade(cell, notebook, assignment, student)
            except MissingEntry:
                continue
            if grade.auto_score is not None or grade.manual_score is not None:
                grade.needs_manual_grade = False
        gradebook.db.commit()
