from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.graph import CanonicalGraph, canonical
from support.recorded import Kept, recording


@pytest.fixture
def sink() -> Kept:
    return Kept()


@pytest.fixture
def recorded() -> Callable[[Any], dict[str, Any]]:
    """MODEL as it arrives on the trusted side, through the strict reader."""

    def record(model: Any) -> dict[str, Any]:
        found: dict[str, Any] = recording(model)[0]
        return found

    return record


@pytest.fixture
def graph_of(recorded: Callable[[Any], dict[str, Any]]) -> Callable[[Any], CanonicalGraph]:
    return lambda model: canonical(recorded(model))
