"""What naive checks get wrong: for each row of the table a right spelling and a near miss.

The rows are those of docs/matching.md, in its order; each pair is judged by the matcher that a
check would use. Longer lists of spellings stand in the other modules of this folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_accuracy,
    assert_input_shape,
    assert_inputs,
    assert_layers,
    assert_loss,
    assert_metrics,
    assert_optimizer,
    assert_output,
    assert_parameters,
    assert_shared,
)

TABLE = Path(__file__).resolve().parents[3] / "docs" / "matching.md"
HIDDEN, HEAD = Dense(8, "relu"), Dense(3, "softmax")
SPARSE = "sparse_categorical_crossentropy"


@dataclass(frozen=True)
class Kit:
    """Keras, TensorFlow, and ways to record a model."""

    keras: Any
    tf: Any
    recorded: Callable[..., ModelEvidence]

    @property
    def layers(self) -> Any:
        return self.keras.layers

    def stack(self, *layers: Any, **compiled: Any) -> ModelEvidence:
        model = self.keras.Sequential([self.keras.Input((6,)), *layers])
        if compiled:
            model.compile(**compiled)
        return self.recorded(model)

    def function(self, body: Callable[[Any], Any], shape: tuple[int, ...] = (6,)) -> ModelEvidence:
        inputs = self.keras.Input(shape)
        return self.recorded(self.keras.Model(inputs, body(inputs)))

    def head(self, loss: Any = SPARSE, units: int = 3, activation: Any = "softmax") -> Any:
        return self.stack(self.layers.Dense(units, activation), loss=loss)

    def trained_with(self, optimizer: Any = "adam", metrics: Any = None) -> ModelEvidence:
        head = self.layers.Dense(3, "softmax")
        return self.stack(head, optimizer=optimizer, loss=SPARSE, metrics=metrics)

    def two_inputs(self, shared: bool = True, names: tuple[str, str] = ("top", "bottom")) -> Any:
        one, other = (self.keras.Input((4,), name=name) for name in names)
        layer = self.layers.Dense(5, "relu")
        second = layer if shared else self.layers.Dense(5, "relu")
        both = self.layers.Concatenate()([layer(one), second(other)])
        return self.recorded(self.keras.Model([one, other], self.layers.Dense(1)(both)))


@pytest.fixture(scope="module")
def kit(keras: Any, recorded: Callable[..., ModelEvidence]) -> Kit:
    return Kit(keras, pytest.importorskip("tensorflow"), recorded)


Judge = Callable[[Kit], object]


@dataclass(frozen=True)
class Pair:
    """A row of the table, by the words it begins with, and its two answers."""

    row: str
    right: Judge
    wrong: Judge


def row_of_layers(model: ModelEvidence) -> None:
    assert_layers(model, HIDDEN, HEAD)


def by_functions(kit: Kit) -> ModelEvidence:
    ops, dense = kit.keras.ops, kit.layers.Dense
    return kit.function(lambda x: ops.softmax(dense(3)(ops.relu(dense(8)(x)))))


def subclassed(kit: Kit, units: int = 8) -> ModelEvidence:
    layers = kit.layers

    class Written(kit.keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.hidden, self.head = layers.Dense(units, "relu"), layers.Dense(3, "softmax")

        def call(self, inputs: Any) -> Any:
            return self.head(self.hidden(inputs))

    model = Written()
    model(np.zeros((1, 6), "float32"))
    return kit.recorded(model)


def deferred(kit: Kit, columns: int = 6) -> ModelEvidence:
    model = kit.keras.Sequential([kit.layers.Dense(8, "relu"), kit.layers.Dense(3, "softmax")])
    model(np.zeros((2, columns), "float32"))
    return kit.recorded(model)


def linear_unit(kit: Kit, from_logits: bool) -> ModelEvidence:
    return kit.head(kit.keras.losses.BinaryCrossentropy(from_logits=from_logits), 1, None)


def scores_are_counted(kit: Kit, scores: list[float]) -> None:
    """Scores, of which 0 divides the classes: at 0.5 some right ones would count as wrong."""
    found = np.array(scores)[:, None]
    assert_accuracy(found, np.array([1, 0, 1, 0]), at_least="1", model=linear_unit(kit, True))


def counted(right: int) -> None:
    labels = np.ones(1000, int)
    found = np.where(np.arange(1000) < right, 1, 0)
    assert_accuracy(found, labels, at_least="0.9", decode="labels")


PAIRS = [
    Pair(
        "layer list equality",
        lambda kit: row_of_layers(
            kit.function(lambda x: kit.layers.Dense(3, "softmax")(kit.layers.Dense(8, "relu")(x)))
        ),
        lambda kit: row_of_layers(kit.stack(kit.layers.Dense(8, "relu"))),
    ),
    Pair(
        "walking `model.layers` only",
        lambda kit: row_of_layers(by_functions(kit)),
        lambda kit: row_of_layers(
            kit.function(
                lambda x: kit.layers.Dense(3, "softmax")(kit.layers.Dense(8, "relu")(x) + 1.0)
            )
        ),
    ),
    Pair(
        "`activation=` only",
        lambda kit: row_of_layers(
            kit.stack(
                kit.layers.Dense(8),
                kit.layers.ReLU(),
                kit.layers.Dense(3),
                kit.layers.Activation("softmax"),
            )
        ),
        lambda kit: row_of_layers(
            kit.stack(kit.layers.Dense(8), kit.layers.ELU(), kit.layers.Dense(3, "softmax"))
        ),
    ),
    Pair(
        "comparing activation names",
        lambda kit: row_of_layers(
            kit.stack(
                kit.layers.Dense(8, lambda x: kit.tf.maximum(x, 0.0)),
                kit.layers.Dense(3, kit.tf.nn.softmax),
            )
        ),
        lambda kit: row_of_layers(
            kit.stack(kit.layers.Dense(8, kit.tf.nn.relu6), kit.layers.Dense(3, "softmax"))
        ),
    ),
    Pair(
        '`model.loss == "mse"`',
        lambda kit: assert_loss(
            kit.head(lambda y, p: kit.keras.ops.mean((y - p) ** 2, axis=-1), 1, None), "mse"
        ),
        lambda kit: assert_loss(
            kit.head(lambda y, p: kit.keras.ops.mean(abs(y - p), axis=-1), 1, None), "mse"
        ),
    ),
    Pair(
        "`from_logits` alone",
        lambda kit: assert_loss(linear_unit(kit, True), "cross_entropy"),
        lambda kit: assert_loss(linear_unit(kit, False), "cross_entropy"),
    ),
    Pair(
        "'acc' or 'accuracy'",
        lambda kit: assert_metrics(kit.trained_with(metrics=["acc"]), "accuracy"),
        lambda kit: assert_metrics(
            kit.trained_with(metrics=[kit.keras.metrics.Accuracy()]), "accuracy"
        ),
    ),
    Pair(
        "BinaryCrossentropy(from_logits) + 'accuracy'",
        lambda kit: scores_are_counted(kit, [0.2, -3.0, 4.0, -0.1]),
        lambda kit: scores_are_counted(kit, [0.2, -3.0, 4.0, 0.1]),
    ),
    Pair(
        "`isinstance(opt, Adam)`",
        lambda kit: assert_optimizer(kit.trained_with("adam"), "adam"),
        lambda kit: assert_optimizer(kit.trained_with("adamw"), "adam"),
    ),
    Pair(
        "`opt.lr == 0.001`",
        lambda kit: assert_optimizer(
            kit.trained_with(kit.keras.optimizers.Adam(0.01)), "adam", learning_rate=0.01
        ),
        lambda kit: assert_optimizer(
            kit.trained_with(kit.keras.optimizers.Adam(0.0101)), "adam", learning_rate=0.01
        ),
    ),
    Pair(
        "layer names",
        lambda kit: assert_inputs(kit.two_inputs(), top=4, bottom=4),
        lambda kit: assert_inputs(kit.two_inputs(names=("upper", "bottom")), top=4, bottom=4),
    ),
    Pair(
        "`count_params()` on an unbuilt model",
        lambda kit: assert_parameters(subclassed(kit), total=83),
        lambda kit: assert_parameters(subclassed(kit, units=9), total=83),
    ),
    Pair(
        "`layer.output_shape`",
        lambda kit: assert_output(deferred(kit), 3, "softmax"),
        lambda kit: assert_output(kit.stack(kit.layers.Dense(4, "softmax")), 3, "softmax"),
    ),
    Pair(
        "shared layer by counting layers",
        lambda kit: assert_shared(kit.two_inputs(), Dense(5, "relu")),
        lambda kit: assert_shared(kit.two_inputs(shared=False), Dense(5, "relu")),
    ),
    Pair(
        "`input_shape=` or Input or shape deferred",
        lambda kit: assert_input_shape(deferred(kit), (6,)),
        lambda kit: assert_input_shape(deferred(kit, columns=7), (6,)),
    ),
    Pair(
        "summary text",
        lambda kit: row_of_layers(
            kit.stack(kit.layers.Dense(8, "relu", name="tanh_100"), kit.layers.Dense(3, "softmax"))
        ),
        lambda kit: row_of_layers(
            kit.stack(
                kit.layers.Dense(9, "relu", name="Dense_8_relu"), kit.layers.Dense(3, "softmax")
            )
        ),
    ),
    Pair("tolerance by float", lambda kit: counted(900), lambda kit: counted(899)),
]

ELSEWHERE = {"one run's accuracy": "tests/pipeline/test_reference_and_seeds.py"}
"""Rows whose pair needs whole runs."""


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.row for pair in PAIRS])
def test_the_right_spelling_passes(kit: Kit, pair: Pair) -> None:
    pair.right(kit)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.row for pair in PAIRS])
def test_the_near_miss_fails(kit: Kit, pair: Pair) -> None:
    with pytest.raises(MatchFailure):
        pair.wrong(kit)


def test_every_row_of_the_table_has_its_pair() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1].strip() for line in lines if line.startswith("| ")][1:]
    known = [*(pair.row for pair in PAIRS), *ELSEWHERE]
    assert len(rows) == len(known) == 18
    for row in rows:
        assert any(row.startswith(one) for one in known), row
    root = TABLE.parents[1]
    assert all((root / path).is_file() for path in ELSEWHERE.values())
