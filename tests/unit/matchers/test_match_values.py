"""Arrays, numbers and histories: right ones pass, near misses fail."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers import MatchFailure, assert_array, assert_close, assert_trained

History = Callable[..., HistoryEvidence]


def test_a_number_within_the_tolerance_passes() -> None:
    assert_close(43.0001, 43.0, name="test_mae")
    assert_close(np.float32(43.0), 43.0, name="test_mae")


@pytest.mark.parametrize("found", [43.5, float("nan"), "43", True, None])
def test_another_number_fails_without_telling_the_right_one(found: object) -> None:
    with pytest.raises(MatchFailure) as caught:
        assert_close(found, 43.0, name="test_mae")
    assert "test_mae" in str(caught.value)
    assert "43.0" not in caught.value.expected


def test_one_of_several_shapes_is_enough() -> None:
    shapes = ((5, 1), (5,))
    assert_array(np.zeros((5, 1)), shape=shapes)
    assert_array(np.zeros(5), shape=shapes)
    assert_array(np.zeros((7, 1)), shape=(None, 1))
    for wrong in (np.zeros((1, 5)), np.zeros((5, 2)), np.zeros(4)):
        with pytest.raises(MatchFailure, match="y_pred"):
            assert_array(wrong, shape=shapes, name="y_pred")


def test_kind_and_range_are_judged() -> None:
    assert_array(np.array([0, 1]), dtype_kind="iu", low=0, high=1)
    with pytest.raises(MatchFailure, match="integers"):
        assert_array(np.array([0.0, 1.0]), dtype_kind="iu")
    with pytest.raises(MatchFailure, match="above 1"):
        assert_array(np.array([0.0, 255.0]), low=0, high=1)
    with pytest.raises(MatchFailure, match="below 0"):
        assert_array(np.array([0.0, np.nan]), low=0)


def test_a_history_of_the_model_passes(history: History, net: ModelEvidence) -> None:
    assert_trained(replace(history(2.0, 1.0), model_ref=net.ref), net)
    assert_trained(history(2.0, 1.0, val_loss=(2.0, 1.5)), validation=True)


def test_no_epoch_another_model_or_a_lost_loss_fails(history: History, net: ModelEvidence) -> None:
    with pytest.raises(MatchFailure, match="no loss"):
        assert_trained(history())
    with pytest.raises(MatchFailure, match="another model"):
        assert_trained(replace(history(2.0), model_ref="0" * 64), net)
    with pytest.raises(MatchFailure, match="another model"):
        assert_trained(history(2.0), net)
    with pytest.raises(MatchFailure, match="not a number"):
        assert_trained(history(2.0, float("nan")))
    with pytest.raises(MatchFailure, match="validation"):
        assert_trained(history(2.0, 1.0), validation=True)


@pytest.fixture
def net() -> ModelEvidence:
    nowhere: Any = None
    return ModelEvidence("net", "a" * 64, {}, nowhere)
