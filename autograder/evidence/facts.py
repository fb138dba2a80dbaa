"""What is known of an array without its content: also of one that was too large to record.

Trusts nobody: the facts were written beside student code, so every one is a claim.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.errors import EvidenceError
from autograder.evidence.arrays import DTYPES, Array, Blob, unpack
from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON


@dataclass(frozen=True)
class ArrayFacts:
    """Shape, dtype name, smallest and largest finite number (nan for an empty array).

    ``head`` holds the first rows, read-only: all of a small array, a sample of a large one.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float
    maximum: float
    finite: bool
    head: Array | None = None

    @property
    def kind(self) -> str:
        """ "float", "int" or "bool"."""
        return "float" if self.dtype.startswith("f") else "bool" if self.dtype == "bool" else "int"


def facts_of(name: str, value: Mapping[str, JSON], blob: Callable[[str], Blob]) -> ArrayFacts:
    """The facts of a recorded array. Raises EvidenceError for what the format does not allow."""
    dtype, shape = value.get("dtype"), as_list(value.get("shape"))
    if dtype not in DTYPES or not all(_is_size(n) for n in shape):
        raise EvidenceError(f"dtype and shape of an array expected for {name}")
    facts = as_mapping(value.get("facts") or {})
    digest = value.get("blob") or value.get("head")
    return ArrayFacts(
        name=name,
        shape=tuple(n for n in shape if isinstance(n, int)),
        dtype=str(dtype),
        minimum=_number(facts.get("min")),
        maximum=_number(facts.get("max")),
        finite=facts.get("finite") is True,
        head=unpack(blob(digest)) if isinstance(digest, str) else None,
    )


def _is_size(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: JSON) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
