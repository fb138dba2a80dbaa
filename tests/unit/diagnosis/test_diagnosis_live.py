"""diagnose() on live networks: it says what it sees, warns of nothing, and changes nothing."""

import keras
import numpy as np
import pytest

from autograder.diagnosis import Case, Dead, Signals, examine
from autograder.student.diagnose import diagnose, live_case
from autograder.student.observed import signals_of

ROWS = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
KIND = (ROWS[:, 0] > 0).astype("float32")


def _stuck(inputs: object, joined: object) -> keras.Model:
    """No unit of the hidden layer ever answers."""
    low = keras.initializers.Constant(-50.0)
    hidden = keras.layers.Dense(8, activation="relu", bias_initializer=low)(joined)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
    model.compile("sgd", "binary_crossentropy")
    return model


def test_dead_units_are_seen_and_keras_is_given_no_reason_to_warn():
    one = keras.Input((3,))
    single = signals_of(_stuck(one, one), [ROWS], [KIND])  # a warning here is an error
    assert [(layer.share, layer.units) for layer in single.dead] == [(1.0, 8)]
    assert single.spread == 0.0


def test_dead_units_of_a_sequential_network_are_seen_before_anything_else_has_called_it():
    low = keras.initializers.Constant(-50.0)
    hidden = keras.layers.Dense(8, activation="relu", bias_initializer=low)
    model = keras.Sequential([keras.Input((3,)), hidden, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert [layer.share for layer in signals_of(model, [ROWS], [KIND]).dead] == [1.0]


def test_a_network_with_named_inputs_is_looked_at_too():
    ends = {"left": keras.Input((3,), name="left"), "right": keras.Input((3,), name="right")}
    joined = keras.layers.Concatenate()(list(ends.values()))
    named = signals_of(_stuck(ends, joined), [ROWS, ROWS], [KIND])
    assert [layer.share for layer in named.dead] == [1.0]


def _frozen() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.trainable = False
    model.compile("adam", "binary_crossentropy")
    return model


@pytest.mark.parametrize(
    ("losses", "told"), [([0.7, 0.7], True), ([0.7, 0.3], False), ([0.7], False)]
)
def test_frozen_layers_are_told_if_they_were_frozen_in_fit(losses: list[float], told: bool):
    found = diagnose(_frozen(), {"loss": losses}, ROWS, KIND).findings
    assert ("T6" in [one.id for one in found]) is told


def test_weights_are_as_they_were():
    model = _frozen()
    before = [np.array(weight) for weight in model.weights]
    case = live_case(model, {"loss": (0.7,)}, [ROWS], [KIND])
    assert isinstance(case.signals, Signals)
    after = model.weights
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_wrong_shape_is_placed_and_not_told():
    model = keras.Sequential([keras.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    (found,) = (one for one in diagnose(model, None, ROWS, KIND).findings if one.id == "D7")
    assert "those of x have 1 axis" in found.message and "(3,)" not in found.message


def test_rows_sorted_by_class_are_looked_at_from_the_first_to_the_last():
    kinds = np.repeat(np.arange(3), 400)
    rows = np.eye(3, dtype="float32")[kinds]
    entry = keras.Input((3,))
    hidden = keras.layers.Dense(3, activation="relu", kernel_initializer="identity")(entry)
    model = keras.Model(entry, keras.layers.Dense(3, activation="softmax")(hidden))
    model.compile("sgd", "sparse_categorical_crossentropy")
    found = signals_of(model, [rows], [kinds])
    assert [layer.share for layer in found.dead] == [0.0]
    assert found.rows == 256


def test_of_a_large_network_fewer_rows_are_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("autograder.student.observed.NUMBERS", 40)
    model = _stuck(entry := keras.Input((3,)), entry)
    found = signals_of(model, [ROWS], [KIND])
    assert found.rows == 3, "3 numbers in, 8 and 1 computed, and one for luck"


@pytest.mark.parametrize(("rows", "told"), [(64, True), (8, True), (3, False)])
def test_units_are_not_called_dead_for_a_few_rows(rows: int, told: bool):
    case = Case(signals=Signals(dead=(Dead("hidden", 0.9, 30),), rows=rows))
    assert bool(examine(case)) is told


def test_the_cause_stands_before_what_follows_from_it():
    model = _stuck(entry := keras.Input((3,)), entry)
    found = diagnose(model, {"loss": [0.7, 0.7]}, ROWS, KIND).shown
    assert [one.id for one in found] == ["T3", "T6"]


def test_a_loss_that_ran_away_stands_before_the_units_that_it_killed():
    dead = Signals(dead=(Dead("hidden", 1.0, 30),), rows=64, spread=0.0, level=1.0)
    curves = {"loss": (1.0, float("nan")), "val_loss": (1.0, 1.0)}
    found = examine(Case(signals=dead, curves=curves))
    assert [one.id for one in found] == ["T1", "T3", "T6"]
