"""Every spelling of a network passes, every other network fails."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers import Any as AnyOne
from autograder.matchers import (
    AnyOf,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    MatchFailure,
    assert_input_shape,
    assert_layers,
    assert_output,
    assert_parameters,
)

Build = Callable[..., ModelEvidence]
WANTED = (Dense(8, "relu"), Dense(3, "softmax"))


def functional(keras: Any) -> Any:
    inputs = keras.Input((4,))
    hidden = keras.ops.relu(keras.layers.Dense(8)(inputs))
    return keras.Model(inputs, keras.layers.Softmax()(keras.layers.Dense(3)(hidden)))


def nested(keras: Any) -> Any:
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu")])
    return keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(3, "softmax")])


def with_no_ops(keras: Any) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Flatten(),
            layers.Dense(8),
            layers.ReLU(),
            layers.Dropout(0.0),
            layers.Dense(3, lambda x: keras.ops.softmax(x)),
            layers.Activation("linear"),
        ]
    )


@pytest.mark.parametrize("spelling", [functional, nested, with_no_ops])
def test_an_equivalent_spelling_passes(keras: Any, recorded: Build, spelling: Any) -> None:
    assert_layers(recorded(spelling(keras)), *WANTED)


def test_a_near_miss_of_each_kind_fails(keras: Any, sequential: Build) -> None:
    dense = keras.layers.Dense
    misses = [
        (dense(8, "tanh"), dense(3, "softmax")),
        (dense(8), dense(3, "softmax")),
        (dense(8, "relu6"), dense(3, "softmax")),
        (dense(8, "relu"), dense(3)),
        (dense(8, "relu"), dense(4, "softmax")),
        (dense(8, "relu", use_bias=False), dense(3, "softmax")),
        (dense(8, "relu", kernel_regularizer="l2"), dense(3, "softmax")),
        (dense(8, "relu"), keras.layers.Dropout(0.2), dense(3, "softmax")),
        (dense(3, "softmax"),),
        (dense(8, "relu"), dense(8, "relu"), dense(3, "softmax")),
        (dense(8, "relu", trainable=False), dense(3, "softmax")),
    ]
    for layers in misses:
        with pytest.raises(MatchFailure):
            assert_layers(sequential(*layers), *WANTED)


def test_what_a_check_allows_is_free(keras: Any, sequential: Build) -> None:
    model = sequential(
        keras.layers.BatchNormalization(),
        keras.layers.Dense(8, "relu", kernel_regularizer="l2", use_bias=False),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(3, "softmax"),
    )
    assert_layers(model, *WANTED, allow=("Dropout", "Normalization", "Regularization", "use_bias"))


def test_an_allowed_layer_that_is_also_asked_for_is_matched(keras: Any, sequential: Build) -> None:
    layers = [keras.layers.Dropout(0.5), keras.layers.Dense(3), keras.layers.Dropout(0.25)]
    assert_layers(sequential(*layers), Dense(3), Dropout(0.25), allow=("Dropout",))
    with pytest.raises(MatchFailure):
        assert_layers(sequential(*layers), Dense(3), Dropout(0.1), allow=("Dropout",))


def test_the_failure_names_variable_layer_and_difference(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(8, "tanh"), keras.layers.Dense(3, "softmax"))
    with pytest.raises(MatchFailure) as caught:
        assert_layers(model, *WANTED)
    assert "net" in caught.value.expected
    assert "layer 1" in caught.value.found
    assert "tanh" in caught.value.found


def test_a_convolution_is_matched_with_its_strides(keras: Any, recorded: Build) -> None:
    def image(**settings: Any) -> ModelEvidence:
        layers = keras.layers
        convolution = layers.Conv2D(5, 3, activation="relu", **settings)
        pooling = layers.MaxPooling2D((2, 2))
        return recorded(keras.Sequential([keras.Input((8, 8, 1)), convolution, pooling]))

    pooled = Layer("MaxPooling2D", pool_size=2)
    assert_layers(image(), Conv2D(5, (3, 3), "relu"), pooled)
    with pytest.raises(MatchFailure):
        assert_layers(image(padding="same"), Conv2D(5, 3, "relu"), pooled)
    with pytest.raises(MatchFailure):
        assert_layers(image(strides=2), Conv2D(5, 3, "relu"), pooled)


def test_any_and_any_of_leave_a_choice(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(8, "tanh"), keras.layers.Dense(3))
    assert_layers(model, AnyOne(), AnyOf(Dense(3, "softmax"), Dense(3)))
    with pytest.raises(MatchFailure):
        assert_layers(model, AnyOne(), AnyOf(Dense(3, "softmax"), Dense(4)))


def test_a_branched_model_is_refused_clearly(keras: Any, recorded: Build) -> None:
    inputs = keras.Input((4,))
    both = keras.layers.Add()([keras.layers.Dense(3)(inputs), keras.layers.Dense(3)(inputs)])
    with pytest.raises(MatchFailure, match="branches"):
        assert_layers(recorded(keras.Model(inputs, both)), Dense(3), Dense(3))


def test_a_layer_of_ones_own_goes_to_a_person(keras: Any, sequential: Build) -> None:
    class Own(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, x: Any) -> Any:
            return x * x

    with pytest.raises(NotJudgeable, match="of its own"):
        assert_layers(sequential(Own(), keras.layers.Dense(3)), Dense(3))


def test_an_unbuilt_model_is_told_what_is_missing(keras: Any, recorded: Build) -> None:
    with pytest.raises(MatchFailure, match="not built"):
        assert_layers(recorded(keras.Sequential([keras.layers.Dense(3)])), Dense(3))


def test_output_is_judged_through_a_trailing_activation(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(3), keras.layers.Softmax())
    assert_output(model, 3, "softmax")
    assert_output(model, 3, ("linear", "softmax"))
    with pytest.raises(MatchFailure):
        assert_output(model, 3, "sigmoid")
    with pytest.raises(MatchFailure):
        assert_output(model, 4, "softmax")


def test_parameters_and_input_shape_are_counted(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(3))
    assert_parameters(model, total=15)
    assert_parameters(model, at_most=15)
    assert_input_shape(model, (4,))
    with pytest.raises(MatchFailure):
        assert_parameters(model, total=12)
    with pytest.raises(MatchFailure):
        assert_parameters(model, at_most=14)
    with pytest.raises(MatchFailure):
        assert_input_shape(model, (4, 1))
