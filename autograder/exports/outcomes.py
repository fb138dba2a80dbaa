"""The verdicts of a graded class, worked out again from stored evidence; nothing is executed.

The gradebook keeps points and no verdicts. Where a run is not stored any more, that student's
verdicts are unknown, and the gradebook's points stand alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from traitlets.config import Config

from autograder.course import Course
from autograder.errors import AutograderError, CourseError
from autograder.grading import Plan, Shelf, plan_of, wants_gpus
from autograder.grading.classroom import default_store, judged_again
from autograder.grading.desk import Graded
from autograder.grading.stored import reading_desk
from autograder.nouns import Result

NOT_STORED = "its run is not in the evidence store"
GONE = "the submission that was graded does not lie in the course any more"


@dataclass(frozen=True)
class Outcomes:
    """Results by student, and who has none and why. ``note`` is for the whole class."""

    results: Mapping[str, Result] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


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
    there = [who for who in students if _lies_there(course, assignment, who)]
    unknown = {who: GONE for who in students if who not in there}
    place = store or str(default_store(course))
    try:
        plan = plan_of(course, assignment, shelf)
        on_gpus = wants_gpus(config, "")
        results, faults = _read(plan, there, place, on_gpus)
    except AutograderError as error:
        return Outcomes(
            unknown=unknown, note=f"the checks of {assignment} cannot be asked: {error}"
        )
    return Outcomes(results, unknown | faults)


def _read(
    plan: Plan, students: Sequence[str], place: str, on_gpus: bool
) -> tuple[dict[str, Result], dict[str, str]]:
    found: dict[str, Result] = {}
    unknown: dict[str, str] = {}
    with reading_desk(place, on_gpus=on_gpus) as desk:
        for one in judged_again(desk, plan, students):
            if not isinstance(one, Graded):
                found[str(one.student)] = one
            elif one.faults:
                unknown[str(one.prepared.student)] = NOT_STORED
            else:
                found[str(one.prepared.student)] = one.result
    return found, unknown


def _lies_there(course: Course, assignment: str, student: str) -> bool:
    try:
        return course.submitted(assignment, student).is_dir()
    except CourseError:  # a name of the gradebook's that can be no folder
        return False
