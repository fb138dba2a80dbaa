"""Courses as other teachers write them (tests/fairness/courses), in nbgrader's own files.

regression.txt says in its first lines how they are written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.cells import code, grade_cell, meta, notebook, text

FOLDER = Path(__file__).resolve().parents[1] / "fairness" / "courses"
_PART = re.compile(r"^@@@ (config|file|header|notebook) ?(.*)$", re.MULTILINE)
_CELL = re.compile(r"^%% (\w+) ?(\S*) ?(\S*)$", re.MULTILINE)
_STUDENT = re.compile(r"^=== (\w+)$", re.MULTILINE)
_ANSWER = re.compile(r"^--- (\S+)$", re.MULTILINE)

SOLUTION = {"solution": True}


@dataclass(frozen=True)
class Stranger:
    """A course: settings, files beside its notebooks, a header, notebooks, students' cells.

    ``students`` has what each wrote, by cell id; the key "+" stands for the solution elsewhere.
    """

    name: str
    config: str
    files: Mapping[str, str]
    header: Mapping[str, Any] | None
    notebooks: Mapping[str, Mapping[str, Any]]
    students: Mapping[str, Mapping[str, str]]

    def handed_in(self, released: Mapping[str, Any], name: str, student: str) -> dict[str, Any]:
        """The released notebook ``name`` with the student's cells."""
        wrote = self.students[student]
        solved = {_id(cell): cell["source"] for cell in self.notebooks[name]["cells"]}
        found: dict[str, Any] = json.loads(json.dumps(released))
        for cell in found["cells"]:
            here = cell["metadata"].get("nbgrader", {})
            if not here.get("solution"):
                continue
            if here["grade_id"] in wrote:
                cell["source"] = wrote[here["grade_id"]]
            elif "+" in wrote and cell["cell_type"] == "code":
                cell["source"] = solved[here["grade_id"]]
        return found


def strangers() -> list[str]:
    """The names of all courses."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def stranger(name: str) -> Stranger:
    """One course, read."""
    whole = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    course, *classroom = _STUDENT.split(whole)
    config, files, notebooks, header = "", {}, {}, None
    parts = iter(_PART.split(course)[1:])
    for kind, title, body in zip(parts, parts, parts, strict=True):
        if kind == "config":
            config = body.strip() + "\n"
        elif kind == "file":
            files[title] = body.strip("\n") + "\n"
        elif kind == "header":
            header = _notebook(body)
        else:
            notebooks[title] = _notebook(body)
    names = iter(classroom)
    students = {who: _wrote(body) for who, body in zip(names, names, strict=True)}
    return Stranger(name, config, files, header, notebooks, students)


def _wrote(body: str) -> dict[str, str]:
    first, *rest = _ANSWER.split(body)
    cells = iter(rest)
    found = {cell: source.strip("\n") for cell, source in zip(cells, cells, strict=True)}
    return found | ({"+": ""} if first.strip() == "+" else {})


def _notebook(body: str) -> dict[str, Any]:
    cells = iter(_CELL.split(body)[1:])
    return notebook(
        [_cell(*found, source.strip("\n")) for *found, source in zip(*[cells] * 4, strict=True)]
    )


def _cell(kind: str, name: str, points: str, source: str) -> dict[str, Any]:
    if kind == "text":
        return text(source)
    if kind == "plain":
        return code(source)
    if kind == "locked":
        return code(source, meta(name, locked=True))
    if kind == "answer":
        return code(source, meta(name, solution=True))
    worth = float(points)
    if kind == "tests":
        return grade_cell(name, worth, source)
    if kind == "task":
        return text(source, meta(name, task=True, locked=True, points=worth))
    assert kind == "manual", kind
    by_hand = meta(name, grade=True, solution=True, points=worth)
    is_code = "import" in source
    return code(source, by_hand) if is_code else text(source, by_hand)


def _id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
