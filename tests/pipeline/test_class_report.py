"""The report on a class of eight that a real jail has run, with three mistakes planted in it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.expected import Answer, answered
from autograder.classreport import class_report
from autograder.cli.report import report_command
from autograder.errors import UsageError
from autograder.gradebook import course_of, load_config
from autograder.grading.classroom import grade_class, submissions
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.nouns import Verdict

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "a2_binary"

FUNCTIONAL = """
inputs = tf.keras.Input(shape=(30,), name="a_name_of_my_own")
outputs = tf.keras.layers.Softmax()(tf.keras.layers.Dense(1, name="mine")(inputs))
class_model = tf.keras.Model(inputs, outputs)
"""
ADDED = """
class_model = tf.keras.Sequential()
class_model.add(tf.keras.layers.Input(shape=(30,)))
class_model.add(tf.keras.layers.Dense(units=1))
class_model.add(tf.keras.layers.Activation(tf.nn.softmax))
"""
PLAIN = """
class_model = tf.keras.Sequential([
    tf.keras.Input(shape=(30,)), tf.keras.layers.Dense(1, activation="softmax")])
"""
SQUARED = """
class_model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss={loss}, metrics=["accuracy"])
"""
BROADCAST = """
predicted_labels = (class_model.predict(X_test, verbose=0) > 0.5).astype(int)
test_accuracy = {mean}(predicted_labels == y_test)
"""
CLASS = {
    "ada": {"build": PLAIN},
    "bea": {"build": FUNCTIONAL},
    "cyd": {"build": ADDED},
    "dan": {"compile": SQUARED.format(loss='"mse"')},
    "eve": {"compile": SQUARED.format(loss="tf.keras.losses.MeanSquaredError()")},
    "fay": {"predict": BROADCAST.format(mean="np.mean")},
    "gus": {"predict": "# by myself" + BROADCAST.format(mean="np.mean")},
}
"""Student, and the cells that differ from the solution; ``zoe`` hands in a broken file."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm_parent) -> SimpleNamespace:
    root = tmp_path_factory.mktemp("report") / "course"
    root.mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    here, course = course_of(REPOSITORY), course_of(root)
    shutil.copytree(here.source(NAME), course.source(NAME))
    shutil.copytree(here.checks(NAME), course.checks(NAME))
    (source,) = course.notebooks(NAME)
    for student, cells in CLASS.items():
        hand_in(course, student, answered(source, Answer(student, "wrong", {}, cells=cells)))
    hand_in(course, "zoe", '{"cells": [')
    config, plan = load_config(root), plan_of(course, NAME)
    desk = Desk(course.state / "store", parent=warm_parent)
    results = list(grade_class(desk, plan, config, submissions(course, NAME), workers=2))
    return SimpleNamespace(
        course=course, config=config, plan=plan, results={one.student: one for one in results}
    )


def hand_in(course, student, content) -> Path:
    path = course.submitted(NAME, student) / "binary.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.fixture(scope="module")
def report(graded):
    students = submissions(graded.course, NAME)
    return class_report(graded.plan, graded.config, students, store=graded.course.state / "store")


def test_the_three_planted_mistakes_stand_at_the_top_with_their_students(report):
    assert [one.students for one in report.misunderstandings] == [
        ("ada", "bea", "cyd"),
        ("dan", "eve"),
        ("fay", "gus"),
    ]
    first, second, third = report.misunderstandings
    assert first.title == "A softmax over a single unit is always 1."
    assert (second.cell, second.example_of) == ("check_compile", "dan")
    assert "np.mean(predicted_labels == y_test)" in third.example


def test_three_spellings_of_one_wrong_network_are_one_answer(report):
    (network,) = [one for one in report.wrong if one.kind == "network"]
    assert network.students == ("ada", "bea", "cyd")
    assert network.layers == "Input(30)\nDense(units=1, activation='softmax')"
    assert (
        "The loss is the binary cross-entropy." not in network.then
    )  # lost once, where it is built


def test_two_spellings_of_one_wrong_loss_are_one_answer(report):
    (loss,) = [one for one in report.wrong if one.cell == "check_compile"]
    assert (loss.kind, loss.students) == ("found", ("dan", "eve"))


def test_the_report_says_of_each_student_what_grading_said(graded, report):
    assert {row.student for row in report.rows} == set(graded.results)
    for row in report.rows:
        result = graded.results[row.student]
        assert row.verdicts == {check.id: check.verdict for check in result.checks}
        assert row.cells == {name: cell.score for name, cell in result.cells.items()}
        assert (row.score, row.status) == (result.score, result.status)


def test_what_cannot_be_read_waits_for_a_person(report):
    (waiting,) = report.review
    assert (waiting.student, len(waiting.undecided)) == ("zoe", 4)
    assert report.undecided == 4


def test_equal_code_is_told_apart_from_equal_evidence(report):
    told = {one.students: one.same_code for one in report.alike}
    assert told[("fay", "gus")] is True
    assert told[("dan", "eve")] is False
    assert ("ada", "fay") not in told


def test_curves_and_shares_are_those_of_the_class_with_the_threshold(graded, report):
    curves = report.trainings[0]
    assert (curves.metric, curves.threshold) == ("accuracy", 0.88)
    assert set(curves.curves) == set(CLASS)
    (figure,) = report.heldout
    passed = {
        student
        for student, result in graded.results.items()
        for check in result.checks
        if check.measures and check.verdict is Verdict.PASSED
    }
    assert figure.passed == passed
    assert 0 < len(passed) < len(CLASS)


def test_nothing_runs_and_no_jail_is_needed(graded, tmp_path):
    """Where there is no bubblewrap a notebook cannot run; the report is made all the same."""
    done = run(graded, "report", NAME, "--into", str(tmp_path / "a.html"), path=str(tmp_path))
    assert done.returncode == 1, done.stderr  # zoe waits
    assert "A softmax over a single unit is always 1." in (tmp_path / "a.html").read_text()
    again = run(graded, "grade", NAME, "ada", "--rerun", path=str(tmp_path))
    assert "bubblewrap" in again.stderr + again.stdout, "the jail was to be out of reach here"


def test_the_json_form_is_printed_and_written(graded, tmp_path):
    done = run(graded, "report", NAME, "--json", "--into", str(tmp_path / "b.html"))
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "b.json").read_text())
    assert [len(one["students"]) for one in told["misunderstandings"]] == [3, 2, 2]
    assert told["submissions"] == 8


@pytest.fixture
def later(graded) -> Iterator[SimpleNamespace]:
    """The class, to be changed; afterwards it is as it was."""
    kept = graded.course.submitted(NAME, "ada") / "binary.ipynb"
    content = kept.read_text()
    yield graded
    kept.write_text(content)
    with Gradebook(graded.course.database_url) as gradebook:
        for cell in graded.plan.cells:
            gradebook.find_grade(cell, "binary", NAME, "zoe").manual_score = None
        gradebook.db.commit()


def test_a_notebook_that_was_handed_in_since_is_told_as_not_graded(later):
    source = json.loads((later.course.submitted(NAME, "dan") / "binary.ipynb").read_text())
    source["cells"].append(
        {"cell_type": "code", "source": "late = 1", "metadata": {}, "outputs": []}
    )
    hand_in(later.course, "ada", source)
    students = submissions(later.course, NAME)
    found = class_report(later.plan, later.config, students, store=later.course.state / "store")
    assert [one.student for one in found.not_graded] == ["ada"]
    assert "ada" not in {row.student for row in found.rows}
    assert "autograder grade a2_binary" in found.not_graded[0].reason


def test_points_of_a_person_decide_what_was_open(later):
    with Gradebook(later.course.database_url) as gradebook:
        for cell in later.plan.cells:
            gradebook.find_grade(cell, "binary", NAME, "zoe").manual_score = 1.0
        gradebook.db.commit()
    found = class_report(
        later.plan,
        later.config,
        submissions(later.course, NAME),
        store=later.course.state / "store",
    )
    assert [row.score for row in found.rows if row.student == "zoe"] == [4.0]
    assert found.undecided == 0


def test_a_class_that_nobody_graded_is_wrong_use_and_says_what_to_do(graded, tmp_path):
    with pytest.raises(UsageError, match="autograder grade a2_binary"):
        report_command(NAME, graded.course.root, None, False, str(tmp_path), None, False)
    assert not (graded.course.state / "report").exists()


def run(graded, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *arguments, "--course", str(graded.course.root)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100"}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
