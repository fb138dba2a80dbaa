"""A downloaded CSV, read to the byte."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.exports.sheets import read_sheet


def read(folder: Path, text: str) -> list[list[str]]:
    path = folder / "sheet.csv"
    path.write_bytes(text.encode("utf-8"))
    sheet = read_sheet(path, "a sheet")
    assert sheet.written({}) == text.encode("utf-8")
    return [[field.value for field in record.fields] for record in (sheet.header, *sheet.records)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ("\ufeffa;b\n1;\n", [["a", "b"], ["1", ""]]),
        ('a,b\n"x, ""y""\nz",2\n', [["a", "b"], ['x, "y"\nz', "2"]]),
        ("a\tb\n1,5\t2\n", [["a", "b"], ["1,5", "2"]]),
        ("a,b\n1\n", [["a", "b"], ["1"]]),
    ],
)
def test_values_are_those_that_python_reads(
    tmp_path: Path, text: str, rows: list[list[str]]
) -> None:
    assert read(tmp_path, text) == rows


@seed(8)
@settings(max_examples=150, deadline=None, database=None)
@given(
    st.lists(
        st.lists(st.text(alphabet='ab,;"\r\n\té ', max_size=5), min_size=2, max_size=4), max_size=4
    )
)
def test_any_table_that_python_writes_is_read_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    told = io.StringIO(newline="")
    csv.writer(told, lineterminator="\r\n").writerows([["x", "y"], *rows])
    assert read(tmp_path_factory.mktemp("sheet"), told.getvalue()) == [["x", "y"], *rows]


def test_a_link_to_nothing_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="a sheet expected at"):
            read_sheet(path, "a sheet")
