"""The vocabulary of the package: frozen dataclasses that every floor shares.

Nothing here has behaviour beyond turning itself into the JSON that docs/architecture.md promises.
Units stand in the names: ``wall_s`` is seconds, ``memory_bytes`` is bytes, ``points`` are points.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TypeAlias, Union

JSON: TypeAlias = Union[bool, int, float, str, list["JSON"], dict[str, "JSON"], None]  # noqa: UP007


class Status(StrEnum):
    """How the run of a submission ended."""

    COMPLETED = "completed"
    CELL_ERROR = "cell_error"
    TIMED_OUT = "timed_out"
    KILLED = "killed"
    UNREADABLE = "unreadable"
    MISSING = "missing"


class Verdict(StrEnum):
    """What a hidden check says of one submission."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERRORED = "errored"


@dataclass(frozen=True)
class Limits:
    """What one job in the jail may use. Per job, not per process, unless the name says so."""

    cell_wall_s: float = 120.0
    call_wall_s: float = 20.0
    notebook_wall_s: float = 600.0
    cpu_s: float = 600.0
    memory_bytes: int = 2 * 1024**3
    processes: int = 256
    disk_bytes: int = 256 * 1024**2
    inodes: int = 20_000
    output_bytes: int = 8 * 1024**2
    evidence_bytes: int = 256 * 1024**2


@dataclass(frozen=True)
class CodeCell:
    """One code cell as it is executed. ``index`` counts all cells of the notebook from 0."""

    index: int
    source: str
    grade_id: str | None = None
    is_grade: bool = False


@dataclass(frozen=True)
class Problem:
    """Why a submission could not be read as a notebook: a status and one sentence."""

    status: Status
    reason: str


@dataclass(frozen=True)
class Measure:
    """One figure that a check compared with a threshold, whichever way it came out.

    ``found`` is a share or an error over ``rows`` examples. An accuracy has to reach ``limit``, an
    error ("mae", "mse") has to stay below it.
    """

    subject: str
    kind: str
    found: float
    limit: float
    rows: int


class Mark(StrEnum):
    """What a drawn layer is for: an ordinary one, where two networks part, or what is not told."""

    PLAIN = "plain"
    DIFFERS = "differs"
    UNTOLD = "untold"


@dataclass(frozen=True)
class DrawnLayer:
    """One layer of a drawing, in the message's own words.

    ``reads`` are the ``name``s of what it reads; without a name it reads the one before.
    """

    words: str
    mark: Mark = Mark.PLAIN
    name: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """The network that a message speaks of: of the expected one only what the message names."""

    expected: tuple[DrawnLayer, ...]
    found: tuple[DrawnLayer, ...]


@dataclass(frozen=True)
class CheckOutcome:
    """What one check says of one submission. ``earned`` is None when undecided (errored).

    ``asked`` are the models and histories that it looked at, ``explain`` the rules of the diagnosis
    that its author wants to be told first. ``drawing`` and ``stated`` (a threshold that was missed)
    show what the message says, and nothing else.
    """

    id: str
    cell: str
    title: str
    verdict: Verdict
    earned: float | None
    points: float
    message: str = ""
    hint: str = ""
    needs_review: str = ""
    measures: tuple[Measure, ...] = ()
    asked: tuple[str, ...] = ()
    explain: tuple[str, ...] = ()
    drawing: Drawing | None = None
    stated: Measure | None = None


@dataclass(frozen=True)
class CellScore:
    """The points of one grade cell. ``score`` is None when a person must decide."""

    notebook: str
    score: float | None
    points: float


@dataclass(frozen=True)
class Diagnosis:
    """One rule's finding on a network, told in the grade cell ``cell``."""

    rule: str
    level: str
    message: str
    cell: str = ""


@dataclass(frozen=True)
class Result:
    """Everything that grading says of one submission; ``as_json`` is the stable interface."""

    assignment: str
    student: str | None
    status: Status
    cells: Mapping[str, CellScore]
    checks: tuple[CheckOutcome, ...] = ()
    needs_review: bool = False
    repairs: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    run: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def max_score(self) -> float:
        """The points that the assignment is worth."""
        return sum(cell.points for cell in self.cells.values())

    @property
    def score(self) -> float | None:
        """The points earned, or None as long as one cell is undecided."""
        scores = [cell.score for cell in self.cells.values()]
        if any(score is None for score in scores):
            return None
        return sum(score for score in scores if score is not None)

    def as_json(self) -> dict[str, JSON]:
        """The result as plain JSON values; fields are added over time, never renamed."""
        return {
            "assignment": self.assignment,
            "student": self.student,
            "status": self.status.value,
            "score": self.score,
            "max_score": self.max_score,
            "needs_review": self.needs_review,
            "repairs": list(self.repairs),
            "reasons": list(self.reasons),
            "cells": {name: asdict(cell) for name, cell in self.cells.items()},
            "checks": [_check_json(check) for check in self.checks],
            "diagnosis": [asdict(found) for found in self.diagnosis],
            "run": dict(self.run),
        }


def _check_json(check: CheckOutcome) -> dict[str, JSON]:
    """Without measures: how near a miss was would tell of held-out rows, bit by bit."""
    told = {**asdict(check), "verdict": check.verdict.value}
    for inner in ("measures", "asked", "explain", "drawing", "stated"):
        del told[inner]
    return told
