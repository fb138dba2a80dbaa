"""What nbgrader makes of a source before it is released is what submissions are graded by.

Headers, footers and AUTOTEST lines exist in no source notebook. Each once was lost when the cells
of a submission were put back from ``source/``: a grade cell of AUTOTEST lines was a comment then,
and its silence full marks.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from classic_cells import (
    Cell,
    answer,
    by_hand,
    code,
    graded,
    handed_in,
    locked,
    source_notebook,
)

from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import course_of, load_config, register, released
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.jail.parent import WarmParent
from autograder.nouns import Result

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

AUTOTESTS = (
    """
python3:
    dispatch: 'type({{snippet}})'
    normalize: 'str({{snippet}})'
    check: 'assert {{snippet}} == """
    + '"{{value}}"'
    + """, "{{message}}"'
    templates:
        default:
            - test: '{{snippet}}'
              fail: 'another value expected'
"""
)
BODY: list[Cell] = [
    answer("ex", "x = 42", wrong="x = 41"),
    graded("check_x", 2, "### AUTOTEST x"),
]
HEADER: list[Cell] = [locked("limits", "LIMIT = 40", wrong="LIMIT = 99")]
FOOTER: list[Cell] = [graded("check_limit", 1, "assert x > LIMIT"), by_hand("why", 1, "So.")]
CONFIG = """
c = get_config()
c.IncludeHeaderFooter.header = "header.ipynb"
c.IncludeHeaderFooter.footer = "footer.ipynb"
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("made") / "course"
    (root / "source" / "one").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "autotests.yml").write_text(AUTOTESTS)
    parts = {"header": HEADER, "footer": FOOTER, "source/one/lesson": BODY}
    for name, cells in parts.items():
        (root / f"{name}.ipynb").write_text(json.dumps(source_notebook(cells)))
    return course_of(root)


@pytest.fixture(scope="module")
def results(course: Course, warm_parent: WarmParent) -> dict[str, Result]:
    config = load_config(course.root)
    register(course, "one", config)
    given: Any = released(course.source("one") / "lesson.ipynb", course, "one", config)
    students = ["right", "wrong", "blank"]
    for student in students:
        folder = course.submitted("one", student)
        folder.mkdir(parents=True)
        notebook = handed_in([*HEADER, *BODY, *FOOTER], given, student)
        (folder / "lesson.ipynb").write_text(json.dumps(notebook))
    desk = Desk(course.state / "store", parent=warm_parent)
    done = grade_class(desk, plan_of(course, "one"), config, students, workers=2)
    return {str(result.student): result for result in done}


def scores(result: Result) -> dict[str, float | None]:
    return {name: cell.score for name, cell in result.cells.items()}


def test_autotest_lines_are_tests_and_header_and_footer_count(results: dict[str, Result]) -> None:
    assert scores(results["right"]) == {"check_x": 2.0, "check_limit": 1.0, "why": None}


def test_a_wrong_answer_and_a_changed_header_earn_nothing_more(results: dict[str, Result]) -> None:
    # 41 is above 40, the limit of the header that was put back.
    assert scores(results["wrong"]) == {"check_x": 0.0, "check_limit": 1.0, "why": None}
    assert any("limits" in repair for repair in results["wrong"].repairs)


def test_an_empty_submission_earns_nothing(results: dict[str, Result]) -> None:
    assert scores(results["blank"]) == {"check_x": 0.0, "check_limit": 0.0, "why": 0.0}


def test_a_notebook_in_another_language_is_refused_before_anybody_is_scored(
    course: Course,
) -> None:
    folder = course.source("two")
    folder.mkdir()
    notebook = source_notebook([code("x <- 1")])
    notebook["metadata"] = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    (folder / "lesson.ipynb").write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match=r"Python notebook expected .* found one for R"):
        plan_of(course, "two")


def test_the_made_source_is_made_once_and_again_when_a_part_changes(course: Course) -> None:
    first = plan_of(course, "one").made["lesson"]
    assert plan_of(course, "one").made["lesson"] == first
    assert first != course.source("one") / "lesson.ipynb"
    (course.root / "header.ipynb").write_text(json.dumps(source_notebook(HEADER * 1 + [code("1")])))
    assert plan_of(course, "one").made["lesson"] != first


def test_a_source_that_is_released_as_it_is_stays_where_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "course" / "source" / "plain"
    folder.mkdir(parents=True)
    (folder / "lesson.ipynb").write_text(json.dumps(source_notebook(HEADER)))
    plan = plan_of(course_of(tmp_path / "course"), "plain")
    assert plan.made["lesson"] == folder / "lesson.ipynb"
