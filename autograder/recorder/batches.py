"""Arrays are cut into batches once, not once an epoch, where every epoch has the same batches.

For arrays Keras builds a pipeline of tf.data and starts it anew for every epoch, twice: each start
instantiates its functions, 10 ms that an epoch of a small network does not last. Under a global
seed a new start repeats the random numbers of the last one, so every epoch has the same batches
in the same order, and tf.data can keep them from the first. Weights and histories stay bit-equal,
which ``tests/pipeline/test_notebooks_without_checks.py`` shows on every solution.
"""

import functools
from typing import Any  # Keras has no type information

import numpy as np

MOST_BYTES = 16 * 1024**2
"""Kept batches are a second copy of the arrays; large ones spend their time elsewhere anyway."""


def keep_batches() -> None:
    """From now on ``fit``, ``evaluate`` and ``predict`` cut their arrays into batches once."""
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    whole = ArrayDataAdapter.get_tf_dataset

    @functools.wraps(whole)
    def get_tf_dataset(self: Any) -> Any:
        dataset = whole(self)
        try:
            same = _same_each_time(self)
        except Exception:
            # Another Keras, with other insides: then it does what it does.
            same = False
        return dataset.cache() if same else dataset

    ArrayDataAdapter.get_tf_dataset = get_tf_dataset


def _same_each_time(adapter: Any) -> bool:
    import tensorflow as tf
    from tensorflow.python.eager import context

    arrays = [array for array in tf.nest.flatten(adapter._inputs) if array is not None]
    if not all(isinstance(array, np.ndarray | tf.Tensor) for array in arrays):
        return False  # frames or sparse matrices
    sizes = [array.size * array.dtype.itemsize for array in map(np.asarray, arrays)]
    seeded = not adapter._shuffle or context.global_seed() is not None
    return bool(seeded and sum(sizes) <= MOST_BYTES)
