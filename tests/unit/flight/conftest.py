"""A released notebook with visible checks, and ways to fill it in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import build_release, write_release
from autograder.course import Course

SET_UP = "from autograder import student as grader"
ANSWERS = {"answer": "answer = 42", "word": "word = answer + 1"}


def _meta(name: str, **says: object) -> dict[str, object]:
    base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**base, "grade_id": name, **says}}


def _code(source: str, metadata: dict[str, object]) -> dict[str, object]:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return {**cell, "outputs": [], "execution_count": None}


def _source() -> dict[str, object]:
    cells = [
        {"cell_type": "markdown", "source": "# Numbers", "metadata": {}},
        _code(SET_UP, _meta("setup", locked=True)),
    ]
    for name, text in ANSWERS.items():
        solution = f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"
        cells.append(_code(solution, _meta(name, solution=True)))
        check = f"grader.check({name}=grader.number(low=1))"
        cells.append(_code(check, _meta(f"check_{name}", grade=True, locked=True, points=1)))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": kernel, "cells": cells}


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """The released notebook, where a published course has it."""
    course = Course(root=tmp_path / "course")
    course.source("one").mkdir(parents=True)
    (course.source("one") / "numbers.ipynb").write_text(json.dumps(_source()))
    (course.source("one") / "data.csv").write_text("a,b\n1,2\n")
    write_release(course, "one", build_release(course, "one"))
    return course.release("one") / "numbers.ipynb"


@pytest.fixture
def filled(tmp_path: Path, original: Path) -> Callable[..., Path]:
    """The student's copy, in a folder of its own; ``cells`` take the place of the answers."""

    def fill(change: Callable[[Any], None] | None = None, **cells: str | None) -> Path:
        notebook = json.loads(original.read_text())
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in ANSWERS and cells.get(name, "") is not None:
                cell["source"] = cells.get(name) or ANSWERS[name]
        if change is not None:
            change(notebook)
        path = tmp_path / "mine" / "numbers.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(notebook))
        return path

    return fill
