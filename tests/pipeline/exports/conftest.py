"""A class that was graded in a real jail, and the readers of the unit tests."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.cli.app import main
from autograder.course import Course
from autograder.gradebook import load_config
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import default_store, grade_class, submissions
from autograder.jail.parent import WarmParent

READERS = Path(__file__).resolve().parents[2] / "unit" / "exports" / "readers.py"
BROKEN_CHECK = """

@check(cell="check_table", points=0)
def test_first(evidence):
    \"\"\"The table begins with nought.\"\"\"
    if evidence.array("table")[0] == 7:
        raise RuntimeError("a fault of the check's author")
"""


@pytest.fixture(scope="session")
def readers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("export_readers", READERS)
    assert spec is not None and spec.loader is not None
    module = sys.modules["export_readers"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def graded_once(
    tmp_path_factory: pytest.TempPathFactory,
    new_course: Callable[[Path], Course],
    answered: Callable[..., dict[str, Any]],
    hand_in: Callable[..., Path],
    warm_parent: WarmParent,
) -> Course:
    """Ada has everything, Ben a wrong total, Cyd a table that the check's author did not expect,
    and Dan's file cannot be read."""
    course = new_course(tmp_path_factory.mktemp("exports") / "course")
    with (course.checks("sums") / "test_sums.py").open("a") as file:
        file.write(BROKEN_CHECK)
    hand_in(course, "ada", answered(course))
    hand_in(course, "ben", answered(course, total="total = '=1+1'"))
    hand_in(course, "cyd", answered(course, table="table = np.array([7, 1, 4])"))
    hand_in(course, "dan", "no notebook at all {")
    config = load_config(course.root)
    desk = Desk(default_store(course), parent=warm_parent)
    names = submissions(course, "sums")
    assert len(list(grade_class(desk, plan_of(course, "sums"), config, names, workers=1))) == 4
    return course


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path) -> Course:
    """A copy of that class, to do with it what one likes."""
    root = tmp_path / "course"
    shutil.copytree(graded_once.root, root)
    from autograder.gradebook import course_of

    return course_of(root)


@pytest.fixture
def autograder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command line in this process: its exit status, and what it printed."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


@pytest.fixture
def export(autograder: Any, graded: Course) -> Callable[..., tuple[int, str, str]]:
    """``autograder export sums --to FORMAT`` on that class."""

    def run(to: str, into: Path, *more: object) -> tuple[int, str, str]:
        told: tuple[int, str, str] = autograder(
            "export", "sums", "--to", to, "--into", into, "--course", graded.root, *more
        )
        return told

    return run


@pytest.fixture
def read_json() -> Callable[[Path], Any]:
    return lambda path: json.loads(path.read_text(encoding="utf-8"))
