"""A failed check says why the network does not learn, from what a real jail took down of it."""

import json
from typing import Any

import numpy as np
import pytest

from autograder.course import Course
from autograder.grading.desk import Desk, Graded
from autograder.grading.plan import plan_of
from autograder.grading.prepare import prepare_folder
from autograder.nouns import Diagnosis, Verdict
from support.cells import code, filled, grade_cell, meta, notebook

CHECKS = '''
from autograder.checks import check
from autograder.matchers import (
    Dense, assert_accuracy, assert_can_fit_small_batch, assert_layers, assert_loss
)


@check(cell="check_build", points=1)
def test_layers(evidence):
    """A hidden layer with relu, then three probabilities."""
    assert_layers(evidence.model("net"), Dense(16, "relu"), Dense(3, "softmax"))


@check(cell="check_compile", points=1)
def test_loss(evidence):
    """The loss fits the labels."""
    assert_loss(evidence.model("net"), "sparse_categorical_crossentropy")


@check(cell="check_fit", points=3)
def test_accuracy(evidence, heldout):
    """Most rows are told apart."""
    net = evidence.model("net")
    evidence.history("history")
    assert_accuracy(net.predict(heldout.x), heldout.y, at_least="0.8", model=net)


@check(cell="check_fit", points=1, explain=["C3"])
def test_by_heart(evidence, heldout):
    """The network can learn a few rows by heart."""
    assert_can_fit_small_batch(evidence.model("net"), heldout.x, heldout.y)
'''

SETUP = """
import keras
import numpy as np
from keras import layers
rows = np.random.default_rng(0).normal(size=(400, 4)).astype("float32")
labels = rows[:, :3].argmax(axis=1)
X, y = rows[:300], labels[:300]
"""

BUILD = """
net = keras.Sequential([
    keras.Input((4,)), layers.Dense(16, "relu"), layers.Dense(3, "softmax")
])
"""

ANSWERS = {
    "build": BUILD,
    "compile": "net.compile(keras.optimizers.Adam(0.01), 'sparse_categorical_crossentropy',"
    " metrics=['accuracy'])",
    "fit": "history = net.fit(X, y, epochs=20, batch_size=32, verbose=0)",
}

DEAD = BUILD.replace('"relu"', '"relu", bias_initializer=keras.initializers.RandomUniform(-99, 20)')
SLOW = ANSWERS["compile"].replace("0.01", "1e-8")
ONE_HOT = "history = net.fit(X, np.eye(3)[y], epochs=20, batch_size=32, verbose=0)"

STUDENTS = {
    "solution": {},
    "dead": {"build": DEAD, "fit": ANSWERS["fit"].replace("epochs=20", "epochs=1")},
    "frozen": {"build": BUILD + "net.trainable = False"},
    "slow": {"compile": SLOW},
    "onehot": {"fit": ONE_HOT},
    "uncompiled": {"compile": "pass"},
    "misspelled": {"build": BUILD.replace("softmax", "sofmax")},
    "relu": {"build": BUILD.replace('layers.Dense(3, "softmax")', 'layers.Dense(3, "relu")')},
    "deep": {"compile": f"{SLOW}\nif False:\n    net{'.a' * 1000}.fit()"},
}


def lesson() -> dict[str, Any]:
    cells = [code(SETUP, meta("setup", locked=True))]
    for name, points in (("build", 1), ("compile", 1), ("fit", 4)):
        cells.append(code(ANSWERS[name], meta(name, solution=True)))
        cells.append(grade_cell(f"check_{name}", points, "pass"))
    return notebook(cells)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, warm_parent: Any) -> Desk:
    return Desk(tmp_path_factory.mktemp("store"), parent=warm_parent)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, desk: Desk) -> dict[str, Graded]:
    course = Course(root=tmp_path_factory.mktemp("diagnosis"))
    course.source("net").mkdir(parents=True)
    (course.source("net") / "net.ipynb").write_text(json.dumps(lesson()))
    checks = course.checks("net")
    checks.mkdir(parents=True)
    (checks / "test_net.py").write_text(CHECKS)
    rows = np.random.default_rng(0).normal(size=(400, 4)).astype("float32")
    np.savez(checks / "heldout.npz", x=rows[300:], y=rows[300:, :3].argmax(axis=1))
    plan = plan_of(course, "net")
    handed_in = []
    for student, changes in STUDENTS.items():
        folder = course.submitted("net", student)
        folder.mkdir(parents=True)
        (folder / "net.ipynb").write_text(json.dumps(filled(lesson(), changes)))
        handed_in.append(prepare_folder(plan, folder, student))
    return {str(one.prepared.student): one for one in desk.grade_all(plan, handed_in, workers=2)}


def told(graded: dict[str, Graded], student: str) -> dict[str, Diagnosis]:
    return {one.rule: one for one in graded[student].result.diagnosis}


def test_what_learns_is_told_nothing(graded: dict[str, Graded]) -> None:
    result = graded["solution"].result
    assert result.score == 6, result.checks
    assert result.diagnosis == ()


@pytest.mark.parametrize(
    ("student", "rule", "cell", "words"),
    [
        ("dead", "T3", "check_fit", "of the 16 units"),
        ("frozen", "T6", "check_fit", "no layer may train"),
        ("slow", "C3", "check_fit", "1e-08"),
        ("onehot", "O6", "check_fit", "one-hot"),
        ("uncompiled", "C1", "check_fit", "compile"),
        ("misspelled", "K5", "check_build", "'sofmax'"),
        ("relu", "O5", "check_compile", "relu"),
    ],
)
def test_the_cause_is_told_in_the_cell_that_failed(
    graded: dict[str, Graded], student: str, rule: str, cell: str, words: str
) -> None:
    found = told(graded, student)
    assert rule in found, (found, graded[student].result.checks)
    assert found[rule].cell == cell
    assert words in found[rule].message
    assert len(graded[student].result.diagnosis) <= 4


def test_a_diagnosis_changes_no_points(graded: dict[str, Graded]) -> None:
    scores = {name: one.result.score for name, one in graded.items()}
    assert scores["dead"] == 3, scores
    assert scores["frozen"] == 1, scores
    reasons = {name: one.result.reasons for name, one in graded.items() if one.result.reasons}
    assert set(reasons) <= {"deep"}


def test_a_text_that_cannot_be_walked_costs_nobody_a_score(graded: dict[str, Graded]) -> None:
    """Python parses a chain of 1,000 names, and nobody can write it by recursion."""
    assert set(graded) == set(STUDENTS)
    assert graded["deep"].result.score is not None


def test_a_network_that_cannot_learn_by_heart_fails_that_check_and_a_sound_one_does_not(
    graded: dict[str, Graded],
) -> None:
    def by_heart(student: str) -> Any:
        (one,) = [c for c in graded[student].result.checks if c.id == "test_by_heart"]
        return one

    assert by_heart("slow").verdict is Verdict.FAILED
    assert "begun anew, it comes to" in by_heart("slow").message
    assert by_heart("dead").verdict is Verdict.PASSED  # only its own weights are dead


def test_the_json_tells_rule_level_message_and_cell(graded: dict[str, Graded]) -> None:
    (found,) = [one for one in graded["dead"].result.as_json()["diagnosis"] if one["rule"] == "T3"]
    assert set(found) == {"rule", "level", "message", "cell"}
    assert found["level"] == "warning"
