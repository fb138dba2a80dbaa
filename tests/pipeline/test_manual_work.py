"""What people gave by hand survives whatever is graded again, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook import course_of, load_config, released
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import grade_class
from autograder.jail.parent import WarmParent
from support.cells import answer, code, filled, grade_cell, meta, notebook, text

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKS = '''
from autograder.checks import check


@check(cell="check_total", points={points})
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == {total}
'''


def write_source(course: Course, points: int = 2, total: int = 10, essay: bool = True) -> None:
    """A cell with a check, one of code and one of text that a person scores, and a task."""
    cells = [
        answer("total", "total = 10"),
        grade_cell("check_total", points, "total"),
        code("plot = 1", meta("plot", grade=True, solution=True, points=3)),
        text("It is so.", meta("essay", grade=True, solution=True, points=4)),
        text("Build it.", meta("task", task=True, locked=True, points=5)),
    ]
    kept = [one for one in cells if essay or one["metadata"]["nbgrader"]["grade_id"] != "essay"]
    for folder in (course.source("one"), course.checks("one")):
        folder.mkdir(parents=True, exist_ok=True)
    (course.source("one") / "lesson.ipynb").write_text(json.dumps(notebook(kept)))
    checks = CHECKS.format(points=points, total=total)
    (course.checks("one") / "test_one.py").write_text(checks)


def hand_in(course: Course, total: int = 10, stamp: str = "2026-03-01 12:00:00 UTC") -> None:
    source = course.source("one") / "lesson.ipynb"
    release: Any = released(source, course, "one", load_config(course.root))
    answers = {"total": f"total = {total}", "plot": "plot = 2", "essay": "It is not."}
    folder = course.submitted("one", "ada")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lesson.ipynb").write_text(json.dumps(filled(release, answers)))
    (folder / "timestamp.txt").write_text(stamp)


@pytest.fixture(params=["sqlite", "postgres"])
def course(request: pytest.FixtureRequest, tmp_path: Path) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    text = (REPOSITORY / "nbgrader_config.py").read_text()
    if request.param == "postgres":
        url = request.getfixturevalue("new_database")()
        text += f"\nc.CourseDirectory.db_url = {url!r}\n"
    (root / "nbgrader_config.py").write_text(text)
    made = course_of(root)
    write_source(made)
    hand_in(made)
    return made


@pytest.fixture
def grade(warm_parent: WarmParent) -> Callable[..., Any]:
    def work(course: Course, rerun: bool = False) -> Any:
        desk = Desk(course.state / "store", parent=warm_parent, rerun=rerun)
        plan, config = plan_of(course, "one"), load_config(course.root)
        (result,) = grade_class(desk, plan, config, ["ada"], workers=1)
        assert not [reason for reason in result.reasons if "not recorded" in reason]
        return result

    return work


def nbgrader(course: Course, *arguments: str) -> str:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": path, "HOME": str(course.root.parent), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course.root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def by_hand(course: Course) -> dict[str, Any]:
    """All that people gave, by cell: score, extra credit, comment."""
    with Gradebook(course.database_url, "keras") as gradebook:
        (book,) = gradebook.find_submission("one", "ada").notebooks
        grades = {g.name: (g.manual_score, g.extra_credit) for g in book.grades}
        return {"grades": grades, "comments": {c.name: c.manual_comment for c in book.comments}}


def automatic(course: Course) -> dict[str, tuple[float | None, bool]]:
    """Our score of each cell, and whether a person has to look at it (again)."""
    with Gradebook(course.database_url, "keras") as gradebook:
        (book,) = gradebook.find_submission("one", "ada").notebooks
        return {g.name: (g.auto_score, g.needs_manual_grade) for g in book.grades}


GIVEN = {
    "grades": {
        "check_total": (1.5, None),
        "plot": (2.5, 0.5),
        "essay": (3.5, None),
        "task": (4.5, 1.0),
    },
    "comments": {"total": "Short.", "plot": "Nice.", "essay": "True.", "task": "Well built."},
}


def give(course: Course) -> None:
    """As Formgrader writes it."""
    with Gradebook(course.database_url, "keras") as gradebook:
        (book,) = gradebook.find_submission("one", "ada").notebooks
        for grade in book.grades:
            grade.manual_score, grade.extra_credit = GIVEN["grades"][grade.name]
            grade.needs_manual_grade = False
        for comment in book.comments:
            comment.manual_comment = GIVEN["comments"][comment.name]
        gradebook.db.commit()


# nbgrader's rule: a score of a person's is shown to a person again when the machine has graded
# again; a task is scored by people alone.
LOOK = {"plot": (None, True), "essay": (None, True), "task": (None, False)}


def test_manual_work_survives_every_way_of_grading_again(course: Course, grade: Any) -> None:
    first = grade(course)
    assert first.cells["check_total"].score == 2.0
    before = automatic(course)
    assert before == {"check_total": (2.0, False), **LOOK, "task": (None, True)}
    give(course)

    grade(course)
    assert by_hand(course) == GIVEN
    assert automatic(course) == {"check_total": (2.0, True), **LOOK}

    grade(course, rerun=True)
    assert by_hand(course) == GIVEN

    write_source(course, points=6)
    assert grade(course).cells["check_total"].score == 6.0
    assert by_hand(course) == GIVEN

    write_source(course, points=6, total=11)
    grade(course)
    assert by_hand(course) == GIVEN
    assert automatic(course) == {"check_total": (0.0, True), **LOOK}

    hand_in(course, total=11, stamp="2026-03-02 12:00:00 UTC")
    grade(course)
    assert by_hand(course) == GIVEN
    assert automatic(course) == {"check_total": (6.0, True), **LOOK}

    nbgrader(course, "autograde", "one", "--force")
    assert by_hand(course) == GIVEN
    assert automatic(course) == {"check_total": (6.0, True), **LOOK}


def test_a_cell_with_manual_work_cannot_be_taken_from_under_it(course: Course, grade: Any) -> None:
    grade(course)
    give(course)
    write_source(course, essay=False)
    # Four scores, two extra credits, four comments.
    with pytest.raises(GradebookError, match=r"Put the cells back.* the 10 scores.* be lost"):
        grade(course)
    assert by_hand(course) == GIVEN
    write_source(course)
    grade(course)
    assert by_hand(course) == GIVEN
