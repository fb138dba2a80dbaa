"""Evaluating a student's activation, loss or metric on fixed arrays, and nothing else about it.

The numbers are judged on the trusted side (``autograder.evidence.graph``); here they are made.
Call inside ``stillness``.
"""

from collections.abc import Callable
from typing import Any  # Keras has no type information

import numpy as np

from autograder.evidence.graph.activations import probe_grid
from autograder.evidence.graph.losses import COLUMNS, MAX_COLUMNS, SCORES, behind, probe_cases
from autograder.evidence.graph.metrics import metric_cases
from autograder.nouns import JSON
from autograder.recorder.plain import home, number, spelled, text

DIGITS = 7
"""float32 has seven."""

RANK_SHAPES = {1: (192,), 2: (12, 16), 3: (4, 3, 16), 4: (2, 2, 3, 16), 5: (2, 2, 3, 1, 16)}
"""The grid in each rank, so that softmax over another axis than the last does not pass for it."""


def describe_callable(value: object, rank: int = 2) -> JSON:
    """``{"callable", "module", "probe"}`` of an activation, or another object's type."""
    if not callable(value):
        return {"type": text(type(value).__name__)}
    own = home(value) or home(type(value))
    registered = own == "keras.activations" and home(value) == own
    return {
        "callable": spelled(value),
        "module": own,
        "probe": None if registered else probe_activation(value, rank),
    }


def probe_activation(function: Callable[..., Any], rank: int = 2) -> JSON:
    """The function's values on the grid, None when it cannot be evaluated there."""
    import keras

    call: Callable[..., Any] = function
    if isinstance(function, keras.layers.Layer):
        if function.weights:
            return None
        # __call__ would build the student's layer; call does not.
        call = function.call
    shape = RANK_SHAPES.get(rank, RANK_SHAPES[2])
    try:
        grid = keras.ops.convert_to_tensor(probe_grid(shape).astype(np.float32))
        values = np.asarray(call(grid), dtype=np.float64)
    except Exception:
        # A student's function may raise anything; then it has no probe.
        return None
    if values.shape != shape:
        return None
    return {"shape": list(shape), "values": [_short(value) for value in values.ravel()]}


def probe_loss(function: Callable[..., Any], columns: int | None = None) -> dict[str, JSON]:
    """The mean of ``function(labels, predictions)`` on each case, null where it raises.

    The cases with several classes have as many as the network has ``columns``, where that is known:
    ``"columns"`` says so. Each case of scores is tried behind an activation as well, in a traced
    function, as ``fit`` does: there Keras may find the scores, unless the function has made other
    tensors of them.
    """
    count = _classes(columns)
    cases = probe_cases(count)
    found = {name: _loss_value(function, *arrays) for name, arrays in cases.items()}
    for case, activations in SCORES.items():
        for activation in activations if found[case] is not None else ():
            value = _behind_activation(function, *cases[case], activation)
            found[behind(case, activation)] = value
    return {**found, "columns": count}


def _classes(columns: int | None) -> int:
    """How many classes the cases have for a network of so many columns."""
    return columns if columns is not None and 2 <= columns <= MAX_COLUMNS else COLUMNS


def _behind_activation(
    function: Callable[..., Any], labels: Any, scores: Any, activation: str
) -> JSON:
    import keras
    import tensorflow as tf

    activate = keras.activations.get(activation)

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no type information
    def traced(truth: Any, given: Any) -> Any:
        return function(truth, activate(given))

    return _mean(traced, labels.astype(np.float32), scores)


def probe_metric(function: Callable[..., Any], columns: int | None = None) -> dict[str, JSON]:
    """The mean of ``function(labels, predictions)`` on each case, null where it raises.

    Classes as in ``probe_loss``. Labels go in as the whole numbers that a data set holds, and as
    floats where those are refused.
    """
    found: dict[str, JSON] = {"columns": _classes(columns)}
    for name, (labels, predictions) in metric_cases(_classes(columns)).items():
        value = _mean(function, labels, predictions)
        found[name] = (
            _mean(function, labels.astype(np.float32), predictions) if value is None else value
        )
    return found


def _loss_value(function: Callable[..., Any], labels: Any, predictions: Any) -> JSON:
    return _mean(function, labels.astype(np.float32), predictions)


def _mean(function: Callable[..., Any], labels: Any, predictions: Any) -> JSON:
    import keras

    try:
        found = function(
            keras.ops.convert_to_tensor(labels),
            keras.ops.convert_to_tensor(predictions.astype(np.float32)),
        )
        return _short(float(np.mean(np.asarray(found, dtype=np.float64))))
    except Exception:
        # One for sparse labels raises on one-hot ones, and the other way round.
        return None


def _short(value: float) -> JSON:
    return number(float(f"{value:.{DIGITS}g}"))
