"""Every format to the byte, as it was when somebody last looked at it.

After a wanted change, and then read what git shows:

    AUTOGRADER_GOLDEN=write python -m pytest tests/unit/exports/test_golden.py
"""

import io
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from autograder.exports.gradescope import results_bytes
from autograder.exports.hand_over import Wish, rendered
from autograder.exports.parquet_table import parquet_bytes

GOLDEN = Path(__file__).with_name("golden")
WRITE = os.environ.get("AUTOGRADER_GOLDEN") == "write"

WISHES = {
    "table.csv": Wish("csv"),
    "table-comma.csv": Wish("csv", decimal_comma=True),
    "checks.xml": Wish("junit"),
    "canvas.csv": Wish("canvas", roster=GOLDEN / "given" / "canvas.csv"),
    "canvas-without-roster.csv": Wish("canvas"),
    "moodle.csv": Wish("moodle", worksheet=GOLDEN / "given" / "moodle.csv"),
    "moodle-de.csv": Wish("moodle", worksheet=GOLDEN / "given" / "moodle-de.csv"),
}


def compare(name: str, data: bytes) -> None:
    path = GOLDEN / name
    if WRITE:
        path.write_bytes(data)
    assert data == path.read_bytes(), f"{name} is another now; see the head of this file"


@pytest.mark.parametrize("name", WISHES)
def test_a_file_is_what_it_was(name: str, classes: ModuleType) -> None:
    compare(name, rendered([classes.table()], WISHES[name]).data)


@pytest.mark.parametrize("number", range(4))
def test_the_results_for_gradescope_are_what_they_were(number: int, classes: ModuleType) -> None:
    compare(f"gradescope-{number}.json", results_bytes(classes.table().totals[number]))


def test_the_lines_of_parquet_are_what_they_were(classes: ModuleType) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs keras-autograder[report]")
    told = parquet.read_table(io.BytesIO(parquet_bytes([classes.table()])))
    schema = {field.name: str(field.type) for field in told.schema}
    content = {"schema": schema, "rows": told.to_pylist()}
    text = json.dumps(content, indent=1, default=str, ensure_ascii=True) + "\n"
    compare("table.parquet.json", text.encode())
