"""An assignment as the gradebook holds it, read once for a batch of submissions.

Trusts the instructor's sources, from which nbgrader made these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader.api import GradeCell, MissingEntry, Notebook, SolutionCell, SourceCell, TaskCell
from sqlalchemy import select

from autograder.cell_names import cell_names
from autograder.errors import GradebookError


@dataclass(frozen=True)
class GradedCell:
    """A cell with a score. A task is scored by a person alone."""

    name: str
    points: float
    task: bool


@dataclass(frozen=True)
class RegisteredNotebook:
    """One notebook of the assignment; ``graded`` and ``commented`` go by the database's cell ids,
    ``released`` gives the checksum of each cell as it was handed out, by name."""

    id: str
    name: str
    graded: Mapping[str, GradedCell]
    commented: Mapping[str, str]
    released: Mapping[str, str | None]


@dataclass(frozen=True)
class Registered:
    """The assignment's row and its notebooks by name. Any: nbgrader's rows are untyped."""

    row: Any
    notebooks: Mapping[str, RegisteredNotebook]

    @property
    def cell_ids(self) -> list[str]:
        """Of every cell with a grade or a comment."""
        books = self.notebooks.values()
        return sorted({id_ for book in books for id_ in (*book.graded, *book.commented)})

    @property
    def names(self) -> dict[tuple[str, str], str]:
        """The name of each cell with a score, by notebook and grade id."""
        books = self.notebooks.items()
        return cell_names({name: [c.name for c in book.graded.values()] for name, book in books})

    @property
    def max_score(self) -> float:
        """All points, as nbgrader counts them."""
        return float(self.row.max_score)


def registered(gradebook: Any, assignment: str) -> Registered:
    """The assignment's rows. Any: nbgrader's Gradebook is untyped.

    Raises GradebookError for a name that the gradebook does not know.
    """
    try:
        row = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise GradebookError(
            f"assignment {assignment!r} expected in the gradebook, found none of that name. "
            f"Run `nbgrader generate_assignment {assignment}`, or `autograder grade`, which "
            "registers it."
        ) from None
    db = gradebook.db
    named = select(Notebook.id, Notebook.name).where(Notebook.assignment_id == row.id)
    names = {found.id: found.name for found in db.execute(named)}
    graded: dict[str, dict[str, GradedCell]] = {id_: {} for id_ in names}
    commented: dict[str, dict[str, str]] = {id_: {} for id_ in names}
    released: dict[str, dict[str, str | None]] = {id_: {} for id_ in names}
    for kind in (GradeCell, TaskCell):
        scored = select(kind.notebook_id, kind.id, kind.name, kind.max_score)
        for book, id_, name, points in db.execute(scored.where(kind.notebook_id.in_(names))):
            graded[book][id_] = GradedCell(name, points, kind is TaskCell)
    for kind in (SolutionCell, TaskCell):
        answers = select(kind.notebook_id, kind.id, kind.name)
        for book, id_, name in db.execute(answers.where(kind.notebook_id.in_(names))):
            commented[book][id_] = name
    sources = select(SourceCell.notebook_id, SourceCell.name, SourceCell.checksum)
    for book, name, checksum in db.execute(sources.where(SourceCell.notebook_id.in_(names))):
        released[book][name] = checksum
    return Registered(
        row,
        {
            name: RegisteredNotebook(id_, name, graded[id_], commented[id_], released[id_])
            for id_, name in names.items()
        },
    )
