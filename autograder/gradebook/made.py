"""The source notebooks as nbgrader makes them before it takes anything out for a release.

``IncludeHeaderFooter`` adds cells and ``InstantiateTests`` turns AUTOTEST lines into asserts;
neither stands in ``source/``, and both belong to what a submission is put back into. A notebook
that has none of it stays where it lies. Trusts the instructor: InstantiateTests runs the source.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import IncludeHeaderFooter, InstantiateTests, SaveCells
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook.steps import assignment_steps, through

NAMED_BY = 24
"""Hexadecimal digits of a folder's name: enough that no two sources of a course share one."""


def made_sources(course: Course, assignment: str, config: Config) -> dict[str, Path]:
    """Of each notebook the file that has all its cells, by name.

    Raises CourseError where there is no notebook, ReleaseError for a source, header, footer or test
    template that nbgrader refuses.
    """
    paths = course.notebooks(assignment)
    steps = _steps(course, config)
    delimiter = InstantiateTests(config=config).autotest_delimiter.encode()
    added = IncludeHeaderFooter in steps and _added(course, config)
    tested = InstantiateTests in steps and any(delimiter in p.read_bytes() for p in paths)
    if not added and not tested:
        return {path.stem: path for path in paths}
    folder = course.state / "sources" / _name(course, assignment, config)
    return {path.stem: _made(steps, path, folder, course, assignment, config) for path in paths}


def released_checksums(
    course: Course, assignment: str, config: Config, made: Mapping[str, Path]
) -> dict[tuple[str, str], str]:
    """Of each solution cell in the notebooks ``made``, by notebook and grade id, its checksum as it
    was released."""
    done = {*_steps(course, config)}
    found: dict[tuple[str, str], str] = {}
    for name, path in made.items():
        rest = [s for s in assignment_steps(course, config) if s not in done | {SaveCells}]
        node = nbformat.from_dict(through(rest, path, course, assignment, config))
        for cell in node.cells:
            says = cell.metadata.get("nbgrader", {})
            if says.get("solution"):
                found[name, says["grade_id"]] = says["checksum"]
    return found


# Any below: nbgrader's classes are untyped.
def _steps(course: Course, config: Config) -> list[Any]:
    ours = (IncludeHeaderFooter, InstantiateTests)
    return [step for step in assignment_steps(course, config) if step in ours]


def _added(course: Course, config: Config) -> list[Path]:
    step = IncludeHeaderFooter(config=config)
    return [course.root / name for name in (step.header, step.footer) if name]


def _name(course: Course, assignment: str, config: Config) -> str:
    """Everything that the notebooks are made from, as a folder's name."""
    digest = hashlib.sha256()
    folder = course.source(assignment)
    template = InstantiateTests(config=config).autotest_filename
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in [*files, *_added(course, config), course.root / template]:
        digest.update(f"{path.name}\n".encode())
        with contextlib.suppress(FileNotFoundError):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(json.dumps(_settings(config), sort_keys=True, default=str).encode())
    return digest.hexdigest()[:NAMED_BY]


def _settings(config: Config) -> list[Any]:
    return [config.get(name, {}) for name in ("IncludeHeaderFooter", "InstantiateTests")]


def _made(
    steps: list[Any], path: Path, folder: Path, course: Course, assignment: str, config: Config
) -> Path:
    target = folder / path.name
    if target.is_file():
        return target
    text = json.dumps(through(steps, path, course, assignment, config))
    folder.mkdir(parents=True, exist_ok=True)
    # Another command may make the same file right now: the last rename wins, with the same text.
    handle, draft = tempfile.mkstemp(dir=folder, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(target)
    return target
