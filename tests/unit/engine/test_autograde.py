"""nbgrader's own commands on our engine, started as an instructor starts them.

The grader here is a few lines that judge one variable's text: what runs and judges a submission
has tests of its own; these are about nbgrader taking our classes from the configuration.
"""

import json
import os
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook import course_of, load_config, register

REPOSITORY = Path(__file__).parents[3]

GRADER = """
from autograder.intake import read_submission
from autograder.nouns import CellScore, CheckOutcome, Result, Status, Verdict


def grade_one(course, assignment, student, notebook, *, config):
    path = course.submitted(assignment, student) / f"{notebook}.ipynb"
    intake = read_submission(path, course.source(assignment) / f"{notebook}.ipynb")
    if intake.problem is not None:
        cells = {"check_answer": CellScore(notebook, None, 2.0),
                 "essay": CellScore(notebook, None, 3.0)}
        return Result(assignment, student, intake.problem.status, cells, needs_review=True,
                      reasons=(intake.problem.reason,)), None, None
    cells = intake.notebook["cells"]
    right = any("answer = 42" in cell["source"] for cell in cells)
    earned = 2.0 if right else 0.0
    check = CheckOutcome("c::a", "check_answer", "The <b>answer</b>.",
                         Verdict.PASSED if right else Verdict.FAILED, earned, 2.0, "found it")
    run = {"skipped": [], "cells": [
        {"index": i, "status": "ok", "outputs": [
            {"output_type": "stream", "name": "stdout", "text": "line\\n" * 3000},
            {"output_type": "stream", "name": "stderr", "text": "WARNING from TF"},
            {"output_type": "display_data", "metadata": {},
             "data": {"text/html": "<script>steal()</script>"}}]}
        for i, cell in enumerate(cells) if cell["cell_type"] == "code"]}
    scores = {"check_answer": CellScore(notebook, earned, 2.0),
              "essay": CellScore(notebook, None, 3.0)}
    return Result(assignment, student, Status.COMPLETED, scores, (check,),
                  repairs=intake.repairs), run, intake.notebook
"""


@pytest.fixture
def course(small_course: Course) -> Course:
    """A course with this repository's own configuration and the small grader."""
    root = small_course.root
    extra = (
        '\nc.GradeSubmission.grader = "small_grader.grade_one"'
        '\nc.LateSubmissionPlugin.penalty_method = "zero"'
    )
    text = (REPOSITORY / "nbgrader_config.py").read_text()
    (root / "nbgrader_config.py").write_text(text + extra)
    (root / "small_grader.py").write_text(GRADER)
    configured = course_of(root)
    register(configured, "one", Config())
    return configured


def nbgrader(course: Course, *arguments: str) -> subprocess.CompletedProcess[str]:
    scripts = sysconfig.get_path("scripts")
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    home = course.root.parent
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course.root,
        env={
            **os.environ,
            "PATH": path,
            "HOME": str(home),
            "PYTHONPATH": os.pathsep.join([str(course.root), str(REPOSITORY)]),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def scores(course: Course, student: str) -> tuple[float | None, bool, float]:
    with Gradebook(course.database_url) as gradebook:
        grade = gradebook.find_grade("check_answer", "lesson", "one", student)
        notebook = gradebook.find_submission_notebook("lesson", "one", student)
        penalty = notebook.late_submission_penalty or 0.0
        return grade.auto_score, grade.needs_manual_grade, penalty


def graded_text(course: Course, student: str) -> str:
    return (course.autograded("one", student) / "lesson.ipynb").read_text()


def test_the_command_grades_a_class_with_hostile_files_and_feedback_shows_the_report(
    course: Course, submit: Callable[..., Path], tmp_path: Path
) -> None:
    submit(course, "ada")
    submit(course, "bob", answer="answer = 41")
    (submit(course, "eve") / "lesson.ipynb").write_text("{no notebook")
    stripped = submit(course, "max") / "lesson.ipynb"
    notebook = json.loads(stripped.read_text())
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    stripped.write_text(json.dumps({**notebook, "cells": notebook["cells"] * 2}))
    (tmp_path / "secret").write_text("held-out labels")
    (course.submitted("one", "eve") / "link.txt").symlink_to(tmp_path / "secret")
    (course.submitted("one", "eve") / "data.csv").symlink_to(tmp_path / "secret")

    with Gradebook(course.database_url) as gradebook:
        gradebook.update_or_create_assignment("one", duedate="2026-03-02")
    (course.submitted("one", "max") / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    done = nbgrader(course, "autograde", "one")
    assert done.returncode == 0, done.stderr

    assert scores(course, "ada") == (2.0, False, 0.0)
    assert scores(course, "bob") == (0.0, False, 0.0)
    assert scores(course, "eve") == (None, True, 0.0)
    assert scores(course, "max") == (2.0, False, 2.0)
    assert not (course.autograded("one", "eve") / "link.txt").exists()
    assert "held-out" not in (course.autograded("one", "eve") / "data.csv").read_text()
    assert "could not be read" in graded_text(course, "eve")
    assert "<script" not in graded_text(course, "ada")
    assert "Output truncated" in graded_text(course, "ada")
    assert "autograder-report" in graded_text(course, "ada")

    feedback = nbgrader(course, "generate_feedback", "one")
    assert feedback.returncode == 0, feedback.stderr
    page = (course.feedback("one", "ada") / "lesson.html").read_text()
    assert 'class="autograder-report' in page
    assert "The &lt;b&gt;answer&lt;/b&gt;." in page
    assert "2 of 2 points" in page
    assert "steal()" not in page


def test_formgraders_button_grades_again_and_takes_changed_points(
    course: Course,
    submit: Callable[..., Path],
    write_source: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_source(course, points=1)
    register(course, "one", Config())
    write_source(course, points=2)
    submit(course, "ada")
    monkeypatch.syspath_prepend(str(course.root))
    config = load_config(course.root)
    api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
    with warnings.catch_warnings():
        # nbgrader 0.9.6 flushes rows before it adds them (see record._submission).
        warnings.simplefilter("ignore", SAWarning)
        for _ in range(2):
            done = api.autograde("one", "ada")
            assert done["success"], done
    assert scores(course, "ada")[0] == 2.0
    assert api.get_submission("one", "ada")["autograded"]


def test_the_repositorys_configuration_names_its_folders(course: Course) -> None:
    assert course.release_directory == "assignments"
    assert course.solution_directory == "solutions"
