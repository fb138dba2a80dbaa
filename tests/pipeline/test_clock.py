"""The grader's clock is set back by ten years, between commands and during one: nothing changes.

A few lines of C stand between the real command and the kernel, for the clock that can be set and no
other (libfaketime moves the others too, and ends sleeps that began before).
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

pytestmark = [
    pytest.mark.jail,
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler: apt-get install gcc"),
]

TEN_YEARS_S = 3650 * 86_400
THEN_S = 1_460_000_000  # 2016
COMMAND_S = 240
STUDENTS = ("ada", "bob", "cyd")


SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static time_t behind(void) {
  long seconds = 0;
  FILE *setting = fopen(getenv("CLOCK_SETTING"), "r");
  if (setting) { if (fscanf(setting, "%ld", &seconds) != 1) seconds = 0; fclose(setting); }
  return seconds;
}
int clock_gettime(clockid_t clock, struct timespec *found) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  int failed = real(clock, found);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    found->tv_sec -= behind();
  return failed;
}
time_t time(time_t *kept) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (kept) *kept = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(struct timeval *found, void *zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  found->tv_sec = now.tv_sec;
  found->tv_usec = now.tv_nsec / 1000;
  return 0;
}
"""


@dataclass(frozen=True)
class Clock:
    """Seconds by which the clock of commands is behind, in a file that they read at each look."""

    shim: Path
    setting: Path

    def behind(self, seconds: int) -> None:
        self.setting.write_text(str(seconds))

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LD_PRELOAD": str(self.shim), "CLOCK_SETTING": str(self.setting)}


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    source, made = tmp_path / "shim.c", Clock(tmp_path / "shim.so", tmp_path / "clock")
    source.write_text(SHIM)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made.shim, source, "-ldl"], check=True)
    made.behind(0)
    return made


@pytest.fixture
def course(tmp_path: Path, new_course: Any, answered: Any, hand_in: Any) -> Any:
    made = new_course(tmp_path / "course")
    for number, student in enumerate(STUDENTS):
        table = f"import time\ntime.sleep(0.5 * {number})\ntable = np.arange(3) ** 2"
        path = hand_in(made, student, answered(made, table=table))
        path.with_name("timestamp.txt").write_text(f"2026-03-01 12:00:0{number}.000000 UTC")
    return made


def command(course: Any, clock: Clock) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "sums", "--json", "--workers", "1"],
        cwd=course.root,
        env=clock.environment,
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


def test_a_clock_that_is_set_back_by_ten_years_changes_no_result_and_no_time_of_submission(
    course: Any, answered: Any, hand_in: Any, clock: Clock
) -> None:
    first = command(course, clock)
    printed, words = first.communicate(timeout=COMMAND_S)
    assert printed, words
    assert scores(printed) == dict.fromkeys(STUDENTS, 10.0), words
    times = {name: f"2026-03-01 12:00:0{n}" for n, name in enumerate(STUDENTS)}
    assert submitted(course) == {name: (10.0, times[name]) for name in STUDENTS}

    path = hand_in(course, "bob", answered(course, total="total = 9"))
    os.utime(path, (THEN_S, THEN_S))
    clock.behind(TEN_YEARS_S)
    second = command(course, clock)
    printed, words = second.communicate(timeout=COMMAND_S)
    locked = (course.state / "locks" / "sums.lock").read_text()
    assert '"since": "2016-' in locked, f"the clock was not set back: {locked}"
    assert scores(printed) == {"ada": 10.0, "bob": 8.0, "cyd": 10.0}
    assert "3 submissions of sums: 1 run, 2 reused" in words
    assert submitted(course)["bob"] == (8.0, times["bob"])
    assert "Traceback" not in words


def test_a_clock_that_is_set_back_while_a_class_is_graded_changes_no_result(
    course: Any, clock: Clock
) -> None:
    running = command(course, clock)
    deadline = time.monotonic() + COMMAND_S
    while not any((course.state / "store" / "runs").rglob("*.json")):
        assert running.poll() is None and time.monotonic() < deadline, "no run was stored"
        time.sleep(0.02)
    clock.behind(TEN_YEARS_S)
    shown = [sys.executable, "-c", "import time; print(time.gmtime().tm_year)"]
    told = subprocess.run(shown, env=clock.environment, capture_output=True, text=True, check=True)
    assert int(told.stdout) < time.gmtime().tm_year - 8, "the clock was not set back"
    assert running.poll() is None, "the command had ended before the clock was set back"
    printed, words = running.communicate(timeout=COMMAND_S)
    assert running.returncode == 0, words
    assert scores(printed) == dict.fromkeys(STUDENTS, 10.0), words
    assert "Traceback" not in words
    times = {name: f"2026-03-01 12:00:0{n}" for n, name in enumerate(STUDENTS)}
    assert submitted(course) == {name: (10.0, times[name]) for name in STUDENTS}
