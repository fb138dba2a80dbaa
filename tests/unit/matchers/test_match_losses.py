"""Loss and head are right or wrong together, however they are spelled."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import MatchFailure, MatchRemark, assert_loss
from autograder.matchers.losses import gives_logits

Build = Callable[..., ModelEvidence]


def own_mse(y_true: Any, y_pred: Any) -> Any:
    import keras

    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def test_mse_passes_in_every_spelling(keras: Any, sequential: Build) -> None:
    spellings = [
        "mse",
        "MSE",
        "mean_squared_error",
        keras.losses.mean_squared_error,
        keras.losses.MeanSquaredError(),
        keras.losses.MeanSquaredError,
        ["mse"],
        own_mse,
    ]
    for spelling in spellings:
        assert_loss(sequential(keras.layers.Dense(1), loss=spelling), "mse")


@pytest.mark.parametrize("loss", ["mae", "huber", "binary_crossentropy", "msle"])
def test_another_loss_than_mse_fails(keras: Any, sequential: Build, loss: str) -> None:
    with pytest.raises(MatchFailure, match="net"):
        assert_loss(sequential(keras.layers.Dense(1), loss=loss), "mse")


def test_a_loss_written_for_one_column_counts_on_one_column_alone(
    keras: Any, sequential: Build
) -> None:
    class Squares(keras.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            y_true = keras.ops.reshape(y_true, (-1, 1))
            return keras.ops.mean((y_pred - y_true) ** 2, axis=-1)

    class Distances(keras.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return keras.ops.mean(abs(y_pred - keras.ops.reshape(y_true, (-1, 1))), axis=-1)

    assert_loss(sequential(keras.layers.Dense(1), loss=Squares()), "mse")
    for layer, loss in ((keras.layers.Dense(1), Distances()), (keras.layers.Dense(3), Squares())):
        with pytest.raises(MatchFailure, match="the loss"):
            assert_loss(sequential(layer, loss=loss), "mse")


def test_a_function_that_only_bears_the_name_of_the_loss_is_told_as_such(
    keras: Any, sequential: Build
) -> None:
    def binary_crossentropy(y_true: Any, y_pred: Any) -> Any:
        return own_mse(y_true, y_pred)

    net = sequential(keras.layers.Dense(1, "sigmoid"), loss=binary_crossentropy)
    with pytest.raises(MatchFailure) as caught:
        assert_loss(net, "binary_crossentropy")
    assert caught.value.found == (
        "the loss binary_crossentropy, which computes another loss than its name says"
    )
    net = sequential(keras.layers.Dense(1, "sigmoid"), loss="MSE")
    with pytest.raises(MatchFailure) as caught:
        assert_loss(net, "binary_crossentropy")
    assert caught.value.found == "the loss MSE"


def test_a_model_that_is_not_compiled_fails(keras: Any, sequential: Build) -> None:
    with pytest.raises(MatchFailure, match="not been compiled"):
        assert_loss(sequential(keras.layers.Dense(1)), "mse")


def test_a_head_that_was_lost_where_it_was_built_does_not_take_the_loss_too(
    keras: Any, sequential: Build
) -> None:
    for activation in (None, "relu", "tanh", "softmax"):
        net = sequential(keras.layers.Dense(1, activation), loss="bce")
        with pytest.raises(MatchFailure):
            assert_loss(net, "binary_crossentropy")
        assert_loss(net, "binary_crossentropy", asked="sigmoid")
    with pytest.raises(MatchFailure, match="the loss mse"):
        net = sequential(keras.layers.Dense(1, "relu"), loss="mse")
        assert_loss(net, "binary_crossentropy", asked="sigmoid")


def test_with_the_head_that_was_asked_for_the_pair_is_judged_as_ever(
    keras: Any, sequential: Build
) -> None:
    def own(y_true: Any, y_pred: Any) -> Any:
        return keras.losses.binary_crossentropy(y_true, y_pred * 1.0, from_logits=True)

    net = sequential(keras.layers.Dense(1, "sigmoid"), loss=own)
    with pytest.raises(MatchFailure):
        assert_loss(net, "binary_crossentropy", asked="sigmoid")


def test_right_pairs_pass_without_a_remark(keras: Any, sequential: Build) -> None:
    dense, losses = keras.layers.Dense, keras.losses
    pairs = [
        ([dense(3, "softmax")], "sparse_categorical_crossentropy"),
        ([dense(3, "softmax")], "categorical_crossentropy"),
        ([dense(3), keras.layers.Softmax()], losses.SparseCategoricalCrossentropy()),
        ([dense(3)], losses.SparseCategoricalCrossentropy(from_logits=True)),
        ([dense(3)], losses.CategoricalCrossentropy(from_logits=True)),
        ([dense(1, "sigmoid")], "bce"),
        ([dense(1)], losses.BinaryCrossentropy(from_logits=True)),
    ]
    for layers, loss in pairs:
        assert_loss(sequential(*layers, loss=loss), "cross_entropy")


def test_pairs_that_train_otherwise_fail(keras: Any, sequential: Build) -> None:
    dense, losses = keras.layers.Dense, keras.losses
    pairs = [
        ([dense(3)], "sparse_categorical_crossentropy"),
        ([dense(3, "relu")], "sparse_categorical_crossentropy"),
        ([dense(3, "softmax")], "binary_crossentropy"),
        ([dense(3, "softmax")], "mse"),
        ([dense(1, "softmax")], "bce"),
        ([dense(1)], "bce"),
        ([dense(1, "relu")], "bce"),
        ([dense(1, "sigmoid")], "mse"),
        (
            [dense(3, "softmax"), keras.layers.Reshape((3, 1)), keras.layers.Reshape((3,))],
            losses.SparseCategoricalCrossentropy(from_logits=True),
        ),
        (
            [dense(3, own_softmax(keras))],
            losses.SparseCategoricalCrossentropy(from_logits=True),
        ),
    ]
    for layers, loss in pairs:
        with pytest.raises(MatchFailure):
            assert_loss(sequential(*layers, loss=loss), "cross_entropy")


def own_softmax(keras: Any) -> Any:
    def activation(x: Any) -> Any:
        powers = keras.ops.exp(x - keras.ops.max(x, axis=-1, keepdims=True))
        return powers / keras.ops.sum(powers, axis=-1, keepdims=True)

    return activation


LINKED = [
    ("softmax", 3, "SparseCategoricalCrossentropy", True),
    ("sigmoid", 3, "SparseCategoricalCrossentropy", False),
    ("sigmoid", 1, "BinaryCrossentropy", True),
]


@pytest.mark.parametrize(("activation", "units", "loss", "from_logits"), LINKED)
def test_scores_that_keras_finds_are_right_with_a_remark(
    keras: Any, sequential: Build, activation: str, units: int, loss: str, from_logits: bool
) -> None:
    model = sequential(
        keras.layers.Dense(units, activation),
        loss=getattr(keras.losses, loss)(from_logits=from_logits),
    )
    with pytest.warns(MatchRemark, match="net"):
        assert_loss(model, "cross_entropy")


@pytest.mark.parametrize(("activation", "units", "loss", "from_logits"), LINKED)
def test_keras_really_trains_such_a_pair_on_the_scores(
    keras: Any, activation: str, units: int, loss: str, from_logits: bool
) -> None:
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    y = np.arange(16) % max(units, 2)

    def fitted(activation: str | None, from_logits: bool) -> list[float]:
        keras.utils.set_random_seed(3)
        layer = keras.layers.Dense(units, activation)
        model = keras.Sequential([keras.Input((4,)), layer])
        model.compile("sgd", getattr(keras.losses, loss)(from_logits=from_logits))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            curve = model.fit(x, y, epochs=3, verbose=0, shuffle=False).history["loss"]
        return [float(value) for value in curve]

    assert fitted(activation, from_logits) == pytest.approx(fitted(None, True), abs=1e-5)


def test_an_operation_between_the_activation_and_the_loss_is_seen(
    keras: Any, sequential: Build
) -> None:
    scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    half = keras.layers.Rescaling(0.5)
    assert_loss(sequential(keras.layers.Dense(3), half, loss=scores), "cross_entropy")
    with pytest.raises(MatchFailure):
        softmax = keras.layers.Dense(3, "softmax")
        assert_loss(sequential(softmax, half, loss=scores), "cross_entropy")


def test_a_categorical_loss_over_one_column_fails(keras: Any, sequential: Build) -> None:
    loss = "sparse_categorical_crossentropy"
    with pytest.raises(MatchFailure):
        assert_loss(sequential(keras.layers.Dense(1, "sigmoid"), loss=loss), loss)


def test_layers_that_hand_on_the_tensor_keep_the_scores(keras: Any, sequential: Build) -> None:
    layers = keras.layers
    head = layers.Dense(3, "softmax")
    nested = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Softmax()])
    passing_on = [layers.Identity(), layers.Activation("linear"), layers.Dropout(0.0)]
    for row in ([head, *passing_on], [nested]):
        scores = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        with pytest.warns(MatchRemark):
            assert_loss(sequential(*row, loss=scores), "cross_entropy")


def test_labels_choose_between_sparse_and_one_hot(keras: Any, sequential: Build) -> None:
    model = sequential(keras.layers.Dense(3, "softmax"), loss="categorical_crossentropy")
    assert_loss(model, "cross_entropy", labels="one_hot")
    with pytest.raises(MatchFailure):
        assert_loss(model, "cross_entropy", labels="sparse")


def test_each_output_has_its_own_loss(keras: Any, recorded: Build) -> None:
    inputs = keras.Input((4,))
    outputs = {
        "digit": keras.layers.Dense(3, "softmax", name="digit")(inputs),
        "parity": keras.layers.Dense(1, "sigmoid", name="parity")(inputs),
    }
    model = keras.Model(inputs, outputs)
    model.compile(loss={"digit": "sparse_categorical_crossentropy", "parity": "mse"})
    found = recorded(model)
    assert_loss(found, "cross_entropy", output="digit")
    with pytest.raises(MatchFailure):
        assert_loss(found, "cross_entropy", output="parity")


def test_a_linear_unit_trained_on_scores_is_decoded_at_zero(keras: Any, sequential: Build) -> None:
    scores = keras.losses.BinaryCrossentropy(from_logits=True)
    assert gives_logits(sequential(keras.layers.Dense(1), loss=scores))
    assert not gives_logits(sequential(keras.layers.Dense(1, "sigmoid"), loss="bce"))
    assert not gives_logits(sequential(keras.layers.Dense(1), loss="mse"))


def found_scores(y_true: Any, y_pred: Any) -> Any:
    import keras

    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)


def lost_scores(y_true: Any, y_pred: Any) -> Any:
    return found_scores(y_true, 1.0 * y_pred)


def lost_pairs(y_true: Any, y_pred: Any) -> Any:
    import keras

    return keras.losses.binary_crossentropy(y_true, y_pred * 1.0, from_logits=True)


def lost_chances(y_true: Any, y_pred: Any) -> Any:
    import keras

    return keras.losses.sparse_categorical_crossentropy(y_true, 1.0 * y_pred)


def test_a_loss_of_ones_own_is_judged_by_whether_it_finds_the_scores(
    keras: Any, sequential: Build
) -> None:
    dense = keras.layers.Dense
    with pytest.warns(MatchRemark):
        assert_loss(sequential(dense(3, "softmax"), loss=found_scores), "cross_entropy")
    assert_loss(sequential(dense(3, "softmax"), loss=lost_chances), "cross_entropy")
    for scores in (found_scores, lost_scores):
        assert_loss(sequential(dense(3), loss=scores), "cross_entropy")
    for units, head, loss in ((3, "softmax", lost_scores), (1, "sigmoid", lost_pairs)):
        with pytest.raises(MatchFailure, match="fit each other"):
            assert_loss(sequential(dense(units, head), loss=loss), "cross_entropy")


def test_a_loss_that_is_written_for_so_many_classes_is_recognised(
    keras: Any, sequential: Build
) -> None:
    def among(classes: int, moved: int = 0) -> Any:
        def loss(y_true: Any, y_pred: Any) -> Any:
            numbers = keras.ops.cast(keras.ops.reshape(y_true, (-1,)), "int32") + moved
            rows = keras.ops.one_hot(numbers % classes, classes)
            return keras.losses.categorical_crossentropy(rows, y_pred[:, :classes])

        return loss

    def head(loss: Any) -> ModelEvidence:
        return sequential(keras.layers.Dense(10, "softmax"), loss=loss)

    assert_loss(head(among(10)), "cross_entropy", labels="sparse")
    assert_loss(sequential(keras.layers.Dense(4, "softmax"), loss=among(4)), "cross_entropy")
    for wrong in (among(10, moved=1), among(9), among(11)):
        with pytest.raises(MatchFailure, match="the loss"):
            assert_loss(head(wrong), "cross_entropy")


def test_a_cross_entropy_has_to_look_at_every_class_of_every_example(
    keras: Any, sequential: Build
) -> None:
    losses = keras.losses

    def head(loss: Any) -> ModelEvidence:
        return sequential(keras.layers.Dense(10, "softmax"), loss=loss)

    right = [
        losses.CategoricalCrossentropy(axis=1),
        losses.SparseCategoricalCrossentropy(ignore_class=-1),
        losses.SparseCategoricalCrossentropy(ignore_class=255),
    ]
    for loss in right:
        assert_loss(head(loss), "cross_entropy")
    wrong = {
        "along axis 0": losses.CategoricalCrossentropy(axis=0),
        "the class 0": losses.SparseCategoricalCrossentropy(ignore_class=0),
        "the class 9": losses.SparseCategoricalCrossentropy(ignore_class=9),
    }
    for found, loss in wrong.items():
        with pytest.raises(MatchFailure, match=found):
            assert_loss(head(loss), "cross_entropy")
