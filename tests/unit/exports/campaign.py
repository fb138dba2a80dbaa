"""Random classes through every format and back: the sample of ``make test``, and ``make soak``."""

import csv
import io
import json
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

from autograder.exports.canvas import canvas_bytes
from autograder.exports.csv_table import csv_bytes
from autograder.exports.gather import table_of_results
from autograder.exports.gradescope import results_bytes
from autograder.exports.junit import junit_bytes
from autograder.exports.moodle import moodle_bytes
from autograder.exports.table import Table
from autograder.exports.texts import points_text, restored, visible
from autograder.gradebook.standings import CellMark, Person, Standing, Standings
from autograder.nouns import CellScore, CheckOutcome, Result, Status, Verdict

SHARP = "=+-@\t\r\n'\"|%,;<>&\\\x00\x1b\u202e\uff1d0123456789./:eE "
PLAIN = "abcxyzäöüßéñŁ中文Ж"


def text(dice: random.Random, most: int = 12) -> str:
    return "".join(dice.choice(SHARP + PLAIN) for _ in range(dice.randint(0, most)))


def random_table(seed: int) -> Table:
    """A class in which every score may be open, manual, late, above the maximum, or odd."""
    dice = random.Random(seed)
    cells = {
        f"check_{n}": float(dice.choice([0, 0.5, 1, 3, 1000])) for n in range(dice.randint(1, 4))
    }
    people = [_person(dice, number) for number in range(dice.randint(0, 8))]
    students, results = [], {}
    for person in people:
        if dice.random() < 0.2:
            students.append(Standing(person))
            continue
        result = _result(dice, person.id, cells)
        results |= {person.id: result} if dice.random() < 0.8 else {}
        students.append(_standing(dice, person, result))
    return table_of_results(Standings("a1", sum(cells.values()), tuple(students)), results)


def _person(dice: random.Random, number: int) -> Person:
    odd = dice.random() < 0.7
    names = [text(dice) if odd else f"Name{number}" for _ in range(3)]
    return Person(f"{text(dice, 6)}{number}", names[0], names[1], names[2], str(100 + number))


def _result(dice: random.Random, student: str, cells: dict[str, float]) -> Result:
    checks, scores = [], {}
    for cell, points in cells.items():
        verdict = dice.choice(list(Verdict))
        earned = {Verdict.PASSED: points, Verdict.ERRORED: None}.get(verdict, 0.0)
        said = "" if verdict is Verdict.PASSED else text(dice, 40)
        checks.append(CheckOutcome(f"t_{cell}", cell, "A title.", verdict, earned, points, said))
        scores[cell] = CellScore("lesson", earned, points)
    reasons = ("a doubt",) if dice.random() < 0.2 else ()
    return Result("a1", student, Status.COMPLETED, scores, tuple(checks), reasons=reasons)


def _standing(dice: random.Random, person: Person, result: Result) -> Standing:
    marks = []
    for name, cell in result.cells.items():
        manual = dice.choice([None, None, 0.0, dice.uniform(0, 2000), 1 / 3])
        extra = dice.choice([0.0, 0.0, 0.25])
        marks.append(
            CellMark("lesson", name, cell.points, cell.score, manual, extra, dice.random() < 0.1)
        )
    time = datetime(2026, 1, 1) + timedelta(seconds=dice.randint(0, 10**7))
    return Standing(person, True, time, dice.choice([0.0, 0.0, 0.5, 5000.0]), tuple(marks))


def try_table(table: Table, readers: ModuleType) -> None:
    """Assert that every format says of every student what the table says."""
    final = {
        t.person.id: round(float(points_text(t.final)), 2)
        for t in table.totals
        if t.final is not None
    }
    _csv(table, readers, final)
    _canvas(table, readers, final)
    _moodle(table, readers, final)
    readers.junit_cases(junit_bytes([table]))
    for total in table.totals:
        if total.handed_in:
            score = readers.gradescope_score(results_bytes(total))
            assert (score is None) == (total.final is None)
            assert score is None or abs(score - (total.final or 0.0)) < 1e-5
            assert "\x1b" not in json.loads(results_bytes(total))["output"]


def _csv(table: Table, readers: ModuleType, final: dict[str, float]) -> None:
    for comma in (False, True):
        data = csv_bytes([table], decimal_comma=comma)
        found = {}
        for line in readers.csv_lines(data, decimal_comma=comma):
            assert not [cell for cell in line.values() if cell.lstrip()[:1] in tuple("=+-@\uff1d")]
            text_ = line["final_score"].replace(",", ".")
            found[restored(line["student"])] = float(text_) if text_ else None
        wanted = {visible(t.person.id): final.get(t.person.id) for t in table.totals}
        assert found == wanted


def _canvas(table: Table, readers: ModuleType, final: dict[str, float]) -> None:
    people = [
        {"Student": t.person.id, "ID": t.person.lms_id, "SIS User ID": "", "SIS Login ID": ""}
        for t in table.totals
    ]
    canvas = readers.Canvas(people)
    canvas.take(canvas_bytes([table]).data)
    scores = canvas.assignments["a1"]["scores"]
    assert scores == {t.person.id: final.get(t.person.id) for t in table.totals}
    assert not canvas.unknown


def _moodle(table: Table, readers: ModuleType, final: dict[str, float]) -> None:
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\r\n")
    header = ["Identifier", "Username", "Grade", "Maximum Grade", "Last modified (grade)"]
    writer.writerow([*header, "Feedback comments"])
    for total in table.totals:
        writer.writerow(
            [f"Participant {total.person.lms_id}", total.person.lms_id, "", "9999999.00", "-", ""]
        )
    before = told.getvalue().encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "worksheet.csv"
        path.write_bytes(before)
        written = moodle_bytes(table, path)
    grades = readers.moodle_grades(before, written.data)
    numbers = {f"Participant {t.person.lms_id}": t.person.id for t in table.totals}
    assert {numbers[name]: grade for name, grade in grades.items()} == final
    assert written.left == ()
