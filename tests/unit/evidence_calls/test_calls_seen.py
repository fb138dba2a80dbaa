"""What a check is told of a declared call: its result, or why there is none."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from autograder.errors import CheckError
from autograder.evidence.arrays import Array, Blob, pack
from autograder.evidence.calls import call
from autograder.evidence.view import CallFailed, Evidence, NotAttempted, NotJudgeable

ROWS = np.arange(6, dtype=np.float32).reshape(3, 2)
PLAIN = call("f", 4)
FED = call("f").then(ROWS)
NET = {"kind": "model", "ref": "net"}
RAW = {"class": "Sequential", "built": True, "graph": None, "weights": [], "layers": []}
HISTORY = {"kind": "history", "history": {"loss": [2, 1.5]}, "model": "net"}
ARRAY = {"kind": "array", "dtype": "float32", "shape": [3, 2], "blob": pack(ROWS).digest}


class Nobody:
    def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        raise AssertionError("no prediction is asked for")


def scalar(value: Any) -> dict[str, Any]:
    return {"kind": "scalar", "type": type(value).__name__, "value": value}


def evidence(values: Mapping[str, Any] | None = None, **record: Any) -> Evidence:
    """One grade cell, before which ``f`` was called with this outcome."""
    made = {"status": "ok", "error": None, "value": None, "fed": None, **record}
    calls = {PLAIN.key: made, FED.key: made} if record else {}
    snapshot = {"values": values or {}, "calls": calls}
    manifest: Any = {"snapshots": {"check_a": snapshot}, "models": {"net": RAW, "later": RAW}}

    def blob(digest: str) -> Blob:
        return {pack(ROWS).digest: pack(ROWS)}[digest]

    return Evidence("a1", manifest, blob, {}, Nobody()).at("check_a")


def test_each_kind_of_result_has_its_view() -> None:
    assert evidence(value=scalar(80)).called(PLAIN).scalar() == 80
    np.testing.assert_array_equal(evidence(value=ARRAY).called(PLAIN).array(), ROWS)
    assert evidence(value=NET).called(PLAIN).model().ref == "net"
    assert evidence(value=HISTORY).called(PLAIN).history().epochs == 2
    assert evidence(value=scalar(80)).called(PLAIN).kind == "scalar"


def test_several_values_are_looked_at_one_by_one() -> None:
    found = evidence(value={"kind": "tuple", "items": [NET, HISTORY, scalar(3)]}).called(PLAIN)
    assert found.items == 3
    model, history, number = found
    assert model.model().name == "f(4)[0]"
    assert history.history().model_ref == "net"
    assert number.scalar() == 3
    with pytest.raises(CallFailed, match=r"at least 4 values expected, found: 3 values"):
        found[3]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (scalar(3), "a number"),
        (scalar(True), "a truth value"),
        (scalar("x"), "a text"),
        (ARRAY, "an array of shape (3, 2)"),
        ({"kind": "tuple", "items": [NET, NET]}, "2 values"),
        ({"kind": "other", "type": "NoneType"}, "None: does the function end in a return?"),
        ({"kind": "other", "type": "dict"}, "an object of type dict"),
        ({"kind": []}, "something else"),
    ],
)
def test_a_result_of_another_kind_fails_and_says_what_it_is(value: Any, told: str) -> None:
    with pytest.raises(CallFailed) as failure:
        evidence(value=value).called(PLAIN).model()
    assert failure.value.message == f"Expected: f(4) returns a Keras model\nFound: {told}"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"status": "error", "error": {"type": "ValueError", "text": "no"}}, "ValueError: no"),
        ({"status": "error", "error": {"type": "KeyError", "text": ""}}, "it raised KeyError"),
        ({"status": "interrupted", "error": {"type": "", "text": "too long"}}, "too long"),
        ({"status": "killed", "error": {"type": "", "text": "it ended"}}, "it ended"),
        ({"status": "killed"}, "it did not come to its end"),
    ],
)
def test_a_call_without_a_result_fails_and_says_why(record: Any, told: str) -> None:
    with pytest.raises(CallFailed, match=told):
        evidence(**record).called(PLAIN)


def test_a_function_that_is_not_there_is_not_attempted() -> None:
    with pytest.raises(NotAttempted, match="does not exist"):
        evidence(status="missing").called(PLAIN)
    with pytest.raises(NotAttempted, match="a single number"):
        evidence({"f": scalar(3)}, status="missing").called(PLAIN)
    with pytest.raises(NotAttempted, match="cannot be called"):
        evidence({"f": {"kind": "function"}}, status="missing").called(PLAIN)
    with pytest.raises(NotAttempted, match="before this cell was reached"):
        evidence(value=scalar(3)).at("check_later").called(PLAIN)


def test_a_call_that_nobody_declared_is_the_authors_mistake() -> None:
    with pytest.raises(CheckError, match="calls="):
        evidence(value=scalar(3)).called(call("f", 5))
    with pytest.raises(CheckError, match="calls="):
        evidence().called(PLAIN)


def test_the_model_is_there_before_and_after_it_saw_data() -> None:
    found = evidence(value=NET, fed={"kind": "model", "ref": "later"}).called(FED)
    assert found.model().ref == "net"
    assert found.fed().ref == "later"
    assert found.fed().name == "f() after it saw data"


def test_a_model_that_cannot_take_the_data_keeps_what_it_was() -> None:
    error = {"type": "ValueError", "text": "shapes"}
    found = evidence(value=NET, status="error", error=error).called(FED)
    assert found.model().ref == "net"
    with pytest.raises(CallFailed, match="it raised ValueError: shapes"):
        found.fed()


def test_feeding_what_is_no_model_fails_and_without_then_nobody_can_judge() -> None:
    with pytest.raises(CallFailed, match="found: a number"):
        evidence(value=scalar(3)).called(FED).fed()
    with pytest.raises(NotJudgeable, match="without then"):
        evidence(value=NET).called(PLAIN).fed()
