"""One row for each student and check, as Parquet: for whoever analyses a class with other tools."""

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.classreport.told import ClassReport
from autograder.nouns import Verdict

NEEDS = "pyarrow"

Cells = Sequence[str] | Sequence[bool] | Sequence[float | None]


def columns(report: ClassReport) -> dict[str, Cells]:
    """The table by column, rows by student and then by check.

    ``earned`` is what the check gave, None while it is undecided; ``score`` is the submission's,
    with a person's points; ``found`` and ``limit`` are those of a figure on held-out rows.
    """
    checks = {check.id: check for check in report.checks}
    figures = {(one.check, who): (value, one.limit)
               for one in report.heldout for who, value in one.found.items()}  # fmt: skip
    rows = [
        (row, checks[id], verdict) for row in report.rows for id, verdict in row.verdicts.items()
    ]
    measured = [figures.get((check.id, row.student), (None, None)) for row, check, _ in rows]
    return {
        "assignment": [report.assignment for _ in rows],
        "student": [row.student for row, _, _ in rows],
        "status": [row.status for row, _, _ in rows],
        "score": [row.score for row, _, _ in rows],
        "max_score": [report.max_score for _ in rows],
        "needs_review": [row.needs_review for row, _, _ in rows],
        "cell": [check.cell for _, check, _ in rows],
        "check": [check.id for _, check, _ in rows],
        "title": [check.title for _, check, _ in rows],
        "verdict": [verdict for _, _, verdict in rows],
        "earned": [_earned(verdict, check.points) for _, check, verdict in rows],
        "points": [float(check.points) for _, check, _ in rows],
        "found": [found for found, _ in measured],
        "limit": [limit for _, limit in measured],
    }


def write_table(report: ClassReport, path: Path) -> bool:
    """Writes the Parquet file; False where pyarrow is not installed, and nothing is written."""
    if importlib.util.find_spec(NEEDS) is None:
        return False
    # Any: pyarrow has no annotations, and need not be here.
    arrow: Any = importlib.import_module("pyarrow")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    found = columns(report)
    text = {"assignment", "student", "status", "cell", "check", "title", "verdict"}
    kinds = [
        (name, arrow.string() if name in text else
         arrow.bool_() if name == "needs_review" else arrow.float64())
        for name in found
    ]  # fmt: skip
    parquet.write_table(arrow.table(found, schema=arrow.schema(kinds)), path)
    return True


def _earned(verdict: str, points: float) -> float | None:
    if verdict == Verdict.ERRORED:
        return None
    return float(points) if verdict == Verdict.PASSED else 0.0
