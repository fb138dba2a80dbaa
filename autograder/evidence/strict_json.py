"""JSON from a process that ran student code, read with every cap that the format needs.

Trusts nobody: size, depth, duplicate keys and the non-numbers NaN and Infinity are refused before
a value reaches the rest of the package.
"""

import json
import math
import re

from autograder.errors import EvidenceError
from autograder.nouns import JSON

MAX_DEPTH = 60
"""Keras configs nest a few levels per wrapped layer; 60 leaves room and keeps recursion small."""

MAX_BYTES = 64 * 1024**2
"""One JSON frame; models of a course stay under 1 MB."""

LARGEST = 2**64

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]|[\]}]', re.DOTALL)


def loads(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JSON:
    """The value that ``data`` (UTF-8 JSON) stands for.

    Raises EvidenceError when it is larger or deeper than allowed, is not JSON, repeats a key, or
    holds NaN, Infinity, or a number that is larger than 64 bits hold.

    >>> loads(b'{"a": [1, 2.5, "x"]}')
    {'a': [1, 2.5, 'x']}
    """
    if len(data) > max_bytes:
        raise EvidenceError(f"JSON of at most {max_bytes} bytes expected, found {len(data)}")
    if _depth(data) > max_depth:
        raise EvidenceError(f"JSON nested at most {max_depth} deep expected, found deeper")
    try:
        value: JSON = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except EvidenceError:
        raise
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"well-formed UTF-8 JSON expected: {error}") from None
    return value


def dumps(value: JSON) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8. Equal values give equal bytes."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8", "surrogatepass")


def count_values(data: bytes) -> int:
    """About how many values the JSON holds, before any is made: commas and opening brackets.

    A list costs 64 bytes of memory for three of text, so what a size cap lets through may be
    twenty times as large when it is read.

    >>> count_values(b'{"a, [b": [1, 2, 3]}')
    4
    """
    outside = _STRING.sub(b"", data)
    return sum(map(outside.count, (b",", b"[", b"{")))


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for match in _STRUCTURE.finditer(data):
        token = match.group()
        if token in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif token in (b"]", b"}"):
            depth -= 1
    return deepest


def _no_duplicates(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for key, value in pairs:
        if key in found:
            raise EvidenceError(f"each JSON key once expected, found {key[:60]!r} twice")
        found[key] = value
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise EvidenceError(f"finite JSON numbers expected, found {text[:60]}")
    return value


def _whole(text: str) -> int:
    value = int(text) if len(text) <= len(str(LARGEST)) + 1 else LARGEST + 1
    if abs(value) > LARGEST:
        raise EvidenceError(f"JSON integers of at most 64 bits expected, found {text[:60]}")
    return value


def _no_constant(name: str) -> JSON:
    raise EvidenceError(f"finite JSON numbers expected, found {name}")
