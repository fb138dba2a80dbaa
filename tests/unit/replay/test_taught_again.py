"""What a fresh jail tells of a network: dead units, gradients, whether it learns by heart."""

import copy
from typing import Any

import keras
import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.graph.recorded import read_model
from autograder.evidence.graph.relus import relus
from autograder.replay.memorise import memorise
from autograder.replay.observe import observe
from autograder.student.observed import signals_of
from support.recorded import recording

layers = keras.layers
RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(64, 6)).astype("float32")
Y = (X[:, :3].argmax(axis=1)).astype("int64")
NUMBERS = (X @ RANDOM.normal(size=6)).astype("float32")


def classifier(*hidden: Any, rate: float = 0.01, loss: Any = None) -> Any:
    keras.utils.set_random_seed(4)
    model = keras.Sequential([keras.Input((6,)), *hidden, layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adam(rate), loss or "sparse_categorical_crossentropy")
    return model


def nested() -> Any:
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(5), layers.ReLU()])
    return classifier(inner, layers.Dense(4, "relu"), layers.Activation("relu"))


@pytest.mark.parametrize(
    "model",
    [classifier(layers.Dense(8, "relu")), classifier(layers.Dense(8), layers.ReLU()), nested()],
    ids=["layer", "apart", "nested"],
)
def test_a_jail_sees_what_a_student_sees_of_the_live_model(model: Any) -> None:
    dead, facts = observe(*recording(model), [X, Y])
    live = signals_of(model, [X], [Y])
    assert facts[0] == pytest.approx(live.gradient_ratio, rel=1e-4)
    assert facts[1:].tolist() == pytest.approx([live.spread, live.level, 64], rel=1e-4)
    seen = [(one.share, one.units) for one in live.dead]
    assert set(seen) <= set(map(tuple, dead.tolist()))


def test_units_that_answer_nothing_are_counted_under_their_layers() -> None:
    model = classifier(layers.Dense(8, "relu", name="first"), layers.Dense(4), layers.ReLU())
    weights, _ = model.layers[0].get_weights()
    model.layers[0].set_weights([weights, np.where(np.arange(8) < 6, -100.0, 100.0)])
    record, arrays = recording(model)
    dead, _ = observe(record, arrays, [X, Y])
    assert dead[0].tolist() == [0.75, 8.0]
    graph = read_model(record).graph
    assert graph is not None
    assert next(op.name for op in relus(graph)) == "first"
    assert len(dead) == len(relus(graph)) == 2


def test_answers_that_do_not_depend_on_the_row_have_no_spread() -> None:
    model = classifier(layers.Dense(8, "relu", bias_initializer=keras.initializers.Constant(-99.0)))
    _, facts = observe(*recording(model), [X, Y])
    assert facts[1] < 1e-6


def test_a_loss_that_is_not_known_gives_no_gradient_and_all_else() -> None:
    model = classifier(layers.Dense(8, "relu"), loss=lambda y, p: keras.ops.mean(p**2) * 7.3)
    dead, facts = observe(*recording(model), [X, Y])
    assert np.isnan(facts[0])
    assert np.isfinite(facts[1:]).all()
    assert len(dead) == 1


def test_a_sound_network_learns_its_rows_by_heart() -> None:
    model = classifier(layers.Dense(32, "relu"))
    before = copy.deepcopy(model.get_weights())
    losses, answers = memorise(*recording(model), [X[:32], Y[:32]])
    assert losses[1] < losses[0] / 10
    assert (answers.argmax(axis=1) == Y[:32]).mean() > 0.9
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_numbers_are_learnt_by_heart_too() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(16, "relu"), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    losses, answers = memorise(*recording(model), [X[:32], NUMBERS[:32]])
    assert losses[1] < 0.1 * np.var(NUMBERS[:32])
    assert answers.shape == (32, 1)


def test_a_network_whose_steps_are_too_small_does_not() -> None:
    _, answers = memorise(*recording(classifier(rate=1e-9)), [X[:32], Y[:32]])
    assert (answers.argmax(axis=1) == Y[:32]).mean() < 0.9


def test_frozen_layers_keep_the_weights_that_they_have() -> None:
    frozen = layers.Dense(8, "relu", trainable=False)
    model = classifier(frozen)
    frozen.set_weights([np.zeros((6, 8)), np.zeros(8)])
    losses, answers = memorise(*recording(model), [X[:32], Y[:32]])
    assert np.ptp(answers, axis=0).max() < 1e-6
    assert losses[1] > 0.5


@pytest.mark.parametrize("part", ["loss", "optimizer"])
def test_what_is_not_keras_own_is_not_run(part: str) -> None:
    class Mine(keras.optimizers.SGD):
        pass

    model = classifier(layers.Dense(4, "relu"), loss=(lambda y, p: keras.ops.mean(p**2) * 7.3))
    if part == "optimizer":
        model.compile(Mine(), "sparse_categorical_crossentropy")
    with pytest.raises(EvidenceError, match=f"cannot be replayed: .*{part}"):
        memorise(*recording(model), [X[:32], Y[:32]])
