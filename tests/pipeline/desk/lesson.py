"""A course of one small lesson that trains next to nothing, and two students' work.

Loaded by path (conftest.py). Ada's hidden layer has the wrong activation, and her training stops
too early; the rest is right. Bob wrote markup into everything that a message quotes.
"""

import copy
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

REPOSITORY = Path(__file__).resolve().parents[3]
ASSIGNMENT, NOTEBOOK = "tiny", "lesson"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
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


def _meta(grade_id: str, **flags: object) -> dict[str, Any]:
    base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**base, "grade_id": grade_id, **flags}}


def _code(name: str, source: str, **flags: object) -> dict[str, Any]:
    cell = {"cell_type": "code", "source": source, "metadata": _meta(name, **flags)}
    return {**cell, "outputs": [], "execution_count": None}


def _text(name: str, source: str, **flags: object) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": _meta(name, **flags)}


def _check(name: str, points: int) -> dict[str, Any]:
    return _code(f"check_{name}", f"# checks {name}", grade=True, locked=True, points=points)


def _answer(name: str) -> dict[str, Any]:
    source = f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION"
    return _code(name, source, solution=True)


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
        _text("intro", INTRO, locked=True),
        _code("data", DATA, locked=True),
        _text("part_1", "## Build", locked=True),
        _answer("build"),
        _check("build", 3),
        _text("part_2", "## Train", locked=True),
        _answer("fit"),
        _check("fit", 4),
        _text("part_3", "### Two inputs", locked=True),
        _answer("joined"),
        _check("joined", 2),
        _answer("word"),
        _check("word", 1),
        _text("question", "## Why an activation?", locked=True),
        _text("essay", "YOUR ANSWER HERE", grade=True, solution=True, points=2),
    ]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": KERNEL, "cells": cells}


def submission(answers: dict[str, str]) -> str:
    """A student's notebook with these answers."""
    made = copy.deepcopy(source())
    for cell in made["cells"]:
        name = cell["metadata"]["nbgrader"]["grade_id"]
        cell["source"] = answers.get(name, cell["source"])
    return json.dumps(made)


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
