"""One grader for each assignment: real processes hold the lock, and die with it."""

import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import pytest

from autograder.course import Course
from autograder.engine.turns import Turns
from autograder.errors import GradebookError
from autograder.grading.lock import held, taken

HOLDER = """
import sys
from pathlib import Path
from autograder.course import Course
from autograder.grading.lock import held
with held(Course(root=Path(sys.argv[1])), "one"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(root=tmp_path)


def holder(course: Course) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(course.root)], stdin=PIPE, stdout=PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_second_grader_is_told_who_the_first_one_is(course: Course) -> None:
    first = holder(course)
    with pytest.raises(GradebookError, match=f"found process {first.pid} on .* since 20"):
        taken(course, "one")
    first.communicate()
    with held(course, "one"):
        pass


def test_the_lock_of_a_killed_grader_is_free(course: Course) -> None:
    first = holder(course)
    first.kill()
    first.communicate()
    with held(course, "one"):
        pass


def test_another_assignment_is_another_lock(course: Course) -> None:
    with held(course, "one"), held(course, "two"):
        pass


def test_one_that_waits_has_it_when_the_other_has_ended(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    first = holder(course)
    ended: list[str] = []

    def wait() -> None:
        with held(course, "one", wait=True):
            ended.append("second")

    second = threading.Thread(target=wait)
    second.start()
    second.join(0.3)
    assert second.is_alive()
    ended.append("first")
    first.communicate()
    second.join(20)
    assert ended == ["first", "second"]
    assert f"waiting for process {first.pid}" in caplog.text


def test_a_lock_file_whose_words_are_torn_is_still_a_lock(course: Course) -> None:
    with held(course, "one"):
        (course.state / "locks" / "one.lock").write_text('{"pid": ')
        with pytest.raises(GradebookError, match="found another process"):
            taken(course, "one")
    with held(course, "one"):
        pass


def test_a_folder_where_no_lock_can_lie_is_told(course: Course) -> None:
    course.state.write_text("a file where a folder must go")
    with pytest.raises(GradebookError, match="a folder that can be written expected"):
        taken(course, "one")


def test_nbgraders_turn_lasts_from_one_notebook_to_the_next_and_then_ends(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns()
    with turns.at_work(course, "one"):
        pass
    with pytest.raises(GradebookError):
        taken(course, "one")
    with turns.at_work(course, "one"):
        pass
    monkeypatch.setattr("autograder.engine.turns.IDLE_S", 0.01)
    with turns.at_work(course, "two"), held(course, "one"):
        pass
    with held(course, "two", wait=True):
        pass
