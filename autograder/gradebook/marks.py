"""What a result says about the gradebook's cells, worked out before any row is touched.

A result that does not fit is refused here, so it leaves nothing to undo in a batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import nbformat
from nbgrader.utils import compute_checksum, is_solution, is_task

from autograder.cell_names import grade_id_of
from autograder.errors import GradebookError
from autograder.gradebook.registered import Registered, RegisteredNotebook
from autograder.nouns import JSON, CellScore, Result

NO_RESPONSE = "No response."
"""nbgrader's own comment on an unchanged solution cell."""

Notebooks = Mapping[str, Mapping[str, JSON]]


@dataclass(frozen=True)
class Marks:
    """New automatic scores and comments, by notebook and the database's cell id. ``reasons`` are
    sentences for the instructor on cells without a score."""

    scores: Mapping[str, Mapping[str, float | None]]
    comments: Mapping[str, Mapping[str, str | None]]
    reasons: tuple[str, ...] = ()


def marks_of(registered: Registered, result: Result, notebooks: Notebooks) -> Marks:
    """The marks of ``result`` and its graded ``notebooks`` (by name).

    Raises GradebookError where notebooks, cells or points are not those of the gradebook.
    """
    mentioned = {cell.notebook for cell in result.cells.values()} | set(notebooks)
    for name in sorted(mentioned - set(registered.notebooks)):
        raise stale(result.assignment, f"notebook {name!r}")
    scores: dict[str, Mapping[str, float | None]] = {}
    comments: dict[str, Mapping[str, str | None]] = {}
    reasons: list[str] = []
    for name in sorted(mentioned):
        book = registered.notebooks[name]
        its = [(full, cell) for full, cell in result.cells.items() if cell.notebook == name]
        cells = {grade_id_of(full): cell for full, cell in its}
        scores[name] = _scores(book, cells, result.assignment)
        reasons += sorted(
            f"no score was worked out for cell {book.graded[id_].name!r}"
            for id_ in scores[name]
            if book.graded[id_].name not in cells
        )
        if name in notebooks:
            comments[name] = _comments(book, notebooks[name])
    return Marks(scores, comments, tuple(reasons))


def _scores(
    book: RegisteredNotebook, cells: Mapping[str, CellScore], assignment: str
) -> dict[str, float | None]:
    for name in sorted(cells.keys() - {cell.name for cell in book.graded.values()}):
        raise stale(assignment, f"cell {name!r}")
    scores = {}
    for id_, cell in book.graded.items():
        if cell.task:
            continue
        scored = cells.get(cell.name)
        if scored is not None and scored.points != cell.points:
            raise stale(assignment, f"{scored.points:g} points for cell {cell.name!r}")
        scores[id_] = None if scored is None else scored.score
    return scores


def _comments(book: RegisteredNotebook, graded: Mapping[str, JSON]) -> dict[str, str | None]:
    ids = {name: id_ for id_, name in book.commented.items()}
    comments: dict[str, str | None] = {}
    for cell in nbformat.from_dict(dict(graded)).cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name not in ids or not (is_solution(cell) or is_task(cell)):
            continue
        unchanged = not is_task(cell) and compute_checksum(cell) == book.released.get(name)
        comments[ids[name]] = NO_RESPONSE if unchanged else None
    return comments


def stale(assignment: str, found: str) -> GradebookError:
    """The error for a result that does not fit the gradebook's copy of the assignment."""
    return GradebookError(
        f"the cells and points that the gradebook holds for {assignment!r} expected, found "
        f"{found}. The source has changed since: run `nbgrader generate_assignment {assignment} "
        "--force` and grade again."
    )
