"""A released notebook with visible checks, and ways to fill it in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import build_release, write_release
from autograder.course import Course
from support.cells import answer, code, grade_cell, meta, notebook, text

SET_UP = "from autograder import student as grader"
ANSWERS = {"answer": "answer = 42", "word": "word = answer + 1"}


def _source() -> dict[str, Any]:
    cells = [
        text("# Numbers"),
        code(SET_UP, meta("setup", locked=True)),
    ]
    for name, solution in ANSWERS.items():
        cells.append(answer(name, solution))
        cells.append(grade_cell(f"check_{name}", 1, f"grader.check({name}=grader.number(low=1))"))
    return notebook(cells)


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
