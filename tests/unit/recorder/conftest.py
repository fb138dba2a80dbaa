import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence import strict_json
from autograder.evidence.arrays import Blob
from autograder.evidence.graph import CanonicalGraph, canonical
from autograder.recorder import record_model


class Kept:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, Blob] = {}
        self.models: dict[str, Any] = {}

    def blob(self, blob: Blob) -> str:
        self.blobs[blob.digest] = blob
        return blob.digest

    def model(self, model: dict[str, Any]) -> str:
        ref = hashlib.sha256(strict_json.dumps(model)).hexdigest()
        self.models[ref] = model
        return ref


@pytest.fixture
def sink() -> Kept:
    return Kept()


@pytest.fixture
def recorded() -> Callable[[Any], dict[str, Any]]:
    """MODEL as it arrives on the trusted side, through the strict reader."""

    def record(model: Any) -> dict[str, Any]:
        found = strict_json.loads(strict_json.dumps(record_model(model, Kept())))
        assert isinstance(found, dict)
        return found

    return record


@pytest.fixture
def graph_of(recorded: Callable[[Any], dict[str, Any]]) -> Callable[[Any], CanonicalGraph]:
    return lambda model: canonical(recorded(model))
