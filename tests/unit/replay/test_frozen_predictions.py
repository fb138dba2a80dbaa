"""What no layer explains is predicted from what TensorFlow computes, and from nothing else."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.errors import EvidenceError
from autograder.evidence.arrays import pack
from autograder.replay.inside import predict
from support.recorded import recording

layers = keras.layers
ROWS = np.random.default_rng(0).normal(size=(300, 6)).astype("float32")


class Squared(layers.Layer):
    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(shape[-1],), initializer="random_normal")

    def call(self, x: Any) -> Any:
        return x * x * self.scale


class Cumulative(keras.Model):
    """Two inputs and outputs by name, and an operation that Keras has no symbol for."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = layers.Dense(3), layers.Dense(1, "sigmoid")

    def call(self, halves: Any, training: bool = False) -> Any:
        both = tf.cumsum(tf.concat([halves["top"], halves["bottom"]], 1), axis=1)
        return {"parity": self.two(both), "digit": tf.nn.softmax(self.one(both))}


def stack(*parts: Any) -> Any:
    return keras.Sequential([keras.Input((6,)), *parts])


@pytest.mark.parametrize(
    "part",
    [
        Squared(),
        layers.Lambda(lambda x: x * x),
        layers.Lambda(lambda x: tf.concat([x, tf.abs(x)], axis=1)),
        layers.Dense(3, lambda x: x * x),
    ],
)
def test_a_layer_of_ones_own_is_predicted(part: Any) -> None:
    model = stack(layers.Dense(6, "relu"), part, layers.Dropout(0.5), layers.Dense(2))
    found = predict(*recording(model), [ROWS])
    np.testing.assert_allclose(found[0], model.predict(ROWS, verbose=0), atol=1e-5, rtol=1e-5)


def test_a_class_that_cannot_be_traced_is_predicted_by_name() -> None:
    model = Cumulative()
    model({"top": ROWS, "bottom": -ROWS})
    found, weights = recording(model)
    assert found["graph"] is None
    assert [one["name"] for one in found["behaviour"]["inputs"]] == ["bottom", "top"]
    assert [one["name"] for one in found["behaviour"]["outputs"]] == ["digit", "parity"]
    digit, parity = predict(found, weights, [-ROWS, ROWS])
    expected = model({"top": ROWS, "bottom": -ROWS})
    np.testing.assert_allclose(digit, expected["digit"], atol=1e-5)
    np.testing.assert_allclose(parity, expected["parity"], atol=1e-5)


def test_a_model_of_known_layers_has_no_frozen_graph() -> None:
    assert "behaviour" not in recording(stack(layers.Dense(3, tf.nn.relu)))[0]


def test_a_frozen_graph_beside_known_layers_is_not_asked() -> None:
    honest, weights = recording(stack(layers.Dense(3)))
    other, others = recording(stack(layers.Dense(3), Squared()))
    forged = {**honest, "behaviour": other["behaviour"]}
    found = predict(forged, [*weights, others[-1]], [ROWS])
    np.testing.assert_array_equal(found[0], predict(honest, weights, [ROWS])[0])


def hostile(body: Any) -> Any:
    graph = tf.Graph()
    with graph.as_default():
        body(tf.compat.v1.placeholder(tf.float32, (None, 6), name="x"))
    return np.frombuffer(graph.as_graph_def().SerializeToString(), dtype=np.uint8)


@pytest.mark.parametrize(
    "body",
    [
        lambda x: tf.io.read_file("/etc/passwd"),
        lambda x: tf.io.write_file("stolen", "x"),
        lambda x: tf.numpy_function(lambda y: y, [x], tf.float32),
        lambda x: tf.Variable(1.0),
        lambda x: tf.random.normal((3,)),
    ],
)
def test_operations_that_do_more_than_compute_are_refused(body: Any) -> None:
    found, weights = recording(stack(Squared()))
    with pytest.raises(EvidenceError, match="the operation"):
        predict(found, [*weights[:-1], hostile(body)], [ROWS])


def test_what_is_no_graph_is_refused() -> None:
    found, weights = recording(stack(Squared()))
    for data in (None, weights[-1][:50], weights[-1].astype("float32")):
        with pytest.raises(EvidenceError, match="cannot be replayed"):
            predict(found, [*weights[:-1], data], [ROWS])
    assert pack(weights[-1]).digest == found["behaviour"]["graph"]
