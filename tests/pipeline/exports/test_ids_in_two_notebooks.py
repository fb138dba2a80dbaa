"""Two notebooks of an assignment with the same grade ids, as a copied notebook has them.

nbgrader allows it. Each cell has its own checks, points and comments, and is named with its
notebook wherever the assignment is looked at as a whole.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.expected import Answer, answered_all
from autograder.classreport import class_report
from autograder.classreport.document import as_json
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import load_config, manual_scores
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import default_store, grade_class, submissions
from autograder.nouns import Result
from support.cells import answer, filled, grade_cell, notebook

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

CHECKS = '''
from autograder.checks import check


@check(cell="lesson/check_total", points=2)
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == 10
    assert "twin" not in "".join(evidence.sources_before("check_total"))


@check(cell="twin/check_total", points=3)
def test_other_total(evidence):
    """The other total is right."""
    assert evidence.scalar("total") == 20
    assert "twin" in evidence.source("total")
    assert "twin" not in evidence.source("lesson/total")
    assert evidence.source("only_here") == "own = 1"
'''
LESSON = notebook(
    [
        answer("total", "total = 10"),
        grade_cell("check_total", 2, "total"),
        answer("word", "word = 'keras'"),
        grade_cell("check_word", 1, "assert word == 'keras'"),
        answer("only_here", "own = 1"),
    ]
)
TWIN = notebook(
    [
        answer("total", "total = 20  # twin"),
        grade_cell("check_total", 3, "total"),
        answer("word", "word = 'torch'"),
        grade_cell("check_word", 4, "assert word == 'torch'"),
    ]
)
RIGHT = {
    "lesson": {"total": "total = 10", "word": "word = 'keras'", "only_here": "own = 1"},
    "twin": {"total": "total = 20  # twin", "word": "word = 'torch'"},
}
FULL = {
    "lesson/check_total": 2.0,
    "lesson/check_word": 1.0,
    "twin/check_total": 3.0,
    "twin/check_word": 4.0,
}
CLASS: dict[str, dict[str, dict[str, str]]] = {
    "ada": {},
    "ben": {"lesson": {"word": "word = missing", "only_here": "own = 1"}},
    "cyd": {"twin": {"total": "total = 10  # twin"}},
    "dan": {"twin": {"word": "word = 'keras'"}, "lesson": {"total": "total = 20"}},
}
LOST = {
    "ada": {},
    "ben": {"lesson/check_word"},
    "cyd": {"twin/check_total"},
    "dan": {"twin/check_word", "lesson/check_total"},
}


def make(root: Path, new_course: Callable[[Path], Course]) -> Course:
    course = new_course(root)
    for name, whole in (("lesson", LESSON), ("twin", TWIN)):
        (course.source("sums") / f"{name}.ipynb").write_text(json.dumps(whole))
    (course.checks("sums") / "test_sums.py").write_text(CHECKS)
    return course


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory,
    new_course: Callable[[Path], Course],
    hand_in: Callable[..., Path],
    warm_parent: Any,
) -> tuple[Course, dict[str, Result]]:
    course = make(tmp_path_factory.mktemp("ids") / "course", new_course)
    for student, changes in CLASS.items():
        for name, whole in (("lesson", LESSON), ("twin", TWIN)):
            answers = {**RIGHT[name], **changes.get(name, {})}
            hand_in(course, student, filled(whole, answers), f"{name}.ipynb")
    desk = Desk(default_store(course), parent=warm_parent)
    plan, config = plan_of(course, "sums"), load_config(course.root)
    found = grade_class(desk, plan, config, submissions(course, "sums"), workers=2)
    return course, {str(one.student): one for one in found}


def test_each_cell_has_its_own_points(graded: tuple[Course, dict[str, Result]]) -> None:
    for student, result in graded[1].items():
        scores = {name: cell.score for name, cell in result.cells.items()}
        assert scores == {n: 0.0 if n in LOST[student] else p for n, p in FULL.items()}, student
        assert not result.reasons


def test_a_cell_that_raised_is_no_cause_in_the_other_notebook(
    graded: tuple[Course, dict[str, Result]],
) -> None:
    told = {check.cell: check.message for check in graded[1]["cyd"].checks}
    assert "20" in told["twin/check_total"] or told["twin/check_total"]
    broken = [one for one in graded[1]["ben"].checks if "missing" in one.message]
    assert not broken


def test_the_gradebook_has_them_by_notebook(graded: tuple[Course, dict[str, Result]]) -> None:
    with Gradebook(graded[0].database_url) as book:
        for student, lost in LOST.items():
            for name in ("lesson", "twin"):
                grades = book.find_submission_notebook(name, "sums", student).grades
                found = {f"{name}/{one.name}": one.auto_score for one in grades}
                assert found == {
                    n: 0.0 if n in lost else p for n, p in FULL.items() if n.startswith(name)
                }


def test_a_page_shows_the_checks_of_its_notebook_alone(
    graded: tuple[Course, dict[str, Result]],
) -> None:
    folder = graded[0].autograded("sums", "cyd")
    lesson, twin = ((folder / f"{name}.ipynb").read_text() for name in ("lesson", "twin"))
    assert "The total is right." in lesson
    assert "The other total is right." not in lesson
    assert "The other total is right." in twin


def test_reports_and_tables_tell_them_apart(
    graded: tuple[Course, dict[str, Result]], autograder: Any, tmp_path: Path
) -> None:
    course, results = graded
    plan, config = plan_of(course, "sums"), load_config(course.root)
    report = class_report(plan, config, sorted(results), store=default_store(course))
    told = as_json(report, "today")
    assert told["cells"] == FULL
    rates = {one["cell"]: (one["passed"], one["failed"]) for one in told["checks"]}
    assert rates == {"lesson/check_total": (3, 1), "twin/check_total": (3, 1)}
    status, _, err = autograder(
        "export", "sums", "--to", "csv", "--into", tmp_path / "csv", "--course", course.root
    )
    assert status == 0, err
    (path,) = [tmp_path / "csv"] if (tmp_path / "csv").is_file() else (tmp_path / "csv").iterdir()
    lines = path.read_text().splitlines()
    assert sum("lesson/check_total" in line and "cyd" in line for line in lines) == 1
    assert "without verdicts" not in err


def test_a_score_by_hand_is_that_cells_alone(
    autograder: Any, tmp_path: Path, new_course: Any, hand_in: Any, warm_parent: Any
) -> None:
    course = make(tmp_path / "course", new_course)
    for name, whole in (("lesson", LESSON), ("twin", TWIN)):
        hand_in(course, "ada", filled(whole, {}), f"{name}.ipynb")
    desk = Desk(default_store(course), parent=warm_parent)
    config = load_config(course.root)
    list(grade_class(desk, plan_of(course, "sums"), config, ["ada"], workers=1))
    status, _, err = autograder(
        "review", "sums", "ada", "--score", "twin/check_total=1.5", "--reason", "half of it",
        "--course", course.root,
    )  # fmt: skip
    assert status in (0, 1), err
    assert manual_scores(course, config, "sums") == {("ada", "twin/check_total"): 1.5}
    list(grade_class(desk, plan_of(course, "sums"), config, ["ada"], workers=1))
    assert manual_scores(course, config, "sums") == {("ada", "twin/check_total"): 1.5}


def test_a_check_has_to_say_which_of_them_it_means(
    tmp_path: Path, new_course: Callable[[Path], Course]
) -> None:
    course = make(tmp_path / "course", new_course)
    path = course.checks("sums") / "test_sums.py"
    path.write_text(CHECKS.replace("twin/check_total", "check_total"))
    with pytest.raises(CourseError, match=r"found checks for \['check_total'\].*twin/check_total"):
        plan_of(course, "sums")


def test_an_id_twice_in_one_notebook_is_refused(
    tmp_path: Path, new_course: Callable[[Path], Course]
) -> None:
    course = make(tmp_path / "course", new_course)
    twice = notebook([*TWIN["cells"], grade_cell("check_word", 1, "assert word")])
    (course.source("sums") / "twin.ipynb").write_text(json.dumps(twice))
    with pytest.raises(CourseError, match="check_word"):
        plan_of(course, "sums")


def test_a_known_answer_names_the_notebook_of_a_cell(
    tmp_path: Path, new_course: Callable[[Path], Course]
) -> None:
    course = make(tmp_path / "course", new_course)
    sources = {path.stem: path for path in course.notebooks("sums")}
    cells = {"twin/total": "total = 7", "only_here": "own = 2"}
    found = answered_all(sources, Answer("seven", "wrong", {}, cells=cells))
    texts = {name: [cell["source"] for cell in one["cells"]] for name, one in found.items()}
    assert "total = 7" in texts["twin"] and "total = 7" not in texts["lesson"]
    assert "own = 2" in texts["lesson"]
    with pytest.raises(CourseError, match="'total', which 2 cells have"):
        answered_all(sources, Answer("seven", "wrong", {}, cells={"total": "total = 7"}))
