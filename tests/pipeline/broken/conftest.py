"""The corpus of broken submissions, and a course in which all of them are handed in."""

import copy
import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NEIGHBOURS = ("aaa", "mmm", "zzz")
"""Honest students before, between and behind the broken submissions."""


@dataclass(frozen=True)
class Case:
    """``make`` lays the submission; what it returns is expected of the result."""

    name: str
    make: Callable[[Path, Any], tuple[float | None, list[str]]]


def _cases(module: str) -> list[Case]:
    path = Path(__file__).with_name(f"{module}.py")
    spec = importlib.util.spec_from_file_location(module, path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    found = inspect.getmembers(loaded, inspect.isfunction)
    return [
        Case(name, made)
        for name, made in found
        if not name.startswith("_") and made.__module__ == module
    ]


CASES = [*_cases("whole_files"), *_cases("broken_cells")]


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return CASES


@pytest.fixture(scope="session")
def hand_in_all(new_course: Any, answered: Any, hand_in: Any) -> Callable[[Path], Any]:
    """Make a course with every case in it; the course and what is expected of each come back."""

    def make(root: Path) -> tuple[Any, dict[str, tuple[float | None, list[str]]]]:
        course = new_course(root)
        right = answered(course)
        for neighbour in NEIGHBOURS:
            hand_in(course, neighbour, answered(course))
        expected = {
            case.name: case.make(course.submitted("sums", case.name), copy.deepcopy(right))
            for case in CASES
        }
        return course, expected

    return make


def pytest_generate_tests(metafunc: Any) -> None:
    if "student" in metafunc.fixturenames:
        metafunc.parametrize("student", [case.name for case in CASES])
