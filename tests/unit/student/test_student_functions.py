"""``grader.function``: a student's function is called with declared arguments, and left alone."""

from typing import Any

import keras
import numpy as np
import pytest

from autograder import student as grader


def judged(source: str, answer: object) -> str:
    """The failure's line, or nothing when the check passes."""
    try:
        exec(f"grader.check(answer=grader.{source})", {"grader": grader, "answer": answer})
    except grader.VisibleFailure as failure:
        return str(failure)
    return ""


def never(*args: object) -> None:
    raise AssertionError("called")


def test_a_function_is_not_called_without_arguments_and_results() -> None:
    assert judged("function()", never) == ""


@pytest.mark.parametrize("other", [3, "text", int, keras.Sequential([])])
def test_what_is_no_function_is_not_yet(other: object) -> None:
    assert "answer is a function" in judged("function()", other)


@pytest.mark.parametrize(
    ("gives", "found", "right"),
    [
        ("80", 80, True),
        ("80", 80.0, True),
        ("80", np.int64(80), True),
        ("80", 79, False),
        ("80", "80", False),
        ("80", None, False),
        ("1", True, False),
        ("True", True, True),
        ("'relu'", "relu", True),
        ("(1, 2)", [1, 2], True),
        ("(1, 2)", [1, 2, 3], False),
        ("None", None, True),
    ],
)
def test_the_result_of_a_call_is_compared(gives: str, found: object, right: bool) -> None:
    line = judged(f"function(4, 16, gives={gives})", lambda n, m: found)
    assert (line == "") is right, line
    assert right or "Expected: answer(4, 16) gives" in line


def test_a_function_without_return_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert judged("function(4, gives=5)", lambda n: None)
    assert "without return gives None" in capsys.readouterr().out


def test_an_exception_is_one_line_with_its_text() -> None:
    def broken(n: int) -> int:
        raise ValueError(f"first\nsecond {n}")

    line = judged("function(4, gives=5)", broken)
    assert "answer(4) comes to its end. Found: ValueError: first second 4." in line


def test_a_returned_model_is_judged_like_any_other() -> None:
    def make(n: int) -> Any:
        return keras.Sequential([keras.Input((n,)), keras.layers.Dense(1)])

    assert judged("function(4, returns=grader.model(parameters=5))", make) == ""
    assert "answer(4) has 6 parameters" in judged(
        "function(4, returns=grader.model(parameters=6))", make
    )


def test_several_returned_values_are_judged_one_by_one() -> None:
    asked = "function(4, returns=(grader.number(), grader.array(shape=(2,))))"
    assert judged(asked, lambda n: (n, [1, 2])) == ""
    assert "answer(4)[1] of shape (2,)" in judged(asked, lambda n: (n, [1, 2, 3]))
    assert "returns 2 results. Found: a number" in judged(asked, lambda n: n)


def test_a_function_cannot_change_the_arguments_of_the_cell() -> None:
    kept = np.zeros(3)
    scope = {"grader": grader, "kept": kept, "answer": lambda x: x.fill(1)}
    exec("grader.check(answer=grader.function(kept))", scope)
    assert not kept.any()


def test_what_a_function_prints_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    judged("function(1, gives=None)", print)
    assert capsys.readouterr().out == "✓ answer: right so far\n"
