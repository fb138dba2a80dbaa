"""A student's results as Gradescope's results.json.

What a student reads there is what our feedback pages say, and no more: messages of checks that
could not decide are left out. An undecided part has no score, and then neither has the whole:
Gradescope shows such a run as failed and gives no points, which is right until somebody has looked.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograder.exports.table import CHECKS, Row, Total
from autograder.exports.texts import visible
from autograder.nouns import JSON, Verdict

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
CLOSE = 1e-6

OPEN = "Not decided yet: your instructor will look at this."
BY_HAND = "Your instructor grades this part by hand."
REVIEW = "A part of this submission is open: your instructor will look at it."


def results_bytes(
    total: Total, *, visibility: str = "after_published", by_hand: Collection[str] = ()
) -> bytes:
    """The file for one student. ``by_hand`` are cells that no machine scores: they count nothing
    here, and Gradescope has a question of its own for them."""
    told = results_of(total, visibility=visibility, by_hand=by_hand)
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def results_of(
    total: Total, *, visibility: str = "after_published", by_hand: Collection[str] = ()
) -> dict[str, JSON]:
    """The same as plain JSON values."""
    cells = _cells(total.rows)
    tests: list[JSON] = []
    for name, rows in cells.items():
        tests += [_told(test, visibility) for test in _tests(name, rows, name in by_hand)]
    results: dict[str, JSON] = {
        "output": _output(total),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    scores = [rows[0].cell_score for name, rows in cells.items() if name not in by_hand]
    if total.handed_in and all(score is not None for score in scores):
        whole = sum(score for score in scores if score is not None)
        results["score"] = round(max(0.0, whole - total.late_penalty), 6)
    seconds = (total.result.run if total.result else {}).get("wall_s")
    if isinstance(seconds, (int, float)):
        results["execution_time"] = seconds
    return results


@dataclass(frozen=True)
class _Test:
    name: str
    points: float
    score: float | None
    output: str
    counts: bool = True


def _cells(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.cell, []).append(row)
    return found


def _tests(cell: str, rows: Sequence[Row], by_hand: bool) -> list[_Test]:
    """A test for each check; one for the cell where its points are not those of its checks."""
    first = rows[0]
    if by_hand:
        return [_Test(cell, first.cell_points, None, BY_HAND, counts=False)]
    scores = [row.score for row in rows]
    if first.check and first.scored_by == CHECKS and None not in scores:
        whole = sum(score for score in scores if score is not None)
        if first.cell_score is not None and abs(whole - first.cell_score) < CLOSE:
            return [_of_check(row) for row in rows]
    if first.check and first.cell_score is None:
        return [_of_check(row) for row in rows]
    output = OPEN if first.cell_score is None else ""
    return [_Test(cell, first.cell_points, first.cell_score, output)]


def _of_check(row: Row) -> _Test:
    said = [row.message, f"Hint: {row.hint}" if row.hint else ""]
    if row.verdict is Verdict.PASSED:
        said = []
    elif row.verdict is Verdict.SKIPPED:
        said = ["Not judged.", *said]
    if row.score is None:
        said = [OPEN]
    name = f"{row.cell}: {row.title or row.check}"
    return _Test(name, row.points, row.score, visible("\n".join(part for part in said if part)))


def _told(test: _Test, visibility: str) -> dict[str, JSON]:
    told: dict[str, JSON] = {"name": test.name, "output": test.output, "visibility": visibility}
    if test.counts:
        told["max_score"] = test.points
    if test.score is not None:
        told["score"] = test.score
        told["status"] = "passed" if test.score >= test.points else "failed"
    return told


def _output(total: Total) -> str:
    lines = list(total.result.repairs) if total.result else []
    if total.late_penalty:
        lines.append(f"Taken off for lateness: {total.late_penalty:g} points.")
    if total.needs_review:
        lines.append(REVIEW)
    return "\n".join(lines)
