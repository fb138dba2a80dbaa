"""Two graders of one course at the same time: real commands, on SQLite and on PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.gradebook import course_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
SLOW = "import time\ntime.sleep(1)\nmine = {}\ntable = np.arange(3) ** 2"
COMMAND_S = 300


@pytest.fixture(params=["sqlite", "postgres"])
def course(
    request: pytest.FixtureRequest, tmp_path: Path, new_course: Any, answered: Any, hand_in: Any
) -> Course:
    """Three submissions of each of two assignments, which take a second each."""
    made: Course = new_course(tmp_path / "course")
    if request.param == "postgres":
        url = request.getfixturevalue("new_database")()
        with (made.root / "nbgrader_config.py").open("a") as file:
            file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
        made = course_of(made.root)
    for number, student in enumerate(("ada", "bob", "cyd")):
        hand_in(made, student, answered(made, table=SLOW.format(number)))
        shutil.copytree(made.submitted("sums", student), made.submitted("more", student))
    shutil.copytree(made.source("sums"), made.source("more"))
    shutil.copytree(made.checks("sums"), made.checks("more"))
    return made


def start(course: Course, *command: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": path, "HOME": str(course.root.parent), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=course.root,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def scores(course: Course, assignment: str = "sums") -> dict[str, list[float]]:
    """Every submission's points, as often as there is one."""
    found: dict[str, list[float]] = {}
    with Gradebook(course.database_url, "keras") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            assert len(submission.notebooks[0].grades) == 4
            found.setdefault(submission.student.id, []).append(submission.score)
    return found


ALL = {"ada": [10.0], "bob": [10.0], "cyd": [10.0]}


def graded(course: Course, assignment: str = "sums") -> set[str]:
    return {
        student
        for student in ALL
        if (course.autograded(assignment, student) / "lesson.ipynb").is_file()
    }


def test_graders_of_one_course_wait_or_are_told_and_no_score_is_lost_or_doubled(
    course: Course,
) -> None:
    """Two of one assignment, one more that waits, and one of another assignment."""
    commands = {
        "first": start(course, "autograder", "grade", "sums", "--json"),
        "waits": start(course, "autograder", "grade", "sums", "--json", "--wait"),
        "second": start(course, "autograder", "grade", "sums", "--json"),
        "other": start(course, "autograder", "grade", "more", "--json"),
    }
    ended = {name: process.communicate(timeout=COMMAND_S) for name, process in commands.items()}
    codes = {name: process.returncode for name, process in commands.items()}
    assert codes["waits"] == codes["other"] == 0, ended
    # Either of the two may have been the first, or have found the one that waits at work.
    for name in ("first", "second"):
        out, err = ended[name]
        assert "Traceback" not in err
        if codes[name]:
            assert "no other grader of 'sums' expected, found process" in err
        else:
            assert [one["score"] for one in json.loads(out)] == [10.0] * 3
    assert scores(course) == scores(course, "more") == ALL
    assert graded(course) == graded(course, "more") == set(ALL)


def test_nbgraders_command_waits_for_ours(course: Course) -> None:
    register = start(course, "nbgrader", "generate_assignment", "sums")
    assert register.wait(COMMAND_S) == 0, register.communicate()
    commands = [
        start(course, "autograder", "grade", "sums", "--json", "--wait"),
        start(course, "nbgrader", "autograde", "sums"),
    ]
    for process in commands:
        out, err = process.communicate(timeout=COMMAND_S)
        assert process.returncode == 0, (out, err)
        assert "Traceback" not in err
    assert scores(course) == ALL
    assert graded(course) == set(ALL)
