"""Where the recorder puts what it finds: the one seam between it and the jail's pipe."""

from typing import Protocol

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON


class Sink(Protocol):
    """Takes arrays and models, gives back the names by which they are stored."""

    def blob(self, blob: Blob) -> str:
        """Stores the array, gives its digest."""
        ...

    def model(self, model: dict[str, JSON]) -> str:
        """Stores the MODEL, gives its REF: the SHA-256 of its canonical JSON."""
        ...
