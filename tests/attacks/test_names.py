"""Names of students and files as attacks: on paths, on pages, and on the table of grades."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import safe_name
from autograder.errors import CourseError
from autograder.gradebook import course_of, load_config, register
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = pytest.mark.filterwarnings("ignore::Warning")

REPOSITORY = Path(__file__).resolve().parents[2]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
FORMULAS = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://leak.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\uff1d1+1",
    "%0A=1+1",
    '"=1+1',
    'x","=1+1',
    "x\n=1+1",
    "x;=1+1",
]
STUDENTS = [
    "..",
    "../ada",
    "a/../../b",
    "a\nb",
    "a\0b",
    "-rf",
    "--help",
    "=1+1",
    "+1",
    "@x",
    " ada",
    "ada ",
    "",
    "a" * 101,
    "\u0430da",
    "a\u202eda",
    "<b>",
    "a;b",
    "a'b",
    'a"b',
    "~root",
    "$HOME",
    "a|b",
    "C:\\x",
    ".hidden",
]


@pytest.mark.parametrize("name", STUDENTS)
def test_a_name_that_is_no_plain_folder_is_refused_with_a_sentence(name):
    with pytest.raises(CourseError, match="plain student name expected"):
        safe_name(name, "student")


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    made = course_of(root)
    made.source("sums").mkdir(parents=True)
    meta = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}
    cell = {"cell_type": "code", "source": "assert True", "outputs": [], "execution_count": None}
    cell["metadata"] = {"nbgrader": {**meta, "grade_id": "check_x", "points": 1}}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": KERNEL, "cells": [cell]}
    (made.source("sums") / "lesson.ipynb").write_text(json.dumps(notebook))
    return made


def test_no_name_of_a_student_starts_a_formula_in_the_exported_table(course, paging):
    register(course, "sums", load_config(course.root))
    with Gradebook(course.database_url) as book:
        for number, text in enumerate(FORMULAS):
            book.add_student(f"s{number:02d}", last_name=text, first_name=text, email=text)
        book.add_student("zoe", last_name="O'Neil-Smith", first_name="Zo\u00eb", email="z@x.org")
    done = paging.nbgrader(course.root, "export", "--to", "grades.csv")
    assert done.returncode == 0, done.stderr
    with open(course.root / "grades.csv", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["student_id"])
    assert [row["student_id"] for row in rows] == [*(f"s{n:02d}" for n in range(15)), "zoe"]
    for row, text in zip(rows, FORMULAS, strict=False):
        for column in ("last_name", "first_name", "email"):
            value = row[column]
            assert not re.match(r"[\s]*[=+\-@%|\uff1d]", value), value
            plain = "".join(c if c.isprintable() else " " for c in text)
            assert value.removeprefix("'") == plain, "the name itself is kept"
    assert (rows[-1]["last_name"], rows[-1]["email"]) == ("O'Neil-Smith", "z@x.org")


@pytest.mark.jail
def test_odd_folders_and_files_cost_nobody_else_anything(course, jail):
    names = ["=1+1", "-rf", "a\nb", "<b>", "\u0430da", ".hidden", "a b", "ada"]
    released = (course.source("sums") / "lesson.ipynb").read_text()
    outside = course.root / "outside.txt"
    outside.write_text("whole")
    for name in names:
        folder = course.root / "submitted" / name / "sums"
        folder.mkdir(parents=True)
        (folder / "lesson.ipynb").write_text(released)
        for odd in (
            "-rf",
            "a\nb.csv",
            "=1+1.csv",
            "\u202egpj.exe",
            "..\\..\\outside.txt",
            "x" * 200,
        ):
            (folder / odd).write_text("x")
    desk = Desk(course.state / "store", parent=jail.parent)
    found = submissions(course, "sums")
    plan, config = plan_of(course, "sums"), load_config(course.root)
    results = {one.student: one for one in grade_class(desk, plan, config, found, workers=1)}
    assert {name for name, one in results.items() if one.score == 1.0} == {"ada", "a b"}
    for name in set(results) - {"ada", "a b"}:
        assert (results[name].score, results[name].needs_review) == (None, True)
    for repair in results["ada"].repairs:
        assert repair.isprintable() and repair.isascii(), repair
    assert outside.read_text() == "whole"
    with Gradebook(course.database_url) as book:
        assert [one.id for one in book.students] == ["a b", "ada"]
    written = sorted(path.name for path in (course.root / "autograded").iterdir())
    assert written == ["a b", "ada"]
