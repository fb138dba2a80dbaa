"""Inside a fresh jail: a recorded model with rows and targets, and the loss that it was given.

The loss is one of Keras's, chosen by the name that the recorded one has canonically; a loss of the
student's own never runs here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any  # Keras has no type information

import numpy as np

from autograder.errors import AutograderError, EvidenceError
from autograder.evidence.graph import canonical_loss
from autograder.evidence.graph.recorded import RecordedGraph, read_model
from autograder.evidence.model_view import compile_settings
from autograder.nouns import JSON
from autograder.replay.inside import Array, checked_inputs, checked_weights

LOSSES = {
    "mse": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "msle": "MeanSquaredLogarithmicError",
    "huber": "Huber",
    "log_cosh": "LogCosh",
    "poisson": "Poisson",
    "kl_divergence": "KLDivergence",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}
"""By canonical name. What is not among them has no gradient that could be looked at here."""

WITH_LOGITS = frozenset(name for name in LOSSES if name.endswith("crossentropy"))


@dataclass(frozen=True)
class Lesson:
    """A recorded graph with its weights, the places of those that can be trained, its rows, and the
    targets of each output."""

    graph: RecordedGraph
    trainable: frozenset[int]
    weights: list[Array | None]
    rows: list[Array]
    targets: list[Array]


def lesson_of(model: JSON, weights: Sequence[Array | None], arrays: Sequence[Array]) -> Lesson:
    """``arrays`` are those of the inputs, then those of the targets.

    Raises EvidenceError, "cannot be replayed: ...", for what cannot be built or does not fit.
    """
    recorded = read_model(model)
    graph = recorded.graph
    if graph is None or (isinstance(model, dict) and isinstance(model.get("behaviour"), dict)):
        raise EvidenceError("cannot be replayed: its layers are not known")
    count = len(graph.inputs)
    rows, targets = checked_inputs(graph.inputs, arrays[:count]), list(arrays[count:])
    if any(len(target) != len(rows[0]) for target in targets):
        raise EvidenceError("targets with a row for each example expected")
    trainable = frozenset(n for n, one in enumerate(recorded.weights) if one.trainable)
    return Lesson(graph, trainable, checked_weights(recorded, weights), rows, targets)


def loss_of(model: JSON, lesson: Lesson) -> Callable[[Sequence[Any]], Any] | None:
    """The sum of the outputs' losses as a function of the outputs' tensors; None if not known."""
    import keras

    raw = model.get("compile") if isinstance(model, dict) else None
    names = lesson.graph.output_names
    if not isinstance(raw, dict) or len(lesson.targets) != len(lesson.graph.outputs):
        return None
    settings = compile_settings(raw, names)
    parts = []
    for name in names if len(names) > 1 else ("",):
        record = settings.loss_of(name)
        try:
            found = canonical_loss(dict(record)) if record is not None else None
        except AutograderError:
            found = None
        if found is None or found.name not in LOSSES:
            return None
        logits = {"from_logits": found.from_logits} if found.name in WITH_LOGITS else {}
        parts.append(getattr(keras.losses, LOSSES[found.name])(**logits))
    tensors = [keras.ops.convert_to_tensor(_as_loss_takes(one)) for one in lesson.targets]

    def total(outputs: Sequence[Any]) -> Any:
        return sum(
            part(target, output)
            for part, target, output in zip(parts, tensors, outputs, strict=True)
        )

    return total


def _as_loss_takes(target: Array) -> Array:
    return target if target.dtype.kind in "iu" else target.astype(np.float32)
