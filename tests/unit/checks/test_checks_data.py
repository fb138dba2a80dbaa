"""Held-out rows that are computed from a data set, and the thresholds of the variant that ran."""

import numpy as np

from autograder.checks.data import CheckData, found_data
from autograder.checks.session import run_checks
from autograder.nouns import Verdict

SETTINGS = """
data = "mnist"
[thresholds]
accuracy = "0.94"
[stand-in.thresholds]
accuracy = "0.80"
"""

CHECK = """
@check(cell="check_a", points=1)
def test_one(evidence, heldout, settings):
    '''What a check sees.'''
    assert heldout.x.shape == (5, 28, 28) and not heldout.x.flags.writeable
    assert not hasattr(heldout, "y_test")
    assert (settings.variant, settings.thresholds["accuracy"]) == ("stand-in", "0.80")
"""


def verdicts(folder, submission, predictions, data):
    outcomes = run_checks(folder, {"ada": submission()}, predictions.resolve, data=data)
    return [(outcome.verdict, outcome.message) for outcome in outcomes["ada"]]


def test_computed_rows_take_the_place_of_the_file(write_checks, submission, predictions):
    folder = write_checks(CHECK)
    (folder / "settings.toml").write_text(SETTINGS)
    data = CheckData("stand-in", {"x": np.zeros((5, 28, 28), np.uint8)})
    assert verdicts(folder, submission, predictions, data) == [(Verdict.PASSED, "")]


def test_without_a_data_set_the_committed_file_is_read(write_checks, submission, predictions):
    folder = write_checks(
        "@check(cell='check_a', points=1)\n"
        "def test_one(evidence, heldout, settings):\n"
        "    '''The file.'''\n"
        "    assert heldout.x.shape == (4, 4) and settings.variant == 'full'\n"
    )
    assert verdicts(folder, submission, predictions, None) == [(Verdict.PASSED, "")]


def test_an_assignment_without_a_set_has_no_computed_rows():
    assert found_data("") == CheckData("full", None)
