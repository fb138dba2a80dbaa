"""Optimizers and metrics by what they are, not by how they are written."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import MatchFailure, assert_metrics, assert_optimizer

Build = Callable[..., ModelEvidence]
SPARSE = "sparse_categorical_crossentropy"


def test_adam_passes_in_every_spelling(keras: Any, sequential: Build) -> None:
    adam = keras.optimizers.Adam
    for optimizer in ("adam", "Adam", adam(), adam(0.05)):
        assert_optimizer(sequential(keras.layers.Dense(1), optimizer=optimizer), "adam")


def test_a_subclass_of_adam_is_not_adam(keras: Any, sequential: Build) -> None:
    class Adam(keras.optimizers.Adam):  # type: ignore[misc, name-defined]
        pass

    for optimizer in ("adamw", "sgd", keras.optimizers.AdamW(), Adam()):
        with pytest.raises(MatchFailure, match="optimizer"):
            assert_optimizer(sequential(keras.layers.Dense(1), optimizer=optimizer), "adam")


def test_the_learning_rate_is_compared_as_float32(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.SGD(0.1))
    assert_optimizer(model, "sgd", "adam", learning_rate=0.1)
    with pytest.raises(MatchFailure):
        assert_optimizer(model, "sgd", learning_rate=0.01)


def test_accuracy_passes_in_every_spelling(keras: Any, sequential: Build) -> None:
    metrics = keras.metrics
    spellings = [
        "acc",
        "accuracy",
        "sparse_categorical_accuracy",
        metrics.SparseCategoricalAccuracy(name="mine"),
        metrics.sparse_categorical_accuracy,
    ]
    for metric in spellings:
        model = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=[metric])
        assert_metrics(model, "accuracy")


def test_a_metric_that_counts_something_else_is_not_accuracy(keras: Any, sequential: Build) -> None:
    metrics = keras.metrics
    others = [
        [],
        ["mae"],
        [metrics.Accuracy()],
        ["binary_accuracy"],
        [metrics.CategoricalAccuracy()],
    ]
    for wrong in others:
        model = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=wrong)
        with pytest.raises(MatchFailure, match="accuracy"):
            assert_metrics(model, "accuracy")


def test_another_metric_is_found_by_its_class(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(1), loss="mse", metrics=["mae"])
    assert_metrics(model, "mean_absolute_error")
    with pytest.raises(MatchFailure):
        assert_metrics(model, "root_mean_squared_error")
