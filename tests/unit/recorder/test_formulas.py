"""An activation written out as a formula is that activation; a slip in the formula is not."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from autograder.evidence.graph import CanonicalGraph

layers, ops = keras.layers, keras.ops
Graph = Callable[[Any], CanonicalGraph]


def headed(formula: Callable[[Any], Any], units: int = 5) -> Any:
    x = keras.Input((6,))
    return keras.Model(x, formula(layers.Dense(units)(x)))


def exponentials(z: Any, axis: int = -1) -> Any:
    shifted = ops.exp(z - ops.max(z, axis=axis, keepdims=True))
    return shifted / ops.sum(shifted, axis=axis, keepdims=True)


FORMULAS = {
    "softmax": [
        exponentials,
        lambda z: ops.exp(z) / ops.sum(ops.exp(z), axis=-1, keepdims=True),
        lambda z: ops.divide(ops.exp(z), ops.sum(ops.exp(z), axis=1, keepdims=True)),
        lambda z: exponentials(z + 1.0),
        lambda z: ops.exp(z - ops.logsumexp(z, axis=-1, keepdims=True)),
        lambda z: ops.exp(ops.log_softmax(z)),
        lambda z: ops.exp(z) / ops.expand_dims(ops.sum(ops.exp(z), axis=1), -1),
    ],
    "sigmoid": [
        lambda z: 1.0 / (1.0 + ops.exp(-z)),
        lambda z: ops.exp(z) / (ops.exp(z) + 1.0),
        lambda z: ops.reciprocal(1.0 + ops.exp(ops.negative(z))),
        lambda z: 0.5 * ops.tanh(0.5 * z) + 0.5,
        lambda z: (1 + ops.exp(-z)) ** -1,
        lambda z: 1 - ops.sigmoid(-z),
        lambda z: ops.exp(-ops.softplus(-z)),
        lambda z: ops.exp(ops.log_sigmoid(z)),
    ],
    "tanh": [
        lambda z: (ops.exp(z) - ops.exp(-z)) / (ops.exp(z) + ops.exp(-z)),
        lambda z: ops.sinh(z) / ops.cosh(z),
    ],
    "silu": [lambda z: z * ops.sigmoid(z), lambda z: layers.Multiply()([z, ops.sigmoid(z)])],
    "relu": [
        lambda z: (z + ops.abs(z)) / 2.0,
        lambda z: 0.5 * z + 0.5 * ops.absolute(z),
        lambda z: ops.where(z > 0, z, 0.0),
        lambda z: ops.where(ops.greater_equal(0, z), ops.zeros_like(z), z),
        lambda z: z * ops.cast(z > 0, "float32"),
        lambda z: z * ops.cast(ops.cast(z > 0, "int32"), "float32"),
        lambda z: z * (ops.sign(z) + 1) / 2,
        lambda z: ops.clip(z, 0.0, np.inf),
        lambda z: ops.maximum(z, ops.zeros_like(z)),
    ],
    "relu6": [lambda z: ops.clip(z, 0.0, 6.0)],
    "gelu": [lambda z: 0.5 * z * (1.0 + ops.erf(z / np.sqrt(2.0)))],
    "leaky_relu": [lambda z: ops.maximum(z, 0.1 * z)],
    "softplus": [lambda z: ops.log(1.0 + ops.exp(z)), lambda z: ops.logaddexp(z, 0.0)],
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_the_activation_that_it_computes(name: str, graph_of: Graph) -> None:
    slope = {"leaky_relu": layers.LeakyReLU(0.1)}
    expected = graph_of(headed(slope.get(name, layers.Activation(name))))
    for formula in FORMULAS[name]:
        assert graph_of(headed(formula)) == expected


SLIPS = {
    "along the examples": lambda z: exponentials(z, axis=0),
    "no exponential": lambda z: z / ops.sum(z, axis=-1, keepdims=True),
    "not divided": lambda z: ops.exp(z - ops.max(z, axis=-1, keepdims=True)),
    "another sign": lambda z: 1.0 / (1.0 + ops.exp(z)),
    "one too few": lambda z: 1.0 / (0.5 + ops.exp(-z)),
    "a sum beside it": lambda z: z + ops.relu(z),
    "cut at a half": lambda z: ops.where(z > 0.5, z, 0.0),
    "the other side": lambda z: ops.where(z > 0, 0.0, z),
    "compared the other way round": lambda z: ops.where(ops.greater(0, z), z, 0.0),
    "the negative in its place": lambda z: ops.where(z > 0, z, -z),
    "an end at ten": lambda z: ops.clip(z, 0.0, 10.0),
    "whole numbers": lambda z: ops.relu(ops.cast(ops.cast(z, "int32"), "float32")),
    "another base": lambda z: 1.0 / (1.0 + 2.0**-z),
}


@pytest.mark.parametrize("formula", SLIPS.values(), ids=SLIPS)
def test_a_slip_in_the_formula_is_no_activation(formula: Any, graph_of: Graph) -> None:
    found = graph_of(headed(formula))
    assert len(found.nodes) > 1 or found.nodes[0].activation == "exponential"


def test_a_formula_stands_on_the_layer_right_before_it(graph_of: Graph) -> None:
    def steps(z: Any) -> Any:
        return exponentials(layers.Dense(5)(exponentials(ops.relu(z))))

    def spelled(z: Any) -> Any:
        return layers.Dense(5, "softmax")(ops.softmax(ops.relu(z)))

    assert graph_of(headed(steps)) == graph_of(headed(spelled))


def test_a_formula_of_which_a_part_is_read_elsewhere_stays_as_it_is(graph_of: Graph) -> None:
    x = keras.Input((6,))
    z = layers.Dense(5)(x)
    part = ops.exp(z)
    head = part / ops.sum(part, axis=-1, keepdims=True)
    found = graph_of(keras.Model(x, [head, part]))
    assert "softmax" not in {node.activation for node in found.nodes}
    whole = graph_of(keras.Model(x, [head, z]))
    assert "softmax" in {node.activation for node in whole.nodes}


def test_a_formula_over_feature_maps_is_found(graph_of: Graph) -> None:
    def maps(activation: Any) -> Any:
        x = keras.Input((40, 40, 1))
        return keras.Model(x, activation(layers.Conv2D(8, 3)(x)))

    assert graph_of(maps(lambda z: z * ops.sigmoid(z))) == graph_of(maps(ops.silu))


def two_towers(after: Any, read: bool = False, second: Any = None) -> Any:
    top, bottom = keras.Input((4,), name="top"), keras.Input((4,), name="bottom")
    shared = layers.Dense(3, name="shared")
    parts = [shared(top), (second or shared)(bottom)]
    heads = [layers.Dense(2)(after(layers.Concatenate()(parts)))]
    return keras.Model([top, bottom], heads + ([parts[0]] if read else []))


def in_the_layer(activation: str) -> Any:
    return two_towers_of(layers.Dense(3, activation))


def two_towers_of(shared: Any) -> Any:
    top, bottom = keras.Input((4,), name="top"), keras.Input((4,), name="bottom")
    both = layers.Concatenate()([shared(top), shared(bottom)])
    return keras.Model([top, bottom], layers.Dense(2)(both))


def test_an_activation_behind_a_concatenation_belongs_to_the_layers_before(graph_of: Graph) -> None:
    for after in (layers.ReLU(), ops.relu, layers.Activation("relu")):
        assert graph_of(two_towers(after)) == graph_of(in_the_layer("relu"))
    assert graph_of(two_towers(ops.tanh)) == graph_of(in_the_layer("tanh"))


def test_what_looks_at_all_numbers_or_is_read_before_stays_behind(graph_of: Graph) -> None:
    apart = [
        two_towers(layers.Softmax()),
        two_towers(layers.ReLU(), read=True),
        two_towers(layers.ReLU(), second=layers.Dense(3, "tanh")),
        two_towers(layers.ReLU(), second=layers.BatchNormalization()),
    ]
    for model in apart:
        assert "Activation" in {node.kind for node in graph_of(model).nodes}


def test_a_softmax_along_another_axis_is_another_activation(graph_of: Graph) -> None:
    for head in (layers.Softmax(axis=0), lambda z: ops.softmax(z, axis=0)):
        (node,) = graph_of(headed(head)).nodes
        assert node.activation == "softmax over axis 0"
    (node,) = graph_of(headed(layers.Softmax(axis=1))).nodes
    assert node.activation == "softmax"


def test_a_wrapper_has_the_activation_of_what_it_wraps(graph_of: Graph) -> None:
    x = keras.Input((7, 6))
    wrapped = layers.TimeDistributed(layers.Dense(3, "softmax"))(x)
    (node,) = graph_of(keras.Model(x, wrapped)).nodes
    assert (node.kind, node.activation) == ("TimeDistributed", "softmax")
    (node,) = graph_of(keras.Model(x, layers.TimeDistributed(layers.Dense(3))(x))).nodes
    assert node.activation == "linear"


def test_a_cast_to_another_kind_of_float_is_free_and_one_to_integers_is_not(
    graph_of: Graph,
) -> None:
    def cast(*types: str) -> Any:
        x = z = keras.Input((6,))
        for name in types:
            z = ops.cast(z, name)
        return keras.Model(x, layers.Dense(5, "relu")(z))

    assert graph_of(cast("float32")) == graph_of(cast()) == graph_of(cast("float64", "float32"))
    assert len(graph_of(cast("int32", "float32")).nodes) == 2
