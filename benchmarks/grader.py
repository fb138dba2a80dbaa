"""Where the grader's own process spends its CPU for each submission, and what a regrade costs."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from clock import Clock
from courses import TINY, TINY_POINTS, expect_scores, make_tiny, scores, set_threshold, student
from results import Results, Values
from timing import say, timed

from autograder.course import Course
from autograder.evidence.store import Store
from autograder.gradebook import load_config, record
from autograder.grading import Desk, classroom, desk, plan_of
from autograder.grading.execute import Executor

GRADE = [sys.executable, "-m", "autograder", "grade", TINY]
recording = sys.modules[record.__module__]


def measure(results: Results, profiled: int, regraded: int) -> None:
    """The profile of one process, then the commands."""
    results.step("grader/profile", {"submissions": profiled}, lambda: _profile(profiled))
    results.step("grader/regrade", {"submissions": regraded}, lambda: _regrade(regraded))


def _profile(number: int) -> Values:
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        course = make_tiny(Path(folder) / "course", number)
        return {"first": _clocked(course, number), "stored": _clocked(course, number)}


def _clocked(course: Course, number: int) -> Values:
    """CPU seconds of each part of grading for one submission, wherever its thread."""
    config = load_config(course.root)
    plan = plan_of(course, TINY)
    clock = Clock("thread")
    for place, name, label in (
        (classroom, "prepare_folder", "intake"),
        (Executor, "manifest", "run, as the grader sees it"),
        (Store, "put_run", "store: put_run"),
        (Store, "run", "store: run"),
        (desk, "judge", "checks"),
        (desk, "result_of", "score"),
        (classroom, "graded_notebook", "graded notebook"),
        (classroom, "record_all", "record"),
        (recording, "write_autograded", "record: files"),
        (recording, "written", "record: database"),
    ):
        clock.around(place, name, label)
    try:
        with Desk(course.state / "store", data=course.data) as at:
            at.parent.start()
            begun, wall = time.process_time(), time.monotonic()
            students = classroom.submissions(course, TINY)
            graded = list(classroom.grade_class(at, plan, config, students, workers=2))
            used, wall_s = time.process_time() - begun, time.monotonic() - wall
    finally:
        clock.stop()
    if len(graded) != number or any(result.score != TINY_POINTS for result in graded):
        raise RuntimeError(f"{number} full scores expected, found others")
    return {
        "cpu_s_each": used / number,
        "wall_s_each": wall_s / number,
        "parts_cpu_s_each": {name: sum_s / number for name, sum_s in clock.seconds().items()},
    }


def _regrade(number: int) -> Values:
    """Everything stored, then: unchanged, a threshold changed, a check changed."""
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        course = make_tiny(Path(folder) / "course", number)
        few = [student(n) for n in range(1, max(2, number // 10) + 1)]
        say(f"{number} submissions for the first time")
        first = timed(GRADE, course.root)
        expect_scores(course, TINY, number, TINY_POINTS)
        say("the same again")
        again = timed(GRADE, course.root)
        again_few = timed([*GRADE, *few], course.root)
        say("a threshold changed, then a check")
        threshold = _changed(course, number, lambda: set_threshold(course, "11.5"), lost=1)
        check = _changed(course, number, lambda: _other_check(course), lost=0)
        more = number - len(few)
        return {
            "first": first.each(number),
            "again": again.each(number),
            "again_few": again_few.each(len(few)),
            "again_marginal_wall_s": (again.wall_s - again_few.wall_s) / more,
            "again_marginal_cpu_s": (again.cpu_s - again_few.cpu_s) / more,
            "threshold": threshold,
            "check": check,
        }


def _changed(course: Course, number: int, change: Callable[[], object], lost: int) -> Values:
    """The class after ``change``, by which ``lost`` submissions lose points."""
    change()
    took = timed(GRADE, course.root)
    if f" 0 run, {number} reused" not in took.errors:
        raise RuntimeError(f"{number} reused runs expected, found: {took.errors[-300:]}")
    expect_scores(course, TINY, number, 0)
    found = sum(score < TINY_POINTS for score in scores(course, TINY))
    if found != lost:
        raise RuntimeError(f"{lost} lower scores expected after the change, found {found}")
    return took.each(number)


def _other_check(course: Course) -> None:
    set_threshold(course, "10")
    path = course.checks(TINY) / "test_sums.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[0, 1, 4]", "[0, 1, 2 * 2]"), encoding="utf-8")
