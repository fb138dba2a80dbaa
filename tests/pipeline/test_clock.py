"""The grader's clock is set back by ten years, between commands and during one: nothing changes.

libfaketime (Debian's package ``faketime``) stands between the real command and the kernel's clocks.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.jail

FOUND = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
needs_faketime = pytest.mark.skipif(
    not FOUND, reason="no libfaketime: apt-get install faketime, and the clock is set back too"
)
TEN_YEARS = "-3650d"
THEN_S = 1_460_000_000  # 2016
COMMAND_S = 240
STUDENTS = ("ada", "bob", "cyd")


@pytest.fixture
def course(tmp_path: Path, new_course: Any, answered: Any, hand_in: Any) -> Any:
    made = new_course(tmp_path / "course")
    for number, student in enumerate(STUDENTS):
        table = f"import time\ntime.sleep(0.5 * {number})\ntable = np.arange(3) ** 2"
        path = hand_in(made, student, answered(made, table=table))
        path.with_name("timestamp.txt").write_text(f"2026-03-01 12:00:0{number}.000000 UTC")
    return made


def under_a_clock(**clock: str) -> dict[str, str]:
    return {**os.environ, "LD_PRELOAD": str(FOUND[-1]), "NO_FAKE_STAT": "1", **clock}


def command(course: Any, **clock: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "sums", "--json", "--workers", "1"],
        cwd=course.root,
        env=under_a_clock(**clock),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def scores(printed: str) -> dict[str, float]:
    return {one["student"]: one["score"] for one in json.loads(printed)}


def submitted(course: Any) -> dict[str, tuple[float, str]]:
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            one.student.id: (one.score, str(one.timestamp))
            for one in gradebook.assignment_submissions("sums")
        }


@needs_faketime
def test_a_clock_that_is_set_back_by_ten_years_changes_no_result_and_no_time_of_submission(
    course: Any, answered: Any, hand_in: Any
) -> None:
    first = command(course, FAKETIME="+0d")
    printed, words = first.communicate(timeout=COMMAND_S)
    assert printed, words
    assert scores(printed) == dict.fromkeys(STUDENTS, 10.0), words
    times = {name: f"2026-03-01 12:00:0{n}" for n, name in enumerate(STUDENTS)}
    assert submitted(course) == {name: (10.0, times[name]) for name in STUDENTS}

    path = hand_in(course, "bob", answered(course, total="total = 9"))
    os.utime(path, (THEN_S, THEN_S))
    second = command(course, FAKETIME=TEN_YEARS)
    printed, words = second.communicate(timeout=COMMAND_S)
    locked = (course.state / "locks" / "sums.lock").read_text()
    assert '"since": "2016-' in locked, f"the clock was not set back: {locked}"
    assert scores(printed) == {"ada": 10.0, "bob": 8.0, "cyd": 10.0}
    assert "3 submissions of sums: 1 run, 2 reused" in words
    assert submitted(course)["bob"] == (8.0, times["bob"])
    assert "Traceback" not in words


@needs_faketime
def test_a_clock_that_is_set_back_while_a_class_is_graded_changes_no_result(
    course: Any, tmp_path: Path
) -> None:
    setting = tmp_path / "clock"
    setting.write_text("+0d")
    # Read anew at each look; a clock that is set back is not the one that measures how long.
    clock = {"FAKETIME_TIMESTAMP_FILE": str(setting), "FAKETIME_NO_CACHE": "1"}
    clock["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
    running = command(course, **clock)
    deadline = time.monotonic() + COMMAND_S
    while not any((course.state / "store" / "runs").rglob("*.json")):
        assert running.poll() is None and time.monotonic() < deadline, "no run was stored"
        time.sleep(0.02)
    setting.write_text(TEN_YEARS)
    shown = [sys.executable, "-c", "import time; print(time.gmtime().tm_year)"]
    year = subprocess.run(shown, env=under_a_clock(**clock), capture_output=True, text=True)
    assert int(year.stdout) < time.gmtime().tm_year - 8, "the clock was not set back"
    assert running.poll() is None, "the command had ended before the clock was set back"
    printed, words = running.communicate(timeout=COMMAND_S)
    assert scores(printed) == dict.fromkeys(STUDENTS, 10.0), words
    assert "Traceback" not in words
    times = {name: f"2026-03-01 12:00:0{n}" for n, name in enumerate(STUDENTS)}
    assert submitted(course) == {name: (10.0, times[name]) for name in STUDENTS}
