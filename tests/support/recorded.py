"""Live Keras models as they arrive on the trusted side."""

from typing import Any  # Keras has no type information

from autograder.evidence import strict_json
from autograder.evidence.arrays import Blob, unpack
from autograder.evidence.model_ref import model_ref
from autograder.recorder.models import record_model


class Kept:
    """A recorder's sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}
        self.models: dict[str, Any] = {}

    def blob(self, blob: Blob) -> str:
        self.blobs[blob.digest] = blob
        return blob.digest

    def model(self, model: dict[str, Any]) -> str:
        ref = model_ref(model)
        self.models[ref] = model
        return ref


def recording(model: Any) -> tuple[Any, list[Any]]:
    """Its record through the strict reader, and its arrays: weights, then a frozen graph."""
    sink = Kept()
    found: Any = strict_json.loads(strict_json.dumps(record_model(model, sink)))
    arrays: list[Any] = [unpack(sink.blobs[weight["blob"]]) for weight in found["weights"]]
    if "behaviour" in found:
        arrays.append(unpack(sink.blobs[found["behaviour"]["graph"]]))
    return found, arrays
