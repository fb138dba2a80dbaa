"""The lesson, the browser of tests/attacks, and a graded class of two with its feedback pages."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from autograder.gradebook import load_config
from autograder.grading.classroom import grade_class
from autograder.grading.desk import Desk
from autograder.grading.plan import plan_of
from autograder.jail.parent import WarmParent

HERE = Path(__file__).parent


def _loaded(name: str, path: Path) -> ModuleType:
    """A module by its path: importlib mode puts no folder of tests on the path."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def lesson() -> ModuleType:
    return _loaded("desk_lesson", HERE / "lesson.py")


@pytest.fixture(scope="session")
def paging() -> ModuleType:
    """The browser, and the server with Formgrader, that look at hostile pages as well."""
    return _loaded("desk_paging", HERE.parents[1] / "attacks" / "paging.py")


@pytest.fixture(scope="session")
def graded(
    lesson: ModuleType, warm_parent: WarmParent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimpleNamespace]:
    """Ada and Bob, graded by the real pipeline, and nbgrader's command for their pages."""
    folder = tmp_path_factory.mktemp("desk")
    course = lesson.course(folder / "course")
    for student, answers in (("ada", lesson.ADA), ("bob", lesson.BOB)):
        lesson.hand_in(course, student, answers)
    desk = Desk(course.state / "store", parent=warm_parent)
    plan, config = plan_of(course, lesson.ASSIGNMENT), load_config(course.root)
    found = grade_class(desk, plan, config, ["ada", "bob"], workers=1)
    results = {one.student: one for one in found}
    lesson.nbgrader(course.root, folder / "home", "generate_feedback", lesson.ASSIGNMENT)
    pages = {
        student: course.feedback(lesson.ASSIGNMENT, student) / f"{lesson.NOTEBOOK}.html"
        for student in results
    }
    yield SimpleNamespace(course=course, results=results, pages=pages, folder=folder)
