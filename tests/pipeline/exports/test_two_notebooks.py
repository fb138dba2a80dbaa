"""An assignment of two notebooks: graded, reported on, and handed over as one."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.classreport import class_report
from autograder.classreport.document import as_json
from autograder.course import Course
from autograder.gradebook import load_config
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import default_store, grade_class, submissions
from support.cells import answer, filled, grade_cell, notebook

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

CHECK = '''

@check(cell="check_power", points=5)
def test_power(evidence):
    """The power is right."""
    assert evidence.scalar("power") == 8
'''
SECOND = notebook([answer("power", "power = 2 ** 3"), grade_cell("check_power", 5, "power")])
ROSTER = "Student,ID,SIS User ID,SIS Login ID,Section,sums (7)\nAda,1,,ada,K,\nBen,2,,ben,K,\n"
WORKSHEET = (
    'Identifier,"Full name",Grade,"Maximum Grade","Last modified (grade)","Feedback comments"\r\n'
    "Participant 1,Ada,,15.00,-,\r\nParticipant 2,Ben,,15.00,-,\r\n"
)


@pytest.fixture(scope="module")
def course(
    tmp_path_factory: pytest.TempPathFactory,
    new_course: Callable[[Path], Course],
    answered: Callable[..., dict[str, Any]],
    hand_in: Callable[..., Path],
    warm_parent: Any,
) -> Course:
    """Ada is right in both; Ben is right in the first and leaves the second away."""
    made = new_course(tmp_path_factory.mktemp("two") / "course")
    (made.source("sums") / "more.ipynb").write_text(json.dumps(SECOND))
    with (made.checks("sums") / "test_sums.py").open("a") as file:
        file.write(CHECK)
    hand_in(made, "ada", answered(made))
    hand_in(made, "ada", filled(SECOND, {"power": "power = 8"}), "more.ipynb")
    hand_in(made, "ben", answered(made))
    config, plan = load_config(made.root), plan_of(made, "sums")
    desk = Desk(default_store(made), parent=warm_parent)
    results = grade_class(desk, plan, config, submissions(made, "sums"), workers=1)
    assert {one.student: one.score for one in results} == {"ada": 15.0, "ben": 10.0}
    return made


@pytest.fixture
def export(autograder: Any, course: Course, tmp_path: Path) -> Callable[..., Any]:
    """``autograder export sums --to FORMAT``: the file, or the files of a folder."""

    def run(to: str, *more: object) -> bytes | list[Path]:
        into = tmp_path / f"out-{to}"
        status, _, err = autograder(
            "export", "sums", "--to", to, "--into", into, "--course", course.root, *more
        )
        assert status in (0, 1), err
        return sorted(into.rglob("*.json")) if into.is_dir() else into.read_bytes()

    return run


def test_both_notebooks_are_in_the_gradebook(course: Course) -> None:
    with Gradebook(course.database_url) as book:
        found = book.find_submission("sums", "ada")
        assert {one.name: one.score for one in found.notebooks} == {"lesson": 10.0, "more": 5.0}


def test_the_report_counts_the_cells_of_both(course: Course) -> None:
    plan, config = plan_of(course, "sums"), load_config(course.root)
    told = as_json(class_report(plan, config, ["ada", "ben"], store=default_store(course)), "today")
    rows = {row["student"]: row for row in told["rows"]}
    assert told["max_score"] == 15.0
    assert told["cells"]["check_power"] == 5.0
    assert (rows["ada"]["score"], rows["ben"]["score"]) == (15.0, 10.0)
    (check,) = [one for one in told["checks"] if one["cell"] == "check_power"]
    assert (check["passed"], check["failed"]) == (1, 0)
    assert rows["ben"]["cells"]["check_power"] == 0.0


def test_tables_name_the_notebook_of_each_cell(export: Callable[..., Any], readers: Any) -> None:
    lines = readers.csv_lines(export("csv"))
    at = {(one["student"], one["notebook"], one["cell"]): one["cell_score"] for one in lines}
    assert at["ada", "more", "check_power"] == "5.00"
    assert at["ben", "more", "check_power"] == "0.00"
    assert at["ben", "lesson", "check_total"] == "2.00"
    assert {(one["student"], one["final_score"]) for one in lines} == {
        ("ada", "15.00"),
        ("ben", "10.00"),
    }


def test_platforms_get_the_sum_of_both(
    export: Callable[..., Any], readers: Any, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "sheet.csv").write_bytes(WORKSHEET.encode())
    people = [
        {"Student": name, "ID": str(n), "SIS User ID": "", "SIS Login ID": name.lower()}
        for n, name in enumerate(("Ada", "Ben"), 1)
    ]
    canvas = readers.Canvas(people)
    canvas.assignments = {"sums": {"id": "7", "scores": {}}}
    canvas.take(export("canvas", "--roster", tmp_path / "roster.csv"))
    assert canvas.assignments["sums"]["scores"] == {"Ada": 15.0, "Ben": 10.0}
    filled_in = export("moodle", "--worksheet", tmp_path / "sheet.csv")
    grades = readers.moodle_grades(WORKSHEET.encode(), filled_in)
    assert grades == {"Participant 1": 15.0, "Participant 2": 10.0}
    cases = readers.junit_cases(export("junit"))
    assert any("check_power" in suite for suite, _ in cases)


def test_a_parquet_table_has_the_cells_of_both(export: Callable[..., Any]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(export("parquet"))).to_pylist()
    found = {(row["student"], row["notebook"]) for row in table}
    assert {("ada", "lesson"), ("ada", "more"), ("ben", "lesson"), ("ben", "more")} <= found


def test_gradescope_gets_one_file_for_a_student(export: Callable[..., Any], readers: Any) -> None:
    scores = {
        path.stem: readers.gradescope_score(path.read_bytes()) for path in export("gradescope")
    }
    assert scores == {"ada": 15.0, "ben": 10.0}
