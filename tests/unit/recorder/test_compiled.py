"""What compile was given is noted, so that another loss in its place is told."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import pytest
from keras.src.trainers.trainer import Trainer

from autograder.evidence.contradictions import contradictions
from autograder.nouns import CodeCell
from autograder.recorder.compile import compile_settings
from autograder.recorder.compiled import exchanged, watch_compiles


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compiles are noted during one test."""
    monkeypatch.setattr(Trainer, "compile", Trainer.compile)
    watch_compiles()
    yield


def compiled(loss: Any = "mse") -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", loss)
    return model


def _state(model: Any) -> None:
    model._compile_loss.__getstate__()["_user_loss"] = "binary_crossentropy"


def _again(model: Any) -> None:
    model._compile_loss.__init__("binary_crossentropy")


def _optimizer(model: Any) -> None:
    model.optimizer = keras.optimizers.Adam()


@pytest.mark.parametrize("change", [_state, _again, _optimizer])
def test_a_loss_or_optimizer_that_compile_was_not_given_is_told(
    change: Callable[[Any], None],
) -> None:
    model = compiled()
    assert not exchanged(model)
    change(model)
    settings: Any = compile_settings(model, None)
    assert settings["changed"] is True
    manifest: Any = {
        "models": {"x": {"compile": settings}},
        "snapshots": {"check": {"values": {"net": {"kind": "model", "ref": "x"}}}},
    }
    told = contradictions([CodeCell(0, "net.compile(optimizer, loss)")], manifest)
    assert told == ("net has another loss or optimizer than compile was given",)


def test_a_list_of_losses_is_compared_by_what_it_holds() -> None:
    losses = ["mse"]
    model = compiled(losses)
    losses[0] = "binary_crossentropy"
    assert exchanged(model)


def test_a_loss_whose_function_was_exchanged_is_judged_by_what_it_computes() -> None:
    loss = keras.losses.BinaryCrossentropy()
    loss.fn = lambda y, p, **settings: keras.ops.mean(keras.ops.square(y - p), axis=-1)
    settings: Any = compile_settings(compiled(loss), None)
    assert "changed" not in settings
    assert settings["loss"]["class_name"] is None
    assert settings["loss"]["probe"]


def test_a_setting_that_only_the_object_shows_is_not_believed() -> None:
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    loss.from_logits = False
    settings: Any = compile_settings(compiled(loss), None)
    assert settings["loss"]["class_name"] is None


@pytest.mark.parametrize(
    "loss",
    [
        "mse",
        keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        keras.losses.Huber(delta=2.0),
        ["mse"],
        lambda y, p: keras.ops.mean(keras.ops.abs(y - p)),
    ],
)
def test_training_saving_and_compiling_again_change_nothing(loss: Any, tmp_path: Any) -> None:
    model = compiled(loss)
    model.fit(keras.ops.ones((4, 2)), keras.ops.ones((4, 1)), verbose=0)
    assert not exchanged(model)
    model.compile("adam", loss="mse")
    assert not exchanged(model)
    model.save(tmp_path / "model.keras")
    assert not exchanged(keras.models.load_model(tmp_path / "model.keras"))
    assert not exchanged(keras.models.clone_model(model))


@pytest.mark.parametrize(
    "loss", [keras.losses.Huber(delta=2.0), keras.losses.BinaryCrossentropy(label_smoothing=0.1)]
)
def test_a_loss_of_keras_with_settings_keeps_its_name(loss: Any) -> None:
    settings: Any = compile_settings(compiled(loss), None)
    assert settings["loss"]["class_name"] == type(loss).__name__
