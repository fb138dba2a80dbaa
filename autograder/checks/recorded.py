"""One recorded submission from plain files, for debugging a check.

The files came out of a jail: JSON read strictly, arrays without pickle.
"""

from pathlib import Path

import numpy as np

from autograder.checks.serve import Submission
from autograder.errors import EvidenceError, UsageError
from autograder.evidence.arrays import Array, Blob, pack
from autograder.evidence.model_view import PREDICT
from autograder.evidence.reading import as_mapping
from autograder.evidence.strict_json import loads
from autograder.evidence.view import PredictionPending


class _NoPredictions:
    def predictions(
        self, ref: str, inputs: tuple[Array, ...], task: str = PREDICT
    ) -> tuple[Array, ...]:
        raise PredictionPending(ref, inputs, task)


def recorded_submission(manifest: str, blobs: str | None, sources: str | None) -> Submission:
    """The submission whose manifest, arrays (``DIR/<digest>.npy``) and cell texts lie there."""
    raw = as_mapping(loads(_bytes(manifest)))
    texts = as_mapping(loads(_bytes(sources))) if sources else {}

    def blob(digest: str) -> Blob:
        path = Path(blobs or ".") / f"{Path(digest).name}.npy"
        if blobs is None or not path.is_file():
            raise EvidenceError(f"the array {digest[:12]} expected in --blobs, found no {path}")
        return pack(np.load(path, allow_pickle=False))

    return Submission(
        assignment=Path(manifest).stem,
        manifest=raw,
        blob=blob,
        sources={name: str(text) for name, text in texts.items()},
        predictor=_NoPredictions(),
    )


def unanswered(pending: list[PredictionPending]) -> None:
    """Refuses predictions: replaying a model needs a jail. Raises UsageError."""
    raise UsageError(
        f"{len(pending)} prediction(s) needed, which this mode does not make: use autograder score"
    )


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"a file expected at {path}: {error}") from None
