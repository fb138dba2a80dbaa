"""Batches kept from the first epoch: only where every epoch has the same ones."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras.src.backend.tensorflow.trainer import TFEpochIterator
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from tensorflow.python.eager import context

from autograder.recorder import batches
from autograder.recorder.batches import keep_batches, start_once

X, Y = np.arange(100.0, dtype="float32").reshape(50, 2), np.arange(50)


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ArrayDataAdapter, "get_tf_dataset", ArrayDataAdapter.get_tf_dataset)
    keep_batches()
    yield
    keras.utils.set_random_seed(0)


def dataset(x: Any = X, y: Any = Y, **given: Any) -> Any:
    return ArrayDataAdapter(x, y, batch_size=8, **given).get_tf_dataset()


def is_kept(found: Any) -> bool:
    return "Cache" in type(found).__name__


def rows(found: Any) -> list[int]:
    return [row for batch in found for row in batch[1].numpy().tolist()]


def test_under_a_seed_every_epoch_has_the_batches_that_keras_gives_it() -> None:
    keras.utils.set_random_seed(3)
    found = dataset(shuffle=True)
    keras.utils.set_random_seed(3)
    plain = ArrayDataAdapter.get_tf_dataset.__wrapped__(
        ArrayDataAdapter(X, Y, batch_size=8, shuffle=True)
    )
    assert is_kept(found) and not is_kept(plain)
    epochs = [rows(found), rows(found), rows(plain), rows(plain)]
    assert epochs[0] == epochs[1] == epochs[2] == epochs[3]
    assert sorted(epochs[0]) == Y.tolist() != epochs[0]


def test_without_a_seed_every_epoch_is_shuffled_anew() -> None:
    context.set_global_seed(None)
    found = dataset(shuffle=True)
    assert not is_kept(found)
    assert rows(found) != rows(found)
    assert is_kept(dataset(shuffle=False))


def test_large_arrays_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    keras.utils.set_random_seed(3)
    monkeypatch.setattr(batches, "MOST_BYTES", X.nbytes + Y.nbytes)
    assert is_kept(dataset())
    monkeypatch.setattr(batches, "MOST_BYTES", X.nbytes + Y.nbytes - 1)
    assert not is_kept(dataset())


@pytest.mark.parametrize("x", [tf.constant(X), [X, X], {"one": X, "two": tf.constant(X)}])
def test_tensors_and_several_inputs(x: Any) -> None:
    keras.utils.set_random_seed(3)
    assert is_kept(dataset(x))


def test_other_kinds_of_data_stay_keras_business() -> None:
    keras.utils.set_random_seed(3)
    assert not is_kept(dataset(pd.DataFrame(X)))


IN_ORDER: dict[str, tuple[Any, ...]] = {
    "a column of targets": (X, Y[:, None]),
    "no targets": (X,),
    "weights": (X, Y, np.linspace(0, 1, 50)),
    "twice as precise": (X.astype("float64"), Y.astype("int32")),
    "half as precise": (X.astype("float16"), Y.astype("uint8")),
    "truths": (X > 3, Y > 3),
    "pictures": (np.zeros((50, 4, 4, 1), "uint8"), Y),
    "tensors": (tf.constant(X), tf.constant(Y)),
    "a list": ([X, X + 1], Y),
    "a list of one": ([X], [Y]),
    "names": ({"b": X, "a": X + 1}, {"y": Y}),
    "words": (np.array(list("ab") * 25, dtype=object), Y),
}


@pytest.mark.parametrize("arrays", IN_ORDER.values(), ids=IN_ORDER)
@pytest.mark.parametrize("size", [1, 8, 50, 64])
def test_rows_in_order_are_cut_as_keras_cuts_them(arrays: tuple[Any, ...], size: int) -> None:
    found = ArrayDataAdapter(*arrays, batch_size=size).get_tf_dataset()
    plain = ArrayDataAdapter.get_tf_dataset.__wrapped__(ArrayDataAdapter(*arrays, batch_size=size))
    assert found.element_spec == plain.element_spec
    pairs = list(zip(found, plain, strict=True))
    assert len(pairs) == -(-50 // size)
    for one, other in pairs:
        tf.nest.assert_same_structure(one, other)
        for mine, theirs in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine, theirs)


def test_many_rows_are_left_to_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_functions(**given: Any) -> bool:
        return "BatchDataset" in repr(dataset(**given)._input_dataset._input_dataset._input_dataset)

    assert no_functions()
    assert not no_functions(shuffle=True)
    monkeypatch.setattr(batches, "MOST_ROWS", 49)
    assert not no_functions()


class Counted:
    """Rows that note how often they are begun."""

    def __init__(self, batches: int) -> None:
        self.begun, self.batches = 0, batches

    def __call__(self) -> Any:
        self.begun += 1
        yield from [(X[:8], Y[:8])] * self.batches


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of what epochs were started from."""
    found: list[str] = []
    monkeypatch.setattr(TFEpochIterator, "_get_iterator", TFEpochIterator._get_iterator)
    start_once()
    once = TFEpochIterator._get_iterator

    def noted(self: Any) -> Any:
        started = once(self)
        found.append(type(started).__name__)
        return started

    monkeypatch.setattr(TFEpochIterator, "_get_iterator", noted)
    return found


def network() -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_an_epoch_of_arrays_is_started_once(starts: list[str]) -> None:
    network().fit(X / 100, Y, epochs=5, batch_size=8, verbose=0)
    assert starts == ["CacheDataset" if n % 2 == 0 else "tuple" for n in range(10)]


def test_an_epoch_that_is_left_and_one_more_fit_are_whole(starts: list[str]) -> None:
    def leave(epoch: int, logs: Any) -> None:
        raise StopIteration  # which Keras takes for the end of the rows

    model = network()
    leaving = keras.callbacks.LambdaCallback(on_train_batch_end=leave)
    with pytest.warns(UserWarning, match="ran out of data"):
        model.fit(X / 100, Y, epochs=3, batch_size=50, verbose=0, callbacks=[leaving])
    found = model.fit(X / 100, Y, validation_data=(X / 100, Y), epochs=3, batch_size=8, verbose=0)
    assert len(found.history["loss"]) == len(found.history["val_loss"]) == 3
    assert int(model.optimizer.iterations) == 3 + 3 * 7
    assert starts.count("tuple") == 6


@pytest.mark.filterwarnings("ignore:.*ran out of data")
def test_the_students_own_rows_are_begun_as_often_as_by_keras(starts: list[str]) -> None:
    def begun(steps: int | None) -> int:
        counted = Counted(100 if steps else 3)
        spec = (tf.TensorSpec((8, 2)), tf.TensorSpec((8,), tf.int64))
        rows = tf.data.Dataset.from_generator(counted, output_signature=spec)
        network().fit(rows, epochs=3, steps_per_epoch=steps, shuffle=False, verbose=0)
        return counted.begun

    once = TFEpochIterator._get_iterator
    found = begun(None), begun(3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TFEpochIterator, "_get_iterator", lambda self: self._distributed_dataset)
        assert (begun(None), begun(3)) == found
    assert TFEpochIterator._get_iterator is once
    assert "tuple" not in starts
