"""Recording leaves no trace: weights, names and random state are what they would have been."""

import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.recorder import record_model, take_snapshot

layers = keras.layers


def noisy(x: Any) -> Any:
    random.random()
    np.random.rand()
    tf.random.uniform(())
    return x + keras.random.normal((1,)) * 0


class Own(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3, noisy)

    def call(self, x: Any) -> Any:
        return keras.ops.relu(self.dense(x))


def lesson(sink: Any | None) -> tuple[list[Any], list[str], list[float]]:
    """A notebook in small, with a snapshot after each step if there is a sink."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)
    namespace: dict[str, Any] = {}

    def snapshot() -> None:
        if sink is not None:
            take_snapshot(namespace, sink)

    X, y = np.random.rand(40, 4).astype("float32"), np.random.randint(0, 3, 40)
    namespace["waiting"] = keras.Sequential([layers.Dense(3, noisy)])
    snapshot()
    model = keras.Sequential([layers.Dense(8, noisy), layers.Dropout(0.3), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["acc", keras.metrics.SparseTopKCategoricalAccuracy(2)])
    namespace.update(model=model, X=X)
    snapshot()
    history = model.fit(X, y, epochs=2, verbose=0)
    own = Own()
    own(X)
    namespace.update(history=history, own=own)
    snapshot()
    later = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.ReLU()])
    snapshot()
    model.fit(X, y, epochs=1, verbose=0)
    names = [later.name, *(layer.name for layer in later.layers), keras.Input((2,)).name]
    draws = [random.random(), np.random.rand(), float(tf.random.uniform(()))]
    draws.append(float(keras.random.uniform(())))
    return [*model.get_weights(), *later.get_weights(), *own.get_weights()], names, draws


def test_a_lesson_ends_bit_equal_with_and_without_recording(sink: Any) -> None:
    weights, names, draws = lesson(None)
    recorded_weights, recorded_names, recorded_draws = lesson(sink)
    assert names == recorded_names
    assert draws == recorded_draws
    assert len(weights) == len(recorded_weights)
    for one, other in zip(weights, recorded_weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(sink.models) >= 5


def test_the_first_random_layer_after_a_snapshot_is_unmoved(sink: Any) -> None:
    """No global generator exists yet when the snapshot is taken."""

    def first_weights(record: bool) -> Any:
        keras.backend.clear_session()
        random.seed(3)
        model = keras.Sequential(
            [keras.Input((2,)), layers.Dense(2, noisy, bias_initializer="ones")]
        )
        if record:
            record_model(model, sink)
        return layers.Dense(4).build((None, 4)), float(keras.random.uniform(()))

    assert first_weights(True) == first_weights(False)


def test_what_student_code_prints_while_probed_is_swallowed(
    sink: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def talkative(x: Any) -> Any:
        print("probed")
        return x

    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, talkative)])
    capsys.readouterr()
    record_model(model, sink)
    assert capsys.readouterr().out == ""
