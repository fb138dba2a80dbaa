"""Losses, metrics and accuracy of one output among several."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import (
    MatchFailure,
    assert_accuracy,
    assert_loss,
    assert_metrics,
    assert_output,
)

Record = Callable[..., ModelEvidence]
SPARSE = "sparse_categorical_crossentropy"


@pytest.fixture
def two_headed(keras: Any, recorded: Record) -> Callable[..., ModelEvidence]:
    """Records a model with the outputs digit and parity, compiled; ``fit`` trains it first."""

    def build(linear: bool = False, fit: bool = False, **settings: Any) -> ModelEvidence:
        x = keras.Input((4,))
        digit = keras.layers.Dense(3, "softmax", name="digit")(x)
        parity = keras.layers.Dense(1, None if linear else "sigmoid", name="parity")(x)
        model = keras.Model(x, [digit, parity])
        model.compile(optimizer="sgd", **settings)
        if fit:
            model.fit(np.ones((4, 4)), [np.zeros(4), np.zeros(4)], verbose=0)
        return recorded(model)

    return build


def test_losses_of_outputs_pass_in_every_spelling(
    keras: Any, two_headed: Callable[..., ModelEvidence]
) -> None:
    binary = keras.losses.BinaryCrossentropy()
    for loss in (
        {"digit": SPARSE, "parity": "binary_crossentropy"},
        {"parity": binary, "digit": keras.losses.SparseCategoricalCrossentropy()},
        {"parity": [binary], "digit": [SPARSE]},
        [SPARSE, "bce"],
        "crossentropy",
    ):
        for fit in (False, True):
            model = two_headed(loss=loss, fit=fit)
            assert_loss(model, "cross_entropy", output="digit")
            assert_loss(model, "cross_entropy", output="parity")


def test_of_several_outputs_a_failure_names_the_one(
    two_headed: Callable[..., ModelEvidence],
) -> None:
    model = two_headed(loss="crossentropy")
    for units, activation in ((10, "softmax"), (3, "sigmoid")):
        with pytest.raises(MatchFailure) as caught:
            assert_output(model, units, activation, output="digit")
        assert caught.value.expected.startswith("the output digit of ")


def test_a_loss_that_does_not_fit_its_output_fails(
    two_headed: Callable[..., ModelEvidence],
) -> None:
    for loss, output in (
        ({"digit": SPARSE, "parity": "mse"}, "parity"),
        (["bce", SPARSE], "digit"),
        (["bce", SPARSE], "parity"),
        ("bce", "digit"),
        (SPARSE, "parity"),
        ({"digit": SPARSE}, "parity"),
        ({"digit": SPARSE, "parity": None}, "parity"),
        ([SPARSE, None], "parity"),
    ):
        with pytest.raises(MatchFailure, match="net"):
            assert_loss(two_headed(loss=loss), "cross_entropy", output=output)


def test_metrics_of_an_output_pass_in_every_spelling(
    keras: Any, two_headed: Callable[..., ModelEvidence]
) -> None:
    for metrics in (
        {"digit": ["accuracy"], "parity": ["accuracy"]},
        {"digit": "acc", "parity": keras.metrics.BinaryAccuracy()},
        [["accuracy"], ["accuracy"]],
        ["accuracy", "accuracy"],
    ):
        for fit in (False, True):
            model = two_headed(loss=[SPARSE, "bce"], metrics=metrics, fit=fit)
            assert_metrics(model, "accuracy", output="digit")
            assert_metrics(model, "accuracy", output="parity")


def test_a_metric_of_the_other_output_fails(
    keras: Any, two_headed: Callable[..., ModelEvidence]
) -> None:
    model = two_headed(loss=[SPARSE, "bce"], metrics={"digit": ["accuracy"]})
    with pytest.raises(MatchFailure, match="output parity"):
        assert_metrics(model, "accuracy", output="parity")
    wrong = {"digit": [keras.metrics.BinaryAccuracy()], "parity": ["accuracy"]}
    with pytest.raises(MatchFailure, match="output digit"):
        assert_metrics(two_headed(loss=[SPARSE, "bce"], metrics=wrong), "accuracy", output="digit")


def test_one_list_for_several_outputs_is_no_metric_of_any(
    two_headed: Callable[..., ModelEvidence],
) -> None:
    model = two_headed(loss=[SPARSE, "bce"], metrics=["accuracy"])
    with pytest.raises(MatchFailure, match="fit refuses"):
        assert_metrics(model, "accuracy", output="digit")
    with pytest.raises(ValueError, match="metrics"):
        two_headed(loss=[SPARSE, "bce"], metrics=["accuracy"], fit=True)


def test_right_rows_of_one_output_are_counted(
    keras: Any, two_headed: Callable[..., ModelEvidence]
) -> None:
    scores = np.array([[0.3], [-0.2], [2.0], [-3.0]])
    labels = np.array([1, 0, 1, 0])
    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    trained_on_scores = two_headed(linear=True, loss=[SPARSE, logits])
    assert_accuracy(scores, labels, at_least="1", model=trained_on_scores, output="parity")
    with pytest.raises(MatchFailure, match="net, output parity"):
        model = two_headed(loss=[SPARSE, "bce"])
        assert_accuracy(scores, labels, at_least="1", model=model, output="parity")
