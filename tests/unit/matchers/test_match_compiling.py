"""Optimizers and metrics by what they are, not by how they are written."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import ModelEvidence, NotJudgeable
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


def test_a_list_of_metrics_for_the_only_output_is_opened(keras: Any, sequential: Build) -> None:
    head = keras.layers.Dense(3, "softmax")
    loss = "sparse_categorical_crossentropy"
    assert_metrics(sequential(head, loss=loss, metrics=[["accuracy"]]), "accuracy")
    with pytest.raises(MatchFailure):
        assert_metrics(sequential(head, loss=loss, metrics=[["mae"]]), "accuracy")


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


def labels_read_off(y: Any, p: Any) -> Any:
    import tensorflow as tf

    right = tf.equal(tf.cast(tf.reshape(y, [-1]), tf.int64), tf.argmax(p, axis=-1))
    return tf.cast(right, tf.float32)


def as_trained(model: Any) -> Any:
    model.fit(np.ones((2, 4)), np.array([0, 1]), verbose=0)
    return model


@pytest.mark.parametrize("built", [False, True])
def test_a_function_that_counts_right_answers_is_accuracy(
    built: bool, keras: Any, recorded: Callable[..., ModelEvidence]
) -> None:
    wrapped = keras.metrics.MeanMetricWrapper(labels_read_off, name="share")
    for metric in (labels_read_off, lambda y, p: labels_read_off(y, p), wrapped):
        net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
        net.compile(loss=SPARSE, metrics=[metric])
        assert_metrics(recorded(as_trained(net) if built else net), "accuracy")


def test_a_function_for_one_column_is_accuracy_where_it_fits(keras: Any, sequential: Build) -> None:
    def share(y: Any, p: Any) -> Any:
        return keras.ops.mean(keras.ops.round(p) == keras.ops.cast(y, "float32"))

    net = sequential(keras.layers.Dense(1, "sigmoid"), loss="binary_crossentropy", metrics=[share])
    assert_metrics(net, "accuracy")
    for_classes = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=[share])
    with pytest.raises(MatchFailure):
        assert_metrics(for_classes, "accuracy")


def test_a_function_that_is_only_called_accuracy_is_named_as_ones_own(
    keras: Any, sequential: Build
) -> None:
    def accuracy(y: Any, p: Any) -> Any:
        return keras.ops.mean(keras.ops.abs(keras.ops.cast(y, "float32") - p[..., 0]))

    net = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=[accuracy])
    with pytest.raises(MatchFailure, match="a function of your own named accuracy"):
        assert_metrics(net, "accuracy")


def test_a_metric_of_ones_own_that_cannot_be_evaluated_is_left_to_a_person(
    keras: Any, sequential: Build
) -> None:
    class Accuracy(keras.metrics.Mean):  # type: ignore[misc, name-defined]
        pass

    def broken(y: Any, p: Any) -> Any:
        raise ValueError

    for metric in (Accuracy(), broken):
        net = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=[metric])
        with pytest.raises(NotJudgeable, match="of your own"):
            assert_metrics(net, "accuracy")
        both = sequential(keras.layers.Dense(3, "softmax"), loss=SPARSE, metrics=[metric, "acc"])
        assert_metrics(both, "accuracy")


def test_the_optimizer_within_a_loss_scale_counts(keras: Any, sequential: Build) -> None:
    scaled = keras.optimizers.LossScaleOptimizer
    model = sequential(keras.layers.Dense(1), optimizer=scaled(keras.optimizers.Adam(0.05)))
    assert_optimizer(model, "adam", learning_rate=0.05)
    other = sequential(keras.layers.Dense(1), optimizer=scaled(keras.optimizers.SGD()))
    with pytest.raises(MatchFailure, match="SGD"):
        assert_optimizer(other, "adam")


def test_the_right_class_among_the_best_one_is_accuracy(keras: Any, sequential: Build) -> None:
    def head(best: int) -> ModelEvidence:
        metric = keras.metrics.SparseTopKCategoricalAccuracy(k=best, name="accuracy")
        return sequential(keras.layers.Dense(10, "softmax"), loss=SPARSE, metrics=[metric])

    assert_metrics(head(1), "accuracy")
    with pytest.raises(MatchFailure):
        assert_metrics(head(2), "accuracy")


def test_a_metric_that_is_written_for_so_many_classes_is_recognised(
    keras: Any, sequential: Build
) -> None:
    def among(classes: int, moved: int = 0) -> Any:
        def hits(y_true: Any, y_pred: Any) -> Any:
            numbers = keras.ops.cast(keras.ops.reshape(y_true, (-1,)), "int32") + moved
            rows = keras.ops.one_hot(numbers % classes, classes)
            return keras.metrics.categorical_accuracy(rows, y_pred)

        return hits

    def head(metric: Any) -> ModelEvidence:
        return sequential(keras.layers.Dense(10, "softmax"), loss=SPARSE, metrics=[metric])

    assert_metrics(head(among(10)), "accuracy")
    with pytest.raises(MatchFailure):
        assert_metrics(head(among(10, moved=1)), "accuracy")
