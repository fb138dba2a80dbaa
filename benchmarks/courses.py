"""Courses to measure: classes of the real assignments, and one that trains nothing."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from timing import ROOT

from autograder.course import Course
from autograder.gradebook import course_of, load_config, register
from autograder.gradebook.steps import solved

BUILD = {"a2_binary": "build", "a3_multinomial": "head_build"}
"""The cell of each measured assignment in which every submission differs."""

STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.solution_directory = "solutions"
"""

TINY = "sums"
TINY_POINTS = 5.0
TINY_CHECKS = '''
import numpy as np

from autograder.checks import check


@check(cell="check_total", points=2)
def test_total(evidence, settings):
    """The total is large enough."""
    assert evidence.scalar("total") >= float(settings.thresholds["total"])


@check(cell="check_table", points=3)
def test_table(evidence):
    """The table holds the first squares."""
    assert np.array_equal(evidence.array("table"), [0, 1, 4])
'''
TINY_SETTINGS = """
[thresholds]
total = "{threshold}"

[limits]
cell_wall_s = 10.0
notebook_wall_s = 40.0
"""

Notebook = dict[str, Any]
"""nbformat JSON."""


def reference(assignment: str) -> Notebook:
    """The assignment's solved notebook, as a student would submit it."""
    course = Course(ROOT)
    (source,) = course.notebooks(assignment)
    return dict(solved(source, course, assignment, load_config(ROOT)))


def submission(notebook: Notebook, assignment: str, number: int) -> Notebook:
    """The solution with other random numbers: other code, other weights, the same points."""
    line = f"tf.keras.utils.set_random_seed({number})  # submission {number}\n"
    copy: Notebook = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == BUILD[assignment]:
            cell["source"] = line + "".join(cell["source"])
    return copy


def make_class(folder: Path, assignment: str, students: int, *, stock: bool = False) -> Course:
    """A registered course in ``folder`` with ``students`` right submissions, all different."""
    course = Course(folder)
    for place in (Course.source, Course.checks):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(place(Course(ROOT), assignment), place(course, assignment), ignore=left_out)
    config = STOCK_CONFIG if stock else (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    notebook = reference(assignment)
    (source,) = course.notebooks(assignment)
    _hand_in(
        course, assignment, source.name, students, lambda n: submission(notebook, assignment, n)
    )
    register(course, assignment, load_config(folder))
    return course


def make_tiny(folder: Path, students: int, *, db_url: str = "") -> Course:
    """A course whose notebook trains nothing, with ``students`` submissions of differing code."""
    folder.mkdir(parents=True)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    if db_url:
        config += f"\nc.CourseDirectory.db_url = {db_url!r}\n"
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    course = course_of(folder)
    course.source(TINY).mkdir(parents=True)
    text = json.dumps(_tiny_notebook("### BEGIN SOLUTION\n{}\n### END SOLUTION"))
    (course.source(TINY) / "lesson.ipynb").write_text(text, encoding="utf-8")
    course.checks(TINY).mkdir(parents=True)
    (course.checks(TINY) / "test_sums.py").write_text(TINY_CHECKS, encoding="utf-8")
    set_threshold(course, "10")
    answer = dict(solved(course.source(TINY) / "lesson.ipynb", course, TINY, load_config(folder)))

    def one(number: int) -> Notebook:
        copy: Notebook = json.loads(json.dumps(answer))
        copy["cells"][2]["source"] = f"total = sum(range(5)) + {number}"
        return copy

    _hand_in(course, TINY, "lesson.ipynb", students, one)
    return course


def set_threshold(course: Course, total: str) -> None:
    """Another threshold for the tiny course's hidden check."""
    path = course.checks(TINY) / "settings.toml"
    path.write_text(TINY_SETTINGS.format(threshold=total), encoding="utf-8")


def student(number: int) -> str:
    """The name of a submission's student."""
    return f"student{number:05d}"


def scores(course: Course, assignment: str) -> list[float]:
    """Every submission's score, from the gradebook."""
    with Gradebook(course.database_url) as gradebook:
        return sorted(float(row["score"]) for row in gradebook.submission_dicts(assignment))


def expect_scores(course: Course, assignment: str, number: int, lowest: float) -> None:
    """Raises RuntimeError unless ``number`` submissions have at least ``lowest`` points each."""
    found = scores(course, assignment)
    low = [score for score in found if score < lowest]
    if len(found) != number or low:
        raise RuntimeError(
            f"{number} submissions of {assignment} with {lowest:g} points expected, "
            f"found {len(found)}, {len(low)} of them with less: {low[:5]}"
        )


def full_points(course: Course, assignment: str) -> float:
    """The points of all grade cells of the assignment's source."""
    return sum(
        cell["metadata"].get("nbgrader", {}).get("points") or 0
        for path in course.notebooks(assignment)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )


def _hand_in(
    course: Course, assignment: str, name: str, students: int, one: Callable[[int], Notebook]
) -> None:
    for number in range(1, students + 1):
        target = course.submitted(assignment, student(number)) / name
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(one(number)), encoding="utf-8")


def _tiny_notebook(solution: str) -> Notebook:
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "cells": list(_tiny_cells(solution)),
    }


def _tiny_cells(solution: str) -> Iterator[Notebook]:
    yield {"cell_type": "markdown", "source": "# Sums", "metadata": {}}
    yield _code("import numpy as np", "setup", locked=True)
    yield _code(solution.format("total = sum(range(5))"), "total", solution=True)
    yield _code("total", "check_total", grade=True, locked=True, points=2)
    yield _code(solution.format("table = np.arange(3) ** 2"), "table", solution=True)
    yield _code("table.shape", "check_table", grade=True, locked=True, points=3)


def _code(source: str, grade_id: str, **flags: object) -> Notebook:
    known = {"grade": False, "solution": False, "locked": False, "task": False}
    meta = {**known, "schema_version": 3, "grade_id": grade_id, **flags}
    cell = {"cell_type": "code", "source": source, "metadata": {"nbgrader": meta}}
    return {**cell, "outputs": [], "execution_count": None}
