"""What a resubmission can learn of held-out rows from the words of feedback: one figure, no row.

docs/security.md says how many bits that figure has, and how often it may be asked for.
"""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from autograder.course import settings_of
from autograder.gradebook import course_of
from autograder.matchers import MatchFailure, assert_accuracy, assert_error

COURSE = course_of(Path(__file__).resolve().parents[2])
ROWS = 200
MOST_BITS = 14.0
"""Of one figure: four digits of an error, or a count among some thousand rows."""


def told(assert_it, *arrays, **options) -> str:
    with pytest.raises(MatchFailure) as failure:
        assert_it(*arrays, **options)
    return f"{failure.value.message}\n{failure.value.hint}"


@pytest.mark.parametrize("classes", [2, 10])
def test_of_wrong_labels_only_their_number_is_told(classes):
    chance = np.random.default_rng(6)
    truth = chance.integers(0, classes, ROWS)
    seen = set()
    for _ in range(50):
        wrong = chance.permutation(ROWS)[:80]
        found = truth.copy()
        found[wrong] = (found[wrong] + chance.integers(1, classes, 80)) % classes
        seen.add(told(assert_accuracy, found, truth, at_least="0.9"))
    assert len(seen) == 1
    assert sorted(map(float, re.findall(r"\d+(?:\.\d+)?", seen.pop()))) == sorted(
        [90.0, ROWS, 120, ROWS, 60.0]
    )


def test_of_wrong_values_only_four_digits_of_their_mean_error_are_told():
    chance = np.random.default_rng(6)
    truth = chance.normal(100, 30, ROWS)
    texts = set()
    for _ in range(50):
        signs = chance.choice([-1.0, 1.0], ROWS)
        texts.add(told(assert_error, truth + signs * 43.21987, truth, below="40"))
    assert len(texts) == 1
    assert "43.22" in texts.pop()


def test_the_figures_of_a_row_are_nowhere_in_what_is_told():
    truth = np.array([1234.5678] * 50 + [8765.4321] * 50)
    text = told(assert_error, truth + 77.7, truth, below="40")
    for value in ("1234", "8765", "1312", "8843"):
        assert value not in text


def test_no_assignment_tells_more_bits_in_a_submission_than_docs_say():
    for assignment in COURSE.assignments():
        path = COURSE.checks(assignment) / "heldout.npz"
        if not path.is_file():
            continue
        with np.load(path) as held:
            rows = max(len(held[name]) for name in held.files)
        thresholds = settings_of(COURSE, assignment).thresholds
        for name in thresholds:
            bits = math.log2(10**4) if "mae" in name or "mse" in name else math.log2(rows + 1)
            assert bits < MOST_BITS, (assignment, name, rows)
