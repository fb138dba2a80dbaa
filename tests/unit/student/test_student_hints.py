"""Hints come one level at a time, and say how many there are."""

from typing import Any

import pytest

from autograder import student as grader
from autograder.errors import UsageError
from autograder.recorder import take_snapshot
from support.recorded import Kept


def notebook() -> dict[str, Any]:
    scope: dict[str, Any] = {"grader": grader}
    exec("grader.hints(build=['How many?', 'One for each class.'], fit=['Longer.'])", scope)
    return scope


def asked(scope: dict[str, Any], call: str, capsys: pytest.CaptureFixture[str]) -> str:
    exec(call, scope)
    return capsys.readouterr().out


def test_each_call_shows_the_next_level_and_the_last_one_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scope = notebook()
    shown = [asked(scope, "grader.hint('build')", capsys) for _ in range(3)]
    assert shown[0] == "Hint 1 of 2 for build: How many?\n"
    assert shown[1] == "Hint 2 of 2 for build (the last one): One for each class.\n"
    assert shown[2] == shown[1]


def test_exercises_and_notebooks_count_by_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = notebook(), notebook()
    asked(one, "grader.hint('build')", capsys)
    assert "Hint 1 of 1" in asked(one, "grader.hint('fit')", capsys)
    assert "Hint 1 of 2" in asked(other, "grader.hint('build')", capsys)


@pytest.mark.parametrize("call", ["grader.hint()", "grader.hint('biuld')"])
def test_an_unknown_name_shows_the_names(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(notebook(), call, capsys)
    assert said == 'Hints: grader.hint("build"), grader.hint("fit")\n'


def test_before_the_locked_cell_ran_a_hint_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "from the top" in asked({"grader": grader}, "grader.hint('build')", capsys)


@pytest.mark.parametrize("levels", ["'one text'", "[]", "[1]"])
def test_an_author_is_told_what_a_list_of_hints_is(levels: str) -> None:
    with pytest.raises(UsageError, match="as the hints for build"):
        exec(f"grader.hints(build={levels})", {"grader": grader})


def test_hints_are_no_part_of_the_evidence() -> None:
    assert take_snapshot(notebook(), Kept()) == {"values": {}}
