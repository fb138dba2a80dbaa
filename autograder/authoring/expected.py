"""``expected.toml``: answers whose points are known, and notebooks made of them."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import STAND_IN
from autograder.errors import CourseError

KINDS = ("right", "wrong")
STAND_IN_POINTS = "stand-in-points"


@dataclass(frozen=True)
class Answer:
    """One known answer: solution cells that differ from the solution, and every cell's points.

    ``stand_in_points`` are those of every cell on the small stand-in for the assignment's data,
    empty where they are the same: what is too weak for clothes may do for digits.
    """

    name: str
    kind: str
    points: Mapping[str, float]
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    stand_in_points: Mapping[str, float] = field(default_factory=dict)

    def points_on(self, variant: str) -> dict[str, float]:
        """The points by cell on a variant of the data, "full" or "stand-in"."""
        return dict(self.stand_in_points if variant == STAND_IN else {}) or dict(self.points)


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
    return answered_all({source.stem: source}, answer)[source.stem]


def answered_all(sources: Mapping[str, Path], answer: Answer) -> dict[str, dict[str, Any]]:
    """An assignment's source notebooks, by name, with the answer's cells in them.

    A cell goes by its grade id, with its notebook before it ("notebook/id") where several notebooks
    have that id. Raises CourseError for a name that is not one cell's alone.
    """
    # Any: nbformat notebooks.
    found: dict[str, dict[str, Any]] = {
        name: json.loads(path.read_text(encoding="utf-8")) for name, path in sources.items()
    }
    places: dict[str, list[dict[str, Any]]] = {}
    for name, notebook in found.items():
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            for title in (grade_id, f"{name}/{grade_id}") if grade_id else ():
                places.setdefault(title, []).append(cell)
    for title, text in answer.cells.items():
        cells = places.get(title, [])
        if len(cells) != 1:
            raise CourseError(
                f"the name of one cell expected in the answer {answer.name!r}, found {title!r}, "
                f"which {len(cells)} cells have in {', '.join(map(str, sources.values()))}"
            )
        cells[0]["source"] = text.strip("\n")
    return found


def _answer(path: Path, entry: Mapping[str, Any]) -> Answer:
    if entry["kind"] not in KINDS:
        raise CourseError(f"kind {' or '.join(KINDS)} expected in {path}, found {entry['kind']!r}")
    points = _points(entry["points"])
    small = _points(entry.get(STAND_IN_POINTS, {}))
    if small and small.keys() != points.keys():
        raise CourseError(
            f"{STAND_IN_POINTS} for {sorted(points)} expected in {path}, found {sorted(small)}"
        )
    cells = {str(cell): str(text) for cell, text in entry.get("cells", {}).items()}
    note = str(entry.get("note", ""))
    return Answer(str(entry["name"]), entry["kind"], points, note, cells, small)


def _points(raw: Mapping[str, Any]) -> dict[str, float]:
    return {str(cell): float(value) for cell, value in raw.items()}
