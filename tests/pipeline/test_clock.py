"""The grader's clock is set back by ten years between two commands: nothing depends on it.

libfaketime (Debian's package ``faketime``) stands between the real command and the kernel's clocks.
"""

import json
import os
import subprocess
import sys
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


def command(course: Any, clock: str) -> subprocess.Popen[str]:
    environment = {
        "LD_PRELOAD": str(FOUND[-1]),
        "FAKETIME": clock,
        "NO_FAKE_STAT": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "sums", "--json", "--workers", "1"],
        cwd=course.root,
        env={**os.environ, **environment},
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
    first = command(course, "+0d")
    printed, words = first.communicate(timeout=COMMAND_S)
    assert printed, words
    assert scores(printed) == dict.fromkeys(STUDENTS, 10.0), words
    times = {name: f"2026-03-01 12:00:0{n}" for n, name in enumerate(STUDENTS)}
    assert submitted(course) == {name: (10.0, times[name]) for name in STUDENTS}

    path = hand_in(course, "bob", answered(course, total="total = 9"))
    os.utime(path, (THEN_S, THEN_S))
    second = command(course, TEN_YEARS)
    printed, words = second.communicate(timeout=COMMAND_S)
    locked = (course.state / "locks" / "sums.lock").read_text()
    assert '"since": "2016-' in locked, f"the clock was not set back: {locked}"
    assert scores(printed) == {"ada": 10.0, "bob": 8.0, "cyd": 10.0}
    assert "3 submissions of sums: 1 run, 2 reused" in words
    assert submitted(course)["bob"] == (8.0, times["bob"])
    assert "Traceback" not in words
