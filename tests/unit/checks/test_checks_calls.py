"""Checks of functions: the calls that they declare, and verdicts about what came of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import call, check
from autograder.checks.serve import Submission
from autograder.checks.session import collected, run_checks
from autograder.errors import CheckError
from autograder.nouns import CheckOutcome, Verdict

SMALL = call("dense_params", 4, 16)

TEXT = '''
from autograder.checks import call

SMALL = call("dense_params", 4, 16)

@check(cell="check_a", points=2, calls=(SMALL,), hint="Each unit has a bias.")
def test_small(evidence):
    """Sixteen units on four columns."""
    found = evidence.called(SMALL).scalar()
    assert found == 80, "dense_params(4, 16) counts every line and every bias"

@check(cell="check_a", points=1)
def test_undeclared(evidence):
    """Another call."""
    evidence.called(call("dense_params", 1, 1))
'''


@pytest.fixture
def outcome(
    write_checks: Callable[..., Path], submission: Callable[..., Submission]
) -> Callable[..., dict[str, CheckOutcome]]:
    """The outcomes of the checks for one record of the declared call."""

    def judge(**record: Any) -> dict[str, CheckOutcome]:
        one = submission()
        found = {"status": "ok", "error": None, "value": None, "fed": None, **record}
        snapshots: Any = one.manifest["snapshots"]
        snapshots["check_a"] = {**snapshots["check_a"], "calls": {SMALL.key: found}}
        outcomes = run_checks(write_checks(TEXT), {"s": one}, lambda pending: None)["s"]
        return {each.id: each for each in outcomes}

    return judge


def scalar(value: int) -> dict[str, Any]:
    return {"kind": "scalar", "type": "int", "value": value}


def test_a_right_result_passes_and_a_wrong_one_fails(outcome: Any) -> None:
    assert outcome(value=scalar(80))["test_small"].earned == 2
    wrong = outcome(value=scalar(64))["test_small"]
    assert (wrong.verdict, wrong.earned, wrong.hint) == (
        Verdict.FAILED,
        0,
        "Each unit has a bias.",
    )
    assert "dense_params(4, 16)" in wrong.message


def test_a_function_that_is_not_there_is_skipped(outcome: Any) -> None:
    found = outcome(status="missing")["test_small"]
    assert found.verdict is Verdict.SKIPPED
    assert found.message == "dense_params: a function expected, but this variable does not exist."


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (
            {"status": "error", "error": {"type": "TypeError", "text": "no bias"}},
            "it raised TypeError: no bias",
        ),
        ({"status": "killed", "error": {"type": "", "text": "it ended"}}, "it ended"),
        ({"value": {"kind": "model", "ref": "r"}}, "a Keras model"),
    ],
)
def test_a_call_that_gives_no_number_fails_with_expected_and_found(
    outcome: Any, record: Any, told: str
) -> None:
    found = outcome(**record)["test_small"]
    assert (found.verdict, found.earned, found.needs_review) == (Verdict.FAILED, 0, "")
    assert found.message.startswith("Expected: dense_params(4, 16) returns ")
    assert found.message.endswith(f"\nFound: {told}")


def test_a_call_that_no_check_declares_is_undecided(outcome: Any) -> None:
    found = outcome(value=scalar(80))["test_undeclared"]
    assert found.verdict is Verdict.ERRORED
    assert "calls=" in found.needs_review


def test_what_checks_declare_is_collected(write_checks: Callable[..., Path]) -> None:
    found = {one.id: one.declared.calls for one in collected(write_checks(TEXT))}
    assert found == {"test_small": (SMALL,), "test_undeclared": ()}


@pytest.mark.parametrize("calls", [SMALL, ("dense_params",), "dense_params", None])
def test_calls_are_a_tuple_of_calls(calls: Any) -> None:
    def test_x(evidence: Any) -> None:
        """X."""

    with pytest.raises(CheckError, match="calls="):
        check(cell="check_a", points=1, calls=calls)(test_x)
