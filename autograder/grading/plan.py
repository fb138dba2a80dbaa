"""What an assignment asks for, read from its source notebooks and hidden checks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checks.session import declared
from autograder.course import Course, Settings, settings_of
from autograder.errors import CourseError


@dataclass(frozen=True)
class GradeCell:
    """A cell with points. ``checked`` is whether hidden checks decide it, not nbgrader's rule."""

    name: str
    notebook: str
    points: float
    checked: bool
    cell: Mapping[str, Any]  # Any: an nbformat cell


@dataclass(frozen=True)
class Plan:
    """An assignment, ready to grade submissions of."""

    course: Course
    assignment: str
    settings: Settings
    sources: Mapping[str, Path]
    cells: Mapping[str, GradeCell]

    @property
    def checks(self) -> Path:
        """The folder of the hidden checks."""
        return self.course.checks(self.assignment)


def plan_of(course: Course, assignment: str) -> Plan:
    """The plan. Raises CourseError for a missing or broken source, CheckError for checks."""
    sources = {path.stem: path for path in course.notebooks(assignment)}
    folder = course.checks(assignment)
    checked = set(declared(folder)) if folder.is_dir() else set()
    cells: dict[str, GradeCell] = {}
    for name, path in sources.items():
        for cell in _grade_cells(path):
            meta = cell["metadata"]["nbgrader"]
            grade_id = str(meta["grade_id"])
            points = float(meta.get("points", 0))
            cells[grade_id] = GradeCell(grade_id, name, points, grade_id in checked, cell)
    unknown = sorted(checked - set(cells))
    if unknown:
        raise CourseError(
            f"checks for the grade cells of {assignment} expected, found checks for {unknown}. "
            f"Its grade cells: {sorted(cells)}"
        )
    return Plan(course, assignment, settings_of(course, assignment), sources, cells)


def _grade_cells(path: Path) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        graded = [c for c in cells if c.get("metadata", {}).get("nbgrader", {}).get("grade")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"an nbgrader notebook expected at {path}: {error}") from None
    for cell in graded:
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    return graded
