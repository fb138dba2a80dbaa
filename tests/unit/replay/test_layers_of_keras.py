"""Any layer of Keras predicts: built again where a table knows it, else from its frozen graph."""

from typing import Any

import keras
import numpy as np
import pytest

from autograder.evidence.graph.allowed import LAYERS, OPERATIONS, is_clear
from autograder.replay.inside import predict
from support.recorded import recording

layers = keras.layers
ops = keras.ops
RANDOM = np.random.default_rng(5)
ROWS = RANDOM.normal(size=(20, 6)).astype("float32")
STEPS = RANDOM.normal(size=(9, 7, 8)).astype("float32")
VOLUMES = RANDOM.normal(size=(3, 6, 6, 6, 2)).astype("float32")


def assert_replayed(model: Any, data: Any, *, clear: bool) -> None:
    model.set_weights([w + 0.1 * RANDOM.random(w.shape) for w in model.get_weights()])
    record, weights = recording(model)
    assert is_clear(record) is clear
    assert ("behaviour" in record) is not clear
    found = predict(record, weights, [data])[0]
    np.testing.assert_allclose(found, np.asarray(model(data)), rtol=1e-4, atol=1e-5)


def called(layer: Any, shape: tuple[int, ...], *more: Any, **kwargs: Any) -> Any:
    """The layer on its own input, handed on so often as ``more`` says."""
    x = keras.Input(shape)
    return keras.Model(x, layer(x, *(x for _ in more), **kwargs))


BUILT = {
    "Conv1DTranspose": (lambda: layers.Conv1DTranspose(4, 3, strides=2), STEPS),
    "DepthwiseConv1D": (lambda: layers.DepthwiseConv1D(3, depth_multiplier=2), STEPS),
    "SeparableConv1D": (lambda: layers.SeparableConv1D(4, 3, activation="relu"), STEPS),
    "Masking": (lambda: layers.Masking(0.5), STEPS),
    "Conv3D": (lambda: layers.Conv3D(3, 2, padding="same"), VOLUMES),
    "Conv3DTranspose": (lambda: layers.Conv3DTranspose(3, 2, strides=2), VOLUMES),
    "MaxPooling3D": (lambda: layers.MaxPooling3D(2), VOLUMES),
    "AveragePooling3D": (lambda: layers.AveragePooling3D(2), VOLUMES),
    "GlobalMaxPooling3D": (lambda: layers.GlobalMaxPooling3D(), VOLUMES),
    "GlobalAveragePooling3D": (lambda: layers.GlobalAveragePooling3D(), VOLUMES),
    "ZeroPadding3D": (lambda: layers.ZeroPadding3D(1), VOLUMES),
    "Cropping3D": (lambda: layers.Cropping3D(1), VOLUMES),
    "UpSampling3D": (lambda: layers.UpSampling3D(2), VOLUMES),
    "SpatialDropout3D": (lambda: layers.SpatialDropout3D(0.3), VOLUMES),
}


@pytest.mark.parametrize("name", BUILT)
def test_a_layer_of_the_table_is_built_again(name: str) -> None:
    make, data = BUILT[name]
    assert name in LAYERS
    assert_replayed(called(make(), data.shape[1:]), data, clear=True)


def attention() -> Any:
    return called(layers.MultiHeadAttention(2, 4), (7, 8), "value", use_causal_mask=True)


def attended(layer: Any) -> Any:
    x = keras.Input((7, 8))
    return keras.Model(x, layer([x, layers.Dense(8)(x)]))


def with_state() -> Any:
    x = keras.Input((7, 8))
    whole, last = layers.GRU(5, return_sequences=True, return_state=True)(x)
    return keras.Model(x, layers.GRU(5)(whole, initial_state=last))


FROZEN = {
    "MultiHeadAttention": attention,
    "GroupQueryAttention": lambda: called(layers.GroupQueryAttention(4, 4, 2), (7, 8), "value"),
    "Attention": lambda: attended(layers.Attention(use_scale=True)),
    "AdditiveAttention": lambda: attended(layers.AdditiveAttention()),
    "EinsumDense": lambda: called(layers.EinsumDense("abc,cd->abd", (None, 5), "relu"), (7, 8)),
    "Bidirectional": lambda: called(layers.Bidirectional(layers.GRU(3)), (7, 8)),
    "Bidirectional LSTM": lambda: called(
        layers.Bidirectional(layers.LSTM(3, return_sequences=True), "sum"), (7, 8)
    ),
    "TimeDistributed": lambda: called(layers.TimeDistributed(layers.Dense(4, "relu")), (7, 8)),
    "TimeDistributed model": lambda: called(
        layers.TimeDistributed(keras.Sequential([keras.Input((8,)), layers.Dense(3)])), (7, 8)
    ),
    "RNN": lambda: called(layers.RNN(layers.LSTMCell(3)), (7, 8)),
    "a recurrence with a state": with_state,
    "SpectralNormalization": lambda: called(layers.SpectralNormalization(layers.Dense(3)), (7, 8)),
    "a masked recurrence": lambda: keras.Sequential(
        [keras.Input((7, 8)), layers.Masking(), layers.Bidirectional(layers.LSTM(3))]
    ),
    "Discretization": lambda: called(layers.Discretization(bin_boundaries=[0.0, 1.0]), (7, 8)),
    "an operation that no table has": lambda: called(lambda x: ops.normalize(x, axis=1), (7, 8)),
}


@pytest.mark.parametrize("make", FROZEN.values(), ids=FROZEN)
def test_any_other_layer_of_keras_is_predicted_from_its_frozen_graph(make: Any) -> None:
    assert_replayed(make(), STEPS, clear=False)


SECOND = {"Arctan2", "Equal", "FloorDivide", "Greater", "GreaterEqual", "Hypot", "Less"}
SECOND |= {"LessEqual", "Logaddexp", "LogicalAnd", "LogicalOr", "LogicalXor", "Mod", "NotEqual"}
SECOND |= {"Add", "Divide", "Maximum", "Minimum", "Multiply", "Subtract", "TrueDivide"}
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "BroadcastTo": ((20, 6),), "Clip": (-1.0, 1.0), "ExpandDims": (1,), "Flip": (1,),
    "Moveaxis": (1, -1), "Power": (2,), "Repeat": (2, 1), "Reshape": ((-1, 3, 2),),
    "Roll": (2, 1), "Swapaxes": (1, 1), "Tile": ((1, 2),), "Threshold": (0.1, 0.0),
    "Average": (1,), "CountNonzero": (1,), "Glu": (1,),
}  # fmt: skip
BY_ROW = {"Amax", "Amin", "Cumprod", "Cumsum", "Logsumexp", "Max", "Mean", "Median", "Min", "Prod"}
BY_ROW |= {"Ptp", "Std", "Sum", "Trapezoid", "Var"}
POSITIVE = {"Arccosh", "Log", "Log10", "Log1p", "Log2", "Reciprocal", "Rsqrt", "Sqrt"}
SPECIAL = {"Concatenate", "Dot", "Matmul", "Ravel", "Squeeze", "Stack", "Tril", "Triu", "Where"}
SPECIAL |= {"Append", "Hstack", "Transpose"}


def applied(name: str, x: Any) -> Any:
    function = getattr(ops, OPERATIONS[name])
    if name in SECOND:
        found = function(x, x * 0.5 + 0.2)
    elif name in BY_ROW:
        found = function(x, axis=1)
    elif name in POSITIVE:
        found = function(x * x + 1.1)
    elif name.startswith("Arc"):
        found = function(ops.clip(x, -0.9, 0.9))
    else:
        found = function(x, *ARGUMENTS.get(name, ()))
    return ops.where(found, 1.0, 0.0) if found.dtype == "bool" else found


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - SPECIAL))
def test_every_operation_of_the_table_is_replayed(name: str) -> None:
    assert_replayed(called(lambda x: applied(name, x), (6,)), ROWS, clear=True)


def test_operations_of_several_tensors_are_replayed() -> None:
    x = keras.Input((6,))
    pair = ops.stack([x, ops.where(x > 0.0, x, -x)], axis=1)
    square = ops.matmul(ops.transpose(pair, (0, 2, 1)), pair)
    y = ops.concatenate([ops.triu(square), ops.tril(square)], axis=1)
    both = ops.dot(ops.squeeze(ops.expand_dims(y, 1), 1), ops.ones((6, 3)))
    assert_replayed(keras.Model(x, both), ROWS, clear=True)
    beside = ops.hstack([x, ops.append(x, -x, axis=1)])
    assert_replayed(keras.Model(x, beside), ROWS, clear=True)


def test_standardising_each_example_is_replayed() -> None:
    x = keras.Input((7, 8))
    scaled = (x - ops.mean(x, axis=(1, 2), keepdims=True)) / (
        ops.std(x, axis=(1, 2), keepdims=True) + 1e-3
    )
    assert_replayed(keras.Model(x, layers.Dense(2)(layers.Flatten()(scaled))), STEPS, clear=True)
