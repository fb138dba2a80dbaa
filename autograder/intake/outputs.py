"""A notebook file without the outputs of its cells, cut from the bytes before they are parsed.

Intake reads no output: the grader runs the notebook itself. A loop that prints fills a file with
100 MB of them around a few lines of answers, and a merge leaves most of its conflicts there. Trusts
nobody: one pass over the bytes, and what does not look like an output's list stays where it is.
"""

import re

# Text between brackets, skipped in one step. Possessive, and matching at the end in any case:
# nothing is tried twice, whatever is left open.
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"?)*+([\[\]{}]|\Z)', re.DOTALL)
_KEY = re.compile(rb'(?<!\\)"outputs"[ \t\r\n]{0,20}:[ \t\r\n]{0,20}\Z')
_KEY_BYTES = 64

_CELL_DEPTHS = frozenset({3, 5})
"""Brackets that are open around a cell's keys: in format 4, and in the worksheets of format 3."""

MAX_BRACKETS = 4_000_000
"""Looked at, at about a million a second; a file with more keeps its outputs: it is too large."""


def without_outputs(data: bytes) -> bytes:
    """UTF-8 JSON with every cell's list of outputs empty; as it is where brackets do not fit.

    >>> without_outputs(b'{"cells": [{"outputs": [{"text": "a"}], "source": "x"}]}')
    b'{"cells": [{"outputs": [], "source": "x"}]}'
    """
    kept: list[memoryview] = []
    view = memoryview(data)
    depth = begun = 0
    inside: tuple[int, int] | None = None  # depth and place of the list that is being left out
    for number, match in enumerate(_BRACKET.finditer(data)):
        if number > MAX_BRACKETS:
            return data
        if not match.group(1):
            break
        at = match.end() - 1
        if data[at] in b"[{":
            if inside is None and depth in _CELL_DEPTHS and _opens_outputs(data, match.start(), at):
                inside = depth, at + 1
            depth += 1
            continue
        depth -= 1
        if inside is not None and depth == inside[0]:
            if data[at] != ord("]"):
                return data
            kept.append(view[begun : inside[1]])
            begun, inside = at, None
    return b"".join([*kept, view[begun:]])


def _opens_outputs(data: bytes, start: int, at: int) -> bool:
    if data[at] != ord("["):
        return False
    return _KEY.search(data[max(start, at - _KEY_BYTES) : at]) is not None
