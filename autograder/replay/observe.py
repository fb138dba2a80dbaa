"""Inside a fresh jail: what a recorded model's weights do to some training rows.

How many units of each relu give 0, how the gradient arrives at the first layer, and whether the
answers differ from row to row: what the diagnosis of a network that does not learn is made from.
Nothing of the student's runs here.
"""

import math
from collections.abc import Sequence
from typing import Any  # Keras has no type information

import numpy as np

from autograder.evidence.graph.recorded import RecordedOp
from autograder.evidence.graph.relus import is_relu
from autograder.nouns import JSON
from autograder.replay.inside import Array, Network
from autograder.replay.teaching import Lesson, lesson_of, loss_of

DEAD = 0.95
"""A unit that is 0 for so large a share of the rows (DeepDiagnosis)."""


def observe(model: JSON, weights: Sequence[Array | None], arrays: Sequence[Array]) -> list[Array]:
    """Two float64 arrays: (relus, 2), share of dead units and units of each relu in the order of
    `relus`; and (4,), gradient ratio, deviation and mean size of the answers, rows. nan stands
    for what cannot be had. ``arrays`` are the inputs' rows, then the targets'.

    Raises EvidenceError, "cannot be replayed: ...".
    """
    lesson = lesson_of(model, weights, arrays)
    dead: list[tuple[float, float]] = []

    def watch(op: RecordedOp, results: list[Any]) -> None:
        if is_relu(op):
            dead.append(_dead(np.asarray(results[0])))

    network = Network(lesson.weights, watch=watch)
    answers = network.batch(lesson.graph, lesson.rows)
    spread = max(float(one.std(axis=0).max()) for one in answers)
    level = max(float(np.abs(one).mean()) for one in answers)
    found = list(dead)  # the gradient's pass sees them once more
    facts = [_ratio(model, lesson, network), spread, level, len(lesson.rows[0])]
    return [np.array(found, dtype=np.float64).reshape(-1, 2), np.array(facts, dtype=np.float64)]


def _dead(answer: Array) -> tuple[float, float]:
    zero = (answer <= 0).reshape(-1, answer.shape[-1]).mean(axis=0)
    return float((zero >= DEAD).mean()), float(answer.shape[-1])


def _ratio(model: JSON, lesson: Lesson, network: Network) -> float:
    """The mean size of the first layer's gradient by that of the last one's."""
    import keras
    import tensorflow as tf

    loss = loss_of(model, lesson)
    kernels = [w.value for layer in network.layers for w in layer.weights if len(w.shape) >= 2]
    if loss is None or len(kernels) < 2:
        return math.nan
    ends = [kernels[0], kernels[-1]]
    with tf.GradientTape() as tape:
        tape.watch(ends)
        total = loss(network.run(lesson.graph, list(map(keras.ops.convert_to_tensor, lesson.rows))))
    found = tape.gradient(total, ends)
    if any(one is None for one in found):
        return math.nan
    first, last = (float(np.abs(keras.ops.convert_to_numpy(one)).mean()) for one in found)
    return first / last if last > 0 and math.isfinite(first) else math.nan
