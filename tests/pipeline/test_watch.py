"""``autograder watch`` on a real course: what is dropped in is graded once, whatever stops it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import build_release, write_release
from autograder.course import Course
from autograder.gradebook import load_config, opened, register
from autograder.grading import Desk, plan_of
from autograder.watching import Happened, Journal, Watch

STUDENTS = int(os.environ.get("AUTOGRADER_SOAK_ARRIVALS", "9"))
SEED = 20261127
DEADLINE_S = 240.0


def command(course: Course, *options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "autograder", "watch", "sums", "--course", str(course.root)]
    return subprocess.Popen(
        [*words, "--every", "0.3", "--json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str], how: int) -> list[dict[str, Any]]:
    """What it printed until the signal ended it."""
    process.send_signal(how)
    out, _ = process.communicate(timeout=60)
    lines = out.splitlines()
    if how == signal.SIGKILL and lines and not lines[-1].endswith("}"):
        lines.pop()
    return [json.loads(line) for line in lines]


def journal(course: Course) -> Journal:
    return Journal.read(course.state / "watch" / "sums.json")


def in_gradebook(course: Course) -> dict[str, float]:
    with opened(course, load_config(course.root)) as gradebook:
        found = gradebook.assignment_submissions("sums")
        return {one.student.id: one.score for one in found}


def test_what_is_dropped_in_at_random_times_has_one_result_each_over_two_restarts(
    tmp_path: Path,
    new_course: Callable[[Path], Course],
    answered: Callable[..., Any],
    hand_in: Callable[..., Path],
) -> None:
    course = new_course(tmp_path / "course")
    chance = random.Random(SEED)
    names = [f"s{n:02}" for n in range(STUDENTS)]
    stops = {STUDENTS // 3: signal.SIGINT, 2 * STUDENTS // 3: signal.SIGKILL}
    process, told = command(course), []
    try:
        for number, name in enumerate(names):
            right = number % 2 == 0
            hand_in(course, name, answered(course, **({} if right else {"total": "total = 9"})))
            time.sleep(chance.random() * 0.6)
            if number in stops:
                told += ended(process, stops[number])
                process = command(course)
        deadline = time.monotonic() + DEADLINE_S
        while len(journal(course).attempts) < STUDENTS and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        told += ended(process, signal.SIGINT)
    found = journal(course)
    assert sorted(found.attempts) == names
    assert {len(its) for its in found.attempts.values()} == {1}
    printed = [one["student"] for one in told]
    assert len(printed) == len(set(printed))  # a kill may lose a line, never double one
    assert STUDENTS - len(printed) <= 1
    scores = in_gradebook(course)
    assert scores == {name: 10.0 if n % 2 == 0 else 8.0 for n, name in enumerate(names)}
    pages = sorted(course.root.glob("feedback/*/sums/lesson.html"))
    assert [page.parent.parent.name for page in pages] == names


@pytest.fixture
def watched(
    tmp_path: Path, new_course: Callable[[Path], Course], warm_parent: Any
) -> Callable[..., Watch]:
    course = new_course(tmp_path / "course")

    def begin(**settings: Any) -> Watch:
        return Watch(
            course,
            "sums",
            load_config(course.root),
            Desk(course.state / "store", parent=warm_parent),
            lambda: plan_of(course, "sums"),
            journal(course),
            workers=1,
            **{"feedback": False, **settings},
        )

    return begin


def rounds(watch: Watch, count: int = 2) -> list[Happened]:
    return [one for _ in range(count) for one in watch.round()]


def test_a_file_that_is_still_being_written_waits(
    watched: Callable[..., Watch], answered: Callable[..., Any], hand_in: Callable[..., Path]
) -> None:
    watch = watched()
    whole = json.dumps(answered(watch.course))
    path = hand_in(watch.course, "ada", whole[:500])
    assert rounds(watch, 1) == []
    path.write_text(whole)
    assert rounds(watch, 1) == []
    (happened,) = rounds(watch, 1)
    assert happened.result is not None
    assert happened.result.score == 10
    assert rounds(watch) == []


def test_what_is_more_than_the_limit_is_not_graded_and_told_once(
    watched: Callable[..., Watch], answered: Callable[..., Any], hand_in: Callable[..., Path]
) -> None:
    watch = watched(limit=2)
    for total in (1, 2):
        hand_in(watch.course, "ada", answered(watch.course, total=f"total = {total}"))
        assert [one.attempt for one in rounds(watch)] == [total]
    hand_in(watch.course, "ada", answered(watch.course))
    (happened,) = rounds(watch)
    assert happened.result is None
    assert "2 of 2 submissions are used" in happened.told
    assert rounds(watch) == []
    assert rounds(watched(limit=2)) == []  # nor after a restart
    assert in_gradebook(watch.course) == {"ada": 8.0}


def test_the_same_work_handed_in_again_is_no_new_attempt(
    watched: Callable[..., Watch], answered: Callable[..., Any], hand_in: Callable[..., Path]
) -> None:
    watch = watched(limit=1)
    path = hand_in(watch.course, "ada", answered(watch.course))
    assert [one.attempt for one in rounds(watch)] == [1]
    (path.parent / "timestamp.txt").write_text("2026-11-27 10:00:00 UTC")
    (again,) = rounds(watch)
    assert again.result is not None
    assert again.attempt == 1
    assert watch.desk.executor.executed <= 1


def test_feedback_waits_where_a_person_has_to_look(
    watched: Callable[..., Watch], answered: Callable[..., Any], hand_in: Callable[..., Path]
) -> None:
    watch = watched(feedback=True)
    hand_in(watch.course, "ada", answered(watch.course))
    hand_in(watch.course, "bob", "{")
    happened = {one.student: one for one in rounds(watch)}
    assert happened["ada"].feedback
    assert not happened["bob"].feedback
    assert "waits for review" in happened["bob"].told
    assert (watch.course.feedback("sums", "ada") / "lesson.html").is_file()
    assert not watch.course.feedback("sums", "bob").exists()


def nbgrader(home: Path, *words: str) -> None:
    """One of nbgrader's commands as a student types it, with this home's configuration."""
    environment = {**os.environ, "HOME": str(home)}
    command = [sys.executable, "-m", "nbgrader", *words]
    subprocess.run(command, cwd=home, env=environment, check=True, capture_output=True)


def test_what_comes_through_the_exchange_is_graded_and_its_feedback_goes_back(
    tmp_path: Path,
    watched: Callable[..., Watch],
    answered: Callable[..., Any],
) -> None:
    exchange, home = tmp_path / "exchange", tmp_path / "home"
    exchange.mkdir()
    exchange.chmod(0o777)
    setting = f'c = get_config()\nc.Exchange.root = "{exchange}"\n'
    (home / ".jupyter").mkdir(parents=True)
    own = setting + 'c.CourseDirectory.course_id = "keras"\n'
    (home / ".jupyter" / "nbgrader_config.py").write_text(own)
    course = watched().course
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(setting)
    config = load_config(course.root)
    write_release(course, "sums", build_release(course, "sums", config))
    register(course, "sums", config)
    nbgrader(course.root, "release_assignment", "sums")
    nbgrader(home, "fetch_assignment", "sums")
    (home / "sums" / "lesson.ipynb").write_text(json.dumps(answered(course)))
    nbgrader(home, "submit", "sums")
    watch = watched(collect=True, feedback=True, release=True)
    (happened,) = rounds(watch)
    assert (happened.told, happened.feedback) == ("graded", True)
    assert happened.result is not None
    assert happened.result.score == 10
    nbgrader(home, "fetch_feedback", "sums")
    (page,) = (home / "sums").rglob("lesson.html")
    assert "The total is right" in page.read_text()


def test_a_second_watch_of_the_assignment_is_refused(
    tmp_path: Path, new_course: Callable[[Path], Course]
) -> None:
    course = new_course(tmp_path / "course")
    first = command(course)
    try:
        lock = course.state / "locks" / "sums.watch.lock"
        deadline = time.monotonic() + 60
        while not (lock.is_file() and lock.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        words = ["watch", "sums", "--course", str(course.root), "--once"]
        second = subprocess.run(
            [sys.executable, "-m", "autograder", *words],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        ended(first, signal.SIGINT)
    assert second.returncode == 1
    assert "no other `autograder watch sums`" in second.stderr


def test_a_journal_of_another_kind_is_said_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "sums.json"
    path.write_text('{"version": 7}')
    with pytest.raises(Exception, match="Move it away"):
        Journal.read(path)
    assert path.read_text() == '{"version": 7}'
