"""CSV, Parquet and JUnit XML hold the same facts, and each reads back."""

import io
import sys
from types import ModuleType
from xml.etree import ElementTree

import pytest

from autograder.errors import UsageError
from autograder.exports.csv_table import COLUMNS, csv_bytes
from autograder.exports.junit import junit_bytes
from autograder.exports.parquet_table import parquet_bytes
from autograder.exports.texts import restored, visible


def test_the_csv_has_a_line_for_each_student_cell_and_check(
    readers: ModuleType, classes: ModuleType
) -> None:
    lines = readers.csv_lines(csv_bytes([classes.table()]))
    assert tuple(lines[0]) == COLUMNS
    of_ada = [(line["cell"], line["check"]) for line in lines if line["student"] == "ada"]
    assert of_ada == [
        ("check_build", "units"),
        ("check_build", "layer"),
        ("check_fit", "loss"),
        ("essay", ""),
    ]
    assert len(lines) == 4 * 4 + 1


def test_every_text_of_the_csv_reads_back_and_none_is_a_formula(
    readers: ModuleType, classes: ModuleType
) -> None:
    lines = readers.csv_lines(csv_bytes([classes.table()]))
    assert {restored(line["student"]) for line in lines} == {p.id for p in classes.PEOPLE.values()}
    assert {restored(line["last_name"]) for line in lines} == {
        person.last_name for person in classes.PEOPLE.values()
    }
    messages = {restored(line["message"]) for line in lines}
    assert classes.SAID.replace("\x1b", "\ufffd") in messages
    assert "\x1b" not in csv_bytes([classes.table()]).decode()
    for line in lines:
        assert not [cell for cell in line.values() if cell.lstrip()[:1] in tuple("=+-@")]
        assert not [cell for cell in line.values() if cell[:1] in ("\t", "\r")]


def test_what_is_undecided_is_blank_and_never_zero(
    readers: ModuleType, classes: ModuleType
) -> None:
    lines = readers.csv_lines(csv_bytes([classes.table()]))
    essay = next(x for x in lines if restored(x["student"]) == "1-2" and x["cell"] == "essay")
    assert (essay["score"], essay["cell_score"], essay["final_score"]) == ("", "", "")
    assert (essay["cell_scored_by"], essay["needs_review"]) == ("nobody", "yes")
    loss = next(x for x in lines if x["student"] == "'=HYPERLINK(1)" and x["check"] == "loss")
    assert (loss["verdict"], loss["score"], loss["cell_score"]) == ("errored", "", "")
    absent = next(x for x in lines if x["student"] == "dan")
    assert (absent["handed_in"], absent["final_score"], absent["cell"]) == ("no", "", "")


def test_points_late_penalty_and_extra_credit_come_to_the_final_score(
    readers: ModuleType, classes: ModuleType
) -> None:
    lines = readers.csv_lines(csv_bytes([classes.table()]))
    first = {restored(line["student"]): line for line in reversed(lines)}
    assert first["ada"]["final_score"] == "1004.51"  # 3 + 2 + 999.005 + 0.5, rounded half up
    late = first["007"]
    told = [late[name] for name in ("assignment_score", "late_penalty", "final_score")]
    assert told == ["4.30", "2.50", "1.80"]


def test_with_a_decimal_comma_the_same_numbers_stand_between_semicolons(
    readers: ModuleType, classes: ModuleType
) -> None:
    plain = readers.csv_lines(csv_bytes([classes.table()]))
    comma = readers.csv_lines(csv_bytes([classes.table()], decimal_comma=True), decimal_comma=True)
    numbers = ("points", "score", "cell_points", "cell_score", "late_penalty", "final_score")
    assert [[line[n].replace(",", ".") for n in numbers] for line in comma] == [
        [line[n] for n in numbers] for line in plain
    ]
    assert comma[0]["final_score"] == "1004,51"


def test_parquet_has_the_same_lines_with_their_types(
    readers: ModuleType, classes: ModuleType
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs keras-autograder[report]")
    told = parquet.read_table(io.BytesIO(parquet_bytes([classes.table()])))
    assert tuple(told.column_names) == COLUMNS
    kinds = {field.name: str(field.type) for field in told.schema}
    assert {kinds[name] for name in ("score", "final_score", "late_penalty")} == {"double"}
    assert {kinds["needs_review"], kinds["handed_in"]} == {"bool"}
    assert (kinds["submitted"], kinds["student"]) == ("timestamp[us, tz=UTC]", "string")
    rows = told.to_pylist()
    assert {row["student"] for row in rows} == {p.id for p in classes.PEOPLE.values()}
    assert [row["score"] for row in rows if row["student"] == "1-2" and row["cell"] == "essay"] == [
        None
    ]
    lines = readers.csv_lines(csv_bytes([classes.table()]))
    for row, line in zip(rows, lines, strict=True):
        assert visible(row["message"]) == restored(line["message"])
        assert row["verdict"] == line["verdict"]


def test_without_pyarrow_parquet_says_what_to_install(
    classes: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as Python marks a package that is not there
    with pytest.raises(UsageError, match=r"pip install 'keras-autograder\[report\]'"):
        parquet_bytes([classes.table()])


def test_junit_has_a_case_for_each_check_and_says_how_it_ended(
    readers: ModuleType, classes: ModuleType
) -> None:
    cases = readers.junit_cases(junit_bytes([classes.table()]))
    assert len(cases) == 4 * 4
    assert cases["a1.ada.check_build", "layer"] == ("passed", "")
    assert cases["a1.007.check_build", "layer"] == ("failure", "Expected: Dense(10)")
    assert cases["a1.1-2.check_build", "layer"][0] == "skipped"
    assert cases["a1.=HYPERLINK(1).check_fit", "loss"] == ("error", "a secret: 0.93")
    assert cases["a1.1-2.essay", "essay"] == ("error", "nobody has decided this yet")
    assert cases["a1.007.essay", "essay"] == ("failure", "1.30 of 1000.00 points")


def test_junit_is_xml_whatever_a_student_is_called(classes: ModuleType) -> None:
    root = ElementTree.fromstring(junit_bytes([classes.table()]))
    told = [failure.text or "" for failure in root.iter("failure")]
    assert any("found: 'a,b;c' <b>?[31m & \"quoted\"" in text for text in told)
    facts = {p.get("name"): p.get("value") for p in next(root.iter("properties"))}
    assert facts["final_score"] == "1004.51"
