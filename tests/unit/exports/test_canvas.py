"""Grades as Canvas's import takes them, read back by its own rules."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.exports.canvas import canvas_bytes
from autograder.exports.table import Table
from autograder.gradebook.standings import Person

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (501),a1 (502),Final Score"
ROSTER = f"""{HEADER}
    Points Possible,,,,,5.00,1005.00,(read only)
"Lovelace, Ada",12,S12,alove,Keras,4.00,,81.5
"Nobody, Known",13,S13,nobody,Keras,,3.00,
"=SUM(A1:A9), Tab",14,S14,1-2,Keras,,,
"King, Zoë",15,S15,zoe@example.org,Keras,1.00,EX,
"Müller, Dañ",16,S16,dan,Keras,,2.00,
"Student, Test",99,,abc,Keras,,,
"""


def course(readers: ModuleType) -> Any:
    lines = [line.split('"') for line in ROSTER.splitlines()[2:]]
    people = []
    for _, name, rest in lines:
        _, number, user, login, *_ = rest.split(",")
        people.append({"Student": name, "ID": number, "SIS User ID": user, "SIS Login ID": login})
    canvas = readers.Canvas(people)
    canvas.assignments = {
        "Homework 1": {"id": "501", "new": False, "scores": {}},
        "a1": {"id": "502", "new": False, "scores": {}},
    }
    return canvas


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "canvas.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.fixture
def table(classes: ModuleType) -> Table:
    found: Table = classes.table()
    return found


def test_the_import_finds_everybody_and_the_assignment_by_their_numbers(
    readers: ModuleType, table: Table, roster: Path
) -> None:
    canvas = course(readers)
    written = canvas_bytes([table], roster=roster)
    canvas.take(written.data)
    assert canvas.unknown == []
    assert set(canvas.assignments) == {"Homework 1", "a1"}
    assert canvas.assignments["a1"]["scores"]["Lovelace, Ada"] == 1004.51
    assert canvas.assignments["a1"]["possible"] == 1005.0
    assert canvas.assignments["Homework 1"]["scores"] == {}


def test_what_canvas_has_is_kept_where_there_is_nothing_new(
    readers: ModuleType, table: Table, roster: Path
) -> None:
    canvas = course(readers)
    canvas.take(canvas_bytes([table], roster=roster).data)
    scores = canvas.assignments["a1"]["scores"]
    assert scores["=SUM(A1:A9), Tab"] is None  # undecided, and nothing there before: blank
    assert scores["Müller, Dañ"] == 2.0  # handed in nothing: what a person entered stays
    assert scores["King, Zoë"] == "EX"
    assert "Nobody, Known" not in scores


def test_an_excused_student_with_a_score_stays_excused_and_is_told(
    table: Table, roster: Path
) -> None:
    king = next(t for t in table.totals if t.person.id == "=HYPERLINK(1)")
    scored = replace(king, score=3.0, undecided=())
    totals = tuple(scored if t is king else t for t in table.totals)
    written = canvas_bytes([replace(table, totals=totals)], roster=roster)
    assert '"King, Zoë",15,S15,zoe@example.org,Keras,EX' in written.data.decode()
    assert any("excuses (EX)" in note for note in written.notes)


def test_a_student_with_a_score_who_is_not_in_the_roster_is_told(
    table: Table, roster: Path
) -> None:
    assert canvas_bytes([table], roster=roster).left == ("007",)


def test_names_in_the_roster_cannot_become_formulas(table: Table, roster: Path) -> None:
    assert '"\'=SUM(A1:A9), Tab",14' in canvas_bytes([table], roster=roster).data.decode()


def test_without_a_roster_students_are_found_by_their_login(
    readers: ModuleType, table: Table
) -> None:
    canvas = course(readers)
    written = canvas_bytes([table])
    canvas.take(written.data)
    assert canvas.assignments["a1"]["scores"]["Lovelace, Ada"] == 1004.51  # by nbgrader's LMS id
    assert canvas.assignments["a1"]["possible"] == 1005.0
    assert "--roster" in written.notes[0]
    assert b",1004.51\n" in written.data and b'"1,004' not in written.data


def test_a_title_that_canvas_does_not_know_makes_a_new_assignment_and_is_told(
    readers: ModuleType, table: Table, roster: Path
) -> None:
    canvas = course(readers)
    written = canvas_bytes([table], roster=roster, titles={"a1": "Regression"})
    canvas.take(written.data)
    assert canvas.assignments["Regression"]["new"]
    assert "--title a1='TITLE'" in written.notes[0]


def test_a_title_that_is_another_there_can_be_named(
    readers: ModuleType, table: Table, roster: Path
) -> None:
    canvas = course(readers)
    written = canvas_bytes([table], roster=roster, titles={"a1": "homework 1"})
    canvas.take(written.data)
    assert canvas.assignments["Homework 1"]["scores"]["Lovelace, Ada"] == 1004.51
    assert canvas.assignments["Homework 1"]["possible"] == 5.0
    assert any("out of 5.00" in note for note in written.notes)


def test_a_title_that_is_there_twice_is_refused(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "canvas.csv"
    path.write_text(ROSTER.replace("Homework 1 (501)", "a1 (501)"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"found 'a1 \(501\)' and 'a1 \(502\)'"):
        canvas_bytes([table], roster=path)


def test_a_file_with_semicolons_and_a_byte_order_mark_comes_back_so(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    path = tmp_path / "canvas.csv"
    text = "\ufeff" + ROSTER.replace(",", ";").replace("; ", ", ").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    data = canvas_bytes([table], roster=path).data
    assert data.startswith(b"\xef\xbb\xbfStudent;ID;") and data.count(b"\r\n") == data.count(b"\n")
    canvas = course(readers)
    canvas.take(data)
    assert canvas.assignments["a1"]["scores"]["Lovelace, Ada"] == 1004.51


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Student;Name\n"])
def test_a_file_that_is_no_gradebook_of_canvas_is_refused(
    table: Table, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match="downloaded from Canvas"):
        canvas_bytes([table], roster=path)


def test_two_students_of_one_name_are_told_and_not_guessed(table: Table, tmp_path: Path) -> None:
    twins = tuple(
        replace(table.totals[0], person=Person(name, "Lovelace", "Ada")) for name in ("one", "two")
    )
    path = tmp_path / "canvas.csv"
    path.write_text(f'{HEADER}\n"Lovelace, Ada",12,S12,x,Keras,,,\n"Lovelace, Ada",13,S13,y,K,,,\n')
    written = canvas_bytes([replace(table, totals=twins)], roster=path)
    assert written.left == ("one", "two")
    assert len(written.data.splitlines()) == 2


def test_a_student_collected_from_canvas_is_found_by_name_and_number(
    table: Table, tmp_path: Path
) -> None:
    path = tmp_path / "canvas.csv"
    path.write_text(f'{HEADER}\n"Lovelace, Ada",12,S12,x,Keras,,,\n"Lovelace, Ada",13,S13,y,K,,,\n')
    one = replace(table.totals[0], person=Person("lovelaceada_13"))
    written = canvas_bytes([replace(table, totals=(one,))], roster=path)
    assert written.left == ()
    assert written.data.decode().splitlines()[2] == '"Lovelace, Ada",13,S13,y,K,1004.51'
