"""A grader that is stopped, or whose warm parent dies, never makes a student pay for it."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import Desk, plan_of, prepare_folder
from autograder.grading.jobs import Here, Job
from autograder.jail import notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell, Limits, Status

pytestmark = pytest.mark.jail

SLOW = "import time\ntime.sleep(1.5)\ntotal = sum(range(5))"


@pytest.fixture
def slow(
    tmp_path: Path, new_course: Callable[..., Any], answered: Callable[..., Any], hand_in: Any
) -> Any:
    """The plan and the prepared submission of a student whose notebook takes 1.5 seconds."""
    course = new_course(tmp_path / "course")
    hand_in(course, "slow", answered(course, total=SLOW))
    plan = plan_of(course, "sums")
    return plan, prepare_folder(plan, course.submitted("sums", "slow"), "slow")


def _while_it_runs(work: Callable[[], Any], act: Callable[[], None], parent: WarmParent) -> Any:
    found: list[Any] = []
    parent.start()
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    time.sleep(0.8)
    act()
    thread.join()
    return found[0]


def test_a_notebook_whose_warm_parent_was_killed_runs_again_and_gets_its_points(
    slow: Any, tmp_path: Path
) -> None:
    plan, prepared = slow
    with Desk(tmp_path / "store") as desk:

        def kill() -> None:
            assert desk.parent._process is not None
            desk.parent._process.kill()

        graded = _while_it_runs(lambda: desk.grade(plan, prepared), kill, desk.parent)
    assert graded.result.status is Status.COMPLETED
    assert graded.result.score == graded.result.max_score


@pytest.mark.parametrize("above", [2, 3, 4], ids=["keeper", "init", "student"])
def test_a_notebook_whose_process_was_killed_from_outside_runs_again(
    slow: Any, tmp_path: Path, killing: Any, above: int
) -> None:
    plan, prepared = slow
    with Desk(tmp_path / "store") as desk:

        def kill() -> None:
            assert desk.parent._process is not None
            found: list[int] = []
            while not found:  # the job comes up when the machine lets it
                chain = killing.below(desk.parent._process.pid)
                found = [one.pid for one in chain if len(one.above) == above]
            os.kill(found[0], signal.SIGKILL)

        graded = _while_it_runs(lambda: desk.grade(plan, prepared), kill, desk.parent)
    assert graded.result.status is Status.COMPLETED
    assert graded.result.score == graded.result.max_score
    assert not graded.result.needs_review


def test_a_notebook_that_kills_itself_loses_points_and_is_asked_again_by_the_next_command(
    tmp_path: Path, new_course: Any, answered: Any, hand_in: Any, warm_parent: WarmParent
) -> None:
    """Nobody can tell it from one that the kernel took for want of memory."""
    course = new_course(tmp_path / "course")
    ends = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    hand_in(course, "ends", answered(course, table=ends))
    plan = plan_of(course, "sums")
    prepared = prepare_folder(plan, course.submitted("sums", "ends"), "ends")
    desk = Desk(tmp_path / "store", parent=warm_parent)
    result = desk.grade(plan, prepared).result
    assert {name: cell.score for name, cell in result.cells.items()} == {
        "check_total": 2.0,
        "check_table": 0.0,
        "check_word": 1.0,
        "check_model": 4.0,
    }
    assert result.needs_review
    assert not list((tmp_path / "store").glob("runs/*/*.json"))


def test_a_run_that_was_interrupted_leaves_nothing_and_the_next_command_does_it(
    slow: Any, tmp_path: Path
) -> None:
    plan, prepared = slow
    with Desk(tmp_path / "store") as desk:
        manifests, faults = _while_it_runs(
            lambda: desk.run(plan, prepared), desk.executor.stop, desk.parent
        )
    assert manifests == {}
    assert "interrupted" in faults["lesson"]
    assert not list((tmp_path / "store").rglob("*.json"))
    with Desk(tmp_path / "store") as desk:
        assert desk.grade(plan, prepared).result.score == 10


def test_a_job_that_ends_before_its_first_cell_is_our_fault_and_tried_again(
    warm_parent: WarmParent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails before student code runs (here: what is sent to the job) is the jail's."""
    sent = notebook.payload
    broken = [True]

    def spoilt(job: Any, blobs: Any) -> bytes:
        if broken:
            broken.pop()
            job = {**job, "output_bytes": "no number"}
        return sent(job, blobs)

    monkeypatch.setattr(notebook, "payload", spoilt)
    place = Here(warm_parent)
    done = place.perform(Job("key", "raw", (CodeCell(0, "x = 1"),), Limits(), 1))
    assert done.manifest["status"] == "completed"
    (told,) = place.mishaps
    assert "ended before it (exit status 1)" in told
    assert "AssertionError" in told or "ValueError" in told, told
