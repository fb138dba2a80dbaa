"""One graded submission written into the gradebook and into ``autograded/``.

One writer at a time: SQLite lost one of 24 concurrent writers to "database is locked". A score or
comment that a person gave outranks ours; nothing here ever changes one.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, is_solution, is_task
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import GradebookError
from autograder.gradebook.files import Stamp, stamp_of, write_autograded
from autograder.gradebook.session import opened, unit_of_work
from autograder.nouns import JSON, CellScore, Result

NO_RESPONSE = "No response."
"""nbgrader's own comment on an unchanged solution cell."""

Notebooks = Mapping[str, Mapping[str, JSON]]


@dataclass(frozen=True)
class Recorded:
    """What the gradebook now says of a submission. ``reasons`` are for the instructor."""

    score: float
    max_score: float
    late_penalty: float
    needs_manual_grade: bool
    reasons: tuple[str, ...] = ()


def record(
    course: Course,
    config: Config,
    result: Result,
    notebooks: Notebooks,
    gradebook: Any | None = None,
) -> Recorded:
    """Write ``result`` and its graded ``notebooks`` (by name) where nbgrader looks for them.

    A class is written through one ``gradebook`` (see `opened`; Any: it is untyped), since opening
    one costs more than writing a submission.

    Raises GradebookError when the assignment is not registered, its cells are not those of the
    result, or the database refuses; the autograded folder is then what it was before.
    """
    student = _student(result)
    stamp = stamp_of(course.submitted(result.assignment, student))
    prepared = write_autograded(course, config, result.assignment, student, notebooks, stamp)
    try:
        with nullcontext(gradebook) if gradebook else opened(course, config) as session:
            recorded = _write(session, config, result, notebooks, stamp, late_penalties=True)
    except BaseException:
        prepared.discard()
        raise
    prepared.publish()
    return recorded


def save_scores(course: Course, config: Config, result: Result, notebooks: Notebooks) -> Recorded:
    """The database's half of `record`, for ``nbgrader autograde``: nbgrader itself has written the
    time of submission and the files by then, and its AssignLatePenalties follows."""
    with opened(course, config) as gradebook:
        return _write(gradebook, config, result, notebooks, None, late_penalties=False)


# Any in the functions below: nbgrader's rows and sessions are untyped.
def _write(
    gradebook: Any,
    config: Config,
    result: Result,
    notebooks: Notebooks,
    stamp: Stamp | None,
    *,
    late_penalties: bool,
) -> Recorded:
    with unit_of_work(gradebook):
        submission = _submission(gradebook, result.assignment, _student(result), stamp)
        reasons = list(_save(submission, result, notebooks))
        # The rows' sums are computed by the database: they are stale until read again.
        gradebook.db.flush()
        gradebook.db.expire_all()
        if late_penalties:
            _penalise(submission, config)
        gradebook.db.commit()
        if stamp is not None and stamp.problem:
            reasons.append(f"{stamp.problem}: no time of submission is recorded")
        return replace(_recorded(submission), reasons=tuple(reasons))


def _student(result: Result) -> str:
    if result.student is None:
        raise GradebookError(
            "the result of a student's submission expected, found one without a student. "
            "Grade a folder below submitted/, or use `autograder score` for a single notebook."
        )
    return result.student


def _submission(gradebook: Any, assignment: str, student: str, stamp: Stamp | None) -> Any:
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        raise GradebookError(
            f"assignment {assignment!r} expected in the gradebook, found none of that name. "
            f"Run `nbgrader generate_assignment {assignment}`, or `autograder grade`, which "
            "registers it."
        ) from None
    gradebook.update_or_create_student(student)
    timed = {} if stamp is None or stamp.time is None else {"timestamp": stamp.time}
    # nbgrader 0.9.6 builds a submission's rows before it adds them to the session; a flush in
    # between makes SQLAlchemy warn once for each row.
    with gradebook.db.no_autoflush:
        return gradebook.update_or_create_submission(assignment, student, **timed)


def _save(submission: Any, result: Result, notebooks: Notebooks) -> list[str]:
    """Every grade and comment of the result's notebooks; sentences on what fits nowhere."""
    reasons = []
    mentioned = {cell.notebook for cell in result.cells.values()} | set(notebooks)
    by_name = {notebook.name: notebook for notebook in submission.notebooks}
    for name in sorted(mentioned - set(by_name)):
        raise _stale(result.assignment, f"notebook {name!r}")
    for name in sorted(mentioned):
        cells = {id_: cell for id_, cell in result.cells.items() if cell.notebook == name}
        reasons += _grades(by_name[name], cells, result.assignment)
        if name in notebooks:
            _comments(by_name[name], notebooks[name])
    return reasons


def _grades(notebook: Any, cells: Mapping[str, CellScore], assignment: str) -> list[str]:
    grades = {grade.name: grade for grade in notebook.grades}
    for name in cells.keys() - grades.keys():
        raise _stale(assignment, f"cell {name!r}")
    tasks = {cell.name for cell in notebook.notebook.task_cells}
    reasons = []
    for name, grade in grades.items():
        if name in tasks:
            continue
        scored = cells.get(name)
        if scored is None:
            reasons.append(f"no score was worked out for cell {name!r}")
        elif scored.points != grade.max_score:
            raise _stale(assignment, f"{scored.points:g} points for cell {name!r}")
        grade.auto_score = None if scored is None else scored.score
        undecided = grade.auto_score is None
        grade.needs_manual_grade = undecided or grade.manual_score is not None
    return sorted(reasons)


def _comments(notebook: Any, graded: Mapping[str, JSON]) -> None:
    released = {cell.name: cell.checksum for cell in notebook.notebook.source_cells}
    comments = {comment.name: comment for comment in notebook.comments}
    for cell in nbformat.from_dict(dict(graded)).cells:
        comment = comments.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if comment is None or not (is_solution(cell) or is_task(cell)):
            continue
        unchanged = compute_checksum(cell) == released.get(comment.name)
        comment.auto_comment = NO_RESPONSE if unchanged and not is_task(cell) else None


def _penalise(submission: Any, config: Config) -> None:
    """nbgrader's late penalties with this session instead of a new one for each notebook."""
    step = AssignLatePenalties(config=config)
    if not step.enabled:
        return
    step.init_plugin()
    late_s = submission.total_seconds_late
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = None
        if late_s > 0:
            penalty = step.plugin_inst.late_submission_penalty(
                submission.student.id, notebook.score, late_s
            )
            if penalty is not None:
                # nbgrader's own cap (no less than 0, no more than the score).
                notebook.late_submission_penalty = step._check_late_penalty(notebook, penalty)


def _recorded(submission: Any) -> Recorded:
    penalties = [notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks]
    return Recorded(
        score=float(submission.score),
        max_score=float(submission.max_score),
        late_penalty=float(sum(penalties)),
        needs_manual_grade=bool(submission.needs_manual_grade),
    )


def _stale(assignment: str, found: str) -> GradebookError:
    return GradebookError(
        f"the cells and points that the gradebook holds for {assignment!r} expected, found "
        f"{found}. The source has changed since: run `nbgrader generate_assignment {assignment} "
        "--force` and grade again."
    )
