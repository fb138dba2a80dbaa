"""Inside a fresh jail: whether a network, begun anew, can learn a few rows by heart.

A network that cannot do that, with its own loss and optimizer, cannot learn anything larger. The
recorded layers are built again with weights as Keras begins with them; frozen ones keep theirs.
Nothing of the student's runs here, and the job's limits hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any  # Keras has no type information

import numpy as np

from autograder.errors import EvidenceError
from autograder.nouns import JSON
from autograder.replay.inside import Array, Network
from autograder.replay.teaching import Lesson, lesson_of, loss_of

STEPS = 600
"""Full-batch steps. Small networks of a course need 50 to 300 with Adam at its usual rate."""

LOOK = 25
ENOUGH = 1e-3
"""The loss is looked at after so many steps; below this nothing more is to be learnt."""

OPTIMIZERS: Mapping[str, tuple[str, ...]] = {
    "SGD": ("learning_rate", "momentum", "nesterov"),
    "RMSprop": ("learning_rate", "rho", "momentum"),
    "Adam": ("learning_rate", "beta_1", "beta_2"),
    "AdamW": ("learning_rate", "weight_decay"),
    "Adamax": ("learning_rate", "beta_1", "beta_2"),
    "Nadam": ("learning_rate", "beta_1", "beta_2"),
    "Adagrad": ("learning_rate",),
    "Adadelta": ("learning_rate", "rho"),
    "Ftrl": ("learning_rate",),
    "Lion": ("learning_rate", "beta_1", "beta_2"),
}
"""Keras's own, with the numbers that are taken from the recording."""

SEED = 1


def memorise(model: JSON, weights: Sequence[Array | None], arrays: Sequence[Array]) -> list[Array]:
    """The losses (2,) before and after, then the answers on the rows, float32, of each output.

    ``arrays`` are the inputs' rows, then the targets'. Raises EvidenceError, "cannot be replayed:
    ...", also for a loss or an optimizer that is not one of Keras's.
    """
    import keras
    import tensorflow as tf

    lesson = lesson_of(model, weights, arrays)
    loss = loss_of(model, lesson)
    if loss is None:
        raise EvidenceError("cannot be replayed: a loss that is not one of Keras's")
    keras.utils.set_random_seed(SEED)
    network = Network(lesson.weights, fresh=lesson.trainable)
    rows = [keras.ops.convert_to_tensor(one) for one in lesson.rows]
    first = float(loss(network.run(lesson.graph, rows)))
    taught = [w for layer in network.layers for w in layer.trainable_weights]
    if not taught:
        raise EvidenceError("cannot be replayed: nothing in it can be trained")
    optimizer = _optimizer(model)
    optimizer.build(taught)

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no types
    def step() -> Any:
        with tf.GradientTape() as tape:
            total = loss(network.run(lesson.graph, rows))
        optimizer.apply(tape.gradient(total, [w.value for w in taught]))
        return total

    last = first
    for number in range(1, STEPS + 1):
        total = step()
        if number % LOOK == 0:
            last = float(total)
            if not np.isfinite(last) or last < ENOUGH:
                break
    return [np.array([first, last], dtype=np.float64), *_answers(network, lesson)]


def _answers(network: Network, lesson: Lesson) -> list[Array]:
    return network.batch(lesson.graph, lesson.rows)


def _optimizer(model: JSON) -> Any:
    import keras

    settings = model.get("compile") if isinstance(model, dict) else None
    record = settings.get("optimizer") if isinstance(settings, dict) else None
    name = str(record.get("class_name")) if isinstance(record, dict) else ""
    config = record.get("config") if isinstance(record, dict) else None
    if name not in OPTIMIZERS or not isinstance(config, dict):
        raise EvidenceError("cannot be replayed: an optimizer that is not one of Keras's")
    numbers = {
        key: config[key] for key in OPTIMIZERS[name] if isinstance(config.get(key), int | float)
    }
    return getattr(keras.optimizers, name)(**numbers)
