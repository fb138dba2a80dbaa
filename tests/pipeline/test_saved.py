"""Saved files, predictions and evaluated numbers, graded through the real jail."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.course import Course
from autograder.grading.desk import Desk, Graded
from autograder.grading.plan import Plan, plan_of
from autograder.grading.prepare import Prepared, prepare_folder
from autograder.nouns import Verdict
from support.cells import code, filled, grade_cell, meta, notebook

pytestmark = pytest.mark.jail

CHECKS = '''
from autograder.checks import check
from autograder.matchers import (
    assert_callback, assert_evaluation, assert_predictions, assert_same_predictions,
    assert_trained, assert_validation,
)

FILE = "net.keras"


@check(cell="check_fit", points=2)
def test_fitted(evidence):
    """The network is fitted, with early stopping on validation data."""
    history = evidence.history("history")
    assert_trained(history, evidence.model("net"))
    assert_validation(history, epochs=2)
    assert_callback(history, "EarlyStopping", monitor="val_")


@check(cell="check_predict", points=1)
def test_evaluated(evidence, heldout):
    """The loss and the accuracy are those of the network."""
    loss, accuracy = evidence.scalar("loss"), evidence.scalar("accuracy")
    net = evidence.model("net")
    names = ("loss", "accuracy")
    assert_evaluation(net, heldout.x, heldout.y, loss=loss, accuracy=accuracy, names=names)


@check(cell="check_predict", points=1)
def test_predicted(evidence, heldout):
    """The predictions are those of the network."""
    found = evidence.array("predictions")
    assert_predictions(found, evidence.model("net"), heldout.x, name="predictions")


@check(cell="check_save", points=3, files=(FILE,))
def test_saved(evidence, heldout):
    """The saved network predicts what the network predicts."""
    assert_same_predictions(evidence.saved(FILE), evidence.model("net"), heldout.x)


@check(cell="check_save", points=1)
def test_large(evidence):
    """What is too large to be kept is known by its facts."""
    facts = evidence.facts("large")
    assert facts.shape == (600, 1000) and facts.maximum == 255.0 and facts.head[0, 0] == 255.0
'''

SETUP = """
import os, shutil, zipfile
import keras
import numpy as np
rows = np.random.default_rng(0).random((96, 4))
labels = (rows.sum(axis=1) > 2).astype(int)
X, y, X_test, y_test = rows[:64], labels[:64], rows[64:], labels[64:]
large = np.full((600, 1000), 255.0)
stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
def made():
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"], run_eagerly=True)
    return net
def fit(net, **more):
    more = {"validation_split": 0.25, "callbacks": [stop], **more}
    return net.fit(X, y, epochs=2, batch_size=32, verbose=0, **more)
"""

ANSWERS = {
    "fit": "net = made()\nhistory = fit(net)",
    "predict": "loss, accuracy = net.evaluate(X_test, y_test, verbose=0)\n"
    "predictions = net.predict(X_test, verbose=0)",
    "save": 'net.save("net.keras")',
}

REWRITE = """
net.save("net.keras")
with zipfile.ZipFile("net.keras") as old:
    parts = {name: old.read(name) for name in old.namelist()}
parts["config.json"] = parts["config.json"].replace(b'"units": 1,', b'"units": 2000000000,')
with zipfile.ZipFile("net.keras", "w") as new:
    [new.writestr(name, data) for name, data in parts.items()]
"""
BOMB = """
with zipfile.ZipFile("net.keras", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
    bomb.writestr("config.json", "{}")
    bomb.writestr("metadata.json", "{}")
    with bomb.open("model.weights.h5", "w") as part:
        [part.write(bytes(2 ** 24)) for _ in range(20)]
"""
LAMBDA = """
keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2)]).save("net.keras")
"""
WEIGHTS = 'net.save_weights("net.weights.h5")'

OTHERS = {
    "solution": {},
    "reloaded": {
        "fit": ANSWERS["fit"] + '\nnet.save("own.keras")\n'
        'net = keras.saving.load_model("own.keras")\n'
    },
    "elsewhere": {"save": 'net.save("net.keras")\nos.makedirs("deep")\nos.chdir("deep")'},
    "before": {"fit": 'net = made()\nnet.save("net.keras")\nhistory = fit(net)', "save": "pass"},
    "nothing": {"save": "pass"},
    "weights": {"save": WEIGHTS},
    "renamed": {"save": WEIGHTS + '\nos.rename("net.weights.h5", "net.keras")'},
    "text": {"save": 'open("net.keras", "w").write("a network")'},
    "bomb": {"save": BOMB},
    "lambda": {"save": LAMBDA},
    "huge": {"save": REWRITE},
    "typed": {"predict": ANSWERS["predict"] + "\naccuracy = 0.97"},
    "another": {"predict": ANSWERS["predict"] + "\npredictions = made().predict(X_test)"},
    "labels": {"predict": ANSWERS["predict"] + "\npredictions = (predictions > 0.5).astype(int)"},
    "patient": {"fit": "net = made()\nhistory = fit(net, callbacks=None)"},
}
HANDED_IN = {"sent": {"save": "pass"}, "copied": {"save": 'shutil.copy("old.keras", "net.keras")'}}


def lesson() -> dict[str, Any]:
    cells = [code(SETUP, meta("setup", locked=True))]
    for name, points in (("fit", 2), ("predict", 2), ("save", 4)):
        cells.append(code(ANSWERS[name], meta(name, solution=True)))
        cells.append(grade_cell(f"check_{name}", points, "pass"))
    return notebook(cells)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course of one assignment, ``net``, whose students may hand in model files."""
    course = Course(root=tmp_path_factory.mktemp("saved"))
    course.source("net").mkdir(parents=True)
    (course.source("net") / "net.ipynb").write_text(json.dumps(lesson()))
    checks = course.checks("net")
    checks.mkdir(parents=True)
    (checks / "test_net.py").write_text(CHECKS)
    (checks / "settings.toml").write_text('submitted_files = ["*.keras"]\n')
    rows = np.random.default_rng(0).random((96, 4))
    labels = (rows.sum(axis=1) > 2).astype(int)
    np.savez(checks / "heldout.npz", x=rows[64:], y=labels[64:])
    return course


def prepared(plan: Plan, student: str, changes: dict[str, str], **files: bytes) -> Prepared:
    folder = plan.course.submitted("net", student)
    folder.mkdir(parents=True)
    (folder / "net.ipynb").write_text(json.dumps(filled(lesson(), changes)))
    for name, data in files.items():
        (folder / f"{name}.keras").write_bytes(data)
    return prepare_folder(plan, folder, student)


@pytest.fixture(scope="module")
def graded(course: Course, warm_parent: Any) -> dict[str, Graded]:
    """Every submission, graded once; two of them hand in the file that the solution saves."""
    plan = plan_of(course, "net")
    desk = Desk(course.state / "store", parent=warm_parent)
    first = [prepared(plan, name, changes) for name, changes in OTHERS.items()]
    found = {str(one.prepared.student): one for one in desk.grade_all(plan, first, workers=2)}
    kept = snapshot(found["solution"])["files"]["net.keras"]
    data = desk.store.blob(kept["blob"]).data
    later = [
        prepared(plan, "sent", HANDED_IN["sent"], net=data),
        prepared(plan, "copied", HANDED_IN["copied"], old=data),
    ]
    return found | {
        str(one.prepared.student): one for one in desk.grade_all(plan, later, workers=2)
    }


def snapshot(one: Graded) -> Any:
    return one.manifests["net"]["snapshots"]["check_save"]


Story = Callable[[str], Any]


@pytest.fixture
def told(graded: dict[str, Graded]) -> Story:
    """The outcome of one check for one student."""

    def tell(student: str, check: str) -> Any:
        (found,) = [c for c in graded[student].result.checks if c.id == check]
        return found

    return tell


@pytest.mark.parametrize("student", ["solution", "reloaded", "elsewhere"])
def test_right_work_has_all_points(student: str, graded: dict[str, Graded]) -> None:
    result = graded[student].result
    assert result.score == 8, result.checks


def points(graded: dict[str, Graded], student: str) -> dict[str, float | None]:
    return {name: one.score for name, one in graded[student].result.cells.items()}


NO_FILE = [
    "before", "nothing", "weights", "renamed", "text", "bomb", "lambda", "huge", "sent", "copied",
]  # fmt: skip


@pytest.mark.parametrize("student", NO_FILE)
def test_a_file_that_is_none_costs_its_own_check_alone(
    student: str, graded: dict[str, Graded]
) -> None:
    found = points(graded, student)
    assert found == {"check_fit": 2, "check_predict": 2, "check_save": 1}, graded[student].result


@pytest.mark.parametrize(
    ("student", "verdict", "words"),
    [
        ("before", Verdict.FAILED, "the same layers with other weights"),
        ("nothing", Verdict.SKIPPED, "saved no file of this name"),
        ("weights", Verdict.SKIPPED, "saved no file of this name"),
        ("renamed", Verdict.FAILED, "HDF5"),
        ("text", Verdict.FAILED, "no archive"),
        ("bomb", Verdict.FAILED, "too large"),
        ("lambda", Verdict.FAILED, "a lambda"),
        ("huge", Verdict.FAILED, "Expected: net.keras is a model file that Keras can load"),
        ("sent", Verdict.FAILED, "there before the notebook ran"),
        ("copied", Verdict.FAILED, "there before the notebook ran"),
    ],
)
def test_it_is_said_what_was_found(student: str, verdict: Verdict, words: str, told: Story) -> None:
    found = told(student, "test_saved")
    assert found.verdict is verdict
    assert words in found.message


def test_weights_alone_are_told_from_a_model(told: Story) -> None:
    assert "Weights alone are not a model" in told("weights", "test_saved").hint
    assert "Weights alone are not a model" in told("renamed", "test_saved").hint


@pytest.mark.parametrize(
    ("student", "check", "words"),
    [
        ("typed", "test_evaluated", "another number"),
        ("another", "test_predicted", "of 32 rows are the same"),
        ("labels", "test_predicted", "labels where"),
        ("patient", "test_fitted", "callbacks: none"),
    ],
)
def test_numbers_that_do_not_come_from_the_network_fail(
    student: str, check: str, words: str, told: Story, graded: dict[str, Graded]
) -> None:
    found = told(student, check)
    assert found.verdict is Verdict.FAILED
    assert words in found.message
    assert graded[student].result.score == 8 - found.points


def test_the_files_are_part_of_the_key_and_are_loaded_once(
    course: Course, graded: dict[str, Graded]
) -> None:
    solution = graded["solution"].manifests["net"]
    digest = snapshot(graded["solution"])["files"]["net.keras"]["blob"]
    assert solution["saved"][digest]["model"] in solution["models"]
    assert "files" in solution["snapshots"]["check_fit"]
    before = prepare_folder(plan_of(course, "net"), course.submitted("net", "solution"), "x")
    checks = course.checks("net") / "test_net.py"
    text = checks.read_text()
    checks.write_text(text.replace('FILE = "net.keras"', 'FILE = "other.keras"'))
    after = prepare_folder(plan_of(course, "net"), course.submitted("net", "solution"), "x")
    checks.write_text(text)
    assert before.notebooks[0].key != after.notebooks[0].key
