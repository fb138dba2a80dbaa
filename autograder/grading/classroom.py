"""Grades a class: everything below ``submitted/*/NAME``, one writer into the gradebook."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.cell_names import part_of
from autograder.course import Course, safe_name
from autograder.errors import AutograderError, CourseError, fault_told
from autograder.gradebook import Recorded, opened, record_all, register, released
from autograder.grading.desk import Desk, Graded
from autograder.grading.lock import held
from autograder.grading.plan import Plan
from autograder.grading.prepare import Prepared, PreparedNotebook, prepare_folder
from autograder.nouns import CellScore, Problem, Result, Status
from autograder.report import graded_notebook

NOT_RECORDED = "graded, but not recorded"
NOT_GRADED = "not graded, and the gradebook left as it was: see to that reason and grade again"


def submissions(course: Course, assignment: str) -> list[str]:
    """The students who submitted the assignment: folder names, sorted, sound ones or not."""
    base = course.root / course.submitted_directory
    return sorted(path.parent.name for path in base.glob(f"*/{assignment}"))


def grade_class(
    desk: Desk,
    plan: Plan,
    config: Any,  # Any: a traitlets Config
    students: Sequence[str],
    *,
    workers: int,
    on_run: Callable[[Prepared], None] = lambda prepared: None,
    wait: bool = False,
) -> Iterator[Result]:
    """One result for each student, as they become known; all of them in the gradebook.

    A submission that cannot be graded or recorded becomes a result that says why. Raises
    GradebookError when another process grades the assignment and ``wait`` is False.
    """
    with held(plan.course, plan.assignment, wait=wait):
        yield from _graded(desk, plan, config, students, workers, on_run)


def _graded(
    desk: Desk,
    plan: Plan,
    config: Any,
    students: Sequence[str],
    workers: int,
    on_run: Callable[[Prepared], None],
) -> Iterator[Result]:
    # Any: a traitlets Config.
    sound = []
    for student in students:
        refused = _refusal(plan, student)
        if refused is None:
            sound.append(student)
        else:
            yield refused
    prepared = (_prepare(plan, student) for student in sound)
    running = desk.running(plan, prepared, workers=workers, total=len(sound), on_run=on_run)
    with running as runs:
        # The first notebooks are read, and a warm parent starts, while the gradebook is made ready.
        register(plan.course, plan.assignment, config)
        with opened(plan.course, config) as gradebook:
            for batch in desk.judged(plan, runs, workers=workers):
                yield from _recorded(plan, config, batch, gradebook)


def judged_again(desk: Desk, plan: Plan, students: Sequence[str]) -> Iterator[Graded | Result]:
    """What the desk says of the class now; the gradebook is neither read nor written.

    A folder that is no submission is a `Result` alone.
    """
    sound = []
    for student in students:
        refused = _refusal(plan, student)
        if refused is None:
            sound.append(student)
        else:
            yield refused
    prepared = (_prepare(plan, student) for student in sound)
    with desk.running(plan, prepared, workers=1, total=len(sound)) as runs:
        for batch in desk.judged(plan, runs, workers=1):
            yield from batch


def _prepare(plan: Plan, student: str) -> Prepared:
    folder = plan.course.submitted(plan.assignment, student)
    try:
        return prepare_folder(plan, folder, student)
    except (AutograderError, OSError) as error:
        problem = Problem(Status.UNREADABLE, f"the submission could not be read: {error}")
        return Prepared(student, tuple(_unread(plan, problem)))
    except Exception as error:
        # Intake raises nothing for what a file holds. If it has a fault all the same, one student
        # waits for a person, and the class is graded.
        problem = Problem(Status.UNREADABLE, f"reading it met {fault_told(error)}")
        return Prepared(student, tuple(_unread(plan, problem)))


def _unread(plan: Plan, problem: Problem) -> Iterator[PreparedNotebook]:
    for name in plan.sources:
        yield PreparedNotebook(name, None, problem=problem)


def _refusal(plan: Plan, student: str) -> Result | None:
    """A result for a folder that is no submission of a student, or None."""
    try:
        safe_name(student, "student")
    except CourseError as error:
        return _undecided(plan, student, str(error))
    base = plan.course.root / plan.course.submitted_directory / student
    folder = base / plan.assignment
    if base.is_symlink() or folder.is_symlink() or not folder.is_dir():
        found = "a symbolic link" if folder.is_symlink() or base.is_symlink() else "something else"
        return _undecided(plan, student, f"a folder expected at {folder}, found {found}")
    return None


def _undecided(plan: Plan, student: str, reason: str) -> Result:
    cells = {n: CellScore(cell.notebook, None, cell.points) for n, cell in plan.cells.items()}
    return Result(
        plan.assignment, student, Status.UNREADABLE, cells, needs_review=True, reasons=(reason,)
    )


def _recorded(plan: Plan, config: Any, batch: Sequence[Graded], gradebook: Any) -> Iterator[Result]:
    # Any: a traitlets Config and nbgrader's Gradebook.
    for graded in batch:
        if graded.faults:
            # Not its student's doing: what the gradebook holds of earlier work is not overwritten.
            yield replace(graded.result, reasons=(*graded.result.reasons, NOT_GRADED))
    sound = [graded for graded in batch if not graded.faults]
    items = []
    for graded in sound:
        try:
            items.append((graded.result, _shown(plan, config, graded)))
        except Exception as error:  # one page cannot be made; the class's can
            reason = f"{NOT_RECORDED}: its page met {fault_told(error)}"
            reasons = (*graded.result.reasons, reason)
            yield replace(graded.result, needs_review=True, reasons=reasons)
    outcomes = record_all(plan.course, config, items, gradebook)
    for (result, _), outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, Recorded):
            yield replace(result, reasons=(*result.reasons, *outcome.reasons))
        else:
            reason = f"{NOT_RECORDED}: {outcome}"
            yield replace(result, needs_review=True, reasons=(*result.reasons, reason))


def _shown(plan: Plan, config: Any, graded: Graded) -> dict[str, Any]:
    """The graded notebooks by name, as nbgrader's nodes are (untyped)."""
    notebooks = {}
    for part in graded.prepared.notebooks:
        shown = part.notebook
        if part.problem is not None and part.problem.status is not Status.MISSING:
            # Nothing of the file can be shown: the released notebook carries the note that says so.
            shown = released(plan.sources[part.name], plan.course, plan.assignment, config)
        if shown is not None:
            run = graded.manifests.get(part.name)
            notebooks[part.name] = graded_notebook(shown, run, part_of(graded.result, part.name))
    return notebooks


def default_store(course: Course) -> Path:
    """Where evidence lies unless the command line names another place."""
    return course.state / "store"
