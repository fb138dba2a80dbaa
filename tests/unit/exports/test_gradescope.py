"""Results as Gradescope documents them."""

import json
from types import ModuleType

import pytest

from autograder.course import Course
from autograder.exports.gradescope import VISIBILITIES, results_bytes, results_of
from autograder.exports.on_gradescope import by_hand_cells
from autograder.exports.table import Table
from autograder.grading import plan_of


def of(table: Table, student: str) -> bytes:
    return results_bytes(next(t for t in table.totals if t.person.id == student))


def test_the_score_is_the_gradebooks_after_the_late_penalty(
    readers: ModuleType, classes: ModuleType
) -> None:
    table = classes.table()
    assert readers.gradescope_score(of(table, "ada")) == pytest.approx(1004.505)
    assert readers.gradescope_score(of(table, "007")) == pytest.approx(1.8)


@pytest.mark.parametrize("student", ["1-2", "=HYPERLINK(1)"])
def test_an_undecided_submission_has_no_score_anywhere(
    readers: ModuleType, classes: ModuleType, student: str
) -> None:
    told = of(classes.table(), student)
    assert readers.gradescope_score(told) is None
    undecided = [test for test in json.loads(told)["tests"] if "score" not in test]
    assert undecided and all("status" not in test for test in undecided)
    assert "your instructor will look at it" in json.loads(told)["output"]


def test_a_student_reads_titles_and_hints_and_no_message_of_an_errored_check(
    classes: ModuleType,
) -> None:
    late = json.loads(of(classes.table(), "007"))
    failed = next(test for test in late["tests"] if test.get("status") == "failed")
    assert failed["name"] == "check_build: The layer is right."
    assert failed["output"].endswith("Hint: Look at the last layer.")
    assert "\x1b" not in failed["output"]
    assert "a secret" not in of(classes.table(), "=HYPERLINK(1)").decode()


def test_a_cell_that_a_person_scored_is_one_test_with_that_score(classes: ModuleType) -> None:
    tests = json.loads(of(classes.table(), "ada"))["tests"]
    essay = next(test for test in tests if test["name"] == "essay")
    assert (essay["score"], essay["max_score"], essay["status"]) == (999.505, 1000.0, "failed")


def test_a_part_that_is_graded_by_hand_there_does_not_hold_the_score_back(
    readers: ModuleType, classes: ModuleType
) -> None:
    total = next(t for t in classes.table().totals if t.person.id == "1-2")
    told = results_bytes(total, by_hand=["essay"])
    assert readers.gradescope_score(told) == pytest.approx(1.0)
    essay = next(test for test in json.loads(told)["tests"] if test["name"] == "essay")
    assert "score" not in essay and "by hand" in essay["output"]


def test_answers_without_a_test_are_those_that_are_graded_by_hand(small_course: Course) -> None:
    assert by_hand_cells(plan_of(small_course, "one")) == ("essay",)


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_visibility_holds_for_the_whole_and_for_each_test(
    classes: ModuleType, visibility: str
) -> None:
    told = results_of(classes.table().totals[0], visibility=visibility)
    tests = told["tests"]
    assert isinstance(tests, list)
    assert {told["visibility"], *(t["visibility"] for t in tests if isinstance(t, dict))} == {
        visibility
    }
    assert told["stdout_visibility"] == "hidden"
