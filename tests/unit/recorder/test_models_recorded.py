from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.evidence.graph import canonical_loss

layers = keras.layers


def one_dense(units: int = 1, activation: Any = None) -> Any:
    return keras.Sequential([keras.Input((3,)), layers.Dense(units, activation)])


def test_an_unbuilt_model_has_no_graph_and_a_reason(recorded: Callable[[Any], Any]) -> None:
    model = keras.Sequential([layers.Dense(3)])
    found = recorded(model)
    assert (found["built"], found["graph"], found["weights"]) == (False, None, [])
    assert "not built" in found["reason"]
    assert [layer["class_name"] for layer in found["layers"]] == ["Dense"]
    assert not model.built


def test_an_untraceable_model_has_a_reason(recorded: Callable[[Any], Any]) -> None:
    class Eager(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x: Any) -> Any:
            return tf.cumsum(self.dense(x), axis=1)

    model = Eager()
    model(np.zeros((1, 3), "float32"))
    found = recorded(model)
    assert found["graph"] is None
    assert "symbolic" in found["reason"]
    assert len(found["weights"]) == 2


def test_tracing_a_subclassed_model_leaves_no_nodes(recorded: Callable[[Any], Any]) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)
            self.calls = 0

        def call(self, x: Any) -> Any:
            self.calls += 1
            return self.dense(x)

    model = Own()
    model(np.zeros((1, 3), "float32"))
    before = model.calls
    assert recorded(model)["graph"] is not None
    assert model.dense._inbound_nodes == []
    assert model.calls == before


@pytest.mark.parametrize(
    "spelling",
    [
        "mse", "MSE", "mean_squared_error", keras.losses.mean_squared_error,
        keras.losses.MeanSquaredError, keras.losses.MeanSquaredError(),
        lambda t, p: tf.reduce_mean((t - p) ** 2, axis=-1),
    ],
)  # fmt: skip
def test_spellings_of_mse_are_one_loss(spelling: Any, recorded: Callable[[Any], Any]) -> None:
    model = one_dense()
    model.compile("sgd", spelling)
    assert canonical_loss(recorded(model)["compile"]["loss"]).name == "mse"


@pytest.mark.parametrize(
    ("spelling", "name", "from_logits"),
    [
        ("mae", "mae", False),
        ("binary_crossentropy", "binary_crossentropy", False),
        (keras.losses.BinaryCrossentropy(from_logits=True), "binary_crossentropy", True),
        (
            lambda t, p: keras.losses.binary_crossentropy(t, p, from_logits=True),
            "binary_crossentropy",
            True,
        ),
        (lambda t, p: keras.losses.binary_crossentropy(t, p), "binary_crossentropy", False),
        (
            lambda t, p: keras.losses.sparse_categorical_crossentropy(t, p),
            "sparse_categorical_crossentropy",
            False,
        ),
        (
            lambda t, p: keras.losses.categorical_crossentropy(t, p, from_logits=True),
            "categorical_crossentropy",
            True,
        ),
        (lambda t, p: tf.reduce_mean((t - p) ** 4), "unknown", False),
    ],
)
def test_other_losses_are_told_apart(
    spelling: Any, name: str, from_logits: bool, recorded: Callable[[Any], Any]
) -> None:
    model = one_dense()
    model.compile("sgd", spelling)
    found = canonical_loss(recorded(model)["compile"]["loss"])
    assert (found.name, found.from_logits) == (name, from_logits)


@pytest.mark.parametrize("spelling", ["acc", "accuracy"])
@pytest.mark.parametrize(
    ("units", "loss", "labels", "expected"),
    [
        (1, "binary_crossentropy", np.zeros((4, 1)), "BinaryAccuracy"),
        (3, "sparse_categorical_crossentropy", np.zeros(4), "SparseCategoricalAccuracy"),
        (3, "categorical_crossentropy", np.eye(3)[[0, 1, 2, 0]], "CategoricalAccuracy"),
    ],
)
def test_accuracy_is_resolved_before_and_after_the_fit(
    spelling: str, units: int, loss: str, labels: Any, expected: str, recorded: Callable[[Any], Any]
) -> None:
    model = one_dense(units, "softmax" if units > 1 else "sigmoid")
    model.compile("adam", loss, metrics=[spelling])
    before = recorded(model)["compile"]["metrics"]
    model.fit(np.zeros((4, 3)), labels, verbose=0)
    after = recorded(model)["compile"]["metrics"]
    assert [m["class_name"] for m in before] == [m["class_name"] for m in after] == [expected]
    assert before[0]["name"] == after[0]["name"] == spelling


def test_the_exact_optimizer_and_its_rate_are_recorded(recorded: Callable[[Any], Any]) -> None:
    model = one_dense()
    model.compile(keras.optimizers.AdamW(0.02), "mse")
    found = recorded(model)["compile"]["optimizer"]
    assert (found["class_name"], found["module"]) == ("AdamW", "keras.optimizers")
    assert found["config"]["learning_rate"] == pytest.approx(0.02)


def test_a_schedule_is_recorded_by_its_config(recorded: Callable[[Any], Any]) -> None:
    model = one_dense()
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 9, 0.5)))
    rate = recorded(model)["compile"]["optimizer"]["config"]["learning_rate"]
    assert rate["class_name"] == "ExponentialDecay"


def test_a_model_that_is_not_compiled_has_no_settings(recorded: Callable[[Any], Any]) -> None:
    assert recorded(one_dense())["compile"] is None


def test_losses_of_two_outputs_keep_their_names(recorded: Callable[[Any], Any]) -> None:
    x = keras.Input((3,))
    model = keras.Model(x, {"a": layers.Dense(1, name="a")(x), "b": layers.Dense(4, name="b")(x)})
    model.compile("sgd", {"a": "mse", "b": "ce"}, metrics={"a": ["mae"], "b": ["acc"]})
    found = recorded(model)
    assert set(found["compile"]["loss"]) == {"a", "b"}
    assert found["graph"]["output_names"] == ["a", "b"]
    assert [metric["output"] for metric in found["compile"]["metrics"]] == ["a", "b"]


def test_a_sequential_around_a_built_model_has_its_network(
    recorded: Callable[[Any], Any],
) -> None:
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    outer = keras.Sequential([inner])
    assert not outer.built  # Keras's own word, though all its weights are there
    record = recorded(outer)
    assert (record["built"], len(record["weights"])) == (True, 2)
    assert record["graph"] is not None
    unbuilt = recorded(keras.Sequential([keras.Sequential([layers.Dense(3)])]))
    assert (unbuilt["built"], unbuilt["graph"]) == (False, None)
