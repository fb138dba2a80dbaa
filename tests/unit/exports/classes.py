"""A class made by hand, in which everything happens that a gradebook can hold."""

from datetime import datetime

from autograder.exports.gather import table_of_results
from autograder.exports.table import Table
from autograder.gradebook.standings import CellMark, Person, Standing, Standings
from autograder.nouns import CellScore, CheckOutcome, Result, Status, Verdict

POINTS = {"check_build": 3.0, "check_fit": 2.0, "essay": 1000.0}


def check(name: str, cell: str, verdict: Verdict, points: float, message: str = "") -> CheckOutcome:
    earned = {Verdict.PASSED: points, Verdict.ERRORED: None}.get(verdict, 0.0)
    hint = "Look at the last layer." if verdict is Verdict.FAILED else ""
    return CheckOutcome(name, cell, f"The {name} is right.", verdict, earned, points, message, hint)


def result(student: str, *, units: Verdict, loss: Verdict, message: str = "") -> Result:
    checks = (
        check("units", "check_build", Verdict.PASSED, 1),
        check("layer", "check_build", units, 2, message if units is not Verdict.PASSED else ""),
        check("loss", "check_fit", loss, 2, message if loss is not Verdict.PASSED else ""),
    )
    cells = {}
    for cell in ("check_build", "check_fit"):
        earned = [one.earned for one in checks if one.cell == cell]
        score = None if None in earned else float(sum(e for e in earned if e is not None))
        cells[cell] = CellScore("lesson", score, POINTS[cell])
    cells["essay"] = CellScore("lesson", None, POINTS["essay"])
    return Result(
        "a1", student, Status.COMPLETED, cells, checks, needs_review=True, run={"wall_s": 1.25}
    )


def standing(
    person: Person, its: Result, essay: float | None, penalty: float = 0.0, extra: float = 0.0
) -> Standing:
    """As the gradebook holds the result, with what a person gave for the essay."""
    marks = []
    for name, cell in its.cells.items():
        manual = essay if name == "essay" else None
        asked = cell.score is None and manual is None
        given = extra if name == "essay" else 0.0
        marks.append(CellMark("lesson", name, cell.points, cell.score, manual, given, asked))
    time = datetime(2026, 3, 1, 12, 0, 0)
    return Standing(person, True, time, penalty, tuple(marks))


PEOPLE = {
    "ada": Person("ada", "Lovelace", "Ada", "ada@example.org", "12"),
    "late": Person("007", "+49 30 1", "-Ben", "=cmd|' /C calc'!A0", ""),
    "open": Person("1-2", "@SUM(A1:A9)", "\tTab", "", "14"),
    "error": Person("=HYPERLINK(1)", 'King, "Countess"', "Zoë\rX", "zoe@example.org", ""),
    "nothing": Person("dan", "Müller", "Dañ", "dan@example.org", "16"),
}

SAID = "Expected: Dense(10)\nfound: 'a,b;c' <b>\x1b[31m & \"quoted\" =1+1"


def table() -> Table:
    """Everybody above: full points and extra credit, late, essay open, check undecided, nothing."""
    results = {
        "ada": result("ada", units=Verdict.PASSED, loss=Verdict.PASSED),
        "late": result("007", units=Verdict.FAILED, loss=Verdict.PASSED, message=SAID),
        "open": result("1-2", units=Verdict.SKIPPED, loss=Verdict.FAILED, message=SAID),
        "error": result(
            "=HYPERLINK(1)", units=Verdict.PASSED, loss=Verdict.ERRORED, message="a secret: 0.93"
        ),
    }
    students = (
        standing(PEOPLE["ada"], results["ada"], 999.005, extra=0.5),
        standing(PEOPLE["late"], results["late"], 1.3, penalty=2.5),
        standing(PEOPLE["open"], results["open"], None),
        standing(PEOPLE["error"], results["error"], 1.0),
        Standing(PEOPLE["nothing"]),
    )
    standings = Standings("a1", 1005.0, students)
    return table_of_results(standings, {PEOPLE[who].id: its for who, its in results.items()})
