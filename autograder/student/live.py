"""Live Keras objects, seen the way that the grader's matchers see recorded ones.

The recorder describes the object without changing it; predictions come from the model itself. This
runs in the student's own notebook and is trusted by nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from autograder.evidence.arrays import Array, Blob
from autograder.evidence.model_ref import model_ref
from autograder.evidence.model_view import PREDICT
from autograder.evidence.view import HistoryEvidence, ModelEvidence, NotJudgeable
from autograder.nouns import JSON

ROWS_AT_ONCE = 1024
"""A visible check on a whole image set stays small in memory."""


@dataclass(frozen=True)
class LivePredictor:
    """Predictions of the model itself. ``model`` is a ``keras.Model`` (Any: Keras has no types)."""

    model: Any

    def predictions(
        self, ref: str, inputs: tuple[Array, ...], task: str = PREDICT
    ) -> tuple[Array, ...]:
        """One array for each output. Raises NotJudgeable for a model without weights.

        Calling an unbuilt model would build it, which is the student's to do.
        """
        if task != PREDICT:
            raise NotJudgeable("this is looked at when the notebook is graded, and not in it")
        if not self.model.built:
            raise NotJudgeable("the model has no weights yet: it gets them when it sees data")
        parts = [self._call(batch) for batch in _batches(inputs)]
        return tuple(np.concatenate(outputs) for outputs in zip(*parts, strict=True))

    def _call(self, batch: tuple[Array, ...]) -> list[Array]:
        import keras

        found = self.model(self._arranged(batch), training=False)
        flat = keras.tree.flatten(found)
        return [np.asarray(keras.ops.convert_to_numpy(output)) for output in flat]

    def _arranged(self, batch: tuple[Array, ...]) -> Any:
        """One array, a list, or the dict that a model with a dict of inputs insists on."""
        keys = getattr(self.model, "_inputs_struct", None)
        if isinstance(keys, dict) and len(keys) == len(batch):
            # Keras takes the arrays of a dict in the order of its sorted keys.
            return dict(zip(sorted(keys), batch, strict=True))
        return batch[0] if len(batch) == 1 else list(batch)


@dataclass(frozen=True)
class _Digests:
    """A recorder's sink that keeps names and no content: nothing of it outlives the check."""

    def blob(self, blob: Blob) -> str:
        return blob.digest

    def model(self, model: dict[str, JSON]) -> str:
        return model_ref(model)


def evidence_of(model: Any, name: str) -> ModelEvidence:
    """The live ``keras.Model`` under the variable ``name``, as matchers take it.

    Any: Keras ships without types.
    """
    from autograder.recorder.models import record_model

    raw = record_model(model, _Digests())
    return ModelEvidence(name, model_ref(raw), raw, LivePredictor(model))


def history_of(history: Any, name: str) -> HistoryEvidence:
    """The live ``History`` under the variable ``name`` (Any: Keras ships without types)."""
    model = getattr(history, "model", None)
    curves = {key: tuple(float(n) for n in curve) for key, curve in history.history.items()}
    if not is_model(model):
        return HistoryEvidence(name=name, values=curves)
    fitted = evidence_of(model, name)
    return HistoryEvidence(name, curves, model_ref=fitted.ref, weights=fitted.weights)


def is_model(value: object) -> TypeGuard[Any]:
    """Whether ``value`` is a Keras model. Looks at class names, so Keras is not imported."""
    return _is_keras(value, "Model")


def is_history(value: object) -> TypeGuard[Any]:
    """Whether ``value`` is what ``fit`` returns."""
    return _is_keras(value, "History")


def _is_keras(value: object, class_name: str) -> bool:
    homes = ("keras", "tf_keras", "tensorflow")
    return any(
        kind.__name__ == class_name and kind.__module__.split(".")[0] in homes
        for kind in type(value).__mro__
    )


def _batches(inputs: tuple[Array, ...]) -> Iterator[tuple[Array, ...]]:
    for start in range(0, max(1, len(inputs[0])), ROWS_AT_ONCE):
        yield tuple(array[start : start + ROWS_AT_ONCE] for array in inputs)
