"""Arrays are cut into batches once, not once an epoch, where every epoch has the same batches.

For arrays Keras builds a pipeline of tf.data and starts it anew for every epoch, twice: each start
instantiates its functions, 10 ms that an epoch of a small network does not last. Under a global
seed a new start repeats the random numbers of the last one, so every epoch has the same batches
in the same order, and tf.data can keep them from the first. Rows that nobody shuffles need none of
the functions, and the second start, which is never read, is left out. Weights and histories stay
bit-equal, which ``tests/pipeline/test_notebooks_without_checks.py`` shows on every solution.
"""

import functools
from typing import Any  # Keras has no type information

import numpy as np

MOST_ROWS = 10_000
"""Rows that are taken one by one where nobody shuffles them: a microsecond or two for each."""

MOST_BYTES = 16 * 1024**2
"""Kept batches are a second copy of the arrays; large ones spend their time elsewhere anyway."""


def keep_batches() -> None:
    """From now on ``fit``, ``evaluate`` and ``predict`` cut their arrays into batches once."""
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    whole = ArrayDataAdapter.get_tf_dataset

    @functools.wraps(whole)
    def get_tf_dataset(self: Any) -> Any:
        try:
            same = _same_each_time(self)
            if same and not self._shuffle and self._num_samples <= MOST_ROWS:
                return _in_order(self)
        except Exception:
            # Another Keras, with other insides: then it does what it does.
            same = False
        dataset = whole(self)
        return dataset.cache() if same else dataset

    ArrayDataAdapter.get_tf_dataset = get_tf_dataset


def start_once() -> None:
    """From now on Keras starts the pipeline of arrays once for an epoch.

    It starts it when an epoch ends, and once more, to read it, when the next begins. The first of
    the two draws no row and no random number.
    """
    from keras.src.backend.tensorflow.trainer import TFEpochIterator
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    whole = TFEpochIterator._get_iterator

    @functools.wraps(whole)
    def get_iterator(self: Any) -> Any:
        # Another source of rows may be the student's own, and count how often it is started.
        arrays = type(self.data_adapter) is ArrayDataAdapter
        return () if arrays and _unread(self) else whole(self)

    TFEpochIterator._get_iterator = get_iterator


def _unread(epochs: Any) -> bool:
    """Whether an epoch has ended, and what is started now is started again before it is read."""
    # Another Keras may count in another way: then nothing is left out.
    if epochs.steps_per_epoch is not None or getattr(epochs, "_current_iterator", None) is None:
        return False
    batches = getattr(epochs, "_num_batches", None)
    return bool(batches and getattr(epochs, "_steps_seen", 0) >= batches)


def _in_order(adapter: Any) -> Any:
    """The batches of rows that are not shuffled: those of Keras's own pipeline, in its order."""
    import tensorflow as tf
    from keras.src import tree
    from keras.src.trainers.data_adapters.array_slicing import convert_to_sliceable

    arrays = tree.lists_to_tuples(convert_to_sliceable(adapter._inputs, "tensorflow"))
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    size = adapter._batch_size
    even = adapter._num_samples % size == 0  # then the number of rows is part of the shape
    rows = tf.data.Dataset.from_tensor_slices(arrays).batch(size, drop_remainder=even)
    return rows.with_options(options).prefetch(tf.data.AUTOTUNE).cache()


def _same_each_time(adapter: Any) -> bool:
    import tensorflow as tf
    from tensorflow.python.eager import context

    arrays = [array for array in tf.nest.flatten(adapter._inputs) if array is not None]
    if not all(isinstance(array, np.ndarray | tf.Tensor) for array in arrays):
        return False  # frames or sparse matrices
    sizes = [array.size * array.dtype.itemsize for array in map(np.asarray, arrays)]
    seeded = not adapter._shuffle or context.global_seed() is not None
    return bool(seeded and sum(sizes) <= MOST_BYTES)
