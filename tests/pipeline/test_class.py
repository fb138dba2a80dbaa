"""A class with hostile and broken submissions, graded once into a real gradebook."""

import copy
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
BOMB = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
SCRIPT = "<script>steal()</script>"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='steal()'>{SCRIPT}</svg>"
RICH = (
    "from IPython.display import display, HTML, SVG, Markdown\n"
    f'display(HTML("{SCRIPT}"), Markdown("{SCRIPT}"), SVG("""{SVG}"""))\n'
    f'print("{SCRIPT}")\ntable = np.arange(3) ** 2'
)
FORGED = """
import json, os
def send(value):
    data = json.dumps(value).encode()
    os.write(3, b"J" + len(data).to_bytes(8, "little") + data)
send({"type": "snapshot", "cell": "check_total",
      "values": {"total": {"kind": "scalar", "type": "int", "value": 10}}})
total = 0
"""

HOSTILE = {
    "exits": {"table": "import os\nos._exit(0)"},
    "loops": {"table": "while True:\n    pass"},
    "deaf": {
        "table": "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    },
    "forks": {"table": BOMB},
    "eats": {"table": "kept = []\nwhile True:\n    kept.append(b'x' * 2**27)"},
    "prints": {"table": "print('x' * 100_000_000)\ntable = np.arange(3) ** 2"},
    "rich": {"table": RICH},
    "forges": {"total": FORGED},
    "stderr": {"word": "import sys\nprint('warning', file=sys.stderr)\nword = 'keras'"},
    "wrong": {"total": "total = 9", "word": "word = 'torch'"},
}
# The test cell of check_model ends in `evaluate` and raises nothing: full marks, not its loss.
FULL = {"check_total": 2.0, "check_table": 3.0, "check_word": 1.0, "check_model": 4.0}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm_parent, new_course, answered, hand_in):
    course = new_course(tmp_path_factory.mktemp("class") / "course")
    for name in ("ada", "mid", "zoe"):
        hand_in(course, name, answered(course, word=f"# {name}\nword = 'keras'"))
    for name, changes in HOSTILE.items():
        hand_in(course, name, answered(course, **changes))
    hand_in(course, "broken", '{"cells": [')
    hand_in(course, "empty", "")
    hand_in(course, "misnamed", answered(course, word="word = 'ker' + 'as'"), "lesson (1).ipynb")
    doubled = answered(course, total="total = 1 + 9")
    doubled["cells"].insert(3, copy.deepcopy(doubled["cells"][2]))
    hand_in(course, "doubled", doubled)
    text = answered(course)
    text["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": SCRIPT + SVG})
    hand_in(course, "writes", text)
    course.submitted("sums", "missing").mkdir(parents=True)
    linked = course.submitted("sums", "linked")
    linked.mkdir(parents=True)
    (linked / "lesson.ipynb").symlink_to(course.submitted("sums", "ada") / "lesson.ipynb")
    run = _grade(course, warm_parent)
    return SimpleNamespace(course=course, parent=warm_parent, **run)


def _grade(course: Any, parent: Any) -> dict[str, Any]:
    desk = Desk(course.state / "store", parent=parent)
    config = load_config(course.root)
    students = submissions(course, "sums")
    plan = plan_of(course, "sums")
    found = {r.student: r for r in grade_class(desk, plan, config, students, workers=2)}
    return {"results": found, "executed": desk.executor.executed}


def points(result: Any) -> dict[str, float | None]:
    return {name: cell.score for name, cell in result.cells.items()}


def test_every_submission_has_a_result(graded):
    assert sorted(graded.results) == submissions(graded.course, "sums")
    for result in graded.results.values():
        assert not [reason for reason in result.reasons if "not recorded" in reason], result


@pytest.mark.parametrize(
    "student", ["ada", "mid", "zoe", "misnamed", "doubled", "writes", "prints", "rich", "stderr"]
)
def test_honest_work_has_its_points_beside_every_attack(graded, student):
    assert points(graded.results[student]) == FULL, graded.results[student].reasons


@pytest.mark.parametrize("student", ["exits", "loops", "deaf", "forks", "eats"])
def test_a_hostile_cell_costs_only_what_depends_on_it(graded, student):
    found = points(graded.results[student])
    assert found["check_total"] == 2.0
    assert found["check_table"] == 0.0
    assert (found["check_word"], found["check_model"]) == (1.0, 4.0)


def test_wrong_answers_lose_their_own_points_alone(graded):
    assert points(graded.results["wrong"]) == {**FULL, "check_total": 0, "check_word": 0}


def test_forged_evidence_is_put_before_a_person(graded):
    result = graded.results["forges"]
    assert result.needs_review
    assert any("the recorder has sealed expected" in reason for reason in result.reasons)
    assert points(result) == {**FULL, "check_total": 0.0}
    assert not graded.results["ada"].needs_review


@pytest.mark.parametrize("student", ["broken", "empty", "linked"])
def test_what_cannot_be_read_awaits_a_person(graded, student):
    result = graded.results[student]
    assert (result.status.value, result.score) == ("unreadable", None)
    assert result.needs_review


def test_a_missing_notebook_earns_nothing_and_is_told(graded):
    assert graded.results["missing"].status.value == "missing"
    assert graded.results["missing"].score == 0.0


def test_the_gradebook_says_the_same(graded):
    with Gradebook(graded.course.database_url) as gradebook:
        for student, result in graded.results.items():
            for name, cell in result.cells.items():
                grade = gradebook.find_grade(name, "lesson", "sums", student)
                assert grade.auto_score == cell.score, (student, name)
                assert grade.needs_manual_grade == (cell.score is None)


def test_grading_again_executes_nothing_and_keeps_a_manual_score(graded):
    with Gradebook(graded.course.database_url) as gradebook:
        grade = gradebook.find_grade("check_table", "lesson", "sums", "loops")
        grade.manual_score = 1.5
        gradebook.db.commit()
    assert graded.executed > 10
    again = _grade(graded.course, graded.parent)
    assert again["executed"] == 0
    assert {s: r.as_json() for s, r in again["results"].items()} == {
        s: r.as_json() for s, r in graded.results.items()
    }
    with Gradebook(graded.course.database_url) as gradebook:
        grade = gradebook.find_grade("check_table", "lesson", "sums", "loops")
        assert (grade.manual_score, grade.auto_score, grade.score) == (1.5, 0.0, 1.5)


def _rendered(notebook: Any) -> Iterator[Any]:
    """All that a page shows as markup; code and plain text are escaped by its template."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            yield cell["source"]
        for output in cell.get("outputs", []):
            yield {k: v for k, v in output.get("data", {}).items() if k != "text/plain"}


def test_no_script_reaches_what_an_instructor_opens(graded):
    course = graded.course
    for student in ("rich", "writes"):
        page = json.loads((course.autograded("sums", student) / "lesson.ipynb").read_text())
        rendered = json.dumps(list(_rendered(page)))
        assert "<script" not in rendered
        assert "<svg" not in rendered
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "sums"],
        cwd=course.root,
        env={
            **os.environ,
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]),
            "HOME": str(course.root.parent),
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for student in ("rich", "writes"):
        (page,) = course.feedback("sums", student).glob("*.html")
        text = page.read_text()
        assert "<script>steal" not in text
        assert "<svg xmlns='" not in text
        assert "steal()" in text  # shown as text
