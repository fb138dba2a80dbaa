"""Which submitted cell is which cell of the source.

By grade id first; then, where editors or Colab have stripped metadata, by equal text, and last by
place and similarity between the cells already recognised. Trusts no submitted text: the cost of
comparing is bounded by caps, not by the student's restraint.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.intake.read import RawCell
from autograder.intake.released import SourceCell

COMPARED_CHARACTERS = 2_000
"""Enough for any cell of a course; keeps the cost of comparing every pair of cells small."""

SIMILAR = 0.6
"""Dice coefficient over words from which an edited cell counts as the same cell."""

_STUB_SCORE = 0.5
_PLACE_SCORE = 0.3
"""An untouched stub in the right place beats an unrelated cell there, not a filled-in answer."""

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Matching:
    """``pairs`` maps source index to submitted index; ``by_content`` are those without an id.

    ``copies`` maps a submitted cell that repeats a grade id to the source cell's index.
    """

    pairs: Mapping[int, int]
    by_content: frozenset[int]
    copies: Mapping[int, int]


def match_cells(source: Sequence[SourceCell], submitted: Sequence[RawCell]) -> Matching:
    """The submitted counterpart of each source cell that has one."""
    pairs, copies = _by_id(source, submitted)
    named = frozenset(pairs)
    free = [cell for cell in submitted if cell.index not in {*pairs.values(), *copies}]
    _by_text(source, free, pairs)
    profiles = {cell.index: _profile(cell.source) for cell in free}
    _by_place(source, submitted, pairs, copies, profiles)
    _by_similarity(source, free, pairs, profiles)
    by_content = frozenset(i for i in pairs if i not in named and source[i].grade_id)
    return Matching(pairs, by_content, copies)


def normalised(text: str) -> str:
    """Text without trailing spaces and empty lines at its ends: what no reader sees."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


def _by_id(
    source: Sequence[SourceCell], submitted: Sequence[RawCell]
) -> tuple[dict[int, int], dict[int, int]]:
    claims: dict[str, list[RawCell]] = {}
    for cell in submitted:
        if cell.grade_id is not None:
            claims.setdefault(cell.grade_id, []).append(cell)
    pairs: dict[int, int] = {}
    several: list[tuple[SourceCell, list[RawCell]]] = []
    for wanted in source:
        found = claims.get(wanted.grade_id or "", [])
        if len(found) == 1:
            pairs[wanted.index] = found[0].index
        elif found:
            several.append((wanted, found))
    copies: dict[int, int] = {}
    for wanted, found in several:
        kept = _in_place(wanted, found, pairs)
        pairs[wanted.index] = kept.index
        copies.update((cell.index, wanted.index) for cell in found if cell is not kept)
    return pairs, copies


def _in_place(wanted: SourceCell, found: list[RawCell], pairs: Mapping[int, int]) -> RawCell:
    stub = normalised(wanted.released)
    same_type = [cell for cell in found if cell.cell_type == wanted.cell_type] or found
    filled = [cell for cell in same_type if normalised(cell.source) != stub]
    untouched = [cell for cell in same_type if normalised(cell.source) == stub]
    candidates = (filled or untouched) if wanted.solution else (untouched or filled)
    low, high = _bounds(wanted.index, pairs)
    between = [cell for cell in candidates if low < cell.index < high]
    return (between or candidates)[-1]


def _bounds(index: int, pairs: Mapping[int, int]) -> tuple[int, float]:
    """The submitted places of the nearest recognised neighbours of a source cell."""
    known = sorted(pairs)
    at = bisect_left(known, index)
    low = pairs[known[at - 1]] if at else -1
    after = at + 1 if at < len(known) and known[at] == index else at
    return low, pairs[known[after]] if after < len(known) else float("inf")


def _by_text(source: Sequence[SourceCell], free: Sequence[RawCell], pairs: dict[int, int]) -> None:
    # Bare stubs are all alike, so a text counts only where it is the only one on both sides.
    wanted = _unique((normalised(c.released), c.index) for c in source if c.index not in pairs)
    offered = _unique((normalised(c.source), c.index) for c in free)
    for text, index in wanted.items():
        if text and text in offered:
            pairs[index] = offered[text]


def _unique(texts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found = list(texts)
    count = Counter(text for text, _ in found)
    return {text: index for text, index in found if count[text] == 1}


def _by_place(
    source: Sequence[SourceCell],
    submitted: Sequence[RawCell],
    pairs: dict[int, int],
    copies: Mapping[int, int],
    profiles: Mapping[int, Counter[str]],
) -> None:
    run: list[SourceCell] = []
    low = -1
    for cell in [*source, None]:
        if cell is not None and cell.index not in pairs:
            run.append(cell)
            continue
        high = len(submitted) if cell is None else pairs[cell.index]
        taken = {*pairs.values(), *copies}
        between = [c for c in submitted[low + 1 : max(low + 1, high)] if c.index not in taken]
        pairs.update(_aligned(run, between, profiles))
        run, low = [], high


def _aligned(
    run: Sequence[SourceCell], between: Sequence[RawCell], profiles: Mapping[int, Counter[str]]
) -> dict[int, int]:
    """The pairing, in order, whose scores add up to the most (as in sequence alignment)."""
    wanted = [(cell, _profile(cell.text), _profile(cell.released)) for cell in run]
    scores = [[_score(w, c, profiles[c.index]) for c in between] for w in wanted]
    best = [[0.0] * (len(between) + 1) for _ in range(len(run) + 1)]
    for i in range(len(run) - 1, -1, -1):
        for j in range(len(between) - 1, -1, -1):
            paired = scores[i][j] + best[i + 1][j + 1] if scores[i][j] > 0 else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found: dict[int, int] = {}
    i = j = 0
    while i < len(run) and j < len(between):
        # Of equal alternatives the later submitted cell wins: it is the one that ran last.
        if best[i][j] == best[i][j + 1]:
            j += 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            found[run[i].index] = between[j].index
            i, j = i + 1, j + 1
    return found


def _score(
    wanted: tuple[SourceCell, Counter[str], Counter[str]], cell: RawCell, profile: Counter[str]
) -> float:
    source, text, released = wanted
    alike = max(_dice(text, profile), _dice(released, profile))
    if cell.cell_type != source.cell_type:
        return alike if alike > 0.8 and source.grade_id else 0.0
    if source.solution and source.grade_id:
        untouched = normalised(cell.source) == normalised(source.released)
        return _STUB_SCORE if untouched else _PLACE_SCORE + alike
    return alike if alike >= SIMILAR else 0.0


def _by_similarity(
    source: Sequence[SourceCell],
    free: Sequence[RawCell],
    pairs: dict[int, int],
    profiles: Mapping[int, Counter[str]],
) -> None:
    taken = set(pairs.values())
    for wanted in source:
        if wanted.index in pairs or wanted.grade_id is None:
            continue
        text, released = _profile(wanted.text), _profile(wanted.released)
        best, best_score = None, SIMILAR
        for cell in free:
            if cell.index in taken or cell.cell_type != wanted.cell_type:
                continue
            profile = profiles[cell.index]
            score = max(_dice(text, profile), _dice(released, profile))
            if score >= best_score:
                best, best_score = cell.index, score
        if best is not None:
            pairs[wanted.index] = best
            taken.add(best)


def _profile(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text[:COMPARED_CHARACTERS]))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    if not total:
        return 0.0
    small, large = sorted((one, other), key=len)
    return 2 * sum(min(count, large[word]) for word, count in small.items()) / total
