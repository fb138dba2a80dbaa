"""A solution cell that starts as code to repair: in the release, in intake, in the solution."""

import json
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from autograder.authoring import build_release
from autograder.course import Course
from autograder.gradebook import load_config
from autograder.gradebook.steps import solved
from autograder.intake.released import released_text, starter_of

REPOSITORY = Path(__file__).resolve().parents[3]

SOLVED = """### BEGIN SOLUTION
answer = (6 * 7)
### END SOLUTION
### BEGIN STARTER
# # One bracket is missing.
# if True:
#     answer = (6 * 7
#
### END STARTER"""
STARTER = "# One bracket is missing.\nif True:\n    answer = (6 * 7\n"


@pytest.fixture
def course(small_course: Course) -> Course:
    path = small_course.source("one") / "lesson.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["source"] = SOLVED
    path.write_text(json.dumps(notebook))
    return small_course


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(REPOSITORY)


def cell_of(notebook: Any, grade_id: str) -> str:
    (found,) = (
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )
    return found


def test_the_released_cell_is_the_starter_and_nothing_else(course: Course, config: Config) -> None:
    release = json.loads(build_release(course, "one", config)["lesson.ipynb"])
    assert cell_of(release, "answer") == STARTER
    assert "YOUR ANSWER HERE" in cell_of(release, "essay")


def test_intake_knows_the_text_that_was_released() -> None:
    assert released_text(SOLVED, "code", solution=True) == STARTER


def test_the_solution_runs_and_keeps_the_old_code_as_a_comment(
    course: Course, config: Config
) -> None:
    path = course.source("one") / "lesson.ipynb"
    text = cell_of(solved(path, course, "one", config), "answer")
    found: dict[str, int] = {}
    exec(text, found)
    assert found["answer"] == 42


def test_without_the_step_in_the_configuration_the_stub_stays(course: Course) -> None:
    release = json.loads(build_release(course, "one", Config())["lesson.ipynb"])
    assert cell_of(release, "answer").startswith("# YOUR CODE HERE\nraise NotImplementedError()")
    compile(cell_of(release, "answer"), "<cell>", "exec")


@pytest.mark.parametrize(
    "text", ["x = 1", "### BEGIN STARTER\n# x", "### END STARTER\n# x\n### BEGIN STARTER"]
)
def test_a_cell_without_a_whole_region_has_no_starter(text: str) -> None:
    assert starter_of(text) is None
