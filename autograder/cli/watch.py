"""``autograder watch``: grades what arrives until it is stopped, and goes on after a restart."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import printing
from autograder.cli.commands import leases_of, opened_course, shelf_of
from autograder.course import Course
from autograder.errors import GradebookError, UsageError
from autograder.grading import Desk, plan_of
from autograder.grading.classroom import default_store
from autograder.grading.lock import taken
from autograder.watching import Happened, Journal, Watch

if TYPE_CHECKING:
    from autograder.jail.parent import WarmParent


@dataclass(frozen=True)
class Options:
    """What the command line says beside the assignment and the course."""

    every_s: float
    once: bool
    workers: int
    limit: int
    collect: bool
    feedback: bool
    release: bool
    as_json: bool
    store: str
    data: Path | None
    gpus: str


def watch_command(
    assignment: str, root: Path, options: Options, parent: WarmParent | None = None
) -> int:
    """Rounds until Ctrl-C; 1 when a submission of this run needs review."""
    course, config = opened_course(root)
    if options.release and not options.feedback:
        raise UsageError("--release with feedback expected, found --no-feedback")
    shelf = shelf_of(options.data)
    plan_of(course, assignment, shelf)  # an assignment that is none ends here
    journal = Journal.read(course.state / "watch" / f"{assignment}.json")
    leases = leases_of(config, options.gpus)
    kept = options.store or str(default_store(course))
    reviews = 0
    with (
        _alone(course, assignment),
        Desk(kept, parent=parent, data=course.data, leases=leases) as d,
    ):
        watch = Watch(
            course,
            assignment,
            config,
            d,
            lambda: plan_of(course, assignment, shelf),
            journal,
            options.workers,
            options.limit,
            options.collect,
            options.feedback,
            options.release,
        )
        told = course.root / course.submitted_directory
        printing.say(f"Watching {told}/*/{assignment}; Ctrl-C stops.")
        try:
            reviews = _rounds(watch, options)
        except KeyboardInterrupt:
            printing.say("Stopped. What was graded is in the gradebook; watch goes on from there.")
    return int(reviews > 0)


def _rounds(watch: Watch, options: Options) -> int:
    reviews, looks = 0, 0
    while True:
        looks += 1
        for happened in watch.round():
            _tell(happened, options.as_json)
            reviews += happened.result is not None and happened.result.needs_review
        if options.once and looks > 1:  # a folder counts when two looks find it the same
            return reviews
        time.sleep(options.every_s)


def _tell(happened: Happened, as_json: bool) -> None:
    result = happened.result
    if as_json and result is not None:
        told = {**result.as_json(), "attempt": happened.attempt, "feedback": happened.feedback}
        print(json.dumps(told), flush=True)
        return
    score = "" if result is None else f" {printing.points(result.score)}/{result.max_score:g}"
    line = f"{happened.student or 'exchange'} #{happened.attempt}{score}  {happened.told}"
    print(line, file=sys.stderr if as_json else sys.stdout, flush=True)


@contextmanager
def _alone(course: Course, assignment: str) -> Iterator[None]:
    """Only one watch of an assignment: two would count every attempt twice."""
    try:
        lock = taken(course, f"{assignment}.watch")
    except GradebookError:
        raise GradebookError(
            f"no other `autograder watch {assignment}` of this course expected, found one at work"
        ) from None
    with lock:
        yield
