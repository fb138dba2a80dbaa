"""Where a rule speaks, and the nearest case in which it has to be silent."""

from typing import Any

import keras
import numpy as np
import pytest

from autograder.student import diagnose

layers = keras.layers
WORDS = np.arange(200).reshape(20, 10) % 50
KIND = np.arange(20) % 2


def told(model: Any, loss: str, x: Any, y: Any) -> list[str]:
    model.compile("adam", loss)
    return [one.id for one in diagnose(model, None, x, y).findings]


def reader(size: int) -> Any:
    entry = keras.Input((10,))
    words = layers.GlobalAveragePooling1D()(layers.Embedding(size, 4)(entry))
    return keras.Model(entry, layers.Dense(1, activation="sigmoid")(words))


@pytest.mark.parametrize(
    ("size", "least", "expected"), [(50, 0, []), (49, 0, ["D9"]), (51, 1, []), (50, -1, ["D9"])]
)
def test_a_number_without_a_row_in_an_embedding(size: int, least: int, expected: list[str]) -> None:
    assert told(reader(size), "binary_crossentropy", WORDS + least, KIND) == expected


def test_what_is_shifted_before_an_embedding_is_not_judged() -> None:
    entry = keras.Input((10,))
    shifted = layers.Rescaling(1.0, offset=-1.0)(entry)
    words = layers.GlobalAveragePooling1D()(layers.Embedding(50, 4)(shifted))
    model = keras.Model(entry, layers.Dense(1, activation="sigmoid")(words))
    assert told(model, "binary_crossentropy", WORDS + 1, KIND) == []


@pytest.mark.parametrize(
    ("units", "activation", "loss", "expected"),
    [
        (1, "sigmoid", "categorical_crossentropy", ["O15"]),
        (1, "linear", "categorical_crossentropy", ["O15"]),
        (1, "softmax", "categorical_crossentropy", ["O3"]),
        (1, "sigmoid", "binary_crossentropy", []),
        (2, "softmax", "categorical_crossentropy", []),
    ],
)
def test_a_loss_for_several_classes_with_one_output(
    units: int, activation: str, loss: str, expected: list[str]
) -> None:
    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(units, activation=activation)])
    y = KIND if units == 1 else np.eye(2)[KIND]
    assert told(model, loss, x, y) == expected


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_the_loss_of_a_single_share_is_nothing_indeed(activation: str) -> None:
    """What O15 says of Keras is true of the Keras that is installed."""
    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation=activation)])
    model.compile("sgd", "categorical_crossentropy")
    with pytest.warns(SyntaxWarning, match="num_classes > 1"):
        run = model.fit(x, KIND.astype("float32"), epochs=2, verbose=0)
    assert max(run.history["loss"]) < 1e-6
