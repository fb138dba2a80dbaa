"""Counts and errors are exact, and say nothing of the held-out values."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.errors import CheckError
from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers import MatchFailure, assert_accuracy, assert_error
from autograder.matchers.scoring import decoded

History = Callable[..., HistoryEvidence]


def labels_with(right: int, of: int) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(of) % 10
    predicted = np.where(np.arange(of) < right, labels, (labels + 1) % 10)
    return np.eye(10)[predicted], labels


def test_900_of_1000_meets_a_share_of_nine_tenths() -> None:
    predictions, labels = labels_with(900, 1000)
    assert_accuracy(predictions, labels, at_least="0.9")


def test_one_less_does_not() -> None:
    predictions, labels = labels_with(899, 1000)
    with pytest.raises(MatchFailure, match="899 of 1000"):
        assert_accuracy(predictions, labels, at_least="0.9")


def test_a_share_between_two_counts_is_rounded_up() -> None:
    predictions, labels = labels_with(93, 101)
    with pytest.raises(MatchFailure):
        assert_accuracy(predictions, labels, at_least="0.93")
    predictions, labels = labels_with(94, 101)
    assert_accuracy(predictions, labels, at_least="0.93")


def test_a_float_threshold_is_refused() -> None:
    with pytest.raises(CheckError, match="quotes"):
        assert_accuracy(np.eye(2), np.arange(2), at_least=0.9)  # type: ignore[arg-type]


def test_predictions_that_are_no_numbers_are_wrong() -> None:
    rows = np.array([[np.nan, 1.0], [0.9, 0.1]])
    with pytest.raises(MatchFailure, match="1 of 2"):
        assert_accuracy(rows, np.array([1, 0]), at_least="1")
    assert decoded(np.array([np.nan, 0.9]), "threshold").tolist() == [-1, 1]


def test_one_column_is_decoded_by_a_threshold() -> None:
    chances = np.array([[0.4], [0.6], [0.5]])
    assert_accuracy(chances, np.array([0, 1, 0]), at_least="1")
    assert decoded(chances - 0.5, "logits").tolist() == [0, 1, 0]
    with pytest.raises(MatchFailure):
        assert_accuracy(chances, np.array([0, 1, 1]), at_least="1")


def test_integers_are_labels_as_they_are_and_one_hot_labels_count() -> None:
    assert_accuracy(np.array([2, 0]), np.array([2, 0]), at_least="1")
    assert_accuracy(np.eye(3), np.eye(3), at_least="1")


def test_another_number_of_rows_is_a_failure_and_never_broadcast() -> None:
    for shape in ((1, 3), (4, 3), (3, 3, 3)):
        with pytest.raises(MatchFailure, match="one prediction for each"):
            assert_accuracy(np.zeros(shape), np.zeros(3, int), at_least="0")
    for shape in ((1,), (3, 3), (1, 3)):
        with pytest.raises(MatchFailure, match="one prediction for each"):
            assert_error(np.zeros(shape), np.zeros(3), below="1")


def test_the_error_is_measured_for_a_column_and_for_a_row() -> None:
    targets = np.array([1.0, 2.0, 3.0])
    for found in (targets + 0.5, (targets + 0.5)[:, None]):
        assert_error(found, targets, below="0.51")
        assert_error(found, targets, kind="mse", below="0.26")
        with pytest.raises(MatchFailure, match=r"0\.5"):
            assert_error(found, targets, below="0.5")
        with pytest.raises(MatchFailure):
            assert_error(found, targets, kind="mse", below="0.25")


def test_an_error_that_is_no_number_fails() -> None:
    with pytest.raises(MatchFailure, match="not a number"):
        assert_error(np.array([np.nan, 1.0]), np.zeros(2), below="52")


def test_more_training_is_no_advice_where_other_labels_have_been_learnt(history: History) -> None:
    labels = np.arange(40) % 4
    with pytest.raises(MatchFailure) as caught:
        assert_accuracy(
            (labels + 1) % 4, labels, at_least="0.9", history=history(2.3, 1.0, 0.5, 0.3, 0.2)
        )
    assert "the labels of the exercise" in caught.value.hint
    almost = np.where(np.arange(40) < 34, labels, 0)
    with pytest.raises(MatchFailure) as caught:
        assert_accuracy(almost, labels, at_least="0.95", history=history(2.3, 1.0, 0.5, 0.3, 0.2))
    assert "still falling" in caught.value.hint


def test_a_loss_that_is_still_falling_is_mentioned(history: History) -> None:
    slow = history(*(29000.0 - 30 * epoch for epoch in range(100)))
    with pytest.raises(MatchFailure) as caught:
        assert_error(np.zeros(3), np.full(3, 150.0), below="52", history=slow)
    assert "still falling" in caught.value.hint


def test_the_curve_of_another_model_explains_nothing(
    history: History, keras: Any, sequential: Callable[..., ModelEvidence]
) -> None:
    model = sequential(keras.layers.Dense(1))
    slow = history(*(29000.0 - 30 * epoch for epoch in range(100)))
    for belonging, told in ((slow, False), (replace(slow, model_ref=model.ref), True)):
        with pytest.raises(MatchFailure) as caught:
            assert_error(np.zeros(3), np.full(3, 150.0), below="52", model=model, history=belonging)
        assert ("still falling" in caught.value.hint) == told


def test_a_loss_on_a_plateau_is_not_mentioned(history: History) -> None:
    flat = history(*(1 / (1 + epoch) ** 3 + 0.5 for epoch in range(50)))
    with pytest.raises(MatchFailure) as caught:
        assert_accuracy(np.eye(2)[::-1], np.arange(2), at_least="0.9", history=flat)
    assert caught.value.hint == ""
