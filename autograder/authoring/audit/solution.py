"""The solution's cells for the operators, and a notebook of a variant for the grader."""

import json
from pathlib import Path
from typing import Any

from autograder.authoring.audit.variants import Cell, Solution, Variant
from autograder.authoring.expected import Answer, answered
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import load_config
from autograder.gradebook.steps import solved


def solution_of(course: Course, assignment: str) -> tuple[Path, Solution]:
    """The source notebook and its solved code cells, grade cells left out.

    Raises CourseError for an assignment of several notebooks, whose cells depend on each other in
    ways that operators on one of them do not see.
    """
    paths = course.notebooks(assignment)
    if len(paths) != 1:
        raise CourseError(
            f"one notebook expected for an audit of {assignment}, found {len(paths)}: "
            f"{', '.join(path.name for path in paths)}"
        )
    notebook: Any = solved(paths[0], course, assignment, load_config(course.root))
    cells = []
    for cell in notebook["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and not facts.get("grade"):
            solution = bool(facts.get("solution"))
            cells.append(Cell(str(facts.get("grade_id", "")), str(cell["source"]), solution))
    return paths[0], Solution(assignment, tuple(cells))


def grade_cells(path: Path) -> dict[str, str]:
    """The grade cell that decides over each solution cell: the next one below it."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("solution"):
            waiting.append(facts["grade_id"])
        if facts.get("grade"):
            found.update(dict.fromkeys(waiting, facts["grade_id"]))
            waiting = []
    return found


def notebook_of(path: Path, variant: Variant | None) -> dict[str, Any]:
    """The source notebook with the variant's cells, or as it is, the solution (nbformat JSON)."""
    cells = {} if variant is None else dict(variant.cells)
    return answered(path, Answer("variant", "wrong", {}, cells=cells))
