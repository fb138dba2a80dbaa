"""Held-out predictions of recorded models, made in a fresh jail that has no labels.

Runs on the trusted side: it sends a record, weights and inputs into a job that never ran student
code, and takes back arrays whose shape it checks. What cannot be replayed is a reason, in words.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograder.evidence.arrays import Array, Blob, pack, unpack
from autograder.evidence.model_view import PREDICT
from autograder.evidence.strict_json import dumps
from autograder.jail.job import payload, run_job
from autograder.jail.parent import WarmParent
from autograder.nouns import JSON, Limits

REPLAY_LIMITS = Limits(notebook_wall_s=120.0, cpu_s=120.0, cell_wall_s=120.0)
"""Predicting some hundred rows takes a fraction of a second; two minutes mean a hostile model."""

BATCH = 64
"""Models predicted in one job; a job that dies is tried again one model at a time."""


@dataclass(frozen=True)
class Request:
    """One recorded model and the inputs to predict on; for another task, its rows."""

    ref: str
    model: Mapping[str, JSON]
    inputs: tuple[Array, ...]
    task: str = PREDICT

    @property
    def key(self) -> str:
        """The store's key: model and inputs by content."""
        digests: list[JSON] = [pack(array).digest for array in self.inputs]
        other: list[JSON] = [] if self.task == PREDICT else [self.task]
        return hashlib.sha256(dumps(["replay-1", self.ref, digests, *other])).hexdigest()


@dataclass(frozen=True)
class Replayed:
    """Predictions, one array per output, or the reason why there are none."""

    outputs: tuple[Array, ...] = ()
    reason: str = ""


Blobs: TypeAlias = Callable[[str], Blob]


def predict(parent: WarmParent, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
    """One answer per request, in order. Raises JailError when the jail itself broke."""
    found: dict[int, Replayed] = {}
    together = [n for n, request in enumerate(requests) if _behaviour(request.model) is None]
    # What a frozen graph does to its process must not touch another submission's predictions.
    alone = [[n] for n in range(len(requests)) if n not in set(together)]
    rows = [together[start : start + BATCH] for start in range(0, len(together), BATCH)]
    for numbers in [*rows, *alone]:
        answers = _batch(parent, [requests[n] for n in numbers], blob)
        found.update(zip(numbers, answers, strict=True))
    return [found[n] for n in range(len(requests))]


def _batch(
    parent: WarmParent, requests: Sequence[Request], blob: Blobs, *, again: bool = True
) -> list[Replayed]:
    found: dict[int, Replayed] = {}
    answers: dict[int, dict[str, JSON]] = {}

    def on_message(message: dict[str, JSON]) -> None:
        number = message.get("request")
        if isinstance(number, int) and 0 <= number < len(requests) and number not in answers:
            answers[number] = message

    job, blobs = _job(requests, blob)
    end = run_job(parent, REPLAY_LIMITS, payload(job, blobs), on_message, lambda data: None)
    for number, message in answers.items():
        found[number] = _answer(message, end.blobs)
    missing = [number for number in range(len(requests)) if number not in found]
    for number in missing:
        if len(requests) == 1 and end.slain and again:
            # Not by the model, as far as anyone can tell: a kernel short of memory, or a person.
            found[number] = _batch(parent, requests, blob, again=False)[0]
        elif len(requests) == 1:
            reason = end.reason or "it ended without an answer"
            found[number] = Replayed(reason=f"the model could not be replayed: {reason}")
        else:
            found[number] = _batch(parent, [requests[number]], blob)[0]
    return [found[number] for number in range(len(requests))]


def _job(requests: Sequence[Request], blob: Blobs) -> tuple[dict[str, JSON], dict[str, Blob]]:
    blobs: dict[str, Blob] = {}
    told: list[JSON] = []
    for request in requests:
        inputs = [pack(array) for array in request.inputs]
        weights: list[JSON] = []
        for entry in _entries(request.model):
            digest = entry.get("blob")
            if isinstance(digest, str):
                blobs[digest] = blob(digest)
            weights.append(digest if isinstance(digest, str) else None)
        computed = _behaviour(request.model)
        if computed is not None:
            blobs[computed] = blob(computed)
            weights.append(computed)
        blobs.update({packed.digest: packed for packed in inputs})
        names: list[JSON] = [packed.digest for packed in inputs]
        asked: dict[str, JSON] = {"weights": weights, "inputs": names, "task": request.task}
        told.append({"model": dict(request.model), **asked})
    return {"kind": "predict", "requests": told}, blobs


def digests_of(requests: Sequence[Request]) -> set[str]:
    """The arrays that `predict` will ask for: weights, and frozen graphs."""
    found = {entry.get("blob") for request in requests for entry in _entries(request.model)}
    found |= {_behaviour(request.model) for request in requests}
    return {digest for digest in found if isinstance(digest, str)}


def _behaviour(model: Mapping[str, JSON]) -> str | None:
    """The digest of the frozen graph of a model with BEHAVIOUR."""
    found = model.get("behaviour")
    digest = found.get("graph") if isinstance(found, dict) else None
    return digest if isinstance(digest, str) else None


def _entries(model: Mapping[str, JSON]) -> list[dict[str, JSON]]:
    weights = model.get("weights")
    return (
        [entry for entry in weights if isinstance(entry, dict)] if isinstance(weights, list) else []
    )


def _answer(message: dict[str, JSON], blobs: Mapping[str, Blob]) -> Replayed:
    names = message.get("outputs")
    if message["type"] != "prediction" or not isinstance(names, list):
        return Replayed(reason=str(message.get("reason", "no reason given"))[:500])
    if not all(isinstance(name, str) and name in blobs for name in names):
        return Replayed(reason="the model could not be replayed: predictions are missing")
    return Replayed(tuple(unpack(blobs[str(name)]) for name in names))
