"""A source notebook taken through nbgrader's own preprocessors, in memory.

Nothing is written: `register` runs the list up to SaveCells, a release runs it without SaveCells.
Trusts the instructor who wrote ``source/``.
"""

import contextlib
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment, GenerateSolution
from nbgrader.preprocessors import Execute, SaveCells
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.course import Course
from autograder.errors import AutograderError, ReleaseError
from autograder.gradebook.config import coursedir_of
from autograder.nouns import JSON

Notebook = dict[str, JSON]
"""A notebook as plain JSON values, nbformat 4; multi-line text is one string."""


def released(path: Path, course: Course, assignment: str, config: Config) -> Notebook:
    """The notebook that a student gets for the source notebook at ``path``.

    Raises ReleaseError when nbgrader refuses it (a solution region in an ordinary cell, say).
    """
    steps = [step for step in assignment_steps(course, config) if step is not SaveCells]
    return through(steps, path, course, assignment, config)


def solved(path: Path, course: Course, assignment: str, config: Config) -> Notebook:
    """The source notebook with its solutions, locked and without outputs."""
    steps = [step for step in _steps(GenerateSolution, course, config) if step is not Execute]
    return through(steps, path, course, assignment, config)


def assignment_steps(course: Course, config: Config) -> list[Any]:
    """The classes of ``GenerateAssignment.preprocessors`` as configured.

    Any: nbgrader's classes are untyped.
    """
    return _steps(GenerateAssignment, course, config)


def through(
    steps: Sequence[Any], path: Path, course: Course, assignment: str, config: Config
) -> Notebook:
    """The notebook at ``path`` after ``steps``. Raises ReleaseError with nbgrader's reason."""
    resources = {
        "unique_key": path.stem,
        "metadata": {"name": path.stem, "path": str(path.parent)},
        "nbgrader": {
            "student": ".",
            "assignment": assignment,
            "notebook": path.stem,
            "db_url": course.database_url,
        },
    }
    try:
        node = nbformat.read(path, as_version=4)
        with _folder_for(path, course, config):
            for step in steps:
                node, resources = step(config=config)(node, resources)
    except AutograderError:
        raise
    except Exception as error:
        # nbgrader's steps raise RuntimeError, ValidationError, KeyError and more for bad sources.
        raise ReleaseError(
            f"a source notebook that nbgrader accepts expected at {path}: "
            f"{type(error).__name__}: {error}. Correct the notebook in {path.parent}."
        ) from error
    return plain(node)


def plain(node: Any) -> Notebook:
    """A NotebookNode (untyped, hence Any) as plain dicts and lists."""
    notebook: Notebook = json.loads(json.dumps(node))
    return notebook


def _folder_for(path: Path, course: Course, config: Config) -> AbstractContextManager[None]:
    # nbgrader reads header, footer and autotests.yml relative to the course folder. The working
    # folder belongs to all threads of a process, so it moves for a course that has them alone.
    wanted = any(name in config for name in ("IncludeHeaderFooter", "InstantiateTests"))
    if wanted or b"AUTOTEST" in path.read_bytes():
        return contextlib.chdir(course.root)
    return contextlib.nullcontext()


def _steps(converter: Any, course: Course, config: Config) -> list[Any]:
    configured = converter(coursedir=coursedir_of(course, config), config=config).preprocessors
    return [import_item(step) if isinstance(step, str) else step for step in configured]
