"""The name of a recorded model: the SHA-256 of its canonical JSON."""

import hashlib

from autograder.evidence.strict_json import dumps
from autograder.nouns import JSON


def model_ref(model: dict[str, JSON]) -> str:
    """Hexadecimal digest; equal records (weights by content included) give equal names."""
    return hashlib.sha256(dumps(model)).hexdigest()
