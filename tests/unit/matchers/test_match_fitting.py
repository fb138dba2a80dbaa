"""Validation, callbacks, and whose training it was."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.evidence.callbacks import CallbackEvidence
from autograder.evidence.fits import FitEvidence
from autograder.evidence.view import HistoryEvidence, NotJudgeable
from autograder.matchers import (
    MatchFailure,
    assert_as_fitted,
    assert_callback,
    assert_learnt,
    assert_trained,
    assert_trained_on,
    assert_validation,
)
from autograder.student.live import evidence_of

History = Callable[..., HistoryEvidence]


def stopping(**settings: Any) -> CallbackEvidence:
    usual = {"monitor": "val_loss", "mode": "auto", "patience": 2, "min_delta": 0, "baseline": None}
    kinds = frozenset(["EarlyStopping", "MonitorCallback", "Callback"])
    return CallbackEvidence("EarlyStopping", kinds, {**usual, **settings})


def given(history: HistoryEvidence, *callbacks: CallbackEvidence) -> HistoryEvidence:
    default = CallbackEvidence("History", frozenset(["History", "Callback"]))
    return replace(history, callbacks=(*callbacks, default))


def test_a_validation_curve_of_enough_epochs_passes(history: History) -> None:
    assert_validation(history(3, 2, 1, val_loss=(3.0, 2.0, 2.5)), epochs=3)
    assert_validation(history(4, 3, 2, 1, val_loss=(3.0, 2.0)), epochs=2)


@pytest.mark.parametrize("curve", [(), (1.0,), (3.0, float("nan")), (3.0, 2.0, 1.0)])
def test_a_curve_that_is_missing_short_broken_or_too_long_fails(
    curve: tuple[float, ...], history: History
) -> None:
    with pytest.raises(MatchFailure):
        assert_validation(history(3, 2, val_loss=curve), epochs=2)


def test_early_stopping_on_validation_data_passes(history: History) -> None:
    stopped = history(5, 4, 3, 2, val_loss=(2.0, 1.0, 1.5, 1.6))
    ran_out = history(5, 4, 3, val_loss=(3.0, 2.0, 1.0))
    for curves in (stopped, ran_out):
        assert assert_callback(given(curves, stopping()), "EarlyStopping", monitor="val_")


def test_a_class_derived_from_early_stopping_passes(history: History) -> None:
    own = replace(stopping(), class_name="Mine")
    assert_callback(given(history(2, 1, val_loss=(2.0, 1.0)), own), "EarlyStopping")


def test_a_class_that_is_only_called_early_stopping_is_named_as_ones_own(
    history: History,
) -> None:
    own = CallbackEvidence("EarlyStopping", frozenset(["Callback"]))
    with pytest.raises(MatchFailure, match="a class of your own named EarlyStopping"):
        assert_callback(given(history(2, 1, val_loss=(2.0, 1.0)), own), "EarlyStopping")


def test_no_early_stopping_and_another_callback_fail(history: History) -> None:
    other = CallbackEvidence("ModelCheckpoint", frozenset(["ModelCheckpoint", "Callback"]))
    with pytest.raises(MatchFailure, match="callbacks: none"):
        assert_callback(given(history(2, 1)), "EarlyStopping")
    with pytest.raises(MatchFailure, match="callbacks: ModelCheckpoint"):
        assert_callback(given(history(2, 1), other), "EarlyStopping")


def test_watching_what_the_fit_did_not_measure_fails(history: History) -> None:
    blind = stopping(monitor="val_accuracy")
    with pytest.raises(MatchFailure, match="it watches val_accuracy") as caught:
        curves = history(2, 1, val_loss=(2.0, 1.0))
        assert_callback(given(curves, blind), "EarlyStopping", monitor="val_")
    assert "val_loss" in str(caught.value)
    both = given(history(2, 1, val_loss=(2.0, 1.0)), blind, stopping())
    assert assert_callback(both, "EarlyStopping", monitor="val_")


def test_watching_the_training_loss_fails_where_validation_is_asked_for(history: History) -> None:
    watching = given(history(2, 1), stopping(monitor="loss"))
    assert_callback(watching, "EarlyStopping")
    with pytest.raises(MatchFailure, match="it watches loss"):
        assert_callback(watching, "EarlyStopping", monitor="val_")


def test_a_claim_that_the_curve_contradicts_is_for_a_person(history: History) -> None:
    curves = history(5, 4, 3, 2, 1, val_loss=(1.0, 2.0, 3.0, 4.0, 5.0))
    with pytest.raises(NotJudgeable, match="would have ended"):
        assert_callback(given(curves, stopping()), "EarlyStopping", monitor="val_")
    for fine in (stopping(patience=4), stopping(start_from_epoch=2), stopping(mode="max")):
        assert_callback(given(curves, fine), "EarlyStopping", monitor="val_")


def test_accuracy_is_watched_upwards(history: History) -> None:
    rising = history(3, 2, 1, val_accuracy=(0.5, 0.6, 0.7), val_loss=(1.0, 2.0, 3.0))
    watching = given(rising, stopping(monitor="val_accuracy", patience=1))
    assert_callback(watching, "EarlyStopping", monitor="val_")


def test_where_nobody_took_them_down_a_person_decides(history: History) -> None:
    with pytest.raises(NotJudgeable):
        assert_callback(history(2, 1), "EarlyStopping")


def test_the_rule_for_stopping_is_that_of_keras(keras: Any, history: History) -> None:
    random = np.random.default_rng(1)
    for patience in (0, 1, 2, 4):
        curve = random.random(12).tolist()
        callback = keras.callbacks.EarlyStopping(patience=patience)
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        callback.set_model(model)
        callback.on_train_begin()
        seen = []
        for epoch, value in enumerate(curve):
            seen.append(value)
            callback.on_epoch_end(epoch, {"val_loss": value})
            if model.stop_training:
                break
        claim = stopping(patience=patience)
        whole = history(*seen, val_loss=tuple(seen))
        assert_callback(given(whole, claim), "EarlyStopping", monitor="val_")
        if len(seen) < len(curve):
            longer = history(*seen, 0.1, val_loss=(*seen, 0.1))
            with pytest.raises(NotJudgeable):
                assert_callback(given(longer, claim), "EarlyStopping", monitor="val_")


def test_a_model_that_was_loaded_after_its_fit_keeps_its_training(keras: Any) -> None:
    fitted = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    loaded = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)], name="loaded")
    loaded.set_weights(fitted.get_weights())
    was, now = evidence_of(fitted, "net"), evidence_of(loaded, "net")
    history = HistoryEvidence("history", {"loss": (2.0, 1.0)}, was.ref, weights=was.weights)
    assert was.ref != now.ref
    assert_trained(history, now)
    loaded.set_weights([w + 1 for w in loaded.get_weights()])
    with pytest.raises(MatchFailure, match="another model"):
        assert_trained(history, evidence_of(loaded, "net"))


def test_unknown_weights_never_make_two_models_one(recorded: Any, keras: Any) -> None:
    net = recorded(keras.Sequential([keras.Input((2,)), keras.layers.Flatten()]))
    history = HistoryEvidence("history", {"loss": (2.0, 1.0)}, "other", weights=())
    with pytest.raises(MatchFailure):
        assert_trained(history, net)


ROWS = np.random.default_rng(4).normal(size=(40, 3))
TARGETS = ROWS.mean(axis=1)


def of_fit(model: Any, **changes: Any) -> HistoryEvidence:
    given = {"inputs": (ROWS.ravel()[:64],), "targets": (TARGETS,), "weights": model.weights}
    fit = FitEvidence(**{**given, **changes})
    return HistoryEvidence("history", {"loss": (1.0,)}, model.ref, fits=(FitEvidence(), fit))


def test_a_fit_on_the_given_data_passes_and_one_on_others_does_not(
    keras: Any, sequential: Any
) -> None:
    model = sequential(keras.layers.Dense(1))
    assert_trained_on(of_fit(model), ROWS, TARGETS)
    assert_trained_on(of_fit(model, inputs=(), targets=()), ROWS, TARGETS)
    classes = np.arange(40) % 3
    assert_trained_on(of_fit(model, targets=(classes * 1.0,)), ROWS, np.eye(3)[classes])
    for change in (
        {"targets": (TARGETS[::-1],)},
        {"targets": (TARGETS * 2,)},
        {"inputs": (ROWS.ravel()[:64] * 255,)},
        {"targets": (TARGETS[:20],)},
        {"partial": True},
    ):
        with pytest.raises(MatchFailure, match="history is of a fit"):
            assert_trained_on(of_fit(model, **change), ROWS, TARGETS)
    with pytest.raises(MatchFailure, match="the first of these rows alone"):
        assert_trained_on(of_fit(model, targets=(TARGETS[:20],)), ROWS, TARGETS)
    with pytest.raises(MatchFailure, match="other targets"):
        assert_trained_on(of_fit(model, targets=(TARGETS[20:],)), ROWS, TARGETS)


def test_weights_that_were_changed_after_the_fit_are_seen(keras: Any, sequential: Any) -> None:
    model = sequential(keras.layers.Dense(1))
    assert_as_fitted(model, of_fit(model))
    assert_as_fitted(model, of_fit(model, weights=None))
    with pytest.raises(MatchFailure, match="changed them after the training"):
        assert_as_fitted(model, of_fit(model, weights=("0" * 64,)))


def test_a_history_filled_by_hand_is_not_what_fit_returned(history: History) -> None:
    assert_trained(history(2, 1))
    with pytest.raises(MatchFailure, match="no fit has filled"):
        assert_trained(replace(history(2, 1), by_hand=True))


def test_a_loss_that_falls_and_weights_that_change_are_learning(
    keras: Any, sequential: Any
) -> None:
    before, after = (sequential(keras.layers.Dense(1)) for _ in range(2))

    def of(*loss: float) -> HistoryEvidence:
        return HistoryEvidence("history", {"loss": loss}, after.ref)

    assert_learnt(of(3.0, 2.0, 2.5), after, before=before)
    assert_learnt(of(3.0), after)
    for loss, was in (((3.0, 3.0, 3.5), before), ((3.0, 2.0), after)):
        with pytest.raises(MatchFailure, match="net"):
            assert_learnt(of(*loss), after, before=was)
