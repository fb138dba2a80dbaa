"""Saved model files of a run, each loaded by Keras in a fresh jail of its own.

Runs on the trusted side: it sends a file's bytes into a job that never ran the student's cells, and
takes back a record and arrays like those of any model. The file is never opened out here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from autograder.errors import JailError
from autograder.evidence.arrays import Blob
from autograder.evidence.model_ref import model_ref
from autograder.jail.job import payload, run_job
from autograder.jail.parent import WarmParent
from autograder.nouns import JSON, Limits

LOAD_LIMITS = Limits(notebook_wall_s=60.0, cpu_s=60.0, cell_wall_s=60.0)
"""Loading takes about a second; a minute means a hostile file."""

MAX_FILES = 8
"""Distinct contents in one run: an assignment asks for one or two files."""


@dataclass(frozen=True)
class Loaded:
    """The record of the model in a file, with its arrays, or the reason why there is none.

    ``own`` tells that only the student's own code is missing, so that a person must look.
    """

    model: dict[str, JSON] | None = None
    blobs: Mapping[str, Blob] | None = None
    reason: str = ""
    own: bool = False


Load = Callable[[Blob], Loaded]


def load(parent: WarmParent, file: Blob) -> Loaded:
    """What the file holds. Raises JailError when the jail itself broke."""
    models: dict[str, dict[str, JSON]] = {}
    answers: list[dict[str, JSON]] = []

    def on_message(message: dict[str, JSON]) -> None:
        kind, model = message["type"], message.get("model")
        if kind == "model" and isinstance(model, dict):
            models[model_ref(model)] = model
        elif kind in ("saved", "unsaved"):
            answers.append(message)

    job = payload({"kind": "load", "file": "file"}, {"file": file})
    end = run_job(parent, LOAD_LIMITS, job, on_message, lambda data: None)
    if end.slain:
        raise JailError("a file that is loaded by Keras expected, its process was killed")
    if not answers:
        return Loaded(reason=f"a file that ended Keras while it was loaded ({end.reason})"[:200])
    ref, reason = answers[0].get("ref"), answers[0].get("reason")
    if isinstance(ref, str) and ref in models:
        return Loaded(models[ref], end.blobs)
    told = reason[:300] if isinstance(reason, str) and reason else "a file without a model"
    return Loaded(reason=told, own=answers[0].get("own") is True)


def with_saved(
    manifest: dict[str, JSON], blobs: Mapping[str, Blob], load_file: Load
) -> tuple[dict[str, JSON], dict[str, Blob]]:
    """The manifest with "saved" and the loaded models' records, and all arrays of both."""
    found: dict[str, JSON] = {}
    models, arrays = dict(_mapping(manifest.get("models"))), dict(blobs)
    for digest in list(dict.fromkeys(_captured(manifest)))[:MAX_FILES]:
        if digest not in blobs:
            continue
        loaded = load_file(blobs[digest])
        ref = None if loaded.model is None else model_ref(loaded.model)
        if loaded.model is not None and ref is not None:
            models[ref] = loaded.model
            arrays.update(loaded.blobs or {})
        found[digest] = {"model": ref, "reason": loaded.reason, "own": loaded.own}
    return {**manifest, "models": models, "saved": found}, arrays


def _captured(manifest: Mapping[str, JSON]) -> Iterator[str]:
    for snapshot in _mapping(manifest.get("snapshots")).values():
        for file in _mapping(_mapping(snapshot).get("files")).values():
            digest = _mapping(file).get("blob")
            if isinstance(digest, str):
                yield digest


def _mapping(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, dict) else {}
