"""Which submissions a person should look at, the most pressing first, and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import CheckOutcome, Measure, Result, Status, Verdict

NEAR = 0.01
"""A share of right answers so close to its threshold may be luck; an error, by this part of it."""

ENDED = (Status.KILLED, Status.TIMED_OUT, Status.UNREADABLE)


@dataclass(frozen=True)
class Waiting:
    """One submission. ``kinds`` are of "undecided", "errored", "ended", "doubtful", "near",
    "repaired", in this order, most pressing first; ``why`` has a sentence for each reason."""

    student: str
    kinds: tuple[str, ...]
    why: tuple[str, ...]
    result: Result


ORDER = ("undecided", "errored", "ended", "doubtful", "near", "repaired")


def waiting(
    results: Sequence[Result], given: Mapping[tuple[str, str], float], *, near: float = NEAR
) -> list[Waiting]:
    """The queue. ``given`` are scores by a person, by student and cell: such a cell is decided."""
    found = [one for result in results if (one := _waiting(result, given, near)) is not None]
    return sorted(found, key=lambda one: (ORDER.index(one.kinds[0]), one.student))


def _waiting(result: Result, given: Mapping[tuple[str, str], float], near: float) -> Waiting | None:
    student = str(result.student)
    reasons: list[tuple[str, str]] = []
    for name, cell in result.cells.items():
        if cell.score is None and (student, name) not in given:
            reasons.append(("undecided", f"{name} has no score yet"))
    for check in result.checks:
        if check.verdict is Verdict.ERRORED and (student, check.cell) not in given:
            reasons.append(("errored", f"{check.title} {check.message}".strip()))
    if result.status in ENDED:
        reasons.append(("ended", f"the run was {result.status.value.replace('_', ' ')}"))
    reasons += [("doubtful", one) for one in result.reasons]
    for check in result.checks:
        reasons += [("near", told) for told in _near(check, near)]
    reasons += [("repaired", one) for one in result.repairs]
    if not reasons:
        return None
    reasons.sort(key=lambda one: ORDER.index(one[0]))
    kinds = tuple(dict.fromkeys(kind for kind, _ in reasons))
    return Waiting(student, kinds, tuple(dict.fromkeys(why for _, why in reasons)), result)


def _near(check: CheckOutcome, near: float) -> list[str]:
    """Figures that would have fallen on the other side of their threshold a little elsewhere."""
    return [
        f"{check.title} {one.subject}: {one.kind} {one.found:.4g}, threshold {one.limit:.4g}"
        for one in check.measures
        if abs(one.found - one.limit) <= _room(one, near)
    ]


def _room(measure: Measure, near: float) -> float:
    if measure.kind == "accuracy":
        return max(near, 1.0 / measure.rows if measure.rows else 0.0)
    return near * abs(measure.limit)


def answers_before(source: Path, cell: str) -> list[str]:
    """The solution cells of the source notebook up to this grade cell, the nearest first."""
    raw = as_mapping(json.loads(source.read_text(encoding="utf-8")))
    found: list[str] = []
    for one in as_list(raw.get("cells")):
        meta = as_mapping(as_mapping(as_mapping(one).get("metadata") or {}).get("nbgrader") or {})
        name = str(meta.get("grade_id"))
        if meta.get("solution") is True or meta.get("task") is True:
            found.append(name)
        if name == cell:
            break
    return found[::-1]
