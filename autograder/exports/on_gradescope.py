"""What run_autograder starts in Gradescope's container: one submission, from files to results.json.

    /autograder/source                    the bundle, unpacked (bundle.py)
    /autograder/submission                what the student uploaded: hostile
    /autograder/submission_metadata.json  Gradescope's word on the submission
    /autograder/results/results.json      what we write

Where no jail can be had, nothing runs, for hidden checks lie in the same container; unless the
bundle was made ``--without-jail``. A run that is not the student's fault writes results without a
score, which Gradescope shows as failed, and never 0.
"""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from autograder.errors import AutograderError, UsageError, WallMissing
from autograder.exports.bundle import SETTINGS, Bundle
from autograder.exports.gather import total_of_result
from autograder.exports.gradescope import results_bytes
from autograder.exports.table import Total
from autograder.exports.written import put
from autograder.gradebook import course_of, load_config
from autograder.grading import Desk, Plan, Shelf, StandIn, plan_of, prepare_folder
from autograder.jail.bare import BareParent
from autograder.jail.parent import WarmParent
from autograder.jail.walls import Wall, walls
from autograder.nouns import JSON

ROOT = "AUTOGRADER_GRADESCOPE_ROOT"
"""The variable that names another folder than /autograder, for a trial on one's own machine."""

MAX_METADATA_BYTES = 16 * 1024**2
NOT_YOURS = (
    "This submission could not be graded, for a reason that is not yours. It has no score, and "
    "your instructor has to look at it."
)


def main() -> int:
    """Entry point. 0 when there are results with a score, 1 when somebody has to look."""
    root = Path(os.environ.get(ROOT, "/autograder"))
    try:
        bundle = read_bundle(root / "source" / SETTINGS)
        total, by_hand = _graded(root, bundle)
        data = results_bytes(total, visibility=shown(root, bundle), by_hand=by_hand)
        _tell(total)
    except AutograderError as error:
        print(f"autograder: {error}")
        data, total = _nothing(), None
    except Exception:  # the process's edge: the instructor reads it, the student does not
        traceback.print_exc(file=sys.stdout)
        data, total = _nothing(), None
    put(root / "results" / "results.json", data, mode=0o644)
    return int(total is None or "score" not in json.loads(data))


def read_bundle(path: Path) -> Bundle:
    """The bundle's settings. Raises UsageError for a file that is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Bundle(**{field.name: raw[field.name] for field in fields(Bundle)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"the settings of a bundle expected at {path}: {error}") from None


def shown(root: Path, bundle: Bundle) -> str:
    """When the student sees the results: at once for the first submissions, if so configured."""
    before = _metadata(root / "submission_metadata.json").get("previous_submissions")
    count = len(before) if isinstance(before, list) else bundle.attempts
    return "visible" if count < bundle.attempts else bundle.visibility


def missing_walls() -> list[Wall]:
    """The walls that a jail needs and that do not stand here."""
    return [wall for wall in walls() if wall.needed and not wall.stands]


def _graded(root: Path, bundle: Bundle) -> tuple[Total, tuple[str, ...]]:
    course = course_of(root / "source" / "course", load_config(root / "source" / "course"))
    parent = _parent(bundle, course.data)
    shelf = Shelf(None, StandIn.ALWAYS if bundle.stand_in else StandIn.NEVER)
    plan = plan_of(course, bundle.assignment, shelf)
    with (
        tempfile.TemporaryDirectory() as store,
        Desk(store, parent=parent, data=course.data) as desk,
    ):
        prepared = prepare_folder(plan, root / "submission", None)
        graded = desk.grade(plan, prepared)
    for fault in graded.faults.values():
        raise WallMissing(fault)
    return total_of_result(graded.result), by_hand_cells(plan)


def _parent(bundle: Bundle, data: Path) -> WarmParent:
    """Where the notebook runs. Raises WallMissing where no jail can be had and one has to be."""
    missing = missing_walls()
    if not missing:
        return WarmParent(data=data)
    if not bundle.without_jail:
        raise WallMissing(_no_jail(missing))
    print(f"run without a jail, as this bundle allows: {_told(missing)}")
    return BareParent(data=data)


def by_hand_cells(plan: Plan) -> tuple[str, ...]:
    """The cells that a person scores by nbgrader's rule: answers without a test, and tasks."""
    unchecked = [(name, cell.cell) for name, cell in plan.cells.items() if not cell.checked]
    says = {name: cell["metadata"]["nbgrader"] for name, cell in unchecked}
    return tuple(name for name, its in says.items() if its.get("solution") or its.get("task"))


def _no_jail(missing: Sequence[Wall]) -> str:
    return (
        f"a jail for student code expected in this container, found none ({_told(missing)}). "
        "Nothing was run: the hidden checks lie beside it. Grade with `autograder grade` on a "
        "machine of your own, or see docs/exports.md for what --without-jail gives up."
    )


def _told(missing: Sequence[Wall]) -> str:
    return "; ".join(f"{wall.name}: {wall.found}" for wall in missing)


def _metadata(path: Path) -> dict[str, JSON]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MAX_METADATA_BYTES))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _nothing() -> bytes:
    told = {"output": NOT_YOURS, "stdout_visibility": "hidden", "tests": []}
    return (json.dumps(told, indent=2) + "\n").encode()


def _tell(total: Total) -> None:
    """For the instructor alone: Gradescope hides what is printed (stdout_visibility)."""
    for reason in total.review:
        print(f"to review: {reason}")
    for cell in total.undecided:
        print(f"not decided: {cell}")


if __name__ == "__main__":
    sys.exit(main())
