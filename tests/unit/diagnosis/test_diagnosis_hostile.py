"""Whatever diagnose() and Diagnose() are given, a training goes on, and a screen is enough."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.student import Diagnose, diagnose

layers = keras.layers
X = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")
SCREEN = 1600
"""Characters: twenty lines of eighty."""


class Rude:
    """Raises from whatever it is asked."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"no {name} for you")

    def __len__(self) -> int:
        raise RuntimeError("no length")

    def __array__(self, *given: object) -> Any:
        raise RuntimeError("no array")


class RudeModel(keras.Model):
    """Trains, and raises when somebody looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.last = layers.Dense(1, activation="sigmoid")

    def call(self, x: Any) -> Any:
        return self.last(x)


def net(**named: Any) -> Any:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid", **named)])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def loop() -> Any:
    inside: dict[str, Any] = {}
    inside["again"] = inside
    return inside


ROWS: dict[str, Callable[[], Any]] = {
    "an object that raises": Rude,
    "a list of such objects": lambda: [Rude(), Rude()],
    "a dictionary in itself": loop,
    "keys of several kinds": lambda: {1: X, "two": X},
    "rows of several lengths": lambda: [[1.0], [2.0, 3.0]],
    "a generator": lambda: (n for n in range(3)),
    "a number": lambda: 5,
    "text": lambda: "X_train",
    "no rows": lambda: X[:0],
    "objects": lambda: np.array([object(), None, {}, "a"], dtype=object),
    "complex numbers": lambda: X.astype(complex),
    "dates": lambda: np.array(["2024-01-01"], dtype="datetime64[D]"),
    "records": lambda: np.zeros(4, dtype=[("a", int), ("b", float)]),
    "numbers near the largest": lambda: np.full((64, 3), 1.7e308),
    "a ragged tensor": lambda: tf.ragged.constant([[1.0], [2.0, 3.0]]),
    "a data set of one part": lambda: tf.data.Dataset.from_tensor_slices(X).batch(8),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_any_kind_are_looked_at_or_left(name: str) -> None:
    model, run = net(), {"loss": [0.7, 0.7]}
    for found in (
        diagnose(model, run, ROWS[name](), Y),
        diagnose(model, run, X, ROWS[name]()),
        diagnose(model, run, X, Y, x_test=ROWS[name]()),
    ):
        assert len(repr(found)) < SCREEN
        assert len(found._repr_html_()) < 2 * SCREEN


HISTORIES: dict[str, Callable[[], Any]] = {
    "an object that raises": Rude,
    "no numbers": lambda: {"loss": [None, "a"], "accuracy": Rude()},
    "arrays": lambda: {"loss": [np.array([0.7, 0.6])] * 3},
    "nan": lambda: {"loss": [float("nan")] * 3, 3: [1.0]},
    "a number in its place": lambda: SimpleNamespace(history=5),
    "a list": lambda: [0.7, 0.6],
}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_of_any_kind_is_looked_at_or_left(name: str) -> None:
    assert len(repr(diagnose(net(), HISTORIES[name](), X, Y))) < SCREEN


NO_MODELS: dict[str, Callable[[], Any]] = {
    "an object that raises": Rude,
    "text": lambda: "net",
    "rows": lambda: X,
    "a layer": lambda: layers.Dense(1),
    "a class": lambda: keras.Sequential,
}


@pytest.mark.parametrize("name", NO_MODELS)
def test_what_is_no_model_is_told_so(name: str) -> None:
    found = diagnose(NO_MODELS[name](), None, X, Y)
    assert not found
    assert "Expected: a Keras model" in repr(found)


def test_a_diagnosis_that_fails_says_so_and_does_not_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    model = RudeModel()
    model(X)
    monkeypatch.setattr(RudeModel, "layers", property(lambda self: Rude().layers))
    found = diagnose(model, {"loss": [0.7]}, X, Y)
    assert not found
    assert "looking failed (RuntimeError: no layers for you)" in repr(found)


class TestFit:
    """A callback in a real training."""

    @staticmethod
    def fit(model: Any, *given: Any, **named: Any) -> list[str]:
        said: list[str] = []
        ways = {"epochs": 3, "verbose": 0, **named}
        model.fit(*(given or (X, Y)), callbacks=[Diagnose(say=said.append)], **ways)
        return said

    def test_a_metric_with_a_number_for_each_class_is_no_reason_to_stop(self) -> None:
        model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="softmax")])
        score = keras.metrics.F1Score(average=None)
        model.compile("adam", "categorical_crossentropy", metrics=[score])
        said = self.fit(model, X, np.eye(2)[Y.astype(int)])
        assert not any("looking failed" in one for one in said)

    def test_a_model_that_cannot_be_looked_at_trains_to_its_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = RudeModel()
        model.compile("sgd", "binary_crossentropy", run_eagerly=True)
        model.fit(X, Y, verbose=0)
        monkeypatch.setattr(RudeModel, "layers", property(lambda self: Rude().layers))
        said = self.fit(model)
        assert len(model.history.epoch) == 3
        assert len(said) == 1, "it is said once"
        assert "looking failed" in said[0]

    def test_what_it_says_may_fail_to_be_said(self) -> None:
        def say(text: str) -> None:
            raise BrokenPipeError

        model = net()
        model.fit(X, 2 * Y, epochs=3, verbose=0, callbacks=[Diagnose(say=say)])
        assert len(model.history.epoch) == 3

    def test_one_callback_tells_two_networks_apart(self) -> None:
        said: list[str] = []
        watch = Diagnose(say=said.append)
        good = net()
        good.fit(X, Y, epochs=3, verbose=0, callbacks=[watch])
        before = len(said)
        net().fit(X, 2 * Y, epochs=1, verbose=0, callbacks=[watch])
        assert any("O8" in one for one in said[before:])

    def test_a_fit_called_again_and_again_is_not_a_screen_each(self) -> None:
        said: list[str] = []
        watch, model = Diagnose(say=said.append), net()
        for _ in range(5):
            model.fit(X, 2 * Y, epochs=1, verbose=0, callbacks=[watch])
        assert sum("O8" in one for one in said) == 1

    def test_a_slow_beginning_is_not_called_a_failure(self) -> None:
        """After two epochs the loss has fallen by less than a twentieth, after ten by more."""
        slow, other = net(), net()
        for model in (slow, other):
            model.set_weights([np.zeros((3, 1)), np.zeros(1)])
            model.compile(keras.optimizers.Adam(0.005), "mse", metrics=["mae"])
        run = other.fit(X, Y, epochs=2, batch_size=16, verbose=0)
        early = [one.id for one in diagnose(other, run, X, Y).findings]
        assert "T2" in early
        assert not any("T2" in one for one in self.fit(slow, X, Y, epochs=10, batch_size=16))

    def test_what_stands_still_is_told_before_the_end(self) -> None:
        said: list[str] = []
        told_at: list[int] = []
        model = net()
        model.set_weights([np.zeros((3, 1)), np.zeros(1)])
        model.compile(keras.optimizers.SGD(1e-5), "mse", metrics=["mae"])
        watch = Diagnose(say=said.append)
        note = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: told_at.append(sum("T2" in one for one in said))
        )
        model.fit(X, Y, epochs=7, verbose=0, callbacks=[watch, note])
        assert told_at == [0, 0, 0, 0, 1, 1, 1]

    def test_rows_in_a_data_set_are_known_and_not_drawn(self) -> None:
        drawn: list[int] = []

        def note(x: Any, y: Any) -> Any:
            drawn.append(1)
            return x, y

        arrays = tf.data.Dataset.from_tensor_slices((X, 2 * Y)).shuffle(64).batch(16)
        assert any("O8" in one for one in self.fit(net(), arrays, shuffle=False))
        once = tf.data.Dataset.from_tensor_slices((X, 2 * Y)).batch(16)
        mapped = once.map(lambda x, y: tf.numpy_function(note, [x, y], [x.dtype, y.dtype]))
        shaped = mapped.map(lambda x, y: (tf.ensure_shape(x, (16, 3)), tf.ensure_shape(y, (16,))))
        self.fit(net(), shaped, shuffle=False)
        assert len(drawn) == 3 * 4


@pytest.mark.parametrize("name", ["a" * 20_000, "one\ntwo\x1b[31m", "\u202eleft"])
def test_names_of_any_length_fit_on_a_screen(name: str) -> None:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile("adam", "binary_crossentropy")
    try:
        model.layers[0].name = name
    except AttributeError:
        model.layers[0]._name = name
    text = repr(diagnose(model, None, X, Y))
    assert len(text) < SCREEN
    assert all(one.isprintable() or one == "\n" for one in text)
    assert len(text.splitlines()) <= 2


class Counted(layers.Layer):
    """Remembers how often it was called, and lets that into its answer."""

    def build(self, shape: Any) -> None:
        self.times = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x: Any) -> Any:
        self.times.assign_add(1.0)
        return x + 0.01 * self.times


class Noise(layers.Layer):
    """Draws from everybody's random numbers, also outside training."""

    def call(self, x: Any) -> Any:
        return x + 0.1 * keras.random.normal(keras.ops.shape(x)) + 0.1 * tf.random.normal((3,))


def drawing() -> Any:
    return keras.Sequential(
        [
            keras.Input((3,)),
            layers.BatchNormalization(),
            Counted(),
            Noise(),
            layers.Dense(8, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def always_dropping() -> Any:
    entry = keras.Input((3,))
    dropped = layers.Dropout(0.4)(entry, training=True)
    return keras.Model(entry, layers.Dense(1, activation="sigmoid")(dropped))


def remembering() -> Any:
    return keras.Sequential(
        [
            keras.Input(batch_shape=(16, 3)),
            layers.Reshape((3, 1)),
            layers.LSTM(4, stateful=True),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def trained(build: Callable[[], Any], watched: bool, eagerly: bool) -> list[Any]:
    """The weights after a training, and the next random numbers of everybody."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(11)
    model = build()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], run_eagerly=eagerly)
    rows = tf.data.Dataset.from_tensor_slices((X, 2 * Y)).shuffle(64).batch(16)
    calls = [Diagnose(say=lambda text: None)] if watched else []
    run = model.fit(rows, epochs=4, verbose=0, shuffle=False, callbacks=calls)
    if watched:
        diagnose(model, run, X, Y)
    numbers = [np.asarray(one) for one in model.variables]
    numbers += [np.random.rand(2), keras.random.normal((2,)), tf.random.normal((2,))]
    return [*map(np.asarray, numbers), np.array(list(run.history.values()))]


@pytest.mark.parametrize(
    ("build", "eagerly"),
    [(drawing, False), (drawing, True), (always_dropping, False), (remembering, False)],
    ids=["drawing", "drawing eagerly", "always dropping", "remembering"],
)
def test_a_training_that_is_watched_gives_the_same_numbers(
    build: Callable[[], Any], eagerly: bool
) -> None:
    alone, watched = (trained(build, one, eagerly) for one in (False, True))
    assert len(alone) == len(watched)
    assert all(np.array_equal(a, b) for a, b in zip(alone, watched, strict=True))
