"""otter-grader on the same submissions: its environment, its tests, its scores.

The tests are the visible checks as asserts, three or so for each grade cell, in otter's OK format.
The notebooks lose their grade cells, which call our visible checks; everything else is the same.
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from courses import Notebook
from timing import ROOT, environment, say, timed

RELEASE = "otter-grader==7.0.0"
PLACE = ROOT / ".bench" / "otter"

_BUILT = (
    "{model}.input_shape == (None, {inputs})",
    "{model}.count_params() == {parameters}",
    "len({model}.outputs) == 1",
)
_TRAINED = (
    "len({history}.epoch) > 0",
    "{history}.model is {model}",
    "{history}.history['loss'][-1] < {history}.history['loss'][0]",
)
TESTS: dict[str, dict[str, tuple[str, ...]]] = {
    "a2_binary": {
        "check_build": tuple(
            text.format(model="class_model", inputs=30, parameters=31) for text in _BUILT
        ),
        "check_compile": (
            "class_model.optimizer is not None",
            "class_model.loss is not None",
            "class_model.compiled",
        ),
        "check_fit": tuple(
            text.format(history="history", model="class_model") for text in _TRAINED
        ),
        "check_predict": (
            "predicted_labels.shape in ((len(X_test),), (len(X_test), 1))",
            "set(np.unique(predicted_labels)) <= {0, 1}",
            "0 <= test_accuracy <= 1",
        ),
    },
    "a3_multinomial": {
        "check_head_build": tuple(
            text.format(model="head_model", inputs=64, parameters=650) for text in _BUILT
        ),
        "check_head_train": tuple(
            text.format(history="head_history", model="head_model") for text in _TRAINED
        ),
        "check_digits_build": tuple(
            text.format(model="digits_model", inputs=64, parameters=9840) for text in _BUILT
        ),
        "check_digits_compile": (
            "isinstance(digits_model.optimizer, tf.keras.optimizers.Adam)",
            "digits_model.loss is not None",
            "digits_model.compiled",
        ),
        "check_digits_fit": tuple(
            text.format(history="digits_history", model="digits_model") for text in _TRAINED
        ),
    },
}


def make_environment() -> Path:
    """Python of an environment with otter and what the notebooks need, made where it is missing."""
    python = PLACE / "bin" / "python"
    ready = PLACE / ".ready"
    if ready.exists():
        return python
    say(f"{RELEASE} into {PLACE}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
    wanted = [f"{name}=={version(name)}" for name in ("tensorflow", "numpy", "scikit-learn")]
    install = [str(python), "-m", "pip", "install", "--quiet", RELEASE, "ipykernel", *wanted]
    subprocess.run(install, check=True, env=environment(ours=False))
    ready.touch()
    return python


def make_autograder(python: Path, folder: Path, assignment: str, points: dict[str, float]) -> Path:
    """``otter generate``: the zip file with the assignment's tests."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for cell, lines in TESTS[assignment].items():
        test = _test(cell, points[cell], lines)
        (tests / f"{cell}.py").write_text(test, encoding="utf-8")
    command: list[str | Path] = [
        python,
        "-m",
        "otter",
        "generate",
        "-t",
        tests,
        "-o",
        folder / "autograder.zip",
    ]
    timed([*command, "--no-environment"], folder, ours=False)
    return folder / "autograder.zip"


def grade(python: Path, autograder: Path, notebook: Path, full: float) -> tuple[float, float]:
    """Wall and CPU seconds of one ``otter run``. Raises RuntimeError unless it has full marks."""
    folder = notebook.parent
    command: list[str | Path] = [
        python,
        "-m",
        "otter",
        "run",
        "-a",
        autograder,
        "-o",
        folder,
        "--no-logo",
    ]
    took = timed([*command, notebook], folder, ours=False)
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    score = sum(float(test.get("score", 0)) for test in found["tests"])
    if score != full:
        raise RuntimeError(f"{full:g} points by otter expected, found {score:g}:\n{took.output}")
    return took.wall_s, took.cpu_s


def without_grade_cells(notebook: Notebook) -> Notebook:
    """The notebook as an otter course would have it: its tests are files beside it."""

    def kept(cell: dict[str, Any]) -> bool:
        return not cell["metadata"].get("nbgrader", {}).get("grade")

    return {**notebook, "cells": [cell for cell in notebook["cells"] if kept(cell)]}


def _test(name: str, points: float, lines: tuple[str, ...]) -> str:
    cases = [{"code": f">>> assert {line}", "hidden": False, "locked": False} for line in lines]
    suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": name, "points": points, "suites": [suite]}
    return f"OK_FORMAT = True\n\ntest = {test!r}\n"
