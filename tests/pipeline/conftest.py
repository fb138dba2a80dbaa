"""A tiny course with real hidden checks, and one warm parent for everything that runs in it."""

import copy
import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.gradebook import course_of, load_config, released
from autograder.jail.parent import WarmParent
from support.cells import answer, code, grade_cell, meta, notebook, text

REPOSITORY = Path(__file__).resolve().parents[2]

CHECKS = '''
import numpy as np

from autograder.checks import check


@check(cell="check_total", points=2)
def test_total(evidence):
    """The total is right."""
    assert evidence.scalar("total") == 10


@check(cell="check_table", points=3)
def test_table(evidence):
    """The table holds the first squares."""
    assert np.array_equal(evidence.array("table"), [0, 1, 4])
'''

SETTINGS = """
[limits]
cell_wall_s = 2.0
notebook_wall_s = 40.0
memory_bytes = 1073741824
processes = 48
disk_bytes = 16777216
output_bytes = 262144
"""


def source_notebook() -> dict[str, Any]:
    """Two cells with hidden checks, two that nbgrader's own rule scores."""
    cells = [
        text("# Sums"),
        code("import numpy as np", meta("setup", locked=True)),
        answer("total", "total = sum(range(5))"),
        grade_cell("check_total", 2, "total"),
        answer("table", "table = np.arange(3) ** 2"),
        grade_cell("check_table", 3, "table.shape"),
        answer("word", "word = 'keras'"),
        grade_cell("check_word", 1, "assert word == 'keras'"),
        answer("model", "class Model:\n    def evaluate(self):\n        return 0.25\n"),
        grade_cell("check_model", 4, "Model().evaluate()"),
    ]
    return notebook(cells)


ANSWERS = {
    "total": "total = sum(range(5))",
    "table": "table = np.arange(3) ** 2",
    "word": "word = 'keras'",
    "model": "class Model:\n    def evaluate(self):\n        return 0.25\n",
}


def make_course(root: Path) -> Course:
    """A course folder with this repository's configuration and one assignment, ``sums``."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    course = course_of(root)
    course.source("sums").mkdir(parents=True)
    (course.source("sums") / "lesson.ipynb").write_text(json.dumps(source_notebook()))
    course.checks("sums").mkdir(parents=True)
    (course.checks("sums") / "test_sums.py").write_text(CHECKS)
    (course.checks("sums") / "settings.toml").write_text(SETTINGS)
    return course


@pytest.fixture(scope="session")
def killing() -> Any:
    """The module of the kill campaign, which no package holds."""
    path = REPOSITORY / "tests" / "soak" / "killing.py"
    spec = importlib.util.spec_from_file_location("killing", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules["killing"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def new_course() -> Callable[[Path], Course]:
    return make_course


@pytest.fixture(scope="session")
def answered() -> Callable[..., dict[str, Any]]:
    """The released notebook with answers filled in, and others in the place of some."""
    memory: dict[Path, Any] = {}

    def fill(course: Course, **changes: str) -> dict[str, Any]:
        if course.root not in memory:
            path = course.source("sums") / "lesson.ipynb"
            memory[course.root] = released(path, course, "sums", load_config(course.root))
        notebook: dict[str, Any] = copy.deepcopy(memory[course.root])
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in ANSWERS:
                cell["source"] = changes.get(name, ANSWERS[name])
        return notebook

    return fill


@pytest.fixture(scope="session")
def hand_in() -> Callable[..., Path]:
    """Write a notebook (or any text) into a student's submitted folder."""

    def write(course: Course, student: str, content: Any, name: str = "lesson.ipynb") -> Path:
        folder = course.submitted("sums", student)
        folder.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text)
        return folder / name

    return write


@pytest.fixture(scope="session")
def warm_parent() -> Iterator[WarmParent]:
    with WarmParent() as parent:
        yield parent
