"""What a job may say of the declared calls, and what is taken for somebody else's words."""

from typing import Any

import pytest

from autograder.evidence.calls import call
from autograder.jail.captures import Captures
from autograder.jail.job import JobEnd
from autograder.jail.notebook import _Story
from autograder.nouns import CodeCell, Limits

CELLS = (
    CodeCell(0, "def f(): return 3"),
    CodeCell(1, "f()", "check_a", is_grade=True),
    CodeCell(2, "f()", "check_b", is_grade=True),
)
F, G = call("f"), call("g")
NO_FILES = Captures({}, {})
VALUE = {"kind": "scalar", "type": "int", "value": 3}


class Told:
    """A story, told message by message."""

    def __init__(self) -> None:
        self.story = _Story(CELLS, Limits(), {"check_a": (F, G), "check_b": (F,)}, NO_FILES)

    def cell(self, index: int) -> "Told":
        self.story.message({"type": "cell_start", "index": index})
        self.story.message({"type": "cell_end", "index": index, "status": "ok", "wall_s": 0.1})
        return self

    def snapshot(self, cell: str) -> "Told":
        self.story.message({"type": "snapshot", "cell": cell, "values": {}})
        return self

    def start(self, cell: Any, key: Any = F.key) -> "Told":
        self.story.message({"type": "call_start", "cell": cell, "key": key})
        return self

    def end(self, cell: Any, key: Any = F.key, **changes: Any) -> "Told":
        record = {"status": "ok", "error": None, "value": VALUE, "fed": None, **changes}
        self.story.message({"type": "call_end", "cell": cell, "key": key, **record})
        return self

    def manifest(self, cause: str = "done", reason: str = "") -> dict[str, Any]:
        return self.story.manifest(JobEnd(cause=cause, reason=reason), ())


@pytest.fixture
def told() -> Told:
    return Told()


def test_calls_between_a_snapshot_and_its_cell_are_kept(told: Told) -> None:
    told.cell(0).snapshot("check_a").start("check_a").end("check_a")
    told.start("check_a", G.key).end("check_a", G.key, status="missing", value=None)
    found = told.cell(1).snapshot("check_b").start("check_b").end("check_b").cell(2).manifest()
    assert found["irregular"] == ""
    assert found["status"] == "completed"
    assert found["snapshots"]["check_a"]["calls"][F.key] == {
        "status": "ok",
        "error": None,
        "value": VALUE,
        "fed": None,
    }
    assert found["snapshots"]["check_a"]["calls"][G.key]["status"] == "missing"
    assert set(found["snapshots"]["check_b"]["calls"]) == {F.key}


def test_a_call_at_another_time_or_of_another_cell_is_irregular_and_dropped(told: Told) -> None:
    told.start("check_a").end("check_a")  # before any snapshot
    told.cell(0).snapshot("check_a")
    told.start("check_b").end("check_b")  # another cell's
    told.start("check_a", "0" * 64).start([], {})  # not declared, not even a name
    told.cell(1).start("check_a").end("check_a")  # its cell has run
    found = told.manifest()
    assert "call" in found["irregular"]
    assert found["snapshots"]["check_a"]["calls"] == {}


def test_a_call_within_a_cell_is_irregular_and_dropped(told: Told) -> None:
    told.snapshot("check_a")
    told.story.message({"type": "cell_start", "index": 1})
    found = told.start("check_a").end("check_a").manifest()
    assert found["irregular"]
    assert found["snapshots"]["check_a"]["calls"] == {}


def test_a_function_that_ends_its_own_call_is_found_out_by_the_recorders_end(told: Told) -> None:
    told.snapshot("check_a").start("check_a").end("check_a")
    found = told.end("check_a", value=None).manifest()
    assert "not running" in found["irregular"]


def test_a_second_call_of_the_same_is_irregular_and_the_first_one_counts(told: Told) -> None:
    told.snapshot("check_a").start("check_a").end("check_a", value=None, status="error")
    found = told.start("check_a").end("check_a").manifest()
    assert found["irregular"]
    assert found["snapshots"]["check_a"]["calls"][F.key]["status"] == "error"


@pytest.mark.parametrize("kind", ["cell_start", "snapshot", "call_start"])
def test_nothing_else_begins_while_a_call_runs(told: Told, kind: str) -> None:
    told.snapshot("check_a").start("check_a")
    told.story.message({"type": kind, "index": 1, "cell": "check_b", "key": F.key, "values": {}})
    found = told.end("check_a").manifest()
    assert found["irregular"]
    assert found["cells"][1]["status"] == "not_run"
    assert set(found["snapshots"]) == {"check_a"}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "killed"},
        {"status": []},
        {"value": 3},
        {"fed": [VALUE]},
        {"error": "x"},
        {"status": "error", "error": {"type": 3, "text": ""}},
    ],
)
def test_a_result_of_another_form_is_irregular_and_dropped(
    told: Told, changes: dict[str, Any]
) -> None:
    found = told.snapshot("check_a").start("check_a").end("check_a", **changes).manifest()
    assert "as it should be" in found["irregular"]
    assert found["snapshots"]["check_a"]["calls"] == {}


@pytest.mark.parametrize(
    ("cause", "told_why"),
    [
        ("exited", "it ended the process"),
        ("call", "it ran longer than 20 s and ignored the interrupt"),
        ("memory", "it used more than 1 MiB of memory"),
    ],
)
def test_a_call_during_which_the_job_ended_was_killed(
    told: Told, cause: str, told_why: str
) -> None:
    told.snapshot("check_a").start("check_a")
    found = told.manifest(cause, "it used more than 1 MiB of memory")
    record = found["snapshots"]["check_a"]["calls"][F.key]
    assert (record["status"], record["value"]) == ("killed", None)
    assert record["error"] == {"type": "", "text": told_why}


def test_what_a_call_writes_to_the_descriptors_belongs_to_no_cell(told: Told) -> None:
    told.cell(0).snapshot("check_a").start("check_a")
    told.story.raw(b"from the call")
    told.end("check_a")
    assert told.manifest()["cells"][0]["outputs"] == []
