"""What an assignment asks for, read from its source notebooks and hidden checks."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.checks.outcomes import Check
from autograder.checks.session import collected
from autograder.course import Course, Settings, settings_of
from autograder.errors import CourseError
from autograder.evidence.calls import Call
from autograder.gradebook import load_config, made_sources, released_checksums
from autograder.grading.data import AssignmentData, Shelf

PYTHON = frozenset({"python", "ipython", "Python"})
"""How notebooks name the language that the jail runs."""


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
    """An assignment, ready to grade submissions of.

    ``sources`` are the instructor's notebooks by name, ``made`` the files that also have what
    nbgrader adds to them. ``unanswered`` has the checksum of each solution cell that nbgrader's
    rule scores, as it was released. ``reference`` is the text of its reference.py; ``seeds`` has
    the checks that may be tried with other random numbers, and in how many runs.
    """

    course: Course
    assignment: str
    settings: Settings
    sources: Mapping[str, Path]
    cells: Mapping[str, GradeCell]
    data: AssignmentData | None = None
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reference: str = ""
    seeds: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[str, Path] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)

    @property
    def checks(self) -> Path:
        """The folder of the hidden checks."""
        return self.course.checks(self.assignment)


def plan_of(course: Course, assignment: str, shelf: Shelf | None = None) -> Plan:
    """The plan, with the assignment's data from ``shelf``.

    Raises CourseError for a missing or broken source and for data that is not on this machine,
    CheckError for checks.
    """
    sources = {path.stem: path for path in course.notebooks(assignment)}
    folder = course.checks(assignment)
    checks = collected(folder) if folder.is_dir() else []
    checked = {check.declared.cell for check in checks}
    config = load_config(course.root)
    made = made_sources(course, assignment, config)
    cells = _by_id(assignment, made, checked)
    unknown = sorted(checked - set(cells))
    if unknown:
        raise CourseError(
            f"checks for the grade cells of {assignment} expected, found checks for {unknown}. "
            f"Its grade cells: {sorted(cells)}"
        )
    settings = settings_of(course, assignment)
    data = (shelf or Shelf()).data_of(course, assignment, settings)
    if data is not None:
        settings = settings_of(course, assignment, data.variant)
    return Plan(
        course,
        assignment,
        settings,
        sources,
        cells,
        data,
        calls=_calls(checks),
        files=_files(checks),
        reference=_reference(folder),
        made=made,
        unanswered=_unanswered(course, assignment, config, made, cells),
        seeds={check.id: check.declared.seeds for check in checks if check.declared.seeds > 1},
    )


def _by_id(
    assignment: str, made: Mapping[str, Path], checked: Collection[str]
) -> dict[str, GradeCell]:
    """The grade cells of all notebooks by id, which has to be one cell's alone: results, checks and
    exports name a cell by it."""
    found: dict[str, GradeCell] = {}
    for name, path in made.items():
        for cell in _grade_cells(path):
            meta = cell["metadata"]["nbgrader"]
            grade_id = str(meta["grade_id"])
            if (other := found.get(grade_id)) is not None:
                raise CourseError(
                    f"each grade id once in the notebooks of {assignment} expected, found "
                    f"{grade_id} in {other.notebook} and in {name}. Rename one of the two cells, "
                    "release the assignment again, and hand the new notebook out."
                )
            points = float(meta.get("points", 0))
            found[grade_id] = GradeCell(grade_id, name, points, grade_id in checked, cell)
    return found


# Any: a traitlets Config.
def _unanswered(
    course: Course,
    assignment: str,
    config: Any,
    made: Mapping[str, Path],
    cells: Mapping[str, GradeCell],
) -> dict[str, str]:
    """Checksums of answers that a student writes and nbgrader's rule scores; often none."""
    written = [c for c in cells.values() if c.cell["metadata"]["nbgrader"].get("solution")]
    if all(cell.checked for cell in written):
        return {}
    sums = released_checksums(course, assignment, config, made)
    return {cell.name: sums[cell.name] for cell in written if cell.name in sums}


def _reference(checks: Path) -> str:
    """The text of reference.py beside the checks, empty where there is none."""
    path = checks / "reference.py"
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"Python text expected in {path}: {error}") from None


def _calls(checks: Sequence[Check]) -> dict[str, tuple[Call, ...]]:
    """What to call before each grade cell, each call once."""
    found: dict[str, dict[str, Call]] = {}
    for check in checks:
        for call in check.declared.calls:
            found.setdefault(check.declared.cell, {})[call.key] = call
    return {cell: tuple(calls.values()) for cell, calls in found.items()}


def _files(checks: Sequence[Check]) -> dict[str, tuple[str, ...]]:
    """Which files to keep before each grade cell, each once."""
    found: dict[str, dict[str, None]] = {}
    for check in checks:
        for name in check.declared.files:
            found.setdefault(check.declared.cell, {})[name] = None
    return {cell: tuple(names) for cell, names in found.items()}


def _language(metadata: Mapping[str, Any]) -> str:
    spec = metadata.get("kernelspec", {})
    told = spec.get("language") or metadata.get("language_info", {}).get("name")
    return str(told or "python")


def _grade_cells(path: Path) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        language = _language(notebook["metadata"])
        graded = [c for c in cells if c.get("metadata", {}).get("nbgrader", {}).get("grade")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"an nbgrader notebook expected at {path}: {error}") from None
    if language not in PYTHON:
        raise CourseError(
            f"a Python notebook expected at {path}, found one for {language}. The jail runs Python "
            "alone: grade this assignment with nbgrader's own steps (docs/classic.md)."
        )
    for cell in graded:
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    return graded
