"""``nbgrader export`` for large classes: nbgrader's table, in a few statements per assignment.

nbgrader 0.9.6 (plugins/export.py) asks the database three times for each student and assignment,
and each question walks the whole table of grades: 10,000 students took minutes. Set in
nbgrader_config.py as ``c.ExportApp.plugin_class``.
"""

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import ExportPlugin
from sqlalchemy import func

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
"""nbgrader's own columns, in its order."""

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20|%"
"""What begins a formula in some spreadsheet; the last two in commands of old ones."""

NOTHING = (None, 0.0, 0.0)
"""Time, score and penalty of a student who submitted nothing."""


# Any below: nbgrader's plugins, rows and sessions are untyped.
class ClassExporter(ExportPlugin):  # type: ignore[misc]
    """Writes what CsvExportPlugin writes; a name with a comma is quoted, which it forgets, and no
    name becomes a formula."""

    def export(self, gradebook: Any) -> None:
        """Write the table to ``--to`` (grades.csv), one line for each assignment and student."""
        path = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", path)
        with open(path, "w", encoding="utf-8", newline="") as file:
            self._write(file, gradebook)

    def _write(self, file: TextIO, gradebook: Any) -> None:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        students = _chosen(gradebook.students, "id", self.student)
        for assignment in _chosen(gradebook.assignments, "name", self.assignment):
            for row in _rows(gradebook.db, assignment, students):
                writer.writerow([as_text(value) for value in row])


def as_text(value: object) -> object:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it.

    Students choose their names in many learning platforms. Which beginnings are dangerous:
    https://owasp.org/www-community/attacks/CSV_Injection. Numbers and dates are no texts.

    >>> as_text("=HYPERLINK(1)"), as_text("Ada"), as_text(-1.5)
    ("'=HYPERLINK(1)", 'Ada', -1.5)
    """
    if not isinstance(value, str):
        return value
    # Python 3.11's writer does not quote a carriage return, at which readers begin another row.
    text = "".join(character if character.isprintable() else " " for character in value)
    first = text.lstrip()[:1]
    return f"'{text}" if first and first in FORMULA else text


def _chosen(found: list[Any], key: str, wanted: list[Any]) -> list[Any]:
    names = {str(name) for name in wanted}
    return [item for item in found if not names or getattr(item, key) in names]


def _rows(db: Any, assignment: Any, students: list[Any]) -> Iterator[tuple[object, ...]]:
    submitted = _submitted(db, assignment.id)
    for student in students:
        timestamp, score, penalty = submitted.get(student.id, NOTHING)
        yield (
            assignment.name,
            assignment.duedate,
            timestamp,
            student.id,
            student.last_name,
            student.first_name,
            student.email,
            score,
            penalty,
            max(0.0, score - penalty),
            assignment.max_score,
        )


def _submitted(db: Any, assignment_id: str) -> dict[str, tuple[Any, float, float]]:
    """Time, score and penalty of each student who submitted. Two sums, for a join of both tables
    would count a notebook's penalty once for each of its grades."""
    of_notebooks = SubmittedNotebook.assignment_id == SubmittedAssignment.id
    wanted = SubmittedAssignment.assignment_id == assignment_id
    scores = (
        db.query(SubmittedAssignment.id, func.sum(Grade.score))
        .join(SubmittedNotebook, of_notebooks)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .filter(wanted)
        .group_by(SubmittedAssignment.id)
    )
    penalties = (
        db.query(SubmittedAssignment.id, func.sum(SubmittedNotebook.late_submission_penalty))
        .join(SubmittedNotebook, of_notebooks)
        .filter(wanted)
        .group_by(SubmittedAssignment.id)
    )
    score, penalty = dict(scores.all()), dict(penalties.all())
    rows = db.query(
        SubmittedAssignment.id, SubmittedAssignment.student_id, SubmittedAssignment.timestamp
    )
    return {
        student: (timestamp, float(score.get(key) or 0.0), float(penalty.get(key) or 0.0))
        for key, student, timestamp in rows.filter(wanted).all()
    }
