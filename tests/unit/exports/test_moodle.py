"""Moodle's worksheet: two columns filled, every other byte as Moodle wrote it."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from autograder.errors import UsageError
from autograder.exports.moodle import Filling, moodle_bytes, read_known
from autograder.exports.table import Table
from autograder.gradebook.standings import Person

ENGLISH = (
    'Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\r\n'
    'Participant 101,"Ada Lovelace",,ada@example.org,"Submitted for grading - ",,1005.00,Yes,'
    '"Sunday, 1 March 2026, 12:00 PM",-,\r\n'
    'Participant 102,"A ""Nick"" B",1-2,,"No submission - ","3.00",1005.00,Yes,-,-,"old\nwords"\r\n'
    "Participant 103,Zoë King,,zoe@example.org,,,1005.00,Yes,-,-,\r\n"
    "Participant 104,Ben,007,,,,1005.00,Yes,-,-,\r\n"
    'Participant 105,"Dañ Müller",,dan@example.org,,"",1005.00,Yes,-,-,'
)
GERMAN = (
    '\ufeffID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
    '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)",'
    '"Feedback als Kommentar"\n'
    'Teilnehmer/in101,"Ada Lovelace",ada@example.org,,,"1005,00",Ja,-,-,\n'
)


@pytest.fixture
def table(classes: ModuleType) -> Table:
    found: Table = classes.table()
    return found


def worksheet(folder: Path, text: str = ENGLISH) -> Path:
    path = folder / "worksheet.csv"
    path.write_bytes(text.encode("utf-8"))
    return path


def test_moodle_takes_the_decided_scores_and_no_others(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    written = moodle_bytes(table, worksheet(tmp_path))
    grades = readers.moodle_grades(ENGLISH.encode(), written.data)
    assert grades == {"Participant 101": 1004.51, "Participant 104": 1.8}
    assert written.left == ()


def test_every_byte_but_the_two_columns_of_those_students_stays(
    table: Table, tmp_path: Path
) -> None:
    written = moodle_bytes(table, worksheet(tmp_path), Filling(feedback=False))
    expected = ENGLISH.replace('for grading - ",,1005', 'for grading - ",1004.51,1005')
    expected = expected.replace("Ben,007,,,,1005", "Ben,007,,,1.80,1005")
    assert written.data == expected.encode()


def test_nothing_to_fill_in_gives_the_same_bytes(table: Table, tmp_path: Path) -> None:
    nobody = replace(table, totals=())
    for text in (ENGLISH, GERMAN, ENGLISH + "\r\n\r\n", ENGLISH.replace("\r\n", "\r")):
        assert moodle_bytes(nobody, worksheet(tmp_path, text)).data == text.encode()


def test_the_feedback_is_html_in_which_nothing_of_a_student_is(
    table: Table, tmp_path: Path
) -> None:
    data = moodle_bytes(table, worksheet(tmp_path)).data.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    late = rows[3]["Feedback comments"]
    assert late.startswith("Points: 1.80 of 1005.00<br>Taken off for lateness: 2.50")
    assert "&lt;b&gt;" in late and "<b>" not in late and "\x1b" not in late
    assert "Hint: Look at the last layer." in late
    assert rows[1]["Feedback comments"] == "old\nwords"
    assert "a secret" not in data


def test_a_german_worksheet_keeps_its_mark_and_is_recognised(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    data = moodle_bytes(table, worksheet(tmp_path, GERMAN)).data
    assert data.startswith("\ufeffID,".encode())
    assert b',"1004,51","1005,00",Ja' in data
    grades = readers.moodle_grades(GERMAN.encode(), data, grade="Bewertung", maximum="Bestwertung")
    assert grades == {"Teilnehmer/in101": 1004.51}
    assert b"Points: 1004.51" in data


def test_another_language_is_named_column_by_column(table: Table, tmp_path: Path) -> None:
    text = "Tunniste,Nimi,Arvosana,Muokattu\nOsallistuja 101,Ada Lovelace,,-\n"
    path = worksheet(tmp_path, text)
    with pytest.raises(UsageError, match=r"found no column for: .*--column grade="):
        moodle_bytes(table, path)
    own = {"identifier": "Tunniste", "name": "Nimi", "grade": "Arvosana", "modified": "Muokattu"}
    assert b",1004.51,-" in moodle_bytes(table, path, Filling(columns=own)).data


@pytest.mark.parametrize("filling", [Filling(language="fi"), Filling(columns={"note": "Note"})])
def test_an_unknown_language_or_column_is_refused(
    table: Table, tmp_path: Path, filling: Filling
) -> None:
    with pytest.raises(UsageError, match="expected"):
        moodle_bytes(table, worksheet(tmp_path), filling)


def test_a_score_above_the_maximum_is_left_out_and_told(table: Table, tmp_path: Path) -> None:
    path = worksheet(tmp_path, ENGLISH.replace("1005.00", "100.00"))
    written = moodle_bytes(table, path)
    assert written.left == ("ada",)
    assert any("above Moodle's maximum" in note for note in written.notes)
    assert any("--scale" in note for note in written.notes)


def test_points_are_brought_to_moodles_maximum_on_request(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    text = ENGLISH.replace("1005.00", "100.00")
    data = moodle_bytes(table, worksheet(tmp_path, text), Filling(scale=True)).data
    grades = readers.moodle_grades(text.encode(), data)
    assert grades["Participant 101"] == pytest.approx(99.95)  # 1004.505 of 1005


def test_who_handed_in_nothing_gets_a_zero_on_request_alone(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    written = moodle_bytes(table, worksheet(tmp_path), Filling(missing_as_zero=True))
    grades = readers.moodle_grades(ENGLISH.encode(), written.data)
    assert grades["Participant 105"] == 0.0
    assert "Participant 102" not in grades  # undecided stays undecided


def test_a_student_is_found_by_the_name_under_which_uploads_are_collected(
    table: Table, tmp_path: Path
) -> None:
    one = replace(table.totals[0], person=Person("ada_lovelace"))
    data = moodle_bytes(replace(table, totals=(one,)), worksheet(tmp_path)).data
    assert b",1004.51,1005.00" in data


def test_namesakes_are_told_apart_by_moodles_number_or_not_at_all(
    table: Table, tmp_path: Path
) -> None:
    text = ENGLISH.replace("Zoë King,,zoe@example.org", "Ada Lovelace,,other@example.org")
    numbered = replace(table.totals[0], person=Person("ada_lovelace_103"))
    named = replace(table.totals[0], person=Person("ada_lovelace"))
    path = worksheet(tmp_path, text)
    both = moodle_bytes(replace(table, totals=(numbered, named)), path)
    assert both.left == () and both.data.count(b",1004.51,") == 2
    assert moodle_bytes(replace(table, totals=(named,)), path).left == ("ada_lovelace",)


def test_the_instructors_list_outranks_every_guess(
    readers: ModuleType, table: Table, tmp_path: Path
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("student,identifier\nada,Participant 103\n007,102\n")
    filling = Filling(known=read_known(listed))
    grades = readers.moodle_grades(
        ENGLISH.encode(), moodle_bytes(table, worksheet(tmp_path), filling).data
    )
    assert grades == {"Participant 103": 1004.51, "Participant 102": 1.8}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        ("Identifier,Größe".encode("latin-1"), "another encoding"),
        (b"a,b,c\n1,2,3\n", "found no column for: identifier, grade, modified"),
    ],
)
def test_a_file_that_is_no_worksheet_is_refused(
    table: Table, tmp_path: Path, data: bytes, found: str
) -> None:
    path = tmp_path / "worksheet.csv"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=found):
        moodle_bytes(table, path)
