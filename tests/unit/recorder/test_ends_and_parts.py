"""Names of inputs and outputs, models inside models, and calls that use TensorFlow's functions."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.evidence.graph import CanonicalGraph, canonical

layers = keras.layers


class OwnHalves(keras.Model):
    """Takes and gives dictionaries; ``activate`` and ``join`` are called in ``call``."""

    def __init__(self, activate: Any, join: Any) -> None:
        super().__init__()
        self.shared = layers.Dense(3, name="shared")
        self.digit = layers.Dense(4, "softmax")
        self.parity = layers.Dense(1, "sigmoid")
        self.activate, self.join = activate, join

    def call(self, halves: Any) -> Any:
        parts = [self.activate(self.shared(halves[name])) for name in ("top", "bottom")]
        both = self.join(parts)
        return {"parity": self.parity(both), "digit": self.digit(both)}


def own(activate: Any, join: Any) -> Any:
    model = OwnHalves(activate, join)
    rows = np.ones((2, 5), "float32")
    model({"top": rows, "bottom": rows})
    return model


def functional() -> Any:
    top, bottom = keras.Input((5,), name="top"), keras.Input((5,), name="bottom")
    shared = layers.Dense(3, "relu", name="shared")
    both = layers.Concatenate()([shared(top), shared(bottom)])
    heads = {"digit": layers.Dense(4, "softmax")(both), "parity": layers.Dense(1, "sigmoid")(both)}
    return keras.Model({"top": top, "bottom": bottom}, heads)


def test_keys_of_dictionaries_are_the_names(recorded: Callable[[Any], Any]) -> None:
    top, bottom = keras.Input((5,)), keras.Input((5,))
    model = keras.Model({"top": top, "bottom": bottom}, {"sum": layers.Add()([top, bottom])})
    graph = recorded(model)["graph"]
    assert [item["name"] for item in graph["inputs"]] == ["bottom", "top"]
    assert graph["output_names"] == ["sum"]


@pytest.mark.parametrize(
    ("activate", "join"),
    [
        (keras.ops.relu, lambda parts: layers.concatenate(parts)),
        (tf.nn.relu, lambda parts: tf.concat(parts, axis=1)),
        (lambda x: tf.maximum(x, 0.0), lambda parts: tf.concat(values=parts, axis=-1)),
        (lambda x: tf.math.maximum(0.0, x), lambda parts: keras.ops.concatenate(parts, axis=1)),
    ],
)
def test_a_traced_class_is_the_functional_network(
    activate: Any, join: Any, recorded: Callable[[Any], Any]
) -> None:
    found = recorded(own(activate, join))
    graph = canonical(found)
    expected = canonical(recorded(functional()))
    assert sorted(item.name for item in graph.inputs) == ["bottom", "top"]
    assert graph.output_names == ("digit", "parity")
    assert sorted(n.kind for n in graph.nodes) == sorted(n.kind for n in expected.nodes)
    assert [n.activation for n in graph.nodes] == [n.activation for n in expected.nodes]


def test_a_traced_class_leaves_tensorflow_as_it_was(recorded: Callable[[Any], Any]) -> None:
    recorded(own(tf.nn.relu, lambda parts: tf.concat(parts, axis=1)))
    with pytest.raises(ValueError, match="KerasTensor"):
        tf.nn.relu(keras.Input((3,)))


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (tf.nn.softmax, "softmax"),
        (tf.nn.sigmoid, "sigmoid"),
        (tf.nn.tanh, "tanh"),
        (tf.nn.elu, "elu"),
        (tf.nn.relu6, "relu6"),
        (tf.nn.silu, "silu"),
        (lambda x: tf.nn.leaky_relu(x, alpha=0.1), "leaky_relu"),
        (lambda x: tf.where(x > 0, x, tf.zeros_like(x)), "relu"),
        (lambda x: tf.where(tf.less(x, 0.0), 0.0, x), "relu"),
        (lambda x: x * tf.cast(x > 0, tf.float32), "relu"),
        (lambda x: tf.clip_by_value(x, 0.0, 6.0), "relu6"),
        (lambda x: tf.math.reciprocal(1.0 + tf.exp(-x)), "sigmoid"),
        (lambda x: tf.pow(1.0 + tf.exp(-x), -1.0), "sigmoid"),
        (lambda x: tf.exp(x - tf.reduce_logsumexp(x, axis=-1, keepdims=True)), "softmax"),
        (lambda x: tf.sinh(x) / tf.cosh(x), "tanh"),
        (lambda x: tf.nn.tanh(tf.identity(tf.convert_to_tensor(x))), "tanh"),
        (lambda x: tf.nn.tanh(tf.cast(x, tf.float32)), "tanh"),
    ],
)
def test_functions_of_tensorflow_are_known_in_a_call(
    function: Any, kind: str, graph_of: Callable[[Any], CanonicalGraph]
) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x: Any) -> Any:
            return function(self.dense(x))

    model = Own()
    model(np.ones((1, 2), "float32"))
    (node,) = graph_of(model).nodes
    assert (node.kind, node.activation) == ("Dense", kind)


def test_a_call_that_tensorflow_compiles_is_traced_as_well(
    graph_of: Callable[[Any], CanonicalGraph],
) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)

        @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no type information
        def call(self, x: Any, training: Any = None) -> Any:
            return tf.nn.tanh(self.dense(x))

    model = Own()
    model(np.ones((1, 2), "float32"))
    (node,) = graph_of(model).nodes
    assert (node.kind, node.activation) == ("Dense", "tanh")


def test_a_class_of_ones_own_inside_a_model_is_traced(
    graph_of: Callable[[Any], CanonicalGraph],
) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3, "relu")

        def call(self, x: Any) -> Any:
            return self.dense(x)

    inner = Own()
    x = keras.Input((5,))
    nested = keras.Model(x, layers.Dense(1)(inner(x)))
    calls = len(inner.dense._inbound_nodes)
    plain = keras.Sequential([x, layers.Dense(3, "relu"), layers.Dense(1)])
    assert graph_of(nested) == graph_of(plain)
    assert len(inner.dense._inbound_nodes) == calls


class BuiltByHand(keras.Model):
    """Its layers with weights are built in ``build``, the others when they are called."""

    def __init__(self, *skipped: str) -> None:
        super().__init__()
        self.flat, self.hidden = layers.Flatten(), layers.Dense(3, "relu")
        self.head, self.skipped = layers.Dense(2), skipped

    def build(self, shape: Any) -> None:
        self.hidden.build((None, 6))
        if "head" not in self.skipped:
            self.head.build((None, 3))

    def call(self, x: Any) -> Any:
        return self.head(self.hidden(self.flat(x)))


def test_a_layer_without_weights_need_not_be_built_to_be_traced(
    graph_of: Callable[[Any], CanonicalGraph], recorded: Callable[[Any], Any]
) -> None:
    model = BuiltByHand()
    model.build((None, 2, 3))
    assert not model.flat.built
    assert [node.kind for node in graph_of(model).nodes] == ["Flatten", "Dense", "Dense"]
    assert not model.flat.built
    assert not model.flat._inbound_nodes
    short = BuiltByHand("head")
    short.build((None, 2, 3))
    assert "not built" in recorded(short)["reason"]
    assert not short.head.weights
