"""What each command does: calls the floors below, then hands the outcome to the printer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli import printing
from autograder.cli.terminal import console, line
from autograder.course import Course
from autograder.errors import UsageError
from autograder.grading import Desk, Shelf, StandIn, choice_of, plan_of, prepare_file, wants_gpus
from autograder.grading.classroom import default_store, grade_class, submissions
from autograder.jail.leases import Leases
from autograder.jail.parent import WarmParent
from autograder.nouns import Result

if TYPE_CHECKING:
    from autograder.grading.cluster import Cluster


def score_command(
    notebook: Path,
    assignment: str,
    root: Path,
    as_json: bool,
    store: str,
    rerun: bool,
    data: Path | None,
    stand_in: bool,
    gpus: str = "",
    parent: WarmParent | None = None,
) -> int:
    """One notebook, no gradebook."""
    course, config = opened_course(root)
    plan = plan_of(course, assignment, shelf_of(data, stand_in))
    leases = leases_of(config, gpus)
    kept = store or str(default_store(course))
    with Desk(kept, rerun=rerun, parent=parent, data=course.data, leases=leases) as desk:
        result = desk.grade(plan, prepare_file(plan, notebook)).result
    if as_json:
        print(json.dumps(result.as_json(), indent=2))
    else:
        printing.show_result(result)
    return int(result.needs_review)


def grade_command(
    assignment: str,
    students: list[str],
    workers: int,
    rerun: bool,
    root: Path,
    as_json: bool,
    store: str,
    data: Path | None,
    stand_in: bool,
    gpus: str = "",
    parent: WarmParent | None = None,
    place: Cluster | None = None,
    wait: bool = False,
) -> int:
    """A class into the gradebook, run at ``place`` where that is not this machine."""
    course, config = opened_course(root)
    plan = plan_of(course, assignment, shelf_of(data, stand_in))
    known = submissions(course, assignment)
    wanted = students or known
    if unknown := sorted(set(wanted) - set(known)):
        raise UsageError(
            f"submissions of {assignment} expected from {unknown}, found none in "
            f"{course.root / course.submitted_directory}"
        )
    results = []
    kept = store or str(default_store(course))
    with ExitStack() as stack:
        leases = None
        if place is not None:
            place.ready()
            workers = place.in_flight
            if wants_gpus(config, gpus):
                place.lend_gpus()
        else:
            leases = leases_of(config, gpus)
        desk = stack.enter_context(
            Desk(kept, rerun=rerun, parent=parent, data=course.data, leases=leases, place=place)
        )
        advance = stack.enter_context(printing.progress("Grading", len(wanted)))
        for result in grade_class(
            desk, plan, config, wanted, workers=workers, on_run=lambda _: advance(), wait=wait
        ):
            results.append(result)
        told = f"{desk.executor.executed} run, {desk.executor.reused} reused, "
        told += f"{desk.predictions.replayed} replayed"
        told += f", on {plan.data.told}" if plan.data else ""
    printing.say_mishaps(desk.mishaps)
    results.sort(key=lambda result: str(result.student))
    if as_json:
        print(json.dumps([result.as_json() for result in results], indent=2))
    else:
        printing.show_class(results)
    printing.say(f"{len(results)} submissions of {assignment}: {told}.")
    return int(any(result.needs_review for result in results))


def release_command(assignment: str, root: Path, as_json: bool = False) -> int:
    """Build and write a release."""
    from autograder.authoring import build_release, write_release
    from autograder.authoring.publication import bring_up_to_date, publication_of

    course, config = opened_course(root)
    for path in bring_up_to_date(course, assignment, publication_of(config)):
        printing.say(f"{path}: badge and install line set as in nbgrader_config.py")
    files = build_release(course, assignment, config)
    write_release(course, assignment, files)
    folder = course.release(assignment)
    if as_json:
        told = {"assignment": assignment, "folder": str(folder), "files": list(files)}
        print(json.dumps(told, indent=2))
    else:
        line(console(), f"{folder}: {', '.join(files)}")
    return 0


def solutions_command(assignment: str, root: Path, data: Path | None, as_json: bool = False) -> int:
    """Execute the solution in the jail and write its notebook."""
    from autograder.authoring.executed import write_solutions

    course, config = opened_course(root)
    with Desk(default_store(course), data=course.data) as desk:
        paths = write_solutions(desk, course, assignment, config, shelf_of(data))
    _written(assignment, paths, as_json)
    return 0


def verify_command(
    names: list[str],
    root: Path,
    workers: int,
    as_json: bool,
    store: str,
    data: Path | None,
    gpus: str = "",
) -> int:
    """Prove assignments."""
    from autograder.authoring.verify import count_of, verify

    course, config = opened_course(root)
    wanted = names or course.assignments()
    if not wanted:
        raise UsageError(f"assignments below {course.root / course.source_directory} expected")
    proofs = []
    shelf = shelf_of(data, missing=StandIn.IF_MISSING)
    leases = leases_of(config, gpus)
    with Desk(store or default_store(course), data=course.data, leases=leases) as desk:
        total = sum(count_of(course, name) for name in wanted)
        with printing.progress("Verifying", total) as advance:
            for name in wanted:
                proofs += verify(
                    desk,
                    course,
                    name,
                    workers=workers,
                    on_run=lambda _: advance(),
                    shelf=shelf,
                )
    printing.say_mishaps(desk.mishaps)
    if as_json:
        print(json.dumps([proof.as_json() for proof in proofs], indent=2))
    else:
        printing.show_proofs(proofs)
    return int(not all(proof.holds for proof in proofs))


def new_command(assignment: str, root: Path, as_json: bool = False) -> int:
    """Begin an assignment."""
    from autograder.authoring.scaffold import new_assignment

    course, _ = opened_course(root)
    _written(assignment, new_assignment(course, assignment), as_json)
    name = shlex.quote(assignment)
    printing.say(
        f"Next: autograder release {name}; autograder solutions {name}; "
        f"autograder verify {name}; autograder audit {name}"
    )
    return 0


def _written(assignment: str, paths: Sequence[Path], as_json: bool) -> None:
    if as_json:
        told = {"assignment": assignment, "files": [str(path) for path in paths]}
        print(json.dumps(told, indent=2))
        return
    for path in paths:
        print(path)


def publish_command(folder: Path, root: Path, as_json: bool) -> int:
    """Write the tree that students may see."""
    from autograder.authoring.publication import publication_of
    from autograder.authoring.publish import publish

    course, config = opened_course(root)
    done = publish(course, folder, config)
    if as_json:
        print(json.dumps(asdict(done), indent=2))
    else:
        for what, names in asdict(done).items():
            print(f"{what}: {len(names)}")
            if what != "unchanged":
                print("".join(f"  {name}\n" for name in names), end="")
    if not publication_of(config).repository:
        printing.say(
            "The badges lead to Colab's start page: set c.CoursePublication.repository in "
            "nbgrader_config.py to the repository that this folder goes to, then release again."
        )
    return 0


def doctor_command(root: Path, as_json: bool) -> int:
    """Walls and versions."""
    from autograder.cli.doctor import examine, leased, public_answers
    from autograder.cli.formgrader import missing_extensions

    warnings = [*missing_extensions(), *public_answers(root)]
    found = {**examine(), "gpus": leased(root), "warnings": warnings}
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        printing.show_examination(found)
    return int(not found["fit"])


def demo_command(folder: Path, root: Path, workers: int, as_json: bool = False) -> int:
    """A sample class, graded end to end; 0 when every submission got a result."""
    from autograder.authoring.demo import feedback, make_course
    from autograder.authoring.demo_class import ASSIGNMENT

    course, _ = opened_course(root)
    stories = make_course(course, folder)
    results, count = grade_demo(folder, workers)
    pages = feedback(folder, ASSIGNMENT)
    if as_json:
        told = [result.as_json() for result in results]
        print(json.dumps({"results": told, "feedback": [str(page) for page in pages]}, indent=2))
        return int(len(results) != count)
    printing.show_class(results, stories)
    out = console()
    line(out, f"\nFeedback pages of {len(pages)} students: {folder / 'feedback'}")
    line(out, f"First one: {pages[0] if pages else 'none'}")
    line(
        out,
        f"Gradebook: {folder / 'gradebook.db'}   (nbgrader's own; try `nbgrader export` there)",
    )
    return int(len(results) != count)


def grade_demo(folder: Path, workers: int) -> tuple[list[Result], int]:
    """Grade the demo course; the results by student, and how many submissions there are."""
    from autograder.authoring.demo_class import ASSIGNMENT

    course, config = opened_course(folder)
    plan = plan_of(course, ASSIGNMENT)
    students = submissions(course, ASSIGNMENT)
    bar = printing.progress("Grading the sample class", len(students))
    with Desk(default_store(course)) as desk, bar as advance:
        graded = grade_class(
            desk, plan, config, students, workers=workers, on_run=lambda _: advance()
        )
        results = list(graded)
    return sorted(results, key=lambda result: str(result.student)), len(students)


def shelf_of(
    folder: Path | None, stand_in: bool = False, missing: StandIn = StandIn.NEVER
) -> Shelf:
    """Where data comes from. Raises UsageError for options that cannot be meant together."""
    if folder is not None and not folder.is_dir():
        raise UsageError(f"a folder with data sets expected at {folder}, found none")
    if folder is not None and stand_in:
        raise UsageError("--data or --stand-in expected, found both")
    return Shelf(folder, StandIn.ALWAYS if stand_in else missing)


def leases_of(config: Any, asked: str) -> Leases | None:
    """The GPUs for a command's jobs (config: untyped); says on stderr which ones are not there."""
    choice = choice_of(config, asked)
    if choice.note:
        printing.say(f"autograder: {choice.note}")
    return choice.leases()


def opened_course(root: Path) -> tuple[Course, Any]:
    """The course and its nbgrader configuration (untyped)."""
    from autograder.gradebook import course_of, load_config

    place = root.resolve()
    if not place.is_dir():
        raise UsageError(f"a course folder expected at {root}, found none")
    config = load_config(place)
    return course_of(place, config), config
