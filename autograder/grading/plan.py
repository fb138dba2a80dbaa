"""What an assignment asks for, read from its source notebooks and hidden checks."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.cell_names import cell_names, grade_id_of
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
    """A cell with points, under its name in the assignment (`cell_names`). ``checked`` is whether
    hidden checks decide it, not nbgrader's rule."""

    name: str
    notebook: str
    points: float
    checked: bool
    cell: Mapping[str, Any]  # Any: an nbformat cell

    @property
    def grade_id(self) -> str:
        """What its notebook calls it."""
        return grade_id_of(self.name)


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

    def cells_of(self, notebook: str) -> dict[str, GradeCell]:
        """The grade cells of one notebook, by the grade ids that they have there."""
        return {cell.grade_id: cell for cell in self.cells.values() if cell.notebook == notebook}


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
    cells = _by_name(assignment, made)
    cells = {name: replace(cell, checked=name in checked) for name, cell in cells.items()}
    if unknown := sorted(checked - set(cells)):
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


def _by_name(assignment: str, made: Mapping[str, Path]) -> dict[str, GradeCell]:
    """The grade cells of all notebooks, none of them checked yet."""
    scored = {notebook: _scored_cells(path) for notebook, path in made.items()}
    for notebook, cells in scored.items():
        if twice := [id_ for id_, count in Counter(map(_id, cells)).items() if count > 1]:
            raise CourseError(
                f"each grade id once in {notebook} of {assignment} expected, found {twice[0]} more "
                "than once. Rename one of the cells, release the assignment again, and hand the "
                "new notebook out."
            )
    names = cell_names({notebook: map(_id, cells) for notebook, cells in scored.items()})
    found = {}
    for notebook, cells in scored.items():
        for cell in cells:
            says = cell["metadata"]["nbgrader"]
            if says.get("grade"):
                name, points = names[notebook, _id(cell)], float(says.get("points", 0))
                found[name] = GradeCell(name, notebook, points, False, cell)
    return found


def _id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"]["nbgrader"]["grade_id"])


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
    at = {cell.name: (cell.notebook, cell.grade_id) for cell in written}
    return {name: sums[place] for name, place in at.items() if place in sums}


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


def _scored_cells(path: Path) -> list[dict[str, Any]]:
    """The cells with points, those that only a person gives among them."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [(cell, cell.get("metadata", {}).get("nbgrader", {})) for cell in notebook["cells"]]
        language = _language(notebook["metadata"])
        scored = [cell for cell, says in cells if says.get("grade") or says.get("task")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"an nbgrader notebook expected at {path}: {error}") from None
    if language not in PYTHON:
        raise CourseError(
            f"a Python notebook expected at {path}, found one for {language}. The jail runs Python "
            "alone: grade this assignment with nbgrader's own steps (docs/classic.md)."
        )
    for cell in scored:
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    return scored
