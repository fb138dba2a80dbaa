"""An assignment put into the gradebook from ``source/``; ``release/`` is never touched.

The same steps that ``nbgrader generate_assignment`` runs, up to the one that saves the cells.
Trusts the instructor's source notebooks.
"""

from typing import Any

import nbformat
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError, ReleaseError
from autograder.gradebook.indexes import add_indexes
from autograder.gradebook.patience import locked, patiently
from autograder.gradebook.session import opened
from autograder.gradebook.steps import Notebook, assignment_steps, through

CellFacts = dict[str, tuple[str, float, str, str]]
"""Of each cell that the gradebook knows: its type, points, checksum and source."""


def register(course: Course, assignment: str, config: Config) -> bool:
    """Bring the gradebook's copy of ``assignment`` up to date; True when something changed.

    Changed points and sources reach the gradebook; scores that a person gave stay. Raises
    GradebookError when cells or notebooks were added or removed although there are submissions,
    ReleaseError for a source that nbgrader refuses.
    """
    return patiently(lambda: _registered(course, assignment, config), locked)


def _registered(course: Course, assignment: str, config: Config) -> bool:
    steps = assignment_steps(course, config)
    before = steps[: steps.index(SaveCells)] if SaveCells in steps else steps
    paths = course.notebooks(assignment)
    prepared = {path: through(before, path, course, assignment, config) for path in paths}
    names = {path.stem for path in paths}
    with opened(course, config) as gradebook:
        add_indexes(gradebook)
        if _known(gradebook, assignment) == {p.stem: _facts(n) for p, n in prepared.items()}:
            return False
        gradebook.update_or_create_assignment(assignment)
        given = _given_by_hand(gradebook, assignment)
        _drop_removed(gradebook, assignment, names, given)
        for path in paths:
            _save(path.stem, prepared[path], course, assignment, config, given)
    return True


# Any below: nbgrader's rows and sessions are untyped.
def _known(gradebook: Any, assignment: str) -> dict[str, CellFacts]:
    found = {a.name: a for a in gradebook.assignments}.get(assignment)
    if found is None:
        return {}
    return {
        notebook.name: {
            cell.name: (
                cell.cell_type,
                {g.name: g.max_score for g in (*notebook.grade_cells, *notebook.task_cells)}.get(
                    cell.name, 0.0
                ),
                cell.checksum or "",
                cell.source,
            )
            for cell in notebook.source_cells
        }
        for notebook in found.notebooks
    }


def _facts(notebook: Notebook) -> CellFacts:
    node = nbformat.from_dict(notebook)
    return {
        cell.metadata.nbgrader.grade_id: (
            cell.cell_type,
            float(cell.metadata.nbgrader.get("points") or 0.0),
            cell.metadata.nbgrader.get("checksum") or "",
            cell.source,
        )
        for cell in node.cells
        if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)
    }


def _given_by_hand(gradebook: Any, assignment: str) -> int:
    """How many scores, extra credits and comments of the assignment people gave."""
    of_it = SubmittedAssignment.assignment_id == gradebook.find_assignment(assignment).id
    total = 0
    for column in (Grade.manual_score, Grade.extra_credit, Comment.manual_comment):
        found = select(func.count(column)).select_from(SubmittedAssignment).where(of_it)
        found = found.join(SubmittedNotebook).join(column.class_)
        total += gradebook.db.execute(found).scalar_one()
    return total


def _drop_removed(gradebook: Any, assignment: str, names: set[str], given: int) -> None:
    found = gradebook.find_assignment(assignment)
    known = {notebook.name for notebook in found.notebooks}
    if found.submissions and known and known != names:
        raise _changed(assignment, f"notebooks {sorted(known)}", f"{sorted(names)}", given)
    for name in known - names:
        gradebook.remove_notebook(name, assignment)


def _save(
    name: str, notebook: Notebook, course: Course, assignment: str, config: Config, given: int
) -> None:
    node = nbformat.from_dict(notebook)
    resources = {
        "nbgrader": {"notebook": name, "assignment": assignment, "db_url": course.database_url}
    }
    try:
        SaveCells(config=config)(node, resources)
    except SQLAlchemyError:
        raise
    except RuntimeError as error:
        raise _changed(assignment, f"the cells of notebook {name!r}", "others", given) from error
    except Exception as error:
        raise ReleaseError(f"cells that nbgrader can save expected in {name!r}: {error}") from error


def _changed(assignment: str, expected: str, found: str, given: int) -> GradebookError:
    remove = f"`nbgrader db assignment remove {assignment} --force`"
    way_out = (
        f"Nothing else keeps the {given} scores, extra credits and comments that people gave: with "
        f"{remove} they would be lost."
        if given
        else f"No score or comment was given by hand, so {remove} loses nothing: then grade again."
    )
    return GradebookError(
        f"{expected} expected as when {assignment!r} was first graded, found {found}: the "
        "gradebook holds submissions and nbgrader cannot add or remove cells under them. Put the "
        f"cells back, or give the changed assignment a new name. {way_out}"
    )
