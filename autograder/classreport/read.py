"""A graded class as the store and the gradebook have it. Executes nothing, writes no grade."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.classreport.gather import report_of
from autograder.classreport.seen import Seen, seen
from autograder.classreport.told import ClassReport
from autograder.errors import StoreError, UsageError
from autograder.gradebook import manual_scores
from autograder.grading.classroom import judged_again
from autograder.grading.desk import Graded
from autograder.grading.judge import evidence_of
from autograder.grading.plan import Plan
from autograder.grading.stored import reading_desk


def class_report(
    plan: Plan,
    config: Any,  # Any: a traitlets Config
    students: Sequence[str],
    *,
    store: Path | str,
    on_gpus: bool = False,
    on_read: Callable[[], None] = lambda: None,
) -> ClassReport:
    """The report on what ``students`` submitted and an earlier command graded.

    Raises UsageError when nothing of it has been graded.
    """
    submissions = []
    with reading_desk(store, on_gpus=on_gpus) as desk:
        try:
            for one in judged_again(desk, plan, students):
                if isinstance(one, Graded):
                    ran = one.manifests
                    known = evidence_of(plan, one.prepared, ran, desk.predictions) if ran else None
                    submissions.append(seen(one, known))
                else:
                    submissions.append(Seen(str(one.student), one))
                on_read()
        except StoreError as error:
            raise _nothing(plan, students, str(error)) from None
    submissions.sort(key=lambda one: one.student)
    if submissions and all(one.missing for one in submissions):
        raise _nothing(plan, students, submissions[0].missing)
    given = manual_scores(plan.course, config, plan.assignment)
    cells = {name: cell.points for name, cell in plan.cells.items()}
    data = plan.data.told if plan.data else ""
    return report_of(plan.assignment, cells, submissions, given, data)


def _nothing(plan: Plan, students: Sequence[str], why: str) -> UsageError:
    return UsageError(
        f"a graded class of {plan.assignment} expected, found {len(students)} submissions and no "
        f"stored run that fits them ({why}). Run `autograder grade {plan.assignment}` first; a "
        "report runs no notebook."
    )
