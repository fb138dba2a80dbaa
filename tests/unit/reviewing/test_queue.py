"""Who waits for a person: in what order, and how near a threshold is near."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.nouns import CellScore, CheckOutcome, Measure, Result, Status, Verdict
from autograder.reviewing import Decision, Decisions, answers_before, state_of, waiting


def check(verdict: Verdict = Verdict.PASSED, *measures: Measure) -> CheckOutcome:
    return CheckOutcome(
        "test_it", "check_fit", "It works.", verdict, 2.0, 2.0, message="", measures=measures
    )


def result(student: str, score: float | None = 2.0, **more: Any) -> Result:
    cells = {"check_fit": CellScore("lesson", score, 2.0)}
    return Result("sums", student, more.pop("status", Status.COMPLETED), cells, **more)


def accuracy(found: float, rows: int = 1000) -> Measure:
    return Measure("net", "accuracy", found, 0.9, rows)


def test_the_most_pressing_stand_first() -> None:
    results = [
        result("repaired", repairs=("A cell was put back.",)),
        result("near", checks=(check(Verdict.PASSED, accuracy(0.905)),)),
        result("doubtful", reasons=("sets weights by hand",)),
        result("ended", status=Status.KILLED),
        result("errored", checks=(check(Verdict.ERRORED),)),
        result("undecided", score=None),
        result("sound", checks=(check(),)),
    ]
    found = [one.student for one in waiting(results, {})]
    assert found == ["undecided", "errored", "ended", "doubtful", "near", "repaired"]


@pytest.mark.parametrize(
    ("measure", "near"),
    [
        (accuracy(0.909), True),
        (accuracy(0.891), True),
        (accuracy(0.93), False),
        (accuracy(0.87, rows=30), True),  # one row more or less
        (Measure("net", "mae", 52.4, 52.0, 100), True),
        (Measure("net", "mae", 40.0, 52.0, 100), False),
    ],
)
def test_near_is_one_in_a_hundred_or_one_row(measure: Measure, near: bool) -> None:
    found = waiting([result("ada", checks=(check(Verdict.PASSED, measure),))], {})
    assert bool(found) is near


def test_a_cell_that_a_person_has_scored_is_decided() -> None:
    assert waiting([result("ada", score=None)], {("ada", "check_fit"): 1.0}) == []


def test_a_decision_is_for_the_result_that_it_was_made_on(tmp_path: Path) -> None:
    decisions = Decisions.read(tmp_path / "review" / "sums.json")
    doubtful = result("ada", reasons=("sets weights by hand",))
    decisions.add("ada", Decision("accepted", "Seen.", "now", state_of(doubtful)))
    again = Decisions.read(tmp_path / "review" / "sums.json")
    assert again.settled(doubtful)
    assert not again.settled(result("ada", reasons=("opens a file",)))
    assert not again.settled(result("bob", reasons=doubtful.reasons))


def test_other_code_with_the_same_outcome_waits_again(tmp_path: Path) -> None:
    decisions = Decisions.read(tmp_path / "review" / "sums.json")
    looked_at = result("ada", reasons=("sets weights by hand",), run={"code": "one"})
    decisions.add("ada", Decision("accepted", "Seen.", "now", state_of(looked_at)))
    assert decisions.settled(result("ada", reasons=looked_at.reasons, run={"code": "one"}))
    assert not decisions.settled(result("ada", reasons=looked_at.reasons, run={"code": "two"}))


def test_the_nearest_answer_above_a_grade_cell_comes_first(tmp_path: Path) -> None:
    def cell(name: str, **flags: bool) -> dict[str, Any]:
        return {"metadata": {"nbgrader": {"grade_id": name, **flags}}}

    cells = [
        cell("build", solution=True),
        cell("check_build", grade=True),
        cell("fit", solution=True),
        {"metadata": {}},
        cell("check_fit", grade=True),
        cell("after", solution=True),
    ]
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert answers_before(path, "check_fit") == ["fit", "build"]
