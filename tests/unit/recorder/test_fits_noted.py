"""Which callbacks a fit had is noted on its History, and on nothing else."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
from keras.src.callbacks.callback_list import CallbackList

from autograder.evidence.callbacks import callbacks_of
from autograder.recorder import take_snapshot
from autograder.recorder.fitting import NOTE, watch_fits

X, Y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fits are watched during one test."""
    monkeypatch.setattr(CallbackList, "__init__", CallbackList.__init__)
    watch_fits()
    yield


def fitted(*callbacks: Any, **more: Any) -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(X, Y, epochs=2, verbose=0, callbacks=list(callbacks) or None, **more)


def noted(history: Any, sink: Any) -> Any:
    value: Any = take_snapshot({"history": history}, sink)["values"]
    return callbacks_of(value["history"]["callbacks"])


class Mine(keras.callbacks.EarlyStopping):
    pass


@pytest.mark.usefixtures("watched")
def test_an_early_stopping_is_noted_with_its_settings(sink: Any) -> None:
    history = fitted(
        keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True), validation_split=0.5
    )
    (stopping,) = [c for c in noted(history, sink) if "EarlyStopping" in c.kinds]
    assert stopping.class_name == "EarlyStopping"
    assert stopping.settings["monitor"] == "val_loss"
    assert stopping.settings["restore_best_weights"] is True
    assert stopping.whole("patience") == 3


@pytest.mark.usefixtures("watched")
def test_a_class_derived_from_it_and_a_history_of_ones_own_are_seen(sink: Any) -> None:
    own = keras.callbacks.History()
    fitted(own, Mine(monitor="loss"))
    (stopping,) = [c for c in noted(own, sink) if "EarlyStopping" in c.kinds]
    assert stopping.class_name == "Mine"


@pytest.mark.usefixtures("watched")
def test_a_fit_without_callbacks_has_a_note_that_says_so(sink: Any) -> None:
    assert all(c.class_name in ("History", "ProgbarLogger") for c in noted(fitted(), sink))


def test_without_watching_nothing_is_known(sink: Any) -> None:
    history = fitted()
    assert NOTE not in vars(history)
    assert noted(history, sink) is None
