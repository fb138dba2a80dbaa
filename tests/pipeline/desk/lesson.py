"""A course of one small lesson that trains next to nothing, and two students' work.

Loaded by path (conftest.py). Ada's hidden layer has the wrong activation, and her training stops
too early; the rest is right. Bob wrote markup into everything that a message quotes.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.gradebook import course_of
from support.cells import answer, code, filled, grade_cell, meta, notebook, text

REPOSITORY = Path(__file__).resolve().parents[3]
ASSIGNMENT, NOTEBOOK = "tiny", "lesson"
MARKUP = "</section><img src=x onerror=hit(1)><script>hit(2)</script>"

CHECKS = '''
from autograder.checks import check
from autograder.matchers import (
    Concatenate, Dense, Input, assert_accuracy, assert_layers, assert_network, assert_parameters,
    assert_trained, MatchFailure,
)


@check(cell="check_build", points=2, hint="What may a hidden layer's activation be?")
def test_two_layers(evidence):
    """A hidden layer of eight units, and three probabilities."""
    assert_layers(evidence.model("net"), Dense(8, "relu"), Dense(3, "softmax"))


@check(cell="check_build", points=1, needs=("test_two_layers",))
def test_parameters(evidence):
    """67 parameters."""
    assert_parameters(evidence.model("net"), total=67)


@check(cell="check_fit", points=1)
def test_history(evidence):
    """`history` is what fit gave back."""
    assert_trained(evidence.history("history"), model=evidence.model("net"), validation=True)


@check(cell="check_fit", points=3)
def test_reads_unseen(evidence, heldout):
    """At least 90% of unseen flowers are recognised."""
    model = evidence.model("net")
    assert_accuracy(
        model.predict(heldout.x), heldout.y, at_least="0.9", model=model,
        history=evidence.history("history"),
    )


@check(cell="check_joined", points=2)
def test_joined(evidence):
    """Two inputs that meet."""
    left, right = Input("left", 2), Input("right", 2)
    both = Concatenate()(Dense(4, "relu")(left), Dense(4, "relu")(right))
    assert_network(evidence.model("joined"), {"kind": Dense(3, "softmax")(both)})


@check(cell="check_word", points=1)
def test_word(evidence):
    """The word is keras."""
    if evidence.scalar("word") != "keras":
        raise MatchFailure("word is 'keras'", repr(evidence.scalar("word")))
'''

DATA = """import keras
import numpy as np
keras.utils.set_random_seed(1)
rows = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
kinds = rows[:, :3].argmax(axis=1)"""

BUILD = """net = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(8, activation="{activation}"),
    keras.layers.Dense(3, activation="softmax"),
])"""
FIT = """net.compile(keras.optimizers.Adam({rate}), "sparse_categorical_crossentropy",
            metrics=["accuracy"])
history = net.fit(rows[:40], kinds[:40], validation_data=(rows[40:], kinds[40:]),
                  epochs={epochs}, batch_size=8, verbose=2)"""
JOINED = """left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
both = keras.layers.Concatenate()([
    keras.layers.Dense(4, activation="relu")(left),
    keras.layers.Dense({units}, activation="relu")(right),
])
kind = keras.layers.Dense(3, activation="softmax", name="kind")(both)
joined = keras.Model([left, right], kind)"""

RIGHT = {
    "build": BUILD.format(activation="relu"),
    "fit": FIT.format(rate=0.03, epochs=30),
    "joined": JOINED.format(units=4),
    "word": 'word = "keras"',
    "essay": "Because it bends the line.",
}
ADA = {
    **RIGHT,
    "build": BUILD.format(activation="tanh"),
    "fit": FIT.format(rate=0.001, epochs=4),
    "joined": JOINED.format(units=5),
}
BOB = {
    **ADA,
    "build": BUILD.format(activation="tanh") + f"\nprint({MARKUP!r})",
    "joined": JOINED.format(units=5).replace('name="right"', 'name="r<img/onerror=hit(3)>t"'),
    "word": f"word = {MARKUP!r}",
    "essay": f"# Big\n\n#### Small\n\n{MARKUP}\n\n![x](https://leak.example/1.png) " + "w" * 300,
}


def _exercise(name: str, points: int) -> list[dict[str, Any]]:
    return [answer(name, RIGHT[name]), grade_cell(f"check_{name}", points, f"# checks {name}")]


INTRO = """# A small lesson

[![Open in Colab](https://leak.example/badge.svg)](https://leak.example/colab)

The **logistic function** is $\\sigma(z) = \\frac{1}{1 + e^{-z}}$.

| rows | columns |
|---|---|
| 60 | 4 |

```python
keras.layers.Dense(8)  # an example
```"""


def source() -> dict[str, Any]:
    """The instructor's notebook, with solutions."""
    cells = [
        text(INTRO, meta("intro", locked=True)),
        code(DATA, meta("data", locked=True)),
        text("## Build", meta("part_1", locked=True)),
        *_exercise("build", 3),
        text("## Train", meta("part_2", locked=True)),
        *_exercise("fit", 4),
        text("### Two inputs", meta("part_3", locked=True)),
        *_exercise("joined", 2),
        *_exercise("word", 1),
        text("## Why an activation?", meta("question", locked=True)),
        text("YOUR ANSWER HERE", meta("essay", grade=True, solution=True, points=2)),
    ]
    return notebook(cells)


def submission(answers: dict[str, str]) -> str:
    """A student's notebook with these answers."""
    return json.dumps(filled(source(), answers))


def course(root: Path, more: str = "") -> Course:
    """The course; ``more`` is added to its configuration."""
    root.mkdir(parents=True)
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f"{config}\n{more}\n", encoding="utf-8")
    made = course_of(root)
    for folder in (made.source(ASSIGNMENT), made.checks(ASSIGNMENT)):
        folder.mkdir(parents=True)
    (made.source(ASSIGNMENT) / f"{NOTEBOOK}.ipynb").write_text(json.dumps(source()))
    (made.checks(ASSIGNMENT) / "test_tiny.py").write_text(CHECKS)
    (made.checks(ASSIGNMENT) / "settings.toml").write_text("seed = 1\n")
    x = np.random.default_rng(5).normal(size=(100, 4)).astype("float32")
    np.savez(made.checks(ASSIGNMENT) / "heldout.npz", x=x, y=x[:, :3].argmax(axis=1))
    return made


def hand_in(made: Course, student: str, answers: dict[str, str]) -> None:
    """Puts a student's work where it is graded, as a file that came by mail."""
    place = made.submitted(ASSIGNMENT, student)
    place.mkdir(parents=True)
    (place / f"{NOTEBOOK}.ipynb").write_text(submission(answers))


def nbgrader(folder: Path, home: Path, *arguments: str) -> str:
    """One of nbgrader's commands in ``folder``, which must succeed; what it logged."""
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**kept, "HOME": str(home), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def has_browser() -> bool:
    """Whether Chromium and its driver are on this machine."""
    return bool(shutil.which("chromedriver"))
