"""``fit`` with fewer returns to Python between batches, where not one bit of it changes.

A small network spends its training on the way from Python into TensorFlow and back, once a batch.
Keras can run several batches on one way (``steps_per_execution``): the same operations on the same
numbers in the same order. It is done for a student only where nothing listens between batches and
the student has chosen nothing else; weights, histories and random numbers stay bit-equal, which
``tests/pipeline/test_notebooks_without_checks.py`` shows on every solution.
"""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Keras has no type information

import numpy as np

TOGETHER = 32
"""Batches on one way. An epoch of MNIST still returns fifty times, so that a time limit is met."""

FEWEST = 4
"""Epochs of fewer batches than this gain nothing."""

BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)
STEPS = ("train_step", "test_step", "make_train_function", "make_test_function", "_make_function")
"""What a student's own training loop would replace."""

FAST = "_autograder_many_batches"
"""Where a model keeps its traced functions of many batches, beside Keras's own."""


@dataclass(frozen=True)
class _Fast:
    """``compiled`` is what the model was compiled with when the functions were made."""

    compiled: tuple[Any, ...]
    train: Any
    test: Any


def return_less_often() -> None:
    """From now on ``fit`` in this process takes several batches on one way where it may."""
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    whole = TensorFlowTrainer.fit
    signature = inspect.signature(whole)

    @functools.wraps(whole)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(self, *args, **kwargs).arguments
            together = _may(self, given)
            if together:
                _build(self, given["y"])
        except Exception:
            # Whatever is wrong with the call, Keras says it better.
            together = False
        if not together:
            return whole(self, *args, **kwargs)
        plain = self.train_function, self.test_function
        self.steps_per_execution = TOGETHER
        self.train_function, self.test_function = _known(self)
        try:
            return whole(self, *args, **kwargs)
        finally:
            # Past Keras's own __setattr__, which looks for layers in what it is given.
            vars(self)[FAST] = _Fast(_compiled(self), self.train_function, self.test_function)
            self.steps_per_execution = 1
            self.train_function, self.test_function = plain

    TensorFlowTrainer.fit = fit


def _may(model: Any, given: Mapping[str, Any]) -> bool:
    """Whether nobody can tell: arrays, whole epochs, Keras's own loop, no ear between batches."""
    import keras

    if not getattr(model, "compiled", False) or model.run_eagerly:
        return False
    if model.steps_per_execution != 1 or given.get("steps_per_epoch") is not None:
        return False
    if any(given.get(name) is not None for name in ("validation_steps", "class_weight")):
        return False
    if any(_own(model, name, keras.Model) for name in STEPS):
        return False
    x, batch = given.get("x"), given.get("batch_size") or 32
    arrays = _arrays(x) + _arrays(given.get("y"))
    if given.get("y") is None or not arrays or not all(map(_in_memory, arrays)):
        return False
    held = given.get("validation_data")
    if held is not None and not all(map(_in_memory, _arrays(held))):
        return False
    if len(arrays[0]) < FEWEST * int(batch):
        return False
    return not any(map(_listens, _arrays(given.get("callbacks"))))


def _build(model: Any, y: Any) -> None:
    """Make the variables of optimizer and metrics, all zero, before the training step is traced.

    Keras makes them while it traces, and TensorFlow then throws that trace away and traces again.
    """
    from keras.src import backend

    optimizer, metrics = model.optimizer, model._compile_metrics
    if not model.built or not all(layer.built for layer in model._flatten_layers()):
        return
    if not optimizer.built:
        with backend.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_variables)
    outputs = getattr(model, "outputs", None)
    if not isinstance(outputs, list) or len(outputs) != 1 or not isinstance(y, np.ndarray):
        return
    if metrics is not None and not metrics.built:
        dtype = backend.standardize_dtype(y.dtype)
        metrics.build(backend.KerasTensor((None, *y.shape[1:]), dtype=dtype), outputs[0])


def _own(value: Any, name: str, base: type) -> bool:
    """Whether a method is another one than that of ``base``."""
    return name in vars(value) or getattr(type(value), name) is not getattr(base, name)


def _arrays(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [array for part in value.values() for array in _arrays(part)]
    if isinstance(value, list | tuple):
        return [array for part in value for array in _arrays(part)]
    return [value]


def _in_memory(value: Any) -> bool:
    import tensorflow as tf

    return isinstance(value, np.ndarray | tf.Tensor) and value.ndim > 0


def _listens(callback: Any) -> bool:
    import keras

    if not isinstance(callback, keras.callbacks.Callback):
        return True  # a CallbackList, or something that Keras will refuse
    if type(callback) in (keras.callbacks.History, keras.callbacks.ProgbarLogger):
        return False
    return any(_own(callback, name, keras.callbacks.Callback) for name in BATCH_HOOKS)


def _compiled(model: Any) -> tuple[Any, ...]:
    return (model.optimizer, model._compile_loss, model._compile_metrics)


def _known(model: Any) -> tuple[Any, Any]:
    """The functions of the last such fit, if the model has not been compiled anew since."""
    fast = vars(model).get(FAST)
    if not isinstance(fast, _Fast):
        return None, None
    same = all(one is other for one, other in zip(fast.compiled, _compiled(model), strict=True))
    return (fast.train, fast.test) if same else (None, None)
