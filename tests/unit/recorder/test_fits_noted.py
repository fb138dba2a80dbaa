"""Which callbacks a fit had is noted on its History, and on nothing else."""

import gc
import pickle
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
    monkeypatch.setattr(CallbackList, "on_train_begin", CallbackList.on_train_begin)
    watch_fits()
    yield


def compiled() -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def fitted(*callbacks: Any, **more: Any) -> Any:
    return compiled().fit(X, Y, epochs=2, verbose=0, callbacks=list(callbacks) or None, **more)


def noted(history: Any, sink: Any) -> Any:
    value: Any = take_snapshot({"history": history}, sink)["values"]
    return callbacks_of(value["history"]["callbacks"])


def models_of(sink: Any, **names: Any) -> list[Any]:
    """What stands as the model of each value: a history's, or the model itself."""
    values: Any = take_snapshot(names, sink)["values"]
    return [values[name].get("model") or values[name].get("ref") for name in names]


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


@pytest.mark.usefixtures("watched")
def test_a_history_stays_with_the_model_whose_fit_it_watched(sink: Any) -> None:
    one, other = compiled(), compiled()
    history = one.fit(X, Y, verbose=0)
    for change in (
        lambda: history.set_model(other),
        lambda: setattr(history, "_model", None),
        lambda: other.evaluate(X, Y, verbose=0, callbacks=[history]),
    ):
        change()
        of_history, of_one, of_other = models_of(sink, history=history, one=one, other=other)
        assert of_history == of_one
        assert of_history != of_other


@pytest.mark.usefixtures("watched")
def test_a_history_that_watches_another_fit_goes_with_it(sink: Any) -> None:
    one, other = compiled(), compiled()
    history = one.fit(X, Y, verbose=0)
    other.fit(X, Y, verbose=0, callbacks=[history])
    of_history, of_other = models_of(sink, history=history, other=other)
    assert of_history == of_other


@pytest.mark.usefixtures("watched")
def test_notes_let_a_history_be_pickled_and_hold_no_model(sink: Any) -> None:
    history = fitted()
    history.set_model(None)
    gc.collect()
    copy = pickle.loads(pickle.dumps(history))
    assert models_of(sink, history=history, copy=copy) == [None, None]
