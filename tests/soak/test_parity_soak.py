"""The whole corpus of classic notebooks by stock nbgrader and both of our ways in, and after.

Regrades over manual work, feedback, export and validation are compared too, and submissions with
which stock nbgrader is in trouble. Takes minutes: stock starts a kernel for each of 25 notebooks.
"""

import csv
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "pipeline" / "parity"))

from classic_cells import STUDENTS as ALL
from classic_cells import answer, by_hand, graded, locked
from classic_course import (
    Assignment,
    ClassicCourse,
    Facts,
    differences,
    facts,
    moved,
    per_hour,
    stock_course,
)
from classic_differences import listed
from classic_rules import RULES
from classic_styles import ARRAYS, FUNCTIONS, OBJECTS, TABLES

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

STUDENTS = tuple(os.environ.get("AUTOGRADER_SOAK_STUDENTS", " ".join(ALL)).split())
"""Fewer for a shorter run; the regrade needs odd."""

CORPUS = Assignment(
    "week1",
    {
        "rules": RULES,
        "functions": FUNCTIONS,
        "arrays": ARRAYS,
        "tables": TABLES,
        "objects": OBJECTS,
    },
    hours_late={"wrong": 5, "odd": 3, "broken": 500},
    students=STUDENTS,
)


@dataclass(frozen=True)
class Three:
    """The same submissions under stock nbgrader, `autograder grade`, and `nbgrader autograde`."""

    stock: ClassicCourse
    ours: ClassicCourse
    engine: ClassicCourse

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter((self.stock, self.ours, self.engine))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("parity")
    stock = stock_course(folder / "stock", CORPUS, config=per_hour(0.5))
    ours = moved(stock, folder / "ours", config=per_hour(0.5))
    engine = moved(stock, folder / "engine", config=per_hour(0.5))
    ours.autograder("grade", CORPUS.name, ok=False)
    for course in (stock, engine):
        for student in sorted(STUDENTS):  # all at once is longer than a command may take
            course.nbgrader("autograde", CORPUS.name, "--student", student)
    return Three(stock, ours, engine)


@pytest.fixture(scope="module")
def first(three: Three) -> list[Facts]:
    """The three gradebooks after the first grading, read before anything else is done."""
    return [facts(course) for course in three]


EXPECTED = listed(CORPUS.name, list(CORPUS.notebooks), STUDENTS)


def test_the_whole_corpus_differs_where_it_is_listed_and_nowhere_else(first: list[Facts]) -> None:
    stock, ours, _ = first
    assert differences(stock, ours) == EXPECTED
    grades = [key for key in stock if key[-1] == "grade"]
    print(f"{len(grades)} grades compared, {len(EXPECTED)} listed differences")


def test_both_of_our_ways_write_the_same_gradebook(first: list[Facts]) -> None:
    _, ours, engine = first
    assert ours == engine


def test_totals_maxima_and_penalties_follow(first: list[Facts]) -> None:
    stock, ours, _ = first
    for student in STUDENTS:
        key = (student, CORPUS.name, "submission")
        more = sum((b or 0) - (a or 0) for (who, *_), (a, b) in EXPECTED.items() if who == student)
        assert ours[key]["score"] == pytest.approx(stock[key]["score"] + more)
        for name in ("max_score", "needs_manual_grade", "total_seconds_late", "max_code_score"):
            assert ours[key][name] == stock[key][name], name
    for student in {*STUDENTS} - {"broken"}:  # the penalty takes all that broken has
        key = (student, CORPUS.name, "submission")
        assert ours[key]["late_submission_penalty"] == stock[key]["late_submission_penalty"]


def test_a_regrade_over_manual_work_is_the_same(three: Three, first: list[Facts]) -> None:
    for course in three:
        with course.gradebook() as gradebook:
            essay = gradebook.find_grade("essay", "rules", CORPUS.name, "odd")
            essay.manual_score, essay.extra_credit, essay.needs_manual_grade = 2.5, 1.0, False
            overruled = gradebook.find_grade("plain_number", "rules", CORPUS.name, "odd")
            overruled.manual_score = 1.0
            said = gradebook.find_comment("essay", "rules", CORPUS.name, "odd")
            said.manual_comment = "Well put."
            gradebook.db.commit()
    three.stock.nbgrader("autograde", CORPUS.name, "--student", "odd", "--force")
    three.ours.autograder("grade", CORPUS.name, "odd", ok=False)
    three.engine.nbgrader("autograde", CORPUS.name, "--student", "odd", "--force")
    stock, ours, engine = (facts(course) for course in three)
    assert differences(stock, ours) == EXPECTED
    assert ours == engine
    essay = ours["odd", CORPUS.name, "rules", "essay", "grade"]
    assert (essay["manual_score"], essay["extra_credit"], essay["score"]) == (2.5, 1.0, 3.5)
    assert ours["odd", CORPUS.name, "rules", "essay", "comment"]["comment"] == "Well put."


def test_export_has_the_same_table(three: Three, first: list[Facts]) -> None:
    tables = []
    for course in three:
        course.nbgrader("export", "--to", "grades.csv")
        with (course.root / "grades.csv").open(newline="") as file:
            tables.append(list(csv.DictReader(file)))
    stock, ours, engine = tables
    assert ours == engine
    assert [list(row) for row in stock] == [list(row) for row in ours]
    for theirs, row in zip(stock, ours, strict=True):
        apart = {name for name in row if row[name] != theirs[name]}
        assert apart <= {"raw_score", "score", "late_submission_penalty"}, apart


def test_feedback_has_a_page_for_each_notebook_under_each(three: Three, first: list[Facts]) -> None:
    pages = []
    for course in three:
        course.nbgrader("generate_feedback", CORPUS.name)
        found = (course.root / "feedback").rglob("*.html")
        pages.append(sorted(str(path.relative_to(course.root)) for path in found))
    assert pages[0] == pages[1] == pages[2]
    assert len(pages[0]) == len(STUDENTS) * len(CORPUS.notebooks)


def test_validation_says_the_same(three: Three, tmp_path: Path) -> None:
    said = []
    for course in (three.stock, three.ours):
        work = tmp_path / course.root.name
        shutil.copytree(course.root / "assignments" / CORPUS.name, work)
        (work / "nbgrader_config.py").write_text((course.root / "nbgrader_config.py").read_text())
        words = ClassicCourse(work).nbgrader("validate", "functions.ipynb", ok=False)
        said.append(words.replace(str(work), "HERE"))  # its log names the file with its folder
    assert said[0] == said[1]
    assert "FAILED" in said[0].upper(), said[0]


# Submissions with which stock nbgrader is in trouble, or is deceived: one student each.
SMALL = (
    locked("start", "import os"),
    answer("ex", "x = 3"),
    graded("check_x", 2, "assert x == 3"),
    graded("check_value", 2, "x - 1"),
    by_hand("why", 1, "Because."),
    graded("check_last", 1, "assert os is not None"),
)
LOST = "no score at all"


@dataclass(frozen=True)
class Trouble:
    """What a student did, and the points of check_x, check_value and check_last under each."""

    stock: str | tuple[float | None, ...]
    ours: tuple[float | None, ...]


TROUBLES: Mapping[str, Trouble] = {
    "above_maximum": Trouble(LOST, (0.0, None, 1.0)),
    "ends_the_process": Trouble(LOST, (0.0, 0.0, 1.0)),
    "renamed": Trouble(LOST, (2.0, 2.0, 1.0)),
    "stripped": Trouble((None, None, None), (2.0, 2.0, 1.0)),
    "tagged": Trouble((2.0, 2.0, 1.0), (0.0, 1.0, 1.0)),
    "took_a_cell_out": Trouble((2.0, 2.0, None), (2.0, 2.0, 1.0)),
    "with_a_module": Trouble((2.0, 2.0, 1.0), (0.0, 0.0, 1.0)),
    "zz_twice": Trouble(LOST, (2.0, 2.0, 1.0)),
}


def troubled(student: str, released: Any) -> tuple[str, Any]:
    """The file's name and its notebook."""
    cells = [dict(cell) for cell in released["cells"]]
    named = {c["metadata"]["nbgrader"]["grade_id"]: c for c in cells}
    texts = {
        "above_maximum": "x = 99",
        "ends_the_process": "os._exit(1)",
        "tagged": "x = 2",
        "with_a_module": "from helper import x",
    }
    named["ex"]["source"] = texts.get(student, "x = 3")
    if student == "stripped":
        cells = [{**cell, "metadata": {}} for cell in cells]
    if student == "tagged":
        for name in ("check_x", "check_value"):
            named[name]["metadata"] = {**named[name]["metadata"], "tags": ["skip-execution"]}
    if student == "took_a_cell_out":
        cells = [cell for cell in cells if cell is not named["check_last"]]
    if student == "zz_twice":
        cells.append({**named["check_x"], "id": "again"})
    name = "lesson (1)" if student == "renamed" else "lesson"
    return f"{name}.ipynb", {**released, "cells": cells}


@pytest.fixture(scope="module")
def troubles(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClassicCourse, ClassicCourse]:
    folder = tmp_path_factory.mktemp("troubles")
    assignment = Assignment("small", {"lesson": SMALL}, students=(), files={})
    stock = stock_course(folder / "stock", assignment)
    for student in TROUBLES:
        name, notebook = troubled(student, stock.released("small", "lesson"))
        place = stock.root / "submitted" / student / "small"
        place.mkdir(parents=True)
        (place / name).write_text(json.dumps(notebook))
        if student == "with_a_module":
            (place / "helper.py").write_text("x = 3\n")
    ours = moved(stock, folder / "ours")
    stock.nbgrader("autograde", "small", ok=False)
    ours.autograder("grade", "small", ok=False)
    return stock, ours


@pytest.mark.parametrize("student", TROUBLES)
def test_trouble_is_as_listed(troubles: tuple[ClassicCourse, ClassicCourse], student: str) -> None:
    names = ("check_x", "check_value", "check_last")
    found = []
    for course in troubles:
        known = facts(course)
        keys = [(student, "small", "lesson", name, "grade") for name in names]
        done = (course.root / "autograded" / student / "small" / "lesson.ipynb").is_file()
        found.append(tuple(known[k]["auto_score"] for k in keys) if done else LOST)
    assert tuple(found) == (TROUBLES[student].stock, TROUBLES[student].ours)
