"""Reading, running and handing on at the same time: order, batches, room, errors, leaving early."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.errors import WallMissing
from autograder.grading.prepare import Prepared
from autograder.grading.runs import LARGEST_BATCH, Runs


def submissions(number: int, on_read: Callable[[int], None] = lambda n: None) -> Iterator[Prepared]:
    for n in range(number):
        on_read(n)
        yield Prepared(str(n), ())


def running(number: int, run: Any = lambda prepared: ({}, {}), **given: Any) -> Runs:
    usual: dict[str, Any] = {"workers": 2, "stop": lambda: None, "total": number}
    read = given.pop("submissions", submissions(number))
    return Runs(run, read, **{**usual, **given})


def sizes(runs: Runs) -> list[int]:
    return [len(batch) for batch in runs.batches()]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, []), (1, [1]), (8, [8]), (12, [8, 4]), (30, [15, 15]), (200, [64, 64, 64, 8])],
)
def test_small_classes_come_in_two_halves_large_ones_in_batches(
    number: int, expected: list[int]
) -> None:
    with running(number) as runs:
        assert sizes(runs) == expected


def test_everyone_comes_once_and_is_told_of_once() -> None:
    told: list[str | None] = []
    with running(150, on_run=lambda prepared: told.append(prepared.student)) as runs:
        found = [ran.prepared.student for batch in runs.batches() for ran in batch]
    assert sorted(map(str, found)) == sorted(map(str, range(150)))
    assert sorted(map(str, told)) == sorted(map(str, found))


def test_the_first_run_begins_before_anybody_waits_for_it() -> None:
    begun = threading.Event()

    def run(prepared: Prepared) -> Any:
        begun.set()
        return {}, {}

    with running(3, run) as runs:
        assert begun.wait(10)
        assert sizes(runs) == [3]


def test_a_class_is_not_read_whole_before_it_is_judged() -> None:
    read: list[int] = []
    with running(5000, submissions=submissions(5000, read.append)) as runs:
        batches = runs.batches()
        next(batches)
        time.sleep(0.3)
        assert len(read) <= 4 * LARGEST_BATCH + 5
        assert sum(map(len, batches)) == 5000 - LARGEST_BATCH
    assert len(read) == 5000


@pytest.mark.parametrize("where", ["reading", "running"])
def test_what_is_raised_is_raised_where_results_are_awaited(where: str) -> None:
    stopped = threading.Event()

    def on_read(number: int) -> None:
        if where == "reading" and number == 5:
            raise WallMissing("no wall")

    def run(prepared: Prepared) -> Any:
        if where == "running" and prepared.student == "5":
            raise WallMissing("no wall")
        return {}, {}

    with (
        pytest.raises(WallMissing, match="no wall"),
        running(99, run, submissions=submissions(99, on_read), stop=stopped.set) as runs,
    ):
        sizes(runs)
    assert stopped.is_set()


def test_leaving_early_ends_what_runs_and_starts_nothing_more() -> None:
    stopped = threading.Event()
    begun: list[str | None] = []

    def run(prepared: Prepared) -> Any:
        begun.append(prepared.student)
        assert stopped.wait(30)
        return {}, {}

    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt), running(1000, run, stop=stopped.set):
        time.sleep(0.2)
        raise KeyboardInterrupt
    assert time.monotonic() - before < 20
    assert len(begun) == 2
    assert not [thread for thread in threading.enumerate() if thread.name == "read"]
