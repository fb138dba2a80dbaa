"""Fewer returns to Python between batches: bit-equal, and not done where one could tell."""

import hashlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer, TFEpochIterator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from autograder.recorder.batches import keep_batches, start_once
from autograder.recorder.dispatch import TOGETHER, return_less_often

RNG = np.random.default_rng(0)
LOSS = "sparse_categorical_crossentropy"
X, Y = RNG.normal(size=(333, 5)).astype("float32"), RNG.integers(0, 3, 333)
PIPELINE = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fits of one test take several batches on one way where they may."""
    monkeypatch.setattr(TensorFlowTrainer, "fit", TensorFlowTrainer.fit)
    return_less_often()
    yield


def compiled(**settings: Any) -> Any:
    keras.utils.set_random_seed(5)
    parts = [
        keras.layers.Dense(8, "relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(3, "softmax"),
    ]
    model = keras.Sequential([keras.Input((5,)), *parts])
    usual = {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
    }
    model.compile(**{**usual, **settings})
    return model


def left(model: Any, *histories: Any) -> str:
    """A digest of all that a fit leaves behind, random numbers included."""
    found = hashlib.sha256()
    for variable in (*model.variables, *model.optimizer.variables):
        found.update(np.asarray(variable).tobytes())
    for history in histories:
        found.update(repr(history.history).encode())
    found.update(repr([np.random.rand(), float(keras.random.uniform((1,))[0])]).encode())
    return found.hexdigest()


def ways(run: Any) -> tuple[str, str]:
    """The digest after the fits of ``run`` in Keras's way, and in the fast one."""
    whole, cut = TensorFlowTrainer.fit, ArrayDataAdapter.get_tf_dataset
    started = TFEpochIterator._get_iterator
    slow = run()
    return_less_often()
    keep_batches()
    start_once()
    try:
        return slow, run()
    finally:
        TensorFlowTrainer.fit, ArrayDataAdapter.get_tf_dataset = whole, cut
        TFEpochIterator._get_iterator = started


RUNS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "an odd batch": {"batch_size": 7},
    "validation": {"validation_split": 0.2},
    "validation data": {"validation_data": (X[:50], Y[:50])},
    "weights of rows": {"sample_weight": np.linspace(0, 1, len(X))},
    "not shuffled": {"shuffle": False},
    "shuffled in batches": {"shuffle": "batch"},
    "as many batches as go together": {"batch_size": 11},
    "stops early": {
        "validation_split": 0.2,
        "epochs": 9,
        "callbacks": [keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)],
    },
    "heard between batches": {
        "callbacks": [keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)]
    },
    "a seed set between epochs": {
        "callbacks": [
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: keras.utils.set_random_seed(epoch)
            )
        ]
    },
    "a schedule": {"callbacks": [keras.callbacks.LearningRateScheduler(lambda n, rate: rate / 2)]},
}


@pytest.mark.parametrize("name", RUNS)
def test_every_bit_is_the_same(name: str) -> None:
    def run() -> str:
        model = compiled()
        given = {"epochs": 3, "verbose": 0, **RUNS[name]}
        return left(model, model.fit(X, Y, **given))

    slow, fast = ways(run)
    assert slow == fast


def test_a_second_fit_a_new_compile_and_an_evaluation_in_between() -> None:
    def run() -> str:
        model = compiled()
        first = model.fit(X, Y, epochs=2, verbose=0)
        numbers = model.evaluate(X, Y, verbose=0)
        numbers += model.predict(X, batch_size=50, verbose=0).ravel().tolist()
        second = model.fit(X, Y, epochs=2, verbose=0)
        model.compile("sgd", "sparse_categorical_crossentropy")
        third = model.fit(X, Y, epochs=2, verbose=0)
        return left(model, first, second, third) + repr(numbers)

    slow, fast = ways(run)
    assert slow == fast


class Steps(keras.callbacks.Callback):  # type: ignore[misc]
    """Notes how many batches go together; listens to nothing between them."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[int] = set()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seen.add(self.model.steps_per_execution)


class Listening(Steps):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.last = batch


@pytest.mark.usefixtures("fast")
def test_it_is_done_and_undone() -> None:
    steps, model = Steps(), compiled()
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[steps])
    assert steps.seen == {TOGETHER}
    assert model.steps_per_execution == 1
    assert model.train_function is None
    assert model.predict(X, verbose=0).shape == (333, 3)


class OwnStep(keras.Model):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.head = keras.layers.Dense(3, "softmax")

    def call(self, inputs: Any) -> Any:
        return self.head(inputs)

    def train_step(self, data: Any) -> Any:
        return super().train_step(data)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ({}, {"callbacks": [Listening()]}),
        ({}, {"callbacks": [keras.callbacks.TerminateOnNaN()]}),
        ({}, {"callbacks": [keras.callbacks.LambdaCallback(on_train_batch_end=lambda b, logs: 0)]}),
        ({"steps_per_execution": 3}, {}),
        ({"run_eagerly": True}, {}),
        ({}, {"steps_per_epoch": 3}),
        ({}, {"batch_size": 300}),
        (
            {},
            {"x": tf.data.Dataset.from_tensor_slices((X, Y)).batch(8), "y": None, "shuffle": False},
        ),
    ],
)
def test_where_one_could_tell_it_is_not_done(settings: Any, given: Any) -> None:
    steps, model = Steps(), compiled(**settings)
    before = model.steps_per_execution
    callbacks = [*given.get("callbacks", []), steps]
    model.fit(**{"x": X, "y": Y, "verbose": 0, **given, "callbacks": callbacks})
    assert steps.seen == {before}


@pytest.mark.usefixtures("fast")
def test_a_step_of_ones_own_and_a_wrong_call_are_left_to_keras() -> None:
    steps, model = Steps(), OwnStep()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(X, Y, verbose=0, callbacks=[steps])
    assert steps.seen == {1}
    with pytest.raises(TypeError, match="nb_epoch"):
        compiled().fit(X, Y, nb_epoch=3)
    with pytest.raises(ValueError, match="compile"):
        keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)]).fit(X, Y)


@pytest.mark.usefixtures("fast")
def test_an_error_in_the_middle_puts_everything_back() -> None:
    def failing(epoch: int, logs: Any) -> None:
        raise RuntimeError("stop here")

    model = compiled()
    with pytest.raises(RuntimeError):
        callback = keras.callbacks.LambdaCallback(on_epoch_end=failing)
        model.fit(X, Y, verbose=0, callbacks=[callback])
    assert model.steps_per_execution == 1
    assert model.train_function is None
