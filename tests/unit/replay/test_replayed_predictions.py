"""A replay predicts what the model itself predicts, and refuses what it cannot know."""

import copy
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.errors import EvidenceError
from autograder.evidence.model_view import NO_ROWS
from autograder.replay.inside import predict
from support.recorded import recording

layers = keras.layers
RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(300, 6)).astype("float32")
IMAGES = RANDOM.random((20, 10, 10, 3)).astype("float32")
TOKENS = RANDOM.integers(0, 20, (20, 7))


def perturbed(model: Any) -> Any:
    """Every weight moved, so that zero biases and unit variances cannot hide a mistake."""
    model.set_weights([w + 0.1 * RANDOM.random(w.shape) for w in model.get_weights()])
    return model


def stack(shape: tuple[int, ...], *parts: Any) -> Any:
    return keras.Sequential([keras.Input(shape), *parts])


def dense_with_everything() -> Any:
    return stack(
        (6,), layers.Dense(8, "gelu"), layers.BatchNormalization(), layers.Dropout(0.5),
        layers.Dense(8, activation=layers.LeakyReLU(0.1)), layers.LayerNormalization(),
        layers.Dense(4, lambda x: tf.maximum(x, 0)), layers.PReLU(), layers.ELU(),
        layers.Lambda(lambda x: x / 4.0 + 1.0), layers.Dense(3, tf.nn.softmax),
    )  # fmt: skip


def convolutions() -> Any:
    return stack(
        (10, 10, 3), layers.Rescaling(1 / 255), layers.ZeroPadding2D(1),
        layers.Conv2D(4, 3, padding="same", activation="relu"), layers.MaxPooling2D(),
        layers.SeparableConv2D(5, 3), layers.DepthwiseConv2D(2), layers.AveragePooling2D(2),
        layers.Reshape((-1, 5)), layers.Conv1D(3, 1), layers.GlobalMaxPooling1D(),
        layers.Dense(2),
    )  # fmt: skip


def sequences() -> Any:
    return stack(
        (7,), layers.Embedding(20, 4, mask_zero=True), layers.LSTM(5, return_sequences=True),
        layers.SimpleRNN(4, return_sequences=True), layers.GRU(3), layers.Dense(1, "sigmoid"),
    )  # fmt: skip


def operations() -> Any:
    x = keras.Input((6,))
    left, right = x[:, :3], x[:, 3:]
    both = keras.ops.concatenate([left * 2.0, 1.0 - right], axis=-1) / 3.0
    y = keras.ops.maximum(layers.Dense(4)(both), 0.0) + layers.Dense(4, "tanh")(both)
    z = keras.ops.mean(keras.ops.reshape(y, (-1, 2, 2)), axis=1)
    return keras.Model(x, keras.ops.leaky_relu(keras.activations.relu(z) - 0.5, 0.3))


def masked() -> Any:
    x = keras.Input((6,))
    z = keras.ops.clip(layers.Dense(4)(x), -1.0, np.inf)
    far = keras.ops.where(z > 0.0, z, -1e9)
    both = keras.ops.hstack([keras.ops.softmax(far), keras.ops.append(z, z, axis=1)])
    return keras.Model(x, both)


def nested_and_shared() -> Any:
    inner = stack((6,), layers.Dense(5, "relu"))
    outer = stack((6,), inner, layers.Dense(5))
    x = keras.Input((6,))
    return keras.Model(x, layers.Add()([inner(x), outer(x), inner(x * 0.5)]))


class Written(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense, self.drop = layers.Dense(4, "relu"), layers.Dropout(0.5)

    def call(self, x: Any, training: bool = False) -> Any:
        return keras.ops.softmax(self.drop(self.dense(x), training=training))


def subclassed() -> Any:
    model = Written()
    model(ROWS[:1])
    return model


def normalised() -> Any:
    first = layers.Normalization()
    first.adapt(ROWS)
    return stack((6,), first, layers.Normalization(mean=[0.1] * 6, variance=[2.0] * 6))


@pytest.mark.parametrize(
    ("make", "data"),
    [
        (dense_with_everything, ROWS), (convolutions, IMAGES), (sequences, TOKENS),
        (operations, ROWS), (nested_and_shared, ROWS), (subclassed, ROWS), (normalised, ROWS),
        (masked, ROWS),
    ],
)  # fmt: skip
def test_a_replay_agrees_with_the_model(make: Callable[[], Any], data: Any) -> None:
    model = make()
    if make is not normalised:
        perturbed(model)
    found = predict(*recording(model), [data])
    np.testing.assert_allclose(found[0], model.predict(data, verbose=0), atol=1e-5, rtol=1e-5)


def test_several_inputs_and_outputs_keep_their_order() -> None:
    top, bottom = keras.Input((6,), name="top"), keras.Input((6,), name="bottom")
    shared = layers.Dense(5, "relu")
    both = layers.Concatenate()([shared(top), shared(bottom)])
    heads = [layers.Dense(3, "softmax", name="digit")(both), layers.Dense(1, name="parity")(both)]
    model = keras.Model([top, bottom], heads)
    found = predict(*recording(model), [ROWS, ROWS[::-1]])
    expected = model.predict([ROWS, ROWS[::-1]], verbose=0)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_equal_weights_in_two_spellings_predict_alike_and_a_mutant_does_not() -> None:
    plain = stack((6,), layers.Dense(8, "relu"), layers.Dense(3, "softmax"))
    spelled = stack(
        (6,), layers.Dense(8), layers.ReLU(), stack((8,), layers.Dense(3)), layers.Softmax()
    )
    mutant = stack((6,), layers.Dense(8, "tanh"), layers.Dense(3, "softmax"))
    weights = recording(plain)[1]
    reference = predict(recording(plain)[0], weights, [ROWS])[0]
    same = predict(recording(spelled)[0], weights, [ROWS])[0]
    other = predict(recording(mutant)[0], weights, [ROWS])[0]
    assert np.abs(reference - same).max() < 1e-5
    assert np.abs(reference - other).max() > 1e-2


class Own(layers.Layer):
    def call(self, x: Any) -> Any:
        return x + 1


@pytest.mark.parametrize(
    "part",
    [
        layers.Hashing(num_bins=3),
        layers.CategoryEncoding(num_tokens=5, output_mode="count"),
    ],
)
def test_what_is_not_on_the_list_is_refused(part: Any) -> None:
    with pytest.raises(EvidenceError, match="cannot be replayed"):
        predict(*recording(stack((6,), part)), [ROWS])


def test_an_unbuilt_model_is_refused_with_its_reason() -> None:
    with pytest.raises(EvidenceError, match="not built"):
        predict(*recording(keras.Sequential([layers.Dense(1)])), [ROWS])


def changed(**config: Any) -> tuple[Any, list[Any]]:
    model, weights = recording(stack((6,), layers.Dense(3)))
    model = copy.deepcopy(model)
    model["graph"]["ops"][0].update(config.pop("op", {}))
    model["graph"]["ops"][0]["config"].update(config)
    return model, weights


@pytest.mark.parametrize(
    "forged",
    [
        changed(units=10**9),
        changed(units=-1),
        changed(units=4),
        changed(units="3"),
        changed(units=True),
        changed(use_bias=False),
        changed(activation="../../etc/passwd"),
        changed(activation={"callable": "system", "module": "os", "probe": None}),
        changed(op={"class_name": "TFSMLayer"}),
        changed(op={"class_name": "StringLookup"}),
        changed(op={"class_name": "ZeroPadding2D", "config": {"padding": 10**6}}),
        changed(op={"class_name": "RepeatVector", "config": {"n": 10**6 * 9}}),
        changed(op={"class_name": "RepeatVector", "config": {"n": 10**6 * 9}, "weights": []}),
        changed(op={"module": "keras.ops", "class_name": "LoadTxt", "weights": []}),
        changed(op={"module": "keras.ops", "class_name": "Reshape", "args": [{"tensor": 7}]}),
        changed(op={"module": "keras.ops", "class_name": "Max", "weights": [], "config": {}}),
        changed(op={"output_shapes": [[None, 30]]}),
        changed(op={"module": "os", "class_name": "system"}),
    ],
)
def test_forged_settings_are_refused(forged: tuple[Any, list[Any]]) -> None:
    with pytest.raises(EvidenceError):
        predict(*forged, [ROWS])


def test_weights_that_do_not_fit_are_refused() -> None:
    model, (kernel, bias) = recording(stack((6,), layers.Dense(3)))
    for weights in (
        [kernel],
        [kernel.T, bias],
        [kernel, None],
        [kernel.astype(object), bias],
        [np.zeros((6, 4), "float32"), bias],
    ):
        with pytest.raises(EvidenceError):
            predict(model, weights, [ROWS])


def test_weights_that_are_no_numbers_predict_what_is_none() -> None:
    model, (kernel, bias) = recording(stack((6,), layers.Dense(3)))
    (found,) = predict(model, [kernel * np.nan, bias], [ROWS])
    assert found.shape == (len(ROWS), 3)
    assert np.isnan(found).all()


def test_inputs_that_do_not_fit_are_refused() -> None:
    recorded = recording(stack((6,), layers.Dense(3)))
    for inputs in ([], [ROWS, ROWS], [ROWS[:, :5]], [ROWS[:, :, None]]):
        with pytest.raises(EvidenceError):
            predict(*recorded, inputs)


def test_replay_and_probe_work_without_a_single_file() -> None:
    found = predict(*recording(stack((6,), layers.Dense(3))), [ROWS[:0]])
    assert found[0].shape == (0, 3)


def mixed_up(own: bool) -> Any:
    x = keras.Input((6,))
    both = layers.Concatenate(axis=0)([layers.Dense(3)(x), layers.Dense(3)(x)])
    return keras.Model(x, layers.Lambda(lambda z: z * z)(both) if own else both)


@pytest.mark.parametrize("own", [False, True])
def test_an_output_without_a_row_for_each_example_is_told_as_such(own: bool) -> None:
    with pytest.raises(EvidenceError, match=NO_ROWS):
        predict(*recording(mixed_up(own)), [ROWS])
