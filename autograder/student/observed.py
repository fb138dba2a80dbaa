"""A live model on some of its training rows: activations, gradients, answers.

Runs in the student's own notebook, perhaps in the middle of a fit: whatever the model draws or
keeps while it is looked at is put back, so that the training goes on as if nobody had looked.
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import Dead, Signals
from autograder.evidence.arrays import Array
from autograder.recorder.stillness import stillness

DEAD = 0.95
"""A unit that is 0 for so large a share of the rows."""

ROWS = 256
"""Enough to see a dead unit, and a fraction of a second for any network of a course."""

NUMBERS = 20_000_000
"""So many activations at a time, 80 MB: of a large network fewer rows are looked at."""


def signals_of(
    model: Any, x: Sequence[Any], y: Sequence[Any], *, unchanged: bool | None = None
) -> Signals:
    """The signals of a built ``keras.Model``. ``x`` and ``y`` are its inputs' and targets' arrays.

    What cannot be looked at is left out: a model of the student's own may raise from anything.
    """
    with stillness(), _kept(model):
        return _signals(model, *_some(model, x, y), unchanged)


def _signals(
    model: Any, rows: Sequence[Array], targets: Sequence[Array], unchanged: bool | None
) -> Signals:
    spread, level = _safely(lambda: _answers(model, rows), (math.nan, math.nan))
    return Signals(
        dead=_safely(lambda: _dead(model, rows), ()),
        gradient_ratio=_safely(lambda: _ratio(model, rows, targets), math.nan),
        spread=spread,
        level=level,
        rows=len(rows[0]) if rows else 0,
        unchanged=unchanged,
        alike=_safely(lambda: _alike(model), None),
    )


@contextlib.contextmanager
def _kept(model: Any) -> Iterator[None]:
    """Puts back what a call of the model changes: seeds, the state of a recurrent layer, metrics,
    counters of the student's own."""
    variables = _safely(lambda: [*model.variables, *model.metrics_variables], [])
    before = [np.array(one) for one in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            if not np.array_equal(np.asarray(variable), value, equal_nan=value.dtype.kind == "f"):
                variable.assign(value)


def _some(
    model: Any, x: Sequence[Any], y: Sequence[Any]
) -> tuple[Sequence[Array], Sequence[Array]]:
    """Rows from the first to the last: those of one class often lie together."""
    arrays = [np.asarray(one) for one in x]
    count = min(ROWS, max(1, NUMBERS // _safely(lambda: _activations(model), 1)))
    step = max(1, len(arrays[0]) // count) if arrays else 1
    targets = _safely(lambda: [np.asarray(one)[::step][:count] for one in y], ())
    return [one[::step][:count] for one in arrays], targets


def _activations(model: Any) -> int:
    """How many numbers the layers compute for a row; open axes count once."""
    total = 1
    for layer in model._flatten_layers(include_self=False):
        shape = _safely(lambda layer=layer: layer.output.shape[1:], ())
        total += math.prod(n or 1 for n in shape)
    return total


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
    inner = keras.Model(_ends(model), [layer.output for layer in layers], name="looked_at")
    answers = inner(_fed(model, rows), training=False)
    found = []
    for layer, answer in zip(layers, answers if len(layers) > 1 else [answers], strict=True):
        array = np.asarray(keras.ops.convert_to_numpy(answer))
        zero = (array <= 0).reshape(-1, array.shape[-1]).mean(axis=0)
        found.append(Dead(str(layer.name), float((zero >= DEAD).mean()), int(array.shape[-1])))
    return tuple(found)


def _ends(model: Any) -> Any:
    """The symbolic inputs; a Sequential that nobody has called as a layer has no ``input``."""
    given = getattr(model, "_inputs_struct", None)
    if given is not None:
        return given
    return model.inputs[0] if len(model.inputs) == 1 else model.inputs


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
