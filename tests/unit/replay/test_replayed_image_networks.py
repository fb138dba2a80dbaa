"""Every layer that a network for images may have predicts in a replay what the live model does."""

import copy
from typing import Any

import keras
import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.graph.allowed import LAYERS
from autograder.evidence.graph.operations import AUGMENTATION
from autograder.replay.inside import predict
from support.recorded import recording

layers = keras.layers
RANDOM = np.random.default_rng(3)
IMAGES = RANDOM.random((6, 9, 9, 2)).astype("float32") * 3 - 1


def perturbed(model: Any) -> Any:
    """Every weight moved, so that zero biases and unit variances cannot hide a mistake."""
    model.set_weights([w + 0.2 * RANDOM.random(w.shape) for w in model.get_weights()])
    return model


def assert_replayed(model: Any, data: Any = IMAGES) -> None:
    expected = np.asarray(model(data, training=False))
    found = predict(*recording(model), [data])[0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def adapted() -> Any:
    layer = layers.Normalization()
    layer.adapt(IMAGES)
    return layer


SINGLE = {
    "Conv2D": lambda: layers.Conv2D(3, 3, padding="same", activation="relu"),
    "Conv2D strides": lambda: layers.Conv2D(3, (2, 3), strides=2, use_bias=False),
    "Conv2D dilation": lambda: layers.Conv2D(4, 2, dilation_rate=2, groups=2),
    "Conv2DTranspose": lambda: layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
    "Conv2DTranspose dilation": lambda: layers.Conv2DTranspose(2, 3, dilation_rate=2),
    "Conv2DTranspose padding": lambda: layers.Conv2DTranspose(2, 3, 2, output_padding=1),
    "SeparableConv2D": lambda: layers.SeparableConv2D(3, 3, depth_multiplier=2),
    "DepthwiseConv2D": lambda: layers.DepthwiseConv2D(3, depth_multiplier=2, activation="tanh"),
    "MaxPooling2D": lambda: layers.MaxPooling2D(2, strides=1, padding="same"),
    "AveragePooling2D": lambda: layers.AveragePooling2D((2, 3)),
    "GlobalAveragePooling2D": lambda: layers.GlobalAveragePooling2D(keepdims=True),
    "GlobalMaxPooling2D": lambda: layers.GlobalMaxPooling2D(),
    "BatchNormalization": lambda: layers.BatchNormalization(epsilon=0.01),
    "BatchNormalization bare": lambda: layers.BatchNormalization(center=False, scale=False),
    "LayerNormalization": lambda: layers.LayerNormalization(axis=(1, 2)),
    "GroupNormalization": lambda: layers.GroupNormalization(2),
    "UnitNormalization": lambda: layers.UnitNormalization(),
    "RMSNormalization": lambda: layers.RMSNormalization(),
    "Rescaling": lambda: layers.Rescaling(1 / 255, offset=-0.5),
    "Rescaling by channel": lambda: layers.Rescaling([0.5, 2.0]),
    "Normalization adapted": adapted,
    "Normalization given": lambda: layers.Normalization(mean=[0.5, 1.0], variance=[2.0, 3.0]),
    "Dropout": lambda: layers.Dropout(0.5),
    "SpatialDropout2D": lambda: layers.SpatialDropout2D(0.4),
    "GaussianNoise": lambda: layers.GaussianNoise(0.3),
    "GaussianDropout": lambda: layers.GaussianDropout(0.3),
    "AlphaDropout": lambda: layers.AlphaDropout(0.3),
    "ZeroPadding2D": lambda: layers.ZeroPadding2D(((1, 2), (0, 3))),
    "Cropping2D": lambda: layers.Cropping2D(((1, 2), (0, 3))),
    "UpSampling2D": lambda: layers.UpSampling2D((2, 3)),
    "Resizing": lambda: layers.Resizing(5, 12),
    "Resizing with padding": lambda: layers.Resizing(4, 12, pad_to_aspect_ratio=True),
    "Resizing smoothly": lambda: layers.Resizing(4, 4, "bicubic", antialias=True),
    "CenterCrop": lambda: layers.CenterCrop(5, 4),
    "LeakyReLU": lambda: layers.LeakyReLU(0.3),
    "PReLU": lambda: layers.PReLU(shared_axes=[1, 2]),
    "PReLU everywhere": lambda: layers.PReLU(),
    "ELU": lambda: layers.ELU(0.7),
    "ReLU": lambda: layers.ReLU(max_value=1.5, negative_slope=0.1),
    "Softmax": lambda: layers.Softmax(),
    "Reshape": lambda: layers.Reshape((-1, 6)),
    "Flatten": lambda: layers.Flatten(),
    "Permute": lambda: layers.Permute((2, 1, 3)),
    "RandomFlip": lambda: layers.RandomFlip("horizontal"),
    "RandomRotation": lambda: layers.RandomRotation(0.2),
    "RandomTranslation": lambda: layers.RandomTranslation(0.2, 0.2),
    "RandomZoom": lambda: layers.RandomZoom(0.3),
    "RandomContrast": lambda: layers.RandomContrast(0.3),
    "RandomBrightness": lambda: layers.RandomBrightness(0.3, value_range=(0, 1)),
    "RandomShear": lambda: layers.RandomShear(0.3),
    "RandomErasing": lambda: layers.RandomErasing(),
}


@pytest.mark.parametrize("make", SINGLE.values(), ids=SINGLE)
def test_a_single_layer_is_replayed_as_it_computes(make: Any) -> None:
    layer = make()
    model = keras.Sequential([keras.Input((9, 9, 2)), layer])
    if not isinstance(layer, layers.Normalization):
        perturbed(model)
    assert_replayed(model)


def test_every_augmentation_on_the_list_is_one_of_those_tested() -> None:
    assert set(SINGLE) >= AUGMENTATION
    assert not AUGMENTATION & set(LAYERS)


def test_a_whole_network_of_a_students_own_is_replayed() -> None:
    x = keras.Input((9, 9))
    y = layers.Reshape((9, 9, 1))(x)
    y = layers.RandomRotation(0.1)(layers.RandomFlip()(layers.Rescaling(1 / 255)(y)))
    y = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(y))
    y = layers.Activation("relu")(y)
    side = layers.Conv2D(4, 1)(y)
    y = layers.Add()([layers.DepthwiseConv2D(3, padding="same")(y), side])
    y = layers.Concatenate()([layers.MaxPooling2D()(y), layers.AveragePooling2D(2)(y)])
    y = layers.GaussianNoise(0.1)(layers.SpatialDropout2D(0.2)(y))
    y = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(y))
    model = keras.Model(x, layers.Dense(10, "softmax")(layers.LayerNormalization()(y)))
    assert_replayed(perturbed(model), RANDOM.integers(0, 256, (20, 9, 9)).astype("uint8"))


def changed(layer: Any, **config: Any) -> tuple[Any, list[Any]]:
    model, weights = recording(keras.Sequential([keras.Input((9, 9, 2)), layer]))
    model = copy.deepcopy(model)
    model["graph"]["ops"][0]["config"].update(config)
    return model, weights


HOSTILE = {
    "a picture as large as a wall": lambda: changed(layers.Resizing(5, 5), height=10**6),
    "a filter for every atom": lambda: changed(layers.Conv2D(3, 3), filters=10**6),
    "a kernel as large": lambda: changed(layers.Conv2D(3, 3), kernel_size=[10**6, 10**6]),
    "padding without end": lambda: changed(layers.ZeroPadding2D(1), padding=[[0, 10**6], [0, 9]]),
    "sampling without end": lambda: changed(layers.UpSampling2D(2), size=[10**5, 10**5]),
    "depth without end": lambda: changed(layers.DepthwiseConv2D(2), depth_multiplier=10**6),
    "a name that is none": lambda: changed(layers.Resizing(5, 5), interpolation="/etc/passwd"),
    "an axis that is none": lambda: changed(layers.BatchNormalization(), axis=7),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_forged_settings_are_refused_before_they_cost_anything(make: Any) -> None:
    with pytest.raises(EvidenceError):
        predict(*make(), [IMAGES])


def test_an_augmentation_that_claims_to_change_the_shape_is_refused() -> None:
    model, weights = changed(layers.RandomFlip())
    model["graph"]["ops"][0]["output_shapes"] = [[None, 10]]
    with pytest.raises(EvidenceError, match="shapes"):
        predict(model, weights, [IMAGES])
