"""Which callbacks a fit had is noted on its History, and on nothing else."""

import gc
import pickle
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer, TFEpochIterator
from keras.src.callbacks.callback_list import CallbackList

from autograder.evidence.arrays import pack
from autograder.evidence.callbacks import callbacks_of
from autograder.evidence.fits import FitEvidence, fits_of
from autograder.evidence.values import history_from
from autograder.recorder import take_snapshot
from autograder.recorder.fitting import NOTE, watch_fits

X, Y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fits are watched during one test."""
    hooks = ("on_train_begin", "on_train_end", "on_epoch_end", "on_test_begin", "on_predict_begin")
    for name in hooks:
        monkeypatch.setattr(CallbackList, name, getattr(CallbackList, name))
    monkeypatch.setattr(TFEpochIterator, "__init__", TFEpochIterator.__init__)
    monkeypatch.setattr(TensorFlowTrainer, "train_on_batch", TensorFlowTrainer.train_on_batch)
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


ROWS, LABELS = np.random.default_rng(0).random((96, 2)), np.arange(96) * 7 % 3
ONE_HOT = np.eye(3)[LABELS]


def fits_noted(model: Any, sink: Any) -> tuple[FitEvidence, ...]:
    value: Any = take_snapshot({"model": model}, sink)["values"]
    return fits_of(value["model"].get("fits"))


def targets_of(model: Any, sink: Any) -> list[list[list[float]]]:
    """For each fit of the model the first targets of each output."""
    return [[list(targets) for targets in fit.targets] for fit in fits_noted(model, sink)]


def classifier(loss: str = "sparse_categorical_crossentropy") -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", loss)
    return model


def slices(*arrays: Any) -> Any:
    return tf.data.Dataset.from_tensor_slices(arrays)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    ("given", "loss"),
    [
        ((ROWS, LABELS), "sparse_categorical_crossentropy"),
        ((ROWS, LABELS[:, None]), "sparse_categorical_crossentropy"),
        ((tf.constant(ROWS), tf.constant(LABELS)), "sparse_categorical_crossentropy"),
        ((ROWS, ONE_HOT), "categorical_crossentropy"),
        ((slices(ROWS, LABELS).batch(8),), "sparse_categorical_crossentropy"),
        (
            (slices(ROWS, LABELS).shuffle(96).map(lambda x, y: (x, y)).batch(8).prefetch(1),),
            "sparse_categorical_crossentropy",
        ),
    ],
)
def test_the_first_targets_of_a_fit_are_noted(given: Any, loss: str, sink: Any) -> None:
    model = classifier(loss)
    model.fit(*given, shuffle=False, verbose=0)
    assert targets_of(model, sink) == [[list(LABELS[:64])]]


@pytest.mark.usefixtures("watched")
def test_each_fit_of_a_model_is_noted_and_no_evaluation(sink: Any) -> None:
    model = classifier()
    model.fit(ROWS[:40], LABELS[:40], validation_split=0.5, verbose=0)
    model.evaluate(ROWS[40:], LABELS[40:], verbose=0)
    callbacks = CallbackList([], add_history=True, model=model)
    callbacks.on_train_begin()
    model.fit(ROWS[40:], LABELS[40:], verbose=0, validation_data=(ROWS[:40], LABELS[:40]))
    assert targets_of(model, sink) == [[list(LABELS[:20])], [], [list(LABELS[40:])]]


@pytest.mark.usefixtures("watched")
def test_a_generator_is_left_alone(sink: Any) -> None:
    taken = []

    def rows() -> Iterator[Any]:
        for _ in range(3):
            taken.append(1)
            yield ROWS[:8], LABELS[:8]

    model = classifier()
    model.fit(rows(), steps_per_epoch=3, shuffle=False, verbose=0)
    assert (targets_of(model, sink), len(taken)) == ([[]], 3)


@pytest.mark.usefixtures("watched")
def test_inputs_and_the_weights_at_the_end_are_noted(sink: Any) -> None:
    model = classifier()
    history = model.fit(ROWS, LABELS, verbose=0)
    (fit,) = fits_noted(model, sink)
    assert np.allclose(fit.inputs[0], ROWS.ravel()[:64])
    own = [pack(np.asarray(weight)).digest for weight in model.weights]
    assert fit.weights == tuple(own)
    model.set_weights([2 * weight for weight in model.get_weights()])
    value: Any = take_snapshot({"history": history}, sink)["values"]
    assert fits_of(value["history"]["fits"])[0].weights == tuple(own)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    ("settings", "partial"),
    [({}, False), ({"steps_per_epoch": 1}, True), ({"steps_per_epoch": 3}, False)],
)
def test_epochs_that_leave_rows_out_are_noted(
    settings: dict[str, int], partial: bool, sink: Any
) -> None:
    model = classifier()
    model.fit(ROWS, LABELS, verbose=0, **settings)
    assert fits_noted(model, sink)[0].partial is partial


@pytest.mark.usefixtures("watched")
def test_a_fit_that_stops_for_an_error_has_no_end(sink: Any) -> None:
    def failing(epoch: int, logs: Any) -> None:
        raise RuntimeError("stop here")

    model = classifier()
    callback = keras.callbacks.LambdaCallback(on_epoch_end=failing)
    with pytest.raises(RuntimeError):
        model.fit(ROWS, LABELS, verbose=0, callbacks=[callback])
    assert fits_noted(model, sink)[0].weights is None


@pytest.mark.usefixtures("watched")
def test_every_history_of_a_fit_is_noted_and_one_made_by_hand_is_not(sink: Any) -> None:
    own, other, forged = (keras.callbacks.History() for _ in range(3))
    fitted(own, other)
    forged.history, forged.epoch = {"loss": [2.0, 1.0]}, [0, 1]
    found: Any = take_snapshot({"own": own, "other": other, "forged": forged}, sink)["values"]
    by_hand = {name: history_from(name, value).by_hand for name, value in found.items()}
    assert by_hand == {"own": False, "other": False, "forged": True}


class Reports(keras.callbacks.Callback):
    """Does something to what Keras reports of an epoch, or to the curves at the end."""

    def __init__(self, epoch: Any = None, end: Any = None) -> None:
        super().__init__()
        self.epoch, self.end = epoch, end

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.epoch:
            self.epoch(logs)

    def on_train_end(self, logs: Any = None) -> None:
        if self.end:
            self.end(self.model.history.history)


class Kept(keras.callbacks.History):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        super().on_epoch_end(epoch, {**(logs or {}), "loss": 0.1})


class Quiet(list[Any]):
    def __repr__(self) -> str:
        return "[]"


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(
    "callback",
    [
        Reports(epoch=lambda logs: logs.update(loss=0.1)),
        Reports(end=lambda curves: curves["loss"].reverse()),
        Reports(end=lambda curves: curves.update(loss=[0.2, 0.1])),
        Kept(),
    ],
    ids=["an epoch", "in place", "the end", "a class of ones own"],
)
def test_curves_that_keras_did_not_report_are_told(sink: Any, callback: Any) -> None:
    value: Any = take_snapshot({"history": fitted(callback)}, sink)["values"]["history"]
    assert value["changed"] is True


@pytest.mark.usefixtures("watched")
def test_a_metric_that_takes_the_place_of_the_loss_is_told(sink: Any) -> None:
    model = compiled()
    model.compile("sgd", "mse", metrics=[keras.metrics.MeanSquaredError(name="loss")])
    history = model.fit(X, Y, verbose=0)
    value: Any = take_snapshot({"history": history}, sink)["values"]["history"]
    assert value["changed"] is True


@pytest.mark.usefixtures("watched")
def test_a_list_whose_text_stays_the_same_is_compared_by_what_it_holds(sink: Any) -> None:
    history = fitted(Reports(end=lambda curves: curves.update(loss=Quiet(curves["loss"]))))
    history.history["loss"][0] = 0.3
    value: Any = take_snapshot({"history": history}, sink)["values"]["history"]
    assert value["changed"] is True


@pytest.mark.usefixtures("watched")
def test_a_callback_may_add_to_what_is_reported_and_a_history_may_be_used_twice(sink: Any) -> None:
    own = keras.callbacks.History()
    adds = Reports(epoch=lambda logs: logs.update(rate=0.5))
    slower = keras.callbacks.ReduceLROnPlateau(monitor="loss")
    model = compiled()
    for _ in range(2):
        model.fit(X, Y, epochs=2, verbose=0, validation_split=0.5, callbacks=[own, adds, slower])
    value: Any = take_snapshot({"history": own}, sink)["values"]["history"]
    assert "changed" not in value
    assert {key: len(curve) for key, curve in value["history"].items()} == {
        "loss": 4,
        "val_loss": 4,
    }


def noted_of(model: Any, sink: Any) -> tuple[FitEvidence, ...]:
    value: Any = take_snapshot({"model": model}, sink)["values"]
    return fits_of(value["model"]["fits"])


@pytest.mark.usefixtures("watched")
def test_the_weights_from_before_are_kept_while_no_fit_moves_them_far(sink: Any) -> None:
    model = compiled()
    before = tuple(pack(np.array(weight)).digest for weight in model.get_weights())
    model.optimizer.learning_rate = 1e-9
    model.fit(X, Y, verbose=0)
    model.fit(X, Y, verbose=0)
    first, second = noted_of(model, sink)
    assert first.begun == before
    assert second.begun == ()
    assert set(before) <= set(sink.blobs)
    model.optimizer.learning_rate = 0.5
    model.fit(X, Y, verbose=0)
    assert [fit.begun for fit in noted_of(model, sink)] == [(), (), ()]


@pytest.mark.usefixtures("watched")
def test_a_training_batch_by_batch_comes_before_a_fit(sink: Any) -> None:
    model = compiled()
    model.optimizer.learning_rate = 0.5
    model.train_on_batch(X, Y)
    model.optimizer.learning_rate = 1e-9
    model.fit(X, Y, verbose=0)
    assert noted_of(model, sink)[0].begun == ()


@pytest.mark.usefixtures("watched")
def test_large_weights_from_before_are_not_kept(sink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.recorder.fitting.MAX_FIRST", 8)
    model = compiled()
    model.optimizer.learning_rate = 1e-9
    model.fit(X, Y, verbose=0)
    assert noted_of(model, sink)[0].begun == ()
