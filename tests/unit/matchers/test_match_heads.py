"""Which activation decides what a network's output means, and when a person has to say."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers import Dense, MatchFailure, assert_layers, assert_loss, assert_output

Build = Callable[..., ModelEvidence]
Record = Callable[[Any], ModelEvidence]
SPARSE = "sparse_categorical_crossentropy"


def headed(keras: Any, formula: Callable[..., Any], *activations: str | None) -> Any:
    """Dense layers of three units, what ``formula`` makes of them, compiled."""
    x = keras.Input((4,))
    model = keras.Model(x, formula(*(keras.layers.Dense(3, name)(x) for name in activations)))
    model.compile(loss=SPARSE)
    return model


def test_a_softmax_along_another_axis_is_neither_softmax_nor_no_activation(
    keras: Any, sequential: Build
) -> None:
    layers = keras.layers
    for head in (layers.Softmax(axis=0), layers.Dense(3, lambda z: keras.ops.softmax(z, axis=0))):
        scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        for loss in (SPARSE, scores):
            net = sequential(layers.Dense(3), head, loss=loss)
            with pytest.raises(MatchFailure, match=r"softmax over axis 0|not recognised"):
                assert_output(net, 3, ("softmax", "linear"))
            with pytest.raises(MatchFailure) as failure:
                assert_loss(net, "cross_entropy")
            assert "without activation" not in str(failure.value)
    assert_output(sequential(layers.Dense(3), layers.Softmax(axis=1)), 3, "softmax")


def test_a_softmax_written_as_a_formula_is_one(keras: Any, recorded: Record) -> None:
    def formula(z: Any) -> Any:
        e = keras.ops.exp(z - keras.ops.max(z, axis=-1, keepdims=True))
        return e / keras.ops.sum(e, axis=-1, keepdims=True)

    net = recorded(headed(keras, formula, None))
    assert_output(net, 3, "softmax")
    assert_layers(net, Dense(3, "softmax"))
    assert_loss(net, "cross_entropy")
    slip = recorded(headed(keras, lambda z: z / keras.ops.sum(z, axis=-1, keepdims=True), None))
    for check in (lambda: assert_output(slip, 3, "softmax"), lambda: assert_loss(slip, SPARSE)):
        with pytest.raises(NotJudgeable, match="none alone"):
            check()


def test_a_mean_of_probabilities_is_one(keras: Any, recorded: Record) -> None:
    mean = keras.layers.Average()
    net = recorded(headed(keras, lambda *heads: mean(heads), "softmax", "softmax"))
    assert_output(net, 3, "softmax")
    assert_loss(net, "cross_entropy")
    with pytest.raises(MatchFailure, match="sigmoid"):
        other = recorded(headed(keras, lambda *heads: mean(heads), "sigmoid", "sigmoid"))
        assert_output(other, 3, "softmax")


def test_what_several_activations_make_up_is_left_to_a_person(keras: Any, recorded: Record) -> None:
    half = keras.layers.Rescaling(0.5)
    for net in (
        headed(keras, lambda a, b: keras.layers.Average()([a, b]), "softmax", "sigmoid"),
        headed(keras, lambda a, b: half(a) + half(b), "softmax", "softmax"),
        headed(keras, lambda a, b: a * b, "softmax", None),
    ):
        with pytest.raises(NotJudgeable):
            assert_output(recorded(net), 3, "softmax")
        with pytest.raises(NotJudgeable):
            assert_loss(recorded(net), "cross_entropy")
        assert_output(recorded(net), 3)


def test_one_known_activation_that_is_changed_fails_with_its_name(
    keras: Any, recorded: Record
) -> None:
    for change in (keras.layers.Rescaling(0.5), keras.ops.negative):
        net = recorded(headed(keras, change, "softmax"))
        with pytest.raises(MatchFailure, match="softmax, then"):
            assert_output(net, 3, ("softmax", "linear"))
        with pytest.raises(MatchFailure, match="softmax, then"):
            assert_loss(net, "cross_entropy")


def test_scores_stay_scores_behind_what_has_no_activation(keras: Any, sequential: Build) -> None:
    layers = keras.layers
    scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for row in (
        [layers.Dense(3), layers.BatchNormalization()],
        [layers.Dense(6), layers.Reshape((2, 3)), layers.GlobalAveragePooling1D()],
        [layers.Reshape((2, 2)), layers.TimeDistributed(layers.Dense(3)), layers.LSTM(4),
         layers.Dense(3)],
    ):  # fmt: skip
        net = sequential(*row, loss=scores)
        assert_output(net, 3, "linear")
        assert_loss(net, "cross_entropy")


def test_a_layer_of_ones_own_decides_behind_known_ones_too(keras: Any, sequential: Build) -> None:
    class Own(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, x: Any) -> Any:
            return x

    net = sequential(keras.layers.Dense(3), Own(), keras.layers.Rescaling(2.0))
    with pytest.raises(NotJudgeable, match="of its own"):
        assert_output(net, 3, "softmax")
