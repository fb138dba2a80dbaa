"""A release built from its source: the same bytes on every build, no database, no clock.

nbgrader's own steps make the student's notebook; what varies between builds (random cell ids)
is replaced. Trusts the instructor's source.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import ReleaseError
from autograder.gradebook import coursedir_of, load_config, released
from autograder.gradebook.files import plain_files
from autograder.nouns import JSON

CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What nbformat 4.5 allows as a cell id (JEP 62)."""


def build_release(
    course: Course, assignment: str, config: Config | None = None
) -> dict[str, bytes]:
    """What a student gets: every file of the release by its path below the assignment's folder.

    Raises ReleaseError for a source that nbgrader refuses, CourseError for one without notebooks.
    """
    config = load_config(course.root) if config is None else config
    source = course.source(assignment)
    ignore = list(coursedir_of(course, config).ignore)
    files = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in plain_files(source, ignore)
    }
    for path in course.notebooks(assignment):
        notebook = for_colab(released(path, course, assignment, config), path.name)
        files[path.name] = notebook_bytes(with_stable_ids(notebook))
    return dict(sorted(files.items()))


def write_release(course: Course, assignment: str, files: Mapping[str, bytes]) -> None:
    """Make the assignment's release folder hold exactly ``files``."""
    folder = course.release(assignment)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{assignment}-", dir=folder.parent) as made:
        new, old = Path(made) / "new", Path(made) / "old"
        new.mkdir()
        for name, data in files.items():
            target = new / name
            if not target.resolve().is_relative_to(new.resolve()):
                raise ReleaseError(f"a path inside the release expected, found {name!r}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        os.utime(folder)


def for_colab(notebook: Mapping[str, JSON], name: str) -> dict[str, JSON]:
    """``notebook`` with the metadata that Colab itself writes: its name, and no provenance.

    An empty provenance keeps Colab from listing where a copy came from.

    >>> for_colab({"cells": [], "metadata": {}}, "sums.ipynb")["metadata"]["colab"]
    {'name': 'sums.ipynb', 'provenance': []}
    """
    metadata = notebook.get("metadata")
    kept = metadata if isinstance(metadata, dict) else {}
    return {**notebook, "metadata": {**kept, "colab": {"name": name, "provenance": []}}}


def with_stable_ids(notebook: Mapping[str, JSON]) -> dict[str, JSON]:
    """``notebook`` as nbformat 4.5, each cell's id taken from its grade id or its content.

    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": "Read this."}
    >>> with_stable_ids({"cells": [cell], "metadata": {}})["cells"][0]["id"]
    'e6060ab34d39'
    """
    # Any: a notebook of ours or of nbgrader's, already valid.
    cells: Any = notebook["cells"]
    used: set[str] = set()
    renamed: list[JSON] = []
    for cell in cells:
        name = _unused(_preferred_id(cell), used)
        used.add(name)
        renamed.append({**cell, "id": name})
    return {**notebook, "nbformat": 4, "nbformat_minor": 5, "cells": renamed}


def notebook_bytes(notebook: Mapping[str, JSON]) -> bytes:
    """A notebook's file as Jupyter writes it: one space, sorted keys, text split into lines."""
    # Any: the cells and outputs of a valid notebook.
    cells: Any = notebook["cells"]
    split = {**notebook, "cells": [_split_cell(cell) for cell in cells]}
    text = json.dumps(split, indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode("utf-8")


def _preferred_id(cell: Any) -> str:
    grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
    if isinstance(grade_id, str) and CELL_ID.fullmatch(grade_id):
        return grade_id
    content = f"{cell['cell_type']}\n{cell['source']}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _unused(name: str, used: set[str]) -> str:
    if name not in used:
        return name
    number = 2
    while f"{name[:60]}-{number}" in used:
        number += 1
    return f"{name[:60]}-{number}"


def _split_cell(cell: Any) -> Any:
    parts = {**cell, "source": cell["source"].splitlines(keepends=True)}
    if "outputs" in cell:
        parts["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return parts


def _split_output(output: Any) -> Any:
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(keepends=True)}
    if "data" not in output:
        return output
    data = {
        kind: value.splitlines(keepends=True)
        if isinstance(value, str) and kind.startswith("text/")
        else value
        for kind, value in output["data"].items()
    }
    return {**output, "data": data}
