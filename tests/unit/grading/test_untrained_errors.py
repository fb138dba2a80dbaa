"""The errors by which a network before its training is compared with the one after it."""

import numpy as np
import pytest

from autograder.grading.untrained import _error, _error_of_one_answer

LABELS = np.array([0, 1, 2, 1])
SCORES = np.array([[2.0, 0.0, 1.0], [0.0, 3.0, 0.0], [1.0, 1.0, 4.0], [0.5, 0.1, 0.2]])


def softmax(scores):
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def test_scores_and_shares_have_the_same_error():
    assert _error(SCORES, LABELS, True) == pytest.approx(_error(softmax(SCORES), LABELS, True))
    score, label = np.array([[-2.0], [3.0], [0.5]]), np.array([0, 1, 1])
    assert _error(score, label, True) == pytest.approx(
        _error(1 / (1 + np.exp(-score)), label, True)
    )


def test_labels_may_be_one_hot_or_a_column():
    assert _error(SCORES, np.eye(3)[LABELS], True) == _error(SCORES, LABELS, True)
    assert _error(SCORES, LABELS.reshape(-1, 1).astype(np.float32), True) == _error(
        SCORES, LABELS, True
    )


def test_what_is_sure_and_wrong_costs_much_and_ends():
    assert 10 < _error(np.array([[0.0, 1.0]]), np.array([0]), True) < 20


def test_numbers_have_their_squared_error():
    assert _error(np.array([[1.0], [3.0]]), np.array([2.0, 3.0]), False) == 0.5
    assert _error_of_one_answer(np.array([1.0, 3.0]), False) == 1.0


def test_one_answer_for_all_costs_what_the_shares_say():
    assert _error_of_one_answer(np.array([0, 1, 0, 1]), True) == pytest.approx(np.log(2))
    assert _error_of_one_answer(np.array([1, 1, 1]), True) == 0
