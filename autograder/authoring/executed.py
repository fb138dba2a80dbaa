"""Runs an assignment's solution in the jail and writes the executed notebooks."""

import json
import tempfile
from pathlib import Path
from typing import Any

from autograder.authoring.solutions import build_solution
from autograder.course import Course
from autograder.errors import ReleaseError
from autograder.gradebook.steps import solved
from autograder.grading import Desk, Shelf, plan_of, prepare_folder


def write_solutions(
    desk: Desk, course: Course, assignment: str, config: Any, shelf: Shelf | None = None
) -> list[Path]:
    """The executed solution notebooks, written to the solution directory.

    Raises ReleaseError when a solution does not run to its end.
    """
    plan = plan_of(course, assignment, shelf)
    with tempfile.TemporaryDirectory(prefix="autograder-solution-") as made:
        for name, source in plan.sources.items():
            notebook = solved(source, course, assignment, config)
            (Path(made) / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        prepared = prepare_folder(plan, Path(made), None)
        manifests, faults = desk.run(plan, prepared)
    if faults:
        raise ReleaseError("; ".join(faults.values()))
    written = []
    for name, source in plan.sources.items():
        data = build_solution(course, assignment, source, manifests[name], config)
        target = course.solution(assignment) / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(target)
    return written
