"""A network that was trained on the rows that test it has shown nothing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.evidence.fits import FitEvidence
from autograder.evidence.view import HistoryEvidence
from autograder.matchers.failure import MatchFailure
from autograder.matchers.scoring import assert_accuracy, assert_error
from autograder.matchers.unseen import assert_unseen

RNG = np.random.default_rng(3)
CLASSES = RNG.integers(0, 3, 90)
OTHERS = RNG.integers(0, 3, 90)
VALUES = RNG.normal(150, 70, 90)


@pytest.fixture(scope="module")
def model(sequential: Any, keras: Any) -> Any:
    return sequential(keras.layers.Dense(3, "softmax"))


def fitted_on(model: Any, *targets: Any) -> Any:
    return replace(model, fits=tuple(FitEvidence((np.asarray(t, float)[:64],)) for t in targets))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (CLASSES, CLASSES),
        (CLASSES[:20], CLASSES),
        (VALUES, VALUES),
        (VALUES / 100, VALUES),
        ((VALUES - VALUES.mean()) / VALUES.std(), VALUES),
        (1 - CLASSES % 2, CLASSES % 2),
    ],
)
def test_a_fit_on_the_test_rows_fails(model: Any, given: Any, kept: Any) -> None:
    with pytest.raises(MatchFailure, match="rows that are there to test it"):
        assert_unseen(kept, fitted_on(model, OTHERS, given))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (OTHERS, CLASSES),
        (VALUES + RNG.normal(0, 1, 90), VALUES),
        (np.sort(CLASSES), np.sort(CLASSES)[:40]),
        (np.zeros(90), np.zeros(90)),
        (CLASSES[:10], CLASSES),
        ([], CLASSES),
        (np.full(64, np.nan), CLASSES),
    ],
)
def test_other_rows_and_rows_that_say_nothing_pass(model: Any, given: Any, kept: Any) -> None:
    assert_unseen(kept, fitted_on(model, given))


def test_a_history_of_the_model_tells_too_and_one_of_another_does_not(model: Any) -> None:
    fits = fitted_on(model, CLASSES).fits
    own = HistoryEvidence("history", {"loss": (1.0,)}, model.ref, fits=fits)
    with pytest.raises(MatchFailure):
        assert_unseen(CLASSES, model, own)
    assert_unseen(CLASSES, model, replace(own, model_ref="other"))


def test_right_predictions_do_not_count_after_such_a_fit(model: Any) -> None:
    right = np.eye(3)[OTHERS]
    assert_accuracy(right, OTHERS, at_least="1", model=model, not_trained_on=CLASSES)
    with pytest.raises(MatchFailure, match="training rows alone"):
        trained = fitted_on(model, CLASSES)
        assert_accuracy(right, OTHERS, at_least="1", model=trained, not_trained_on=CLASSES)
    with pytest.raises(MatchFailure, match="training rows alone"):
        trained = fitted_on(model, VALUES / 10)
        assert_error(OTHERS, OTHERS, below="1", model=trained, not_trained_on=VALUES)
