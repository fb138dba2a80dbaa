"""A reference model as the pattern: by structure, and by giving both networks the same weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.evidence.arrays import Array, Blob, unpack
from autograder.evidence.model_ref import model_ref
from autograder.evidence.view import ModelEvidence, NotJudgeable, PredictionPending
from autograder.matchers import MatchFailure, assert_same_network
from autograder.recorder.models import record_model
from autograder.replay.inside import predict

Same = Callable[..., None]


class Bench:
    """Records models and makes the predictions that a check waits for, as the grader does."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}
        self.known: dict[tuple[str, ...], tuple[Array, ...]] = {}

    def blob(self, blob: Blob) -> str:
        self.blobs[blob.digest] = blob
        return blob.digest

    def model(self, model: dict[str, Any]) -> str:
        return model_ref(model)

    def recorded(self, model: Any, name: str = "net") -> ModelEvidence:
        raw = record_model(model, self)
        return ModelEvidence(name, model_ref(raw), raw, self)

    def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        pending = PredictionPending(ref, inputs)
        if pending.key not in self.known:
            raise pending
        return self.known[pending.key]

    def check(self, model: Any, reference: Any, **more: Any) -> None:
        own, wanted = self.recorded(model), self.recorded(reference, "reference")
        for _ in range(3):
            try:
                assert_same_network(own, wanted, **more)
                return
            except PredictionPending as pending:
                raw: Any = pending.model
                weights = [unpack(self.blobs[weight["blob"]]) for weight in raw["weights"]]
                self.known[pending.key] = tuple(predict(raw, weights, pending.inputs))
        raise AssertionError("a prediction that was made is asked for again")


@pytest.fixture
def same() -> Same:
    return Bench().check


def moved(model: Any) -> Any:
    """Other weights, so that zero biases hide nothing."""
    rng = np.random.default_rng(1)
    model.set_weights([weight + rng.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    return model


def stack(keras: Any, *parts: Any) -> Any:
    return keras.Sequential([keras.Input((6,)), *parts])


def reference(keras: Any) -> Any:
    layers = keras.layers
    return moved(stack(keras, layers.Dense(8, "relu"), layers.Dense(3, "softmax")))


def branches(keras: Any, *, shared: bool = True, names: tuple[str, str] = ("a", "b")) -> Any:
    layers = keras.layers
    left, right = keras.Input((4,), name=names[0]), keras.Input((4,), name=names[1])
    one = layers.Dense(5, "tanh")
    other = one if shared else layers.Dense(5, "tanh")
    both = layers.Concatenate()([one(left), other(right)])
    heads = [layers.Dense(2, name="kind")(both), layers.Dense(1, name="yes")(both)]
    return moved(keras.Model([left, right], heads))


def test_every_spelling_of_the_network_passes(keras: Any, same: Same) -> None:
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((6,), name="other")
    inner = stack(keras, layers.Dense(8), layers.ReLU())
    for model in (
        stack(keras, layers.Dense(8), layers.ReLU(), layers.Dense(3), layers.Softmax()),
        stack(keras, layers.Flatten(), layers.Dense(8, "relu"), layers.Dense(3, "softmax")),
        keras.Model(inputs, ops.softmax(layers.Dense(3)(ops.relu(layers.Dense(8)(inputs))))),
        keras.Model(inputs, layers.Dense(3, "softmax")(inner(inputs))),
    ):
        same(model, reference(keras))


def test_near_misses_fail_and_both_verdicts_are_told(keras: Any, same: Same) -> None:
    layers = keras.layers
    misses = {
        "it computes something else": [
            stack(keras, layers.Dense(8, "tanh"), layers.Dense(3, "softmax")),
            stack(keras, layers.Dense(8, "relu"), layers.Dense(3)),
        ],
        "its weights have other shapes": [
            stack(keras, layers.Dense(9, "relu"), layers.Dense(3, "softmax")),
            stack(keras, layers.Dense(8, "relu", use_bias=False), layers.Dense(3, "softmax")),
        ],
        "it computes the same": [
            stack(keras, layers.Dense(8, "relu"), layers.Dropout(0.3), layers.Dense(3, "softmax")),
            stack(
                keras, layers.Dense(8, "relu", kernel_regularizer="l2"), layers.Dense(3, "softmax")
            ),
        ],
    }
    for words, models in misses.items():
        for model in models:
            with pytest.raises(MatchFailure) as caught:
                same(model, reference(keras))
            assert "Its structure is another one" in caught.value.message
            assert words in caught.value.message


def test_what_is_allowed_may_stand_in_either(keras: Any, same: Same) -> None:
    layers = keras.layers
    dropped = stack(keras, layers.Dense(8, "relu"), layers.Dropout(0.3), layers.Dense(3, "softmax"))
    same(dropped, reference(keras), allow=("Dropout",))
    same(reference(keras), dropped, allow=("Dropout",))


def test_branches_shared_layers_and_orders(keras: Any, same: Same) -> None:
    same(branches(keras), branches(keras))
    same(branches(keras, names=("x", "y")), branches(keras))
    with pytest.raises(MatchFailure):
        same(branches(keras, shared=False), branches(keras))
    with pytest.raises(MatchFailure):
        same(branches(keras, names=("x", "y")), branches(keras), names=True)
    same(branches(keras), branches(keras), names=True)


def test_inputs_and_outputs_may_stand_in_another_order(keras: Any, same: Same) -> None:
    layers = keras.layers

    def made(swapped: bool) -> Any:
        small, large = keras.Input((2,)), keras.Input((5,))
        small_out, large_out = layers.Dense(4)(small), layers.Dense(4, "relu")(large)
        both = layers.Add()([large_out, small_out] if swapped else [small_out, large_out])
        heads = [layers.Dense(1)(both), layers.Dense(3)(both)]
        ends = [large, small] if swapped else [small, large]
        return moved(keras.Model(ends, heads[::-1] if swapped else heads))

    same(made(True), made(False))


def test_layers_with_other_weights_than_kernels(keras: Any, same: Same) -> None:
    layers = keras.layers

    def made(momentum: float = 0.99) -> Any:
        middle = layers.BatchNormalization(momentum=momentum)
        return moved(stack(keras, layers.Dense(4), middle, layers.Dense(2)))

    def words(size: int = 20) -> Any:
        parts = [layers.Embedding(size, 4), layers.LSTM(3), layers.Dense(1)]
        return moved(keras.Sequential([keras.Input((None,)), *parts]))

    same(words(), words())
    with pytest.raises(MatchFailure):
        same(words(21), words())
    with pytest.raises(MatchFailure, match="computes the same"):
        same(made(0.5), made())


def test_a_layer_of_ones_own_is_left_to_a_person(keras: Any, same: Same) -> None:
    class Doubled(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, inputs: Any) -> Any:
            return inputs * 2

    with pytest.raises(NotJudgeable):
        same(stack(keras, Doubled(), keras.layers.Dense(3)), reference(keras))
