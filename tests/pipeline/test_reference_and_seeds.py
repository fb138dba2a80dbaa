"""Reference models and checks that may be tried with other seeds, through the real jail."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.errors import CheckError
from autograder.gradebook import course_of
from autograder.grading import Desk, plan_of, prepare_folder
from autograder.jail.parent import WarmParent
from autograder.nouns import CheckOutcome, Result, Verdict
from support.cells import code, grade_cell, meta, notebook

pytestmark = pytest.mark.jail

REPOSITORY = Path(__file__).resolve().parents[2]

CHECKS = '''
from autograder.checks import check
from autograder.matchers import assert_same_network


@check(cell="check_net", points=2)
def test_network(evidence, reference):
    """The network of the lesson."""
    assert_same_network(evidence.model("net"), reference.model("wanted"))


@check(cell="check_luck", points=3, seeds=3)
def test_luck(evidence):
    """Lucky in one of three runs."""
    assert evidence.scalar("drawn") == evidence.scalar("hoped"), "another number was drawn"


@check(cell="check_luck", points=1, needs=("test_luck",))
def test_behind_it(evidence):
    """Looked at when the run was lucky."""
    assert evidence.scalar("drawn") >= 0, "a negative number"


@check(cell="check_luck", points=1)
def test_once(evidence):
    """Tried once."""
    assert evidence.scalar("drawn") == evidence.scalar("hoped"), "another number was drawn"
'''

REFERENCE = """
import keras

inputs = keras.Input((6,))
hidden = keras.layers.Dense(8, "relu")(inputs)
wanted = keras.Model(inputs, keras.layers.Dense(3, "softmax")(hidden))
"""

SETUP = "import os\nimport keras\nseed = int(os.environ['AUTOGRADER_SEED'])"
RIGHT = """
net = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8), keras.layers.ReLU()])
net.add(keras.layers.Dense(3))
net.add(keras.layers.Softmax())
"""
WRONG = RIGHT.replace("ReLU()", "Activation('tanh')")


def lesson(net: str = "", luck: str = "") -> dict[str, Any]:
    cells = [
        code(SETUP, meta("setup", locked=True)),
        code(net, meta("net", solution=True)),
        grade_cell("check_net", 2),
        code(luck, meta("luck", solution=True)),
        grade_cell("check_luck", 5),
    ]
    return notebook(cells)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    found = course_of(root)
    for folder in (found.source("luck"), found.checks("luck")):
        folder.mkdir(parents=True)
    (found.source("luck") / "luck.ipynb").write_text(json.dumps(lesson()))
    (found.checks("luck") / "test_luck.py").write_text(CHECKS)
    (found.checks("luck") / "reference.py").write_text(REFERENCE)
    (found.checks("luck") / "settings.toml").write_text("seed = 7\n")
    return found


@pytest.fixture(scope="module")
def desk(course: Course, warm_parent: WarmParent) -> Desk:
    return Desk(course.root / "store", parent=warm_parent)


@pytest.fixture
def graded(course: Course, desk: Desk, tmp_path: Path) -> Callable[..., Result]:
    def grade(**answers: str) -> Result:
        (tmp_path / "luck.ipynb").write_text(json.dumps(lesson(**answers)))
        plan = plan_of(course, "luck")
        return desk.grade(plan, prepare_folder(plan, tmp_path, "bitdiddle")).result

    return grade


def outcomes(result: Result) -> dict[str, CheckOutcome]:
    return {one.id: one for one in result.checks}


def test_a_network_is_held_against_the_reference(graded: Callable[..., Result]) -> None:
    assert outcomes(graded(net=RIGHT))["test_network"].verdict is Verdict.PASSED
    missed = outcomes(graded(net=WRONG))["test_network"]
    assert missed.verdict is Verdict.FAILED
    assert "given the same weights, it computes something else" in missed.message
    assert graded().cells["check_net"].score == 0


@pytest.mark.parametrize(
    ("lucky", "runs", "score"), [("seed == 7", 1, 5), ("seed == 9", 3, 4), ("seed == 10", 3, 0)]
)
def test_a_check_with_seeds_is_tried_again(
    desk: Desk, graded: Callable[..., Result], lucky: str, runs: int, score: int
) -> None:
    graded()  # reference.py has run
    before = desk.executor.executed
    result = graded(luck=f"hoped = 1\ndrawn = int({lucky})")
    assert desk.executor.executed - before == runs
    assert result.cells["check_luck"].score == score
    assert not result.needs_review
    luck = outcomes(result)["test_luck"]
    assert ("Right in run 3 of at most 3" in luck.message) is (score == 4)
    assert graded(luck=f"hoped = 1\ndrawn = int({lucky})").cells["check_luck"].score == score
    assert desk.executor.executed - before == runs


def test_what_is_not_there_is_not_tried_again(desk: Desk, graded: Callable[..., Result]) -> None:
    graded()  # reference.py has run
    before = desk.executor.executed
    assert graded(luck="hoped = 12").cells["check_luck"].score == 0
    assert desk.executor.executed - before == 1


def test_a_reference_that_does_not_run_is_the_authors_error(
    course: Course, graded: Callable[..., Result]
) -> None:
    path = course.checks("luck") / "reference.py"
    try:
        path.write_text("import keras\nwanted = keras.Modell()")
        with pytest.raises(CheckError, match=r"reference.py that runs to its end.*Modell"):
            graded(net=RIGHT)
    finally:
        path.write_text(REFERENCE)
