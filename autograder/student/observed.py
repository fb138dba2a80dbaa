"""A live model on some of its training rows: activations, gradients, answers.

Runs in the student's own notebook, draws no random number and changes no weight.
"""

import math
from collections.abc import Sequence
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import Dead, Signals
from autograder.evidence.arrays import Array

DEAD = 0.95
"""A unit that is 0 for so large a share of the rows."""

ROWS = 256
"""Enough to see a dead unit, and a fraction of a second for any network of a course."""


def signals_of(
    model: Any, x: Sequence[Array], y: Sequence[Array], *, unchanged: bool | None = None
) -> Signals:
    """The signals of a built ``keras.Model``. ``x`` and ``y`` are its inputs' and targets' arrays.

    What cannot be looked at is left out: a model of the student's own may raise from anything.
    """
    rows = [array[:ROWS] for array in x]
    spread, level = _safely(lambda: _answers(model, rows), (math.nan, math.nan))
    return Signals(
        dead=_safely(lambda: _dead(model, rows), ()),
        gradient_ratio=_safely(lambda: _ratio(model, rows, [a[:ROWS] for a in y]), math.nan),
        spread=spread,
        level=level,
        rows=len(rows[0]) if rows else 0,
        unchanged=unchanged,
        alike=_safely(lambda: _alike(model), None),
    )


def _safely(look: Any, otherwise: Any) -> Any:
    try:
        return look()
    except Exception:
        return otherwise


def _fed(model: Any, rows: Sequence[Array]) -> Any:
    keys = getattr(model, "_inputs_struct", None)
    if isinstance(keys, dict) and len(keys) == len(rows):
        return dict(zip(sorted(keys), rows, strict=True))
    return rows[0] if len(rows) == 1 else list(rows)


def _answers(model: Any, rows: Sequence[Array]) -> tuple[float, float]:
    import keras

    if not rows or not model.built:
        return math.nan, math.nan
    found = keras.tree.flatten(model(_fed(model, rows), training=False))
    arrays = [np.asarray(keras.ops.convert_to_numpy(one), dtype=np.float64) for one in found]
    return (
        max(float(array.std(axis=0).max()) for array in arrays),
        max(float(np.abs(array).mean()) for array in arrays),
    )


def _dead(model: Any, rows: Sequence[Array]) -> tuple[Dead, ...]:
    """Layers with relu in a model that has a graph; one that is used twice is left out."""
    import keras

    layers = [one for one in model.layers if _is_relu(one) and len(one._inbound_nodes) == 1]
    if not rows or not layers:
        return ()
    inner = keras.Model(model.inputs, [layer.output for layer in layers])
    answers = inner(_fed(model, rows), training=False)
    found = []
    for layer, answer in zip(layers, answers if len(layers) > 1 else [answers], strict=True):
        array = np.asarray(keras.ops.convert_to_numpy(answer))
        zero = (array <= 0).reshape(-1, array.shape[-1]).mean(axis=0)
        found.append(Dead(str(layer.name), float((zero >= DEAD).mean()), int(array.shape[-1])))
    return tuple(found)


def _is_relu(layer: Any) -> bool:
    activation = getattr(layer, "activation", None)
    return type(layer).__name__ == "ReLU" or getattr(activation, "__name__", "") == "relu"


def _ratio(model: Any, rows: Sequence[Array], targets: Sequence[Array]) -> float:
    import tensorflow as tf

    # Of an embedding only the rows that occur have a gradient: its mean says nothing.
    kernels = [
        one
        for one in model.trainable_variables
        if len(one.shape) >= 2 and "embedding" not in one.name
    ]
    if len(kernels) < 2 or not rows or len(targets) != len(model.outputs):
        return math.nan
    y = targets[0] if len(targets) == 1 else list(targets)
    with tf.GradientTape() as tape:
        answer = model(_fed(model, rows), training=False)
        loss = model.compute_loss(x=None, y=y, y_pred=answer)
    ends = [kernels[0].value, kernels[-1].value]
    sizes = [float(tf.reduce_mean(tf.abs(one))) for one in tape.gradient(loss, ends)]
    return sizes[0] / sizes[1] if all(map(math.isfinite, sizes)) and sizes[1] > 0 else math.nan


def _alike(model: Any) -> frozenset[str]:
    found = set()
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None and len(kernel.shape) >= 2 and kernel.shape[-1] >= 2:
            array = np.asarray(kernel)
            if float(np.ptp(array, axis=-1).max()) == 0.0:
                found.add(str(layer.name))
    return frozenset(found)
