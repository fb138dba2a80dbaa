"""Numbers of evaluate, recomputed."""

from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import NotJudgeable
from autograder.matchers import MatchFailure, assert_evaluation
from autograder.student.live import evidence_of

RANDOM = np.random.default_rng(6)
ROWS = RANDOM.normal(size=(60, 4)).astype("float32")
LABELS = RANDOM.integers(0, 3, 60)
TWO = RANDOM.integers(0, 2, 60)


@pytest.fixture(scope="module")
def evaluated(keras: Any) -> Any:
    """A model of 4 columns with random weights, compiled: its evidence, loss and accuracy."""

    def make(head: Any, loss: Any, labels: Any, spread: float = 1.0) -> Any:
        model = keras.Sequential([keras.Input((4,)), head])
        model.set_weights([spread * RANDOM.normal(size=w.shape) for w in model.get_weights()])
        model.compile("sgd", loss, metrics=["accuracy"])
        found = model.evaluate(ROWS, labels, verbose=0)
        return evidence_of(model, "net"), *found

    return make


def dense(keras: Any, units: int, activation: str | None, **more: Any) -> Any:
    return keras.layers.Dense(units, activation, **more)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "labels", "options"),
    [
        (3, "softmax", "sparse_categorical_crossentropy", LABELS, {}),
        (3, "softmax", "categorical_crossentropy", np.eye(3)[LABELS], {}),
        (3, None, "SparseCategoricalCrossentropy", LABELS, {"from_logits": True}),
        (3, "softmax", "SparseCategoricalCrossentropy", LABELS, {"from_logits": True}),
        (3, None, "sparse_categorical_crossentropy", LABELS, {}),
        (3, "sigmoid", "sparse_categorical_crossentropy", LABELS, {}),
        (3, "sigmoid", "binary_crossentropy", np.eye(3)[LABELS], {}),
        (1, "sigmoid", "binary_crossentropy", TWO, {}),
        (1, None, "BinaryCrossentropy", TWO, {"from_logits": True}),
        (3, "softmax", "mse", np.eye(3)[LABELS], {}),
        (1, None, "mae", TWO, {}),
    ],
)
def test_what_evaluate_gives_passes_for_every_pair_of_head_and_loss(
    units: int, activation: Any, loss: str, labels: Any, options: Any, keras: Any, evaluated: Any
) -> None:
    compiled = getattr(keras.losses, loss)(**options) if options else loss
    net, value, accuracy = evaluated(dense(keras, units, activation), compiled, labels)
    truth = TWO if units == 1 else LABELS
    assert_evaluation(net, ROWS, truth, loss=value)
    if loss != "mae":
        assert_evaluation(net, ROWS, truth, loss=value, accuracy=accuracy)
    with pytest.raises(MatchFailure, match="another number"):
        assert_evaluation(net, ROWS, truth, loss=value + 0.05)


@pytest.fixture(scope="module")
def usual(keras: Any, evaluated: Any) -> Any:
    return evaluated(dense(keras, 3, "softmax"), "sparse_categorical_crossentropy", LABELS)


def test_numpy_numbers_and_rounded_ones_pass(usual: Any) -> None:
    net, loss, accuracy = usual
    assert_evaluation(net, ROWS, LABELS, loss=np.float32(loss), accuracy=np.float64(accuracy))
    assert_evaluation(net, ROWS, np.eye(3)[LABELS], loss=round(loss, 4), accuracy=accuracy)


def test_a_typed_in_accuracy_fails_without_the_right_one_in_the_text(usual: Any) -> None:
    net, _, accuracy = usual
    with pytest.raises(MatchFailure, match="test_accuracy") as raised:
        assert_evaluation(net, ROWS, LABELS, accuracy=0.97)
    assert f"{accuracy:.3f}" not in str(raised.value)


def test_loss_and_accuracy_that_changed_places_are_told(usual: Any) -> None:
    net, loss, accuracy = usual
    with pytest.raises(MatchFailure, match="changed places"):
        assert_evaluation(net, ROWS, LABELS, loss=accuracy, accuracy=loss)


def test_texts_truth_values_and_not_a_number_fail(usual: Any) -> None:
    for bad in ("0.97", True, float("nan"), [0.5]):
        with pytest.raises(MatchFailure):
            assert_evaluation(usual[0], ROWS, LABELS, accuracy=bad)
        with pytest.raises(MatchFailure):
            assert_evaluation(usual[0], ROWS, LABELS, loss=bad)


def test_a_penalty_on_the_weights_may_only_add(keras: Any, evaluated: Any) -> None:
    head = dense(keras, 3, "softmax", kernel_regularizer="l2")
    net, loss, _ = evaluated(head, "sparse_categorical_crossentropy", LABELS)
    assert_evaluation(net, ROWS, LABELS, loss=loss)
    with pytest.raises(MatchFailure):
        assert_evaluation(net, ROWS, LABELS, loss=loss / 3)


def test_probabilities_that_underflow_still_give_a_loss(keras: Any, evaluated: Any) -> None:
    head = dense(keras, 3, "softmax")
    net, loss, _ = evaluated(head, "sparse_categorical_crossentropy", LABELS, spread=300.0)
    assert_evaluation(net, ROWS, LABELS, loss=loss)
    with pytest.raises(MatchFailure):
        assert_evaluation(net, ROWS, LABELS, loss=0.05)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "labels"),
    [
        (3, "softmax", "CategoricalCrossentropy", np.eye(3)[LABELS]),
        (3, None, "CategoricalCrossentropy", np.eye(3)[LABELS]),
        (3, "sigmoid", "BinaryCrossentropy", np.eye(3)[LABELS]),
        (1, "sigmoid", "BinaryCrossentropy", TWO),
    ],
)
def test_smoothed_labels_are_smoothed_here_too(
    units: int, activation: Any, loss: str, labels: Any, keras: Any, evaluated: Any
) -> None:
    options = {"label_smoothing": 0.1, "from_logits": activation is None}
    smoothed = getattr(keras.losses, loss)(**options)
    net, value, accuracy = evaluated(dense(keras, units, activation), smoothed, labels, 2.0)
    truth = TWO if units == 1 else LABELS
    assert_evaluation(net, ROWS, truth, loss=value, accuracy=accuracy)
    plain = getattr(keras.losses, loss)(from_logits=activation is None)
    other = float(np.mean(plain(labels.reshape(60, -1), net.predict(ROWS))))
    with pytest.raises(MatchFailure, match="another number"):
        assert_evaluation(net, ROWS, truth, loss=other)


def test_a_loss_computed_by_hand_from_the_probabilities_passes(keras: Any, evaluated: Any) -> None:
    for head, loss, truth in (
        (dense(keras, 3, "softmax"), "sparse_categorical_crossentropy", LABELS),
        (dense(keras, 1, "sigmoid"), "binary_crossentropy", TWO),
    ):
        net, value, _ = evaluated(head, loss, truth, spread=30.0)
        function, columns = keras.losses.get(loss), truth.reshape(60, -1)
        predictions = net.predict(ROWS).astype("float32")
        by_hand = float(np.mean(function(columns, predictions)))
        assert abs(by_hand - value) > 0.1
        for right in (by_hand, value):
            assert_evaluation(net, ROWS, truth, loss=right)
        with pytest.raises(MatchFailure, match="another number"):
            assert_evaluation(
                net, ROWS, truth, loss=float(np.mean(function(columns, 0.9 * predictions)))
            )


def test_a_loss_that_is_not_known_here_is_for_a_person(keras: Any, evaluated: Any) -> None:
    focal = keras.losses.CategoricalFocalCrossentropy()
    net, loss, accuracy = evaluated(dense(keras, 3, "softmax"), focal, np.eye(3)[LABELS])
    assert_evaluation(net, ROWS, LABELS, accuracy=accuracy)
    with pytest.raises(NotJudgeable):
        assert_evaluation(net, ROWS, LABELS, loss=loss)
