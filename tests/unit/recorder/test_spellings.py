"""matching.md's rows: an equivalent spelling gives an equal graph, a near miss another one."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
import tensorflow as tf

layers = keras.layers


def reference() -> Any:
    return keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, "relu"), layers.Dense(3, "softmax")]
    )


def by_add() -> Any:
    model = keras.Sequential()
    model.add(keras.Input((6,)))
    model.add(layers.Dense(8))
    model.add(layers.Activation("relu"))
    model.add(layers.Dense(3))
    model.add(layers.Softmax())
    return model


def deferred() -> Any:
    model = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(3, "softmax")])
    model(keras.ops.zeros((2, 6)))
    return model


def functional() -> Any:
    inputs = keras.Input((6,), name="whatever")
    x = keras.ops.relu(layers.Dense(8)(inputs))
    return keras.Model(inputs, keras.ops.softmax(layers.Dense(3)(x)))


def nested() -> Any:
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(8), layers.ReLU()])
    inputs = keras.Input((6,))
    return keras.Model(inputs, layers.Dense(3, keras.activations.softmax)(inner(inputs)))


class Written(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = layers.Dense(8, activation="relu")
        self.head = layers.Dense(3, activation="softmax")

    def call(self, inputs: Any) -> Any:
        return self.head(self.hidden(inputs))


def subclassed() -> Any:
    model = Written()
    model(keras.ops.zeros((1, 6)))
    return model


def with_no_ops() -> Any:
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Flatten(),
            layers.Reshape((6,)),
            layers.Dense(8, activation="linear", kernel_initializer="he_normal"),
            layers.Activation("linear"),
            layers.Identity(),
            layers.Activation(tf.nn.relu),
            layers.Dropout(0),
            layers.Dense(3, tf.nn.softmax, name="mine"),
        ]
    )


def lambdas() -> Any:
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, lambda x: tf.maximum(x, 0.0)),
            layers.Dense(3),
            layers.Lambda(lambda x: tf.exp(x) / tf.reduce_sum(tf.exp(x), -1, keepdims=True)),
        ]
    )


def maximum() -> Any:
    inputs = keras.Input((6,))
    x = keras.ops.maximum(layers.Dense(8)(inputs), 0)
    return keras.Model(inputs, layers.Activation("softmax")(layers.Dense(3)(x)))


EQUAL = [
    by_add, deferred, functional, nested, subclassed, with_no_ops, lambdas, maximum,
]  # fmt: skip


@pytest.mark.parametrize("spelling", EQUAL)
def test_an_equivalent_spelling_gives_an_equal_graph(
    spelling: Callable[[], Any], graph_of: Callable[[Any], Any]
) -> None:
    assert graph_of(spelling()) == graph_of(reference())


@pytest.mark.parametrize(
    "near_miss",
    [
        [layers.Dense, (8, "tanh"), (3, "softmax")],
        [layers.Dense, (8, "relu6"), (3, "softmax")],
        [layers.Dense, (9, "relu"), (3, "softmax")],
        [layers.Dense, (8, "relu"), (3, "sigmoid")],
        [layers.Dense, (8, "relu"), (3, None)],
        [layers.Dense, (8, "relu"), (4, "relu"), (3, "softmax")],
        [layers.Dense, (8, lambda x: tf.maximum(x, 0.1)), (3, "softmax")],
        [layers.Dense, (8, "relu"), (3, lambda x: tf.nn.softmax(x, axis=0))],
    ],
)
def test_a_near_miss_gives_another_graph(
    near_miss: list[Any], graph_of: Callable[[Any], Any]
) -> None:
    model = keras.Sequential([keras.Input((6,)), *(layers.Dense(*a) for a in near_miss[1:])])
    assert graph_of(model) != graph_of(reference())


def test_a_real_dropout_stays_a_node(graph_of: Callable[[Any], Any]) -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dropout(0.5), layers.Dense(3)])
    assert [node.kind for node in graph_of(model).nodes] == ["Dropout", "Dense"]


def test_a_custom_relu_named_layer_is_not_believed(graph_of: Callable[[Any], Any]) -> None:
    class ReLU(layers.Layer):
        def call(self, x: Any) -> Any:
            return x * 2

    found = graph_of(keras.Sequential([keras.Input((6,)), layers.Dense(3), ReLU()]))
    assert [(node.kind, node.recognised) for node in found.nodes][-1] == ("Custom", False)


def test_flatten_and_reshape_before_dense_are_equal(graph_of: Callable[[Any], Any]) -> None:
    def image(first: Any) -> Any:
        return graph_of(keras.Sequential([keras.Input((4, 4)), first, layers.Dense(2)]))

    assert image(layers.Flatten()) == image(layers.Reshape((16,)))
    assert image(layers.Flatten()) == image(layers.Reshape((-1,)))
    assert image(layers.Flatten()) != image(layers.Reshape((2, 8)))


def test_dividing_the_input_is_a_rescaling(graph_of: Callable[[Any], Any]) -> None:
    def scaled(step: Callable[[Any], Any]) -> Any:
        inputs = keras.Input((6,))
        return graph_of(keras.Model(inputs, layers.Dense(2)(step(inputs))))

    assert scaled(lambda x: x / 255.0) == scaled(layers.Rescaling(1 / 255))
    assert scaled(lambda x: x / 255.0) == scaled(layers.Lambda(lambda x: x / 255.0))
    assert scaled(lambda x: x / 255.0) != scaled(lambda x: x / 25.0)


def two_inputs(shared: bool) -> Any:
    top, bottom = keras.Input((4,), name="top"), keras.Input((4,), name="bottom")
    first = layers.Dense(5, "relu")
    second = first if shared else layers.Dense(5, "relu")
    both = layers.Concatenate()([first(top), second(bottom)])
    outputs = [layers.Dense(10, "softmax", name="digit")(both), layers.Dense(1, "sigmoid")(both)]
    return keras.Model([top, bottom], outputs)


def test_a_shared_layer_is_not_two_towers(graph_of: Callable[[Any], Any]) -> None:
    shared, towers = graph_of(two_inputs(True)), graph_of(two_inputs(False))
    assert shared != towers
    assert (shared.nodes[0].layer, shared.nodes[1].layer) == (0, 0)
    assert [item.name for item in shared.inputs] == ["top", "bottom"]
    assert shared.output_names[0] == "digit"
    assert towers.parameters - shared.parameters == 25


def test_concatenation_by_operation_is_the_layer(graph_of: Callable[[Any], Any]) -> None:
    a, b = keras.Input((4,)), keras.Input((4,))
    by_op = keras.Model([a, b], layers.Dense(1)(keras.ops.concatenate([a, b], axis=1)))
    c, d = keras.Input((4,)), keras.Input((4,))
    by_layer = keras.Model([c, d], layers.Dense(1)(layers.Concatenate()([c, d])))
    assert graph_of(by_op) == graph_of(by_layer)


def test_a_model_used_twice_shares_its_layers(graph_of: Callable[[Any], Any]) -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(5), layers.ReLU()])
    a, b = keras.Input((4,)), keras.Input((4,))
    found = graph_of(keras.Model([a, b], layers.Add()([inner(a), inner(b)])))
    assert [(node.kind, node.layer) for node in found.nodes] == [
        ("Dense", 0),
        ("Dense", 0),
        ("Add", 1),
    ]


def test_an_activation_beside_another_reader_is_not_fused(graph_of: Callable[[Any], Any]) -> None:
    inputs = keras.Input((4,))
    x = layers.Dense(4)(inputs)
    found = graph_of(keras.Model(inputs, layers.Add()([x, layers.ReLU()(x)])))
    assert [node.kind for node in found.nodes] == ["Dense", "Activation", "Add"]


def test_a_function_that_keras_cannot_write_down_leaves_the_other_settings_known(
    graph_of: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: Any, **__: Any) -> Any:
        raise OSError("could not get source code")

    model = keras.Sequential([keras.Input((6,)), layers.Dense(8, lambda x: tf.nn.relu(x))])
    other = keras.Sequential([keras.Input((6,)), layers.Dense(8, lambda x: x * x, use_bias=False)])
    expected = graph_of(keras.Sequential([keras.Input((6,)), layers.Dense(8, "relu")]))
    monkeypatch.setattr(keras.activations, "serialize", refuses)
    monkeypatch.setattr(layers.Dense, "get_config", refuses)
    (node,), (wanted,) = graph_of(model).nodes, expected.nodes
    assert (node.kind, node.activation) == ("Dense", "relu")
    assert {key: node.config[key] for key in wanted.config} == wanted.config
    (node,) = graph_of(other).nodes
    assert (node.activation, node.config["use_bias"]) == ("unknown", False)
