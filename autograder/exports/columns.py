"""The flat form of the table, for CSV and Parquet: one line per student, cell and check.

Fields may be added at the end over time; none is renamed (docs/exports.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.exports.table import Row, Table, Total


@dataclass(frozen=True)
class Line:
    """One line. ``points`` and ``score`` are the check's, or the cell's where it has no checks;
    None is undecided, or nothing handed in (``handed_in`` False, and no cell)."""

    assignment: str
    student: str
    last_name: str
    first_name: str
    email: str
    handed_in: bool
    submitted: datetime | None
    notebook: str
    cell: str
    check: str
    title: str
    verdict: str
    points: float | None
    score: float | None
    message: str
    cell_points: float | None
    cell_score: float | None
    cell_scored_by: str
    assignment_points: float
    assignment_score: float | None
    late_penalty: float
    final_score: float | None
    needs_review: bool
    review_reasons: str


def lines_of(tables: Sequence[Table]) -> Iterator[Line]:
    """Every line, by assignment, student and cell."""
    for table in tables:
        for total in table.totals:
            for row in total.rows or (None,):
                yield _line(total, row)


def _line(total: Total, row: Row | None) -> Line:
    time = total.submitted
    return Line(
        assignment=total.assignment,
        student=total.person.id,
        last_name=total.person.last_name,
        first_name=total.person.first_name,
        email=total.person.email,
        handed_in=total.handed_in,
        # nbgrader keeps UTC without saying so.
        submitted=None if time is None else time.replace(tzinfo=UTC),
        notebook=row.notebook if row else "",
        cell=row.cell if row else "",
        check=row.check if row else "",
        title=row.title if row else "",
        verdict=row.verdict.value if row and row.verdict else "",
        points=row.points if row else None,
        score=row.score if row else None,
        message=row.message if row else "",
        cell_points=row.cell_points if row else None,
        cell_score=row.cell_score if row else None,
        cell_scored_by=row.scored_by if row else "",
        assignment_points=total.points,
        assignment_score=total.score if total.handed_in else None,
        late_penalty=total.late_penalty,
        final_score=total.final,
        needs_review=total.needs_review,
        review_reasons="; ".join([*total.review, *(f"undecided: {c}" for c in total.undecided)]),
    )
