"""Batches kept from the first epoch: only where every epoch has the same ones."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from tensorflow.python.eager import context

from autograder.recorder import batches
from autograder.recorder.batches import keep_batches

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
