"""What is left out of a second run, and what the two runs together say."""

from typing import Any

from autograder.evidence.calls import call
from autograder.grading.again import Omitted, joined, more
from autograder.jail.notebook import Run

F, F2, G = call("f", 1), call("f", 2), call("g")
CALLS = {"check_a": (F, F2), "check_b": (G,)}
OK = {"status": "ok", "error": None, "value": {"kind": "other"}, "fed": None}
KILLED = {**OK, "status": "killed", "value": None}


def run(cells: str, a: Any = None, b: Any = None, **changes: Any) -> Run:
    """One letter a cell: o(k), k(illed), n(ot run), s(kipped)."""
    words = {"o": "ok", "k": "killed", "n": "not_run", "s": "skipped"}
    snapshots = {
        name: {"values": {}, "calls": calls}
        for name, calls in (("check_a", a), ("check_b", b))
        if calls is not None
    }
    manifest = {
        "status": "completed",
        "cause": "done",
        "reason": "",
        "irregular": "",
        "cells": [{"index": n, "status": words[c]} for n, c in enumerate(cells)],
        "snapshots": snapshots,
        "models": {},
        "wall_s": 1.0,
        "cpu_s": 1.0,
        "peak_bytes": 1,
        **changes,
    }
    return Run(manifest, {})


def dead(cells: str, *calls: Any) -> Run:
    return run(cells, *calls, status="killed", cause="exited", reason="ended")


def grown(omitted: Omitted, one: Run) -> Omitted | None:
    return more(omitted, dict(one.manifest), CALLS)


def test_nothing_is_left_out_of_a_run_that_came_to_its_end() -> None:
    assert grown(Omitted(), run("ooo", {F.key: OK, F2.key: OK}, {G.key: OK})) is None


def test_every_call_of_a_function_that_ended_the_job_is_left_out() -> None:
    omitted = grown(Omitted(), dead("onn", {F.key: OK, F2.key: KILLED}))
    assert omitted == Omitted(functions=frozenset({"f"}))
    assert omitted.calls(CALLS) == {"check_a": (), "check_b": (G,)}


def test_one_cell_and_another_function_can_follow() -> None:
    after_f = Omitted(functions=frozenset({"f"}))
    assert grown(after_f, dead("ook", {F.key: KILLED})) == Omitted(frozenset({2}), frozenset({"f"}))
    both = Omitted(frozenset({2}), frozenset({"f"}))
    assert grown(both, dead("oks", {F.key: KILLED})) is None
    assert grown(after_f, dead("oon", {F.key: KILLED}, {G.key: KILLED})) == Omitted(
        functions=frozenset({"f", "g"})
    )


def test_the_second_run_tells_the_story_and_the_first_one_its_calls() -> None:
    first = dead("onn", {F.key: OK, F2.key: KILLED})
    again = run("ooo", {}, {G.key: OK})
    found: Any = joined(first, again, Omitted(functions=frozenset({"f"})), CALLS).manifest
    assert (found["status"], found["cause"], found["wall_s"]) == ("completed", "done", 2.0)
    assert [cell["status"] for cell in found["cells"]] == ["ok"] * 3
    assert found["snapshots"]["check_a"]["calls"] == {F.key: OK, F2.key: KILLED}
    assert found["snapshots"]["check_b"]["calls"] == {G.key: OK}


def test_a_call_that_was_never_made_was_killed_with_the_other() -> None:
    first = dead("onn", {F.key: KILLED})
    found: Any = joined(
        first, run("ooo", {}, {G.key: OK}), Omitted(functions=frozenset({"f"})), CALLS
    ).manifest
    record = found["snapshots"]["check_a"]["calls"][F2.key]
    assert record["status"] == "killed"
    assert record["error"]["text"] == "another call of f ended the process"


def test_a_cell_that_ended_the_job_stays_the_runs_story() -> None:
    first = dead("okn")
    again = run("oso", {F.key: OK}, {G.key: OK})
    found: Any = joined(first, again, Omitted(cells=frozenset({1})), CALLS).manifest
    assert (found["status"], found["reason"]) == ("killed", "ended")
    assert [cell["status"] for cell in found["cells"]] == ["ok", "killed", "ok"]
    assert found["snapshots"]["check_a"]["calls"] == {F.key: OK}


def test_a_second_run_that_got_less_far_counts_for_nothing() -> None:
    first = dead("ook", {F.key: KILLED})
    again = dead("onn", {})
    assert joined(first, again, Omitted(functions=frozenset({"f"})), CALLS) is first
