"""The verdicts of a graded class, worked out again from stored evidence; nothing is executed.

The gradebook keeps points and no verdicts. Checks are cheap and runs are stored, so the same steps
that graded the class give the same results; where a run or a prediction is not stored any more,
that student's verdicts are unknown, and the gradebook's points stand alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import AutograderError, CourseError, JailError
from autograder.grading import Desk, Plan, Prepared, Shelf, plan_of, prepare_folder, wants_gpus
from autograder.grading.classroom import default_store
from autograder.grading.jobs import Done, Job
from autograder.nouns import Result
from autograder.replay.predict import Blobs, Replayed, Request

NOT_STORED = "its run is not in the evidence store"
GONE = "the submission that was graded does not lie in the course any more"


@dataclass(frozen=True)
class Outcomes:
    """Results by student, and who has none and why. ``note`` is for the whole class."""

    results: Mapping[str, Result] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Nowhere:
    """A place where nothing runs: what is not in the store is refused."""

    on_gpus: bool = False

    def perform(self, job: Job, plan: Plan) -> Done:
        """See `Place`. Raises JailError."""
        raise JailError(NOT_STORED)

    def predict(self, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
        """See `Place`. Raises JailError for anything that was not predicted before."""
        if requests:
            raise JailError("a prediction of its model is not in the evidence store")
        return []

    def stop(self) -> None:
        """See `Place`."""


def outcomes_of(
    course: Course,
    config: Config,
    assignment: str,
    students: Sequence[str],
    *,
    store: str = "",
    shelf: Shelf | None = None,
) -> Outcomes:
    """The results of those ``students``. Never raises for what is missing: it is told."""
    try:
        plan = plan_of(course, assignment, shelf)
        place = Nowhere(wants_gpus(config, ""))
    except AutograderError as error:
        return Outcomes(note=f"the checks of {assignment} cannot be read: {error}")
    there = [who for who in students if _lies_there(course, assignment, who)]
    results: dict[str, Result | str] = {who: GONE for who in students if who not in there}
    with Desk(store or default_store(course), data=course.data, place=place) as desk:
        try:
            results |= _together(desk, plan, there)
        except (AutograderError, OSError):
            results |= _one_by_one(desk, plan, there)
    found = {who: one for who, one in results.items() if isinstance(one, Result)}
    return Outcomes(found, {who: one for who, one in results.items() if isinstance(one, str)})


def _lies_there(course: Course, assignment: str, student: str) -> bool:
    try:
        return course.submitted(assignment, student).is_dir()
    except CourseError:  # a name of the gradebook's that can be no folder
        return False


def _together(desk: Desk, plan: Plan, students: Sequence[str]) -> dict[str, Result | str]:
    prepared = [_prepared(plan, student) for student in students]
    found: dict[str, Result | str] = {}
    for graded in desk.grade_all(plan, prepared, workers=1):
        fault = next(iter(graded.faults.values()), "")
        found[str(graded.prepared.student)] = _why(fault) if fault else graded.result
    return found


def _one_by_one(desk: Desk, plan: Plan, students: Sequence[str]) -> dict[str, Result | str]:
    """When one submission's missing prediction ends the checks of all."""
    found: dict[str, Result | str] = {}
    for student in students:
        try:
            found |= _together(desk, plan, [student])
        except (AutograderError, OSError) as error:
            found[student] = _why(str(error))
    return found


def _prepared(plan: Plan, student: str) -> Prepared:
    return prepare_folder(plan, plan.course.submitted(plan.assignment, student), student)


def _why(fault: str) -> str:
    return NOT_STORED if NOT_STORED in fault else fault
