"""One pytest session serves many submissions; each gets its own verdicts."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.checks.serve import Submission
from autograder.checks.session import declared, run_checks
from autograder.errors import CheckError, EvidenceError
from autograder.evidence.view import PredictionPending
from autograder.nouns import CheckOutcome, Verdict

Write = Callable[..., Path]
Make = Callable[..., Submission]

ONE = '''
@check(cell="check_a", points=2, hint="Think of one.")
def test_x(evidence):
    """x is one."""
    assert evidence.scalar("x") == 1, "x is not one"
'''


def nothing(pending: list[PredictionPending]) -> None:
    raise AssertionError("no prediction is needed")


def run(folder: Path, **submissions: Submission) -> dict[str, dict[str, CheckOutcome]]:
    found = run_checks(folder, submissions, nothing)
    return {key: {one.id: one for one in outcomes} for key, outcomes in found.items()}


def test_every_submission_gets_its_own_verdict(write_checks: Write, submission: Make) -> None:
    found = run(write_checks(ONE), right=submission(x=1), wrong=submission(x=2), none=submission())
    right, wrong, none = (found[key]["test_x"] for key in ("right", "wrong", "none"))
    assert (right.verdict, right.earned, right.hint) == (Verdict.PASSED, 2, "")
    assert (wrong.verdict, wrong.earned) == (Verdict.FAILED, 0)
    assert (wrong.message, wrong.hint) == ("x is not one", "Think of one.")
    assert (none.verdict, none.earned) == (Verdict.SKIPPED, 0)
    assert none.message.startswith("x: ")
    assert right.title == "x is one."


def test_a_failed_check_says_how_the_cell_before_it_ended(
    write_checks: Write, submission: Make
) -> None:
    whole = submission(x=2)
    error = {"output_type": "error", "ename": "ValueError", "evalue": "shapes", "traceback": []}
    broken = {"index": 0, "grade_id": "fit", "status": "error", "outputs": [error]}
    cells = [broken, {"index": 1, "grade_id": "check_a"}]
    made = {"wrong": replace(whole, manifest={**whole.manifest, "cells": cells}), "plain": whole}
    found = run(write_checks(ONE), **made)
    told = "x is not one\nBefore that, the cell fit ended with: ValueError: shapes."
    assert found["wrong"]["test_x"].message == told
    assert found["plain"]["test_x"].message == "x is not one"


def test_a_plain_assert_shows_neither_source_nor_values(
    write_checks: Write, submission: Make
) -> None:
    text = '''
import numpy as np

@check(cell="check_a", points=1)
def test_plain(evidence, heldout):
    """Plain."""
    assert evidence.scalar("x") == heldout.y[3]

@check(cell="check_a", points=1)
def test_library(evidence, heldout):
    """Library."""
    np.testing.assert_allclose([evidence.scalar("x")] * 4, heldout.y)
'''
    found = run(write_checks(text), s=submission(x=77))["s"]
    for outcome in found.values():
        assert outcome.verdict is Verdict.FAILED
        assert outcome.message == "What was asked for is not there."


def test_a_bug_in_a_check_is_undecided_and_never_a_zero(
    write_checks: Write, submission: Make
) -> None:
    text = '''
@pytest.fixture
def broken():
    raise OSError("gone")

@check(cell="check_a", points=1)
def test_bug(evidence):
    """Bug."""
    1 / 0

@check(cell="check_a", points=1)
def test_broken_fixture(evidence, broken):
    """Fixture."""

@check(cell="check_a", points=1)
def test_returns(evidence):
    """Returns."""
    return evidence.scalar("x") == 2

@check(cell="check_a", points=1, needs=("test_bug",))
def test_needs_the_bug(evidence):
    """Needs."""

@pytest.fixture
def early(evidence):
    return evidence.scalar("x")

@check(cell="check_a", points=1)
def test_fixture_uses_evidence(early):
    """Early."""
'''
    found = run(write_checks(text), s=submission(x=1))["s"]
    assert {one.verdict for one in found.values()} == {Verdict.ERRORED}
    assert {one.earned for one in found.values()} == {None}
    assert "ZeroDivisionError" in found["test_bug"].needs_review
    assert "test_one.py, line" in found["test_bug"].needs_review
    assert "gone" in found["test_broken_fixture"].needs_review
    assert "returns" in found["test_returns"].needs_review
    assert "fixture" in found["test_fixture_uses_evidence"].needs_review


def test_one_root_mistake_is_shown_once(write_checks: Write, submission: Make) -> None:
    text = '''
@check(cell="check_a", points=1, needs=("test_root",))
def test_follows(evidence):
    """Follows."""
    assert False

@check(cell="check_b", points=1)
def test_other_cell(evidence):
    """Other."""

@check(cell="check_a", points=1)
def test_root(evidence):
    """Root."""
    assert evidence.scalar("x") == 1
'''
    found = run(write_checks(text), wrong=submission(x=2), right=submission(x=1))
    assert found["wrong"]["test_root"].verdict is Verdict.FAILED
    assert found["wrong"]["test_follows"].verdict is Verdict.SKIPPED
    assert found["wrong"]["test_other_cell"].verdict is Verdict.PASSED
    assert found["right"]["test_follows"].verdict is Verdict.FAILED


def test_pytests_own_means_keep_working(write_checks: Write, submission: Make) -> None:
    text = '''
@pytest.fixture(params=["a", "b"])
def letter(request):
    return request.param

@check(cell="check_a", points=1)
@pytest.mark.parametrize("n", [1, 2])
def test_pair(n, letter, evidence, heldout, settings, tmp_path):
    """Pair."""
    assert settings.seed == 2024
    assert heldout.x.shape == (4, 4)
    assert evidence.scalar("x") == n, "n"

@check(cell="check_a", points=1)
def test_skip(evidence):
    """Skip."""
    pytest.skip("not today")

@check(cell="check_a", points=1)
def test_fail(evidence):
    """Fail."""
    pytest.fail("no good")

@check(cell="check_a", points=1)
def test_heldout_is_safe(evidence, heldout):
    """Held-out arrays cannot be changed."""
    with pytest.raises(ValueError):
        heldout.y[0] = 9
'''
    found = run(write_checks(text), s=submission(x=1))["s"]
    assert found["test_pair[a-1]"].verdict is Verdict.PASSED
    assert found["test_pair[b-2]"].verdict is Verdict.FAILED
    assert len(found) == 7
    assert (found["test_skip"].verdict, found["test_skip"].message) == ("skipped", "not today")
    assert (found["test_fail"].verdict, found["test_fail"].message) == ("failed", "no good")
    assert found["test_heldout_is_safe"].verdict is Verdict.PASSED


PREDICTS = '''
@check(cell="check_a", points=1)
def test_predicts(evidence, heldout):
    """Predicts."""
    net = evidence.model("net")
    assert_accuracy(net.predict(heldout.x), heldout.y, at_least="1")
    assert_accuracy(net.predict(heldout.x[::-1]), heldout.y[::-1], at_least="1")
'''


def test_predictions_are_asked_for_in_bulk(
    write_checks: Write, submission: Make, predictions: Any
) -> None:
    rounds = []

    def resolve(pending: list[PredictionPending]) -> None:
        rounds.append([one.submission for one in pending])
        predictions.resolve(pending)

    both = {"a": submission(), "b": submission()}
    found = run_checks(write_checks(PREDICTS), both, resolve)
    assert rounds == [["a", "b"], ["a", "b"]]
    assert [one.verdict for outcomes in found.values() for one in outcomes] == ["passed"] * 2


def test_predictions_that_cannot_be_made_leave_it_undecided(
    write_checks: Write, submission: Make
) -> None:
    def breaks(pending: list[PredictionPending]) -> None:
        raise EvidenceError("cannot be replayed: custom layer Foo")

    def forgets(pending: list[PredictionPending]) -> None:
        pass

    for resolve, reason in ((breaks, "custom layer Foo"), (forgets, "not made")):
        found = run_checks(write_checks(PREDICTS), {"s": submission()}, resolve)["s"]
        assert found[0].verdict is Verdict.ERRORED
        assert reason in found[0].needs_review


def test_a_remark_stands_in_the_message_of_a_passed_check(
    write_checks: Write, submission: Make
) -> None:
    text = '''
import warnings
from autograder.matchers import MatchRemark

@check(cell="check_a", points=1)
def test_remark(evidence):
    """Remark."""
    warnings.warn("leave one of the two out", MatchRemark)
    warnings.warn("numpy says", DeprecationWarning)
'''
    outcome = run(write_checks(text), s=submission())["s"]["test_remark"]
    assert (outcome.verdict, outcome.message) == ("passed", "leave one of the two out")


def test_a_changed_check_is_read_anew(write_checks: Write, submission: Make) -> None:
    assert run(write_checks(ONE), s=submission(x=1))["s"]["test_x"].verdict is Verdict.PASSED
    changed = write_checks(ONE.replace("== 1", "== 3"))
    assert run(changed, s=submission(x=1))["s"]["test_x"].verdict is Verdict.FAILED
    assert not any("test_one" in name for name in sys.modules)


def test_a_choice_of_checks_leaves_the_others_out(write_checks: Write, submission: Make) -> None:
    folder = write_checks(ONE + ONE.replace("test_x", "test_also"))
    found = run_checks(folder, {"s": submission(x=1)}, nothing, k="also")
    assert [one.id for one in found["s"]] == ["test_also"]


def test_nothing_is_printed_and_no_setting_of_pytest_takes_part(
    write_checks: Write,
    submission: Make,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    folder = write_checks(ONE.replace("assert", "print('loud')\n    assert"))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    assert run(folder, s=submission(x=1))["s"]["test_x"].verdict is Verdict.PASSED
    assert capfd.readouterr().out == ""
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_declared_lists_points_by_cell(write_checks: Write) -> None:
    text = ONE + ONE.replace("test_x", "test_b").replace("check_a", "check_b")
    assert declared(write_checks(text)) == {
        "check_a": [("test_x", 2, "x is one.")],
        "check_b": [("test_b", 2, "x is one.")],
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def test_bare(evidence): pass", "test_bare"),
        ('@check(cell="check_a", points=1)\ndef test_untitled(evidence): pass', "docstring"),
        ('@check(cell="check_a", points=-1)\ndef test_less(evidence):\n    "T"', "points=-1"),
        ('@check(cell="", points=1)\ndef test_nowhere(evidence):\n    "T"', "grade cell"),
        ('@check(cell="a", points=1, needs="b")\ndef test_n(evidence):\n    "T"', "needs"),
        ('@check(cell="a", points=1, needs=("b",))\ndef test_n(evidence):\n    "T"', "no such"),
        ('@check(cell="a", points=1)\nasync def test_async(evidence):\n    "T"', "coroutine"),
        (
            '@check(cell="a", points=1, needs=("test_b",))\ndef test_a(evidence):\n    "T"\n'
            '@check(cell="a", points=1, needs=("test_a",))\ndef test_b(evidence):\n    "T"',
            "circle",
        ),
        (
            '@check(cell="a", points=1, needs=("test_b",))\ndef test_a(evidence):\n    "T"\n'
            '@check(cell="b", points=1)\ndef test_b(evidence):\n    "T"',
            "same cell",
        ),
        ('@check(cell="a", points=1, seeds=0)\ndef test_s(evidence):\n    "T"', "seeds=0"),
        ("import no_such_module", "no_such_module"),
    ],
)
def test_a_wrong_declaration_is_a_check_error(write_checks: Write, text: str, reason: str) -> None:
    with pytest.raises(CheckError, match=reason):
        declared(write_checks(text))


def test_two_checks_of_one_name_are_refused(write_checks: Write) -> None:
    write_checks(ONE)
    with pytest.raises(CheckError, match="twice"):
        declared(write_checks(ONE, name="test_two.py"))


def test_a_missing_folder_is_a_check_error(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="a folder of checks"):
        declared(tmp_path / "none")


def test_checking_imports_no_tensorflow(write_checks: Write) -> None:
    code = (
        "import sys; from pathlib import Path; from autograder.checks.session import declared; "
        "import autograder.checks.plugin; found = declared(Path(sys.argv[1])); "
        "assert found, found; assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    command = [sys.executable, "-c", code, str(write_checks(ONE))]
    package = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, cwd=package, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
