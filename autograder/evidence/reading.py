"""Parts of recorded JSON, read as what the format says they are."""

from collections.abc import Mapping

from autograder.errors import EvidenceError
from autograder.nouns import JSON


def as_mapping(value: object) -> Mapping[str, JSON]:
    """``value`` if it is a JSON object, else EvidenceError."""
    if not isinstance(value, dict):
        raise EvidenceError(f"a JSON object expected, found {type(value).__name__}")
    return value


def as_list(value: object) -> list[JSON]:
    """``value`` if it is a JSON array, an empty list for null, else EvidenceError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise EvidenceError(f"a JSON array expected, found {type(value).__name__}")
    return value
