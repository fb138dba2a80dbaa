"""A class graded into PostgreSQL through the real pipeline, with nbgrader's own commands on top."""

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli.app import main
from autograder.errors import GradebookError
from autograder.gradebook import course_of, load_config, opened
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
AT_ONCE = """
import sys
from pathlib import Path
from traitlets.config import Config
from autograder.gradebook import Recorded, course_of, load_config, opened, record_all
from autograder.nouns import CellScore, Result, Status

root, word = Path(sys.argv[1]), sys.argv[2]
config = load_config(root)
course = course_of(root, config)
points = {"check_total": 2.0, "check_table": 3.0, "check_word": 1.0, "check_model": 4.0}
cells = {name: CellScore("lesson", value, value) for name, value in points.items()}
names = [f"late{number:02}" for number in range(40)]
items = [(Result("sums", name, Status.COMPLETED, cells), {}) for name in names]
with opened(course, config) as gradebook:
    print("ready", flush=True)
    sys.stdin.readline()
    for start in range(0, len(items), 8):
        for outcome in record_all(course, config, items[start : start + 8], gradebook):
            assert isinstance(outcome, Recorded), outcome
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm_parent, new_course, answered, hand_in, new_database):
    course = new_course(tmp_path_factory.mktemp("postgres") / "course")
    url = new_database()
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    course = course_of(course.root)
    assert course.database_url == url
    hand_in(course, "ada", answered(course))
    hand_in(course, "bob", answered(course, total="total = 9"))
    hand_in(course, "broken", '{"cells": [')
    # Noon in a zone two hours east of Greenwich, while the server's own zone is India's.
    (course.submitted("sums", "ada") / "timestamp.txt").write_text("2026-03-01T12:00:00+02:00")
    return SimpleNamespace(course=course, parent=warm_parent, results=grade(course, warm_parent))


def grade(course: Any, parent: Any) -> dict[str, Any]:
    desk = Desk(course.state / "store", parent=parent)
    config = load_config(course.root)
    students = submissions(course, "sums")
    found = grade_class(desk, plan_of(course, "sums"), config, students, workers=2)
    return {result.student: result for result in found}


def command(*arguments: str, root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env={
            **os.environ,
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]),
            "HOME": str(root.parent),
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def book(graded: Any) -> Gradebook:
    return Gradebook(graded.course.database_url, "keras")


def test_every_score_reaches_the_server(graded):
    assert {name: result.score for name, result in graded.results.items()} == {
        "ada": 10.0,
        "bob": 8.0,
        "broken": None,
    }
    with book(graded) as gradebook:
        for student, result in graded.results.items():
            assert not [reason for reason in result.reasons if "not recorded" in reason]
            for name, cell in result.cells.items():
                row = gradebook.find_grade(name, "lesson", "sums", student)
                assert (row.auto_score, row.needs_manual_grade) == (cell.score, cell.score is None)


def test_the_time_of_submission_is_utc_whatever_the_servers_zone(graded):
    with book(graded) as gradebook:
        found = gradebook.find_submission("sums", "ada").timestamp
    assert found.isoformat() == "2026-03-01T10:00:00"


def test_nbgrader_exports_the_same_scores(graded):
    command("nbgrader", "export", root=graded.course.root)
    with (graded.course.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(rows[name]["score"]) for name in ("ada", "bob", "broken")} == {
        "ada": 10.0,
        "bob": 8.0,
        "broken": 0.0,
    }
    assert rows["ada"]["max_score"] == "10.0"
    assert rows["ada"]["timestamp"] == "2026-03-01 10:00:00"


def test_nbgrader_writes_feedback_from_it(graded):
    command("nbgrader", "generate_feedback", "sums", root=graded.course.root)
    (page,) = graded.course.feedback("sums", "bob").glob("*.html")
    assert "8 of 10 points" in page.read_text()


def test_nbgraders_own_autograde_command_writes_to_it(graded):
    told = command(
        "nbgrader", "autograde", "sums", "--student", "ada", "--force", root=graded.course.root
    )
    assert "ERROR" not in told
    with book(graded) as gradebook:
        assert gradebook.find_submission("sums", "ada").score == 10.0


def test_nbgrader_upgrades_it_without_complaint(graded):
    command("nbgrader", "db", "upgrade", root=graded.course.root)
    with book(graded) as gradebook:
        assert gradebook.find_submission("sums", "bob").score == 8.0


def test_a_manual_score_outranks_a_regrade_and_an_extension_is_kept(graded):
    with book(graded) as gradebook:
        gradebook.find_grade("check_total", "lesson", "sums", "bob").manual_score = 1.5
        gradebook.grant_extension("sums", "bob", days=3)
        gradebook.db.commit()
    again = grade(graded.course, graded.parent)
    assert again["bob"].as_json() == graded.results["bob"].as_json()
    with book(graded) as gradebook:
        row = gradebook.find_grade("check_total", "lesson", "sums", "bob")
        assert (row.auto_score, row.score, row.needs_manual_grade) == (0.0, 1.5, True)
        submission = gradebook.find_submission("sums", "bob")
        assert (submission.score, submission.extension.days) == (9.5, 3)


FORMATS = {"csv": (), "junit": (), "gradescope": (), "parquet": (), "canvas": ("--roster",)}
FORMATS["moodle"] = ("--worksheet",)
GIVEN = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section\nada,1,,ada,K\nbob,2,,bob,K\n",
    "moodle": "Identifier,Full name,Grade,Last modified (grade),Feedback comments\n"
    "Participant 1,ada,,-,\nParticipant 2,bob,,-,\n",
}


@pytest.fixture
def autograder(monkeypatch, capsys):
    """A command of ours as it is typed; 1 says that somebody waits for a person."""

    def run(course: Any, *words: object) -> None:
        typed = ["autograder", *words, "--course", course.root]
        monkeypatch.setattr(sys, "argv", [str(word) for word in typed])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (0, 1), capsys.readouterr().err

    return run


@pytest.fixture(scope="module")
def in_sqlite(graded, tmp_path_factory):
    """The same class with the same evidence in SQLite, Bob with the same score by hand."""
    root = tmp_path_factory.mktemp("sqlite") / "course"
    shutil.copytree(graded.course.root, root)
    config = root / "nbgrader_config.py"
    lines = config.read_text().splitlines(keepends=True)
    config.write_text("".join(line for line in lines if graded.course.db_url not in line))
    course = course_of(root)
    assert course.database_url.startswith("sqlite")
    results = grade(course, graded.parent)
    assert {name: one.score for name, one in results.items()}["bob"] == 8.0
    for one in (course, graded.course):
        with Gradebook(one.database_url, "keras") as gradebook:
            gradebook.find_grade("check_total", "lesson", "sums", "bob").manual_score = 1.5
            gradebook.grant_extension("sums", "bob", days=3)
            gradebook.db.commit()
        grade(one, graded.parent)  # which asks the person again: that is a state of its own
    return course


@pytest.mark.parametrize("to", FORMATS)
def test_every_export_says_what_it_says_of_the_same_class_in_sqlite(
    graded, in_sqlite, autograder, tmp_path, to
):
    given = tmp_path / "given.csv"
    given.write_text(GIVEN.get(to, ""))
    found = []
    for course in (graded.course, in_sqlite):
        into = tmp_path / course.root.parent.name
        options = [*FORMATS[to], given] if FORMATS[to] else []
        autograder(course, "export", "sums", "--to", to, "--into", into, *options)
        files = sorted(into.rglob("*.json")) if into.is_dir() else [into]
        found.append([(file.stem, file.read_bytes()) for file in files])
    ours, theirs = ([data for _, data in one] for one in found)
    assert ours == theirs
    assert len(ours) == (3 if to == "gradescope" else 1)
    assert any(b"9.5" in data for data in ours) or to == "parquet"


def test_the_class_report_says_what_it_says_of_the_same_class_in_sqlite(
    graded, in_sqlite, autograder, tmp_path
):
    told = []
    for course in (graded.course, in_sqlite):
        page = tmp_path / f"{course.root.parent.name}.html"
        autograder(course, "report", "sums", "--into", page)
        told.append({**json.loads(page.with_suffix(".json").read_text()), "made": ""})
    assert told[0] == told[1]
    assert {row["student"]: row["score"] for row in told[0]["rows"]}["bob"] == 9.5


def test_two_processes_may_write_the_same_class(graded):
    """Not how it is meant (one writer), but nothing is lost, doubled or left half done."""
    for number in range(40):
        graded.course.submitted("sums", f"late{number:02}").mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(graded.course.root), word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for word in ("one", "two")
    ]
    try:
        for writer in writers:
            assert writer.stdout.readline() == "ready\n", writer.stderr.read()
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            _, errors = writer.communicate(timeout=120)
            assert writer.returncode == 0, errors
    finally:
        for writer in writers:
            writer.kill()
    with book(graded) as gradebook:
        late = [s for s in gradebook.assignment_submissions("sums") if "late" in s.student.id]
        assert [submission.score for submission in late] == [10.0] * 40
        assert {len(submission.notebooks[0].grades) for submission in late} == {4}
    for number in range(40):
        folder = graded.course.autograded("sums", f"late{number:02}").parent
        assert [path.name for path in folder.iterdir()] == ["sums"]


def test_changed_points_reach_it_without_running_anything(graded):
    path = graded.course.source("sums") / "lesson.ipynb"
    checks = graded.course.checks("sums") / "test_sums.py"
    path.write_text(path.read_text().replace('"points": 2', '"points": 4'))
    checks.write_text(checks.read_text().replace("points=2", "points=4"))
    results = grade(graded.course, graded.parent)
    assert (results["ada"].score, results["ada"].max_score) == (12.0, 12.0)
    with book(graded) as gradebook:
        found = gradebook.find_submission("sums", "ada")
        assert (found.score, found.max_score) == (12.0, 12.0)
        row = gradebook.find_grade("check_total", "lesson", "sums", "bob")
        assert (row.auto_score, row.score) == (0.0, 1.5)


def test_a_course_without_a_name_is_told_what_to_set(graded, new_course, new_database, tmp_path):
    course = new_course(tmp_path / "course")
    config = load_config(course.root)
    config.CourseDirectory.course_id = ""
    config.CourseDirectory.db_url = new_database()
    with (
        pytest.raises(GradebookError, match=r"c\.CourseDirectory\.course_id"),
        opened(course_of(course.root, config), config),
    ):
        pass
