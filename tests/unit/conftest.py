"""A small course on disk, with a real source notebook, for whatever needs one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.course import Course
from support.cells import answer, code, grade_cell, meta, notebook, text

HIDDEN = """assert isinstance(answer, int)
### BEGIN HIDDEN TESTS
assert answer == 42
### END HIDDEN TESTS"""


def source_notebook(points: float = 2, extra: bool = False) -> dict[str, object]:
    """Two exercises: a number (classic hidden test) and a written answer (graded by hand)."""
    cells = [
        text("# One lesson"),
        code("import math", meta("setup", locked=True)),
        answer("answer", "answer = 42"),
        grade_cell("check_answer", points, HIDDEN),
        text("It is so.", meta("essay", grade=True, solution=True, points=3)),
    ]
    if extra:
        cells.append(grade_cell("check_more", 1, "assert True"))
    return notebook(cells)


@pytest.fixture
def write_source() -> Callable[..., None]:
    """Write (or rewrite) the source notebook of assignment ``one``."""

    def write(course: Course, **changes: object) -> None:
        folder = course.source("one")
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(source_notebook(**changes))  # type: ignore[arg-type]
        (folder / "lesson.ipynb").write_text(text)

    return write


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new gradebook, made once: nbgrader starts alembic for each, which takes seconds."""
    from autograder.gradebook.session import opened

    course = Course(root=tmp_path_factory.mktemp("gradebook"))
    with opened(course, Config()):
        return course.root / "gradebook.db"


@pytest.fixture
def small_course(
    tmp_path: Path, write_source: Callable[..., None], empty_gradebook: Path
) -> Course:
    """A course with assignment ``one``, notebook ``lesson``, a data file and a gradebook."""
    course = Course(root=tmp_path / "course")
    write_source(course)
    shutil.copy(empty_gradebook, course.root / "gradebook.db")
    (course.source("one") / "data.csv").write_text("a,b\n1,2\n")
    return course


@pytest.fixture
def submit() -> Callable[..., Path]:
    """Hand in the released notebook with a given answer; the submitted folder comes back."""
    from autograder.gradebook import load_config, released

    def hand_in(course: Course, student: str = "ada", answer: str | None = "answer = 42") -> Path:
        path = course.source("one") / "lesson.ipynb"
        notebook = released(path, course, "one", load_config(course.root))
        if answer is not None:
            notebook["cells"][2]["source"] = answer  # type: ignore[index, call-overload]
        folder = course.submitted("one", student)
        folder.mkdir(parents=True)
        (folder / "lesson.ipynb").write_text(json.dumps(notebook))
        (folder / "timestamp.txt").write_text("2026-03-01 12:00:00.000000 UTC")
        return folder

    return hand_in
