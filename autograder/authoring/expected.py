"""``expected.toml``: answers whose points are known, and notebooks made of them."""

import copy
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

KINDS = ("right", "wrong")


@dataclass(frozen=True)
class Answer:
    """One known answer: solution cells that differ from the solution, and every cell's points."""

    name: str
    kind: str
    points: Mapping[str, float]
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


def answers_of(path: Path) -> tuple[Answer, ...]:
    """The answers in ``expected.toml``; none when there is no such file. Raises CourseError."""
    if not path.is_file():
        return ()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tuple(_answer(path, entry) for entry in raw["answer"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"[[answer]] tables expected in {path}: {error}") from None
    return found


def answered(source: Path, answer: Answer) -> dict[str, Any]:
    """The source notebook with the answer's cells in place of the solution's.

    Raises CourseError when the answer names a cell that the notebook does not have.
    """
    # Any: an nbformat notebook.
    notebook: dict[str, Any] = copy.deepcopy(json.loads(source.read_text(encoding="utf-8")))
    left = dict(answer.cells)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in left:
            cell["source"] = left.pop(grade_id).strip("\n")
    if left:
        raise CourseError(
            f"answer {answer.name!r} names the cells {sorted(left)}, which {source} does not have"
        )
    return notebook


def _answer(path: Path, entry: Mapping[str, Any]) -> Answer:
    if entry["kind"] not in KINDS:
        raise CourseError(f"kind {' or '.join(KINDS)} expected in {path}, found {entry['kind']!r}")
    points = {str(cell): float(value) for cell, value in entry["points"].items()}
    cells = {str(cell): str(text) for cell, text in entry.get("cells", {}).items()}
    return Answer(str(entry["name"]), entry["kind"], points, str(entry.get("note", "")), cells)
