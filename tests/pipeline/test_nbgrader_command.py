"""nbgrader's own command gives the scores that a graded class has."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.gradebook import load_config, register
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
STUDENTS = {
    "right": {},
    "wrong": {"total": "total = 9", "word": "word = 'torch'"},
    "exits": {"table": "import os\nos._exit(0)"},
    "raises": {"total": "total = missing"},
}


def test_plain_autograde_gives_the_same_scores(
    tmp_path, warm_parent, new_course, answered, hand_in
):
    ours, theirs = (new_course(tmp_path / name / "course") for name in ("ours", "theirs"))
    for course in (ours, theirs):
        for student, changes in STUDENTS.items():
            hand_in(course, student, answered(course, **changes))
    desk = Desk(ours.state / "store", parent=warm_parent)
    plan, config = plan_of(ours, "sums"), load_config(ours.root)
    assert len(list(grade_class(desk, plan, config, list(STUDENTS), workers=2))) == len(STUDENTS)
    register(theirs, "sums", load_config(theirs.root))
    done = _nbgrader(theirs.root, "autograde", "sums")
    assert done.returncode == 0, done.stderr
    assert _scores(theirs) == _scores(ours)
    assert _scores(ours)["right", "check_total"] == 2.0
    assert _scores(ours)["wrong", "check_total"] == 0.0


def _scores(course):
    with Gradebook(course.database_url) as gradebook:
        return {
            (student, grade.name): grade.auto_score
            for student in STUDENTS
            for grade in gradebook.find_submission_notebook("lesson", "sums", student).grades
        }


def _nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {"PATH": path, "HOME": str(root.parent), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
