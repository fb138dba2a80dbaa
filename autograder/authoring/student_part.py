"""The part of this package that a student installs: what notebooks import, and ``preflight``.

No grading, no jail, no checks. The parts are named here one by one, so that nothing new is
published by accident; a test installs them alone and runs a notebook's set-up.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import ReleaseError

PACKAGE = Path(__file__).resolve().parent.parent

PARTS = (
    "__init__.py",
    "errors.py",
    "nouns.py",
    "evidence",
    "recorder",
    "matchers",
    "diagnosis",
    "intake",
    "student",
)
"""What ``autograder.student`` imports, at once or later."""

_SUFFIXES = frozenset({".py", ".j2", ".html", ".css", ".txt"})
_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)

_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "keras-autograder"
version = "{version}"
description = "Visible checks and hints for the notebooks of a Keras course"
requires-python = ">=3.11"
dependencies = ["numpy>=1.26"]

[project.scripts]
autograder = "autograder.student.command:main"

[tool.hatch.build.targets.wheel]
packages = ["autograder"]
"""


def student_part(package: Path = PACKAGE) -> dict[str, bytes]:
    """The files of the installable student part by their path in the published tree.

    Raises ReleaseError when a part is not there.
    """
    files = {"pyproject.toml": _PROJECT.format(version=_version(package)).encode()}
    for name in PARTS:
        if not (package / name).exists():
            raise ReleaseError(f"the student part expected at {package / name}, found nothing")
        for path in _files(package / name):
            files[f"autograder/{path.relative_to(package).as_posix()}"] = path.read_bytes()
    return files


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for path in sorted(place.rglob("*")):
        if path.is_file() and path.suffix in _SUFFIXES and "__pycache__" not in path.parts:
            yield path


def _version(package: Path) -> str:
    found = _VERSION.search((package / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ReleaseError(f"__version__ expected in {package / '__init__.py'}, found none")
    return found[1]
