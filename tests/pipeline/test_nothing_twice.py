"""What changes on the instructor's side, and how much of a stored run has to be done again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course import Course
from autograder.gradebook import course_of
from autograder.grading import Desk, plan_of, prepare_folder
from autograder.jail.parent import WarmParent
from autograder.nouns import Result
from support.cells import code, grade_cell, meta, notebook

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).resolve().parents[2]

CHECKS = '''
from autograder.checks import call, check
from autograder.matchers import assert_accuracy

ARGUMENTS = (1, 2, 3)
CALLS = tuple(call("double", number) for number in ARGUMENTS)


@check(cell="check_net", points=2)
def test_reads(evidence, heldout, settings):
    """Held-out rows are read."""
    found = evidence.model("net").predict(heldout.x)
    assert_accuracy(found, heldout.y, at_least=settings.thresholds["reads"])


@check(cell="check_double", points=3, calls=CALLS)
def test_doubles(evidence):
    """Numbers are doubled."""
    for made in CALLS:
        assert evidence.called(made).scalar() == 2 * made_from(made)


def made_from(made):
    return ARGUMENTS[CALLS.index(made)]
'''

NET = """
import os, keras
net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "softmax")])
net.set_weights([[[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]])
"""
DOUBLE = "def double(number):\n    return 2 * number"
AFTER = "import time\ntime.sleep(0)\nlast = 1"


def lesson(double: str = DOUBLE) -> dict[str, Any]:
    cells = [
        code(NET, meta("net", solution=True)),
        grade_cell("check_net", 2),
        code(double, meta("double", solution=True)),
        grade_cell("check_double", 3),
        code(AFTER, meta("after", solution=True)),
    ]
    return notebook(cells)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    found = course_of(root)
    for folder in (found.source("one"), found.checks("one")):
        folder.mkdir(parents=True)
    (found.source("one") / "one.ipynb").write_text(json.dumps(lesson("")))
    (found.checks("one") / "test_one.py").write_text(CHECKS)
    (found.checks("one") / "settings.toml").write_text('[thresholds]\nreads = "0.9"\n')
    heldout(found, [0, 1])
    return found


def heldout(course: Course, labels: list[int]) -> None:
    rows = np.eye(2, dtype="float32")[[0, 1] * (len(labels) // 2)] * len(labels)
    np.savez(course.checks("one") / "heldout.npz", x=rows, y=np.array(labels))


@pytest.fixture
def graded(course: Course, warm_parent: WarmParent, tmp_path: Path) -> Callable[..., Any]:
    """Grades the class of one; the result, and what had to be done for it."""
    (tmp_path / "work").mkdir()

    def grade(**answers: str) -> Any:
        (tmp_path / "work" / "one.ipynb").write_text(json.dumps(lesson(**answers)))
        desk = Desk(course.state / "store", parent=warm_parent)
        plan = plan_of(course, "one")
        found = desk.grade(plan, prepare_folder(plan, tmp_path / "work", "ada"))
        (manifest,) = found.manifests.values()
        return SimpleNamespace(
            points=_points(found.result),
            done=(desk.executor.executed, desk.executor.reused, desk.predictions.replayed),
            result=found.result,
            manifest=manifest,
        )

    return grade


def _points(result: Result) -> list[float | None]:
    return [cell.score for cell in result.cells.values()]


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_same_again_executes_and_replays_nothing(graded: Any) -> None:
    first, again = graded(), graded()
    assert (first.points, first.done) == ([2, 3], (1, 0, 1))
    assert (again.points, again.done) == ([2, 3], (0, 1, 0))


def test_a_changed_threshold_and_changed_points_cost_nothing(graded: Any, course: Course) -> None:
    graded()
    heldout(course, [0, 0])
    assert graded().points == [0, 3]
    changed(course.checks("one") / "settings.toml", "0.9", "0.5")
    changed(course.checks("one") / "test_one.py", "points=3", "points=4")
    changed(course.source("one") / "one.ipynb", '"points": 3', '"points": 4')
    found = graded()
    assert (found.points, found.done) == ([2, 4], (0, 1, 0))


def test_changed_held_out_rows_are_replayed_alone(graded: Any, course: Course) -> None:
    graded()
    heldout(course, [0, 1, 0, 1])
    found = graded()
    assert (found.points, found.done) == ([2, 3], (0, 1, 1))


def test_a_changed_call_is_made_in_a_run_that_goes_no_further(graded: Any, course: Course) -> None:
    first = graded()
    changed(course.checks("one") / "test_one.py", "(1, 2, 3)", "(1, 2, 30)")
    found = graded()
    assert (found.points, found.done) == ([2, 3], (1, 0, 0))
    # Everything but the new call is the first run's: its time is part of it.
    assert found.manifest["cells"] == first.manifest["cells"]
    calls = found.manifest["snapshots"]["check_double"]["calls"]
    assert len(calls) == 4 and set(first.manifest["snapshots"]["check_double"]["calls"]) < set(
        calls
    )
    assert graded().done == (0, 1, 0)
    changed(course.checks("one") / "test_one.py", "(1, 2, 30)", "(2, 1)")
    assert graded().done == (0, 1, 0)


def test_a_new_call_fails_only_whose_function_is_wrong_there(graded: Any, course: Course) -> None:
    wrong = "def double(number):\n    return number + 3 if number > 5 else 2 * number"
    assert graded(double=wrong).points == [2, 3]
    changed(course.checks("one") / "test_one.py", "(1, 2, 3)", "(1, 2, 30)")
    assert graded(double=wrong).points == [2, 0]
    changed(course.checks("one") / "test_one.py", "(1, 2, 30)", "(1, 2, 3)")
    assert graded(double=wrong).points == [2, 3]
