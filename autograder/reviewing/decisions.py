"""What a person decided on submissions: a file beside the evidence store.

A decision holds for the result that it was made on. When another result takes its place, the
submission waits again. Scores and comments are the gradebook's; this only keeps the queue short.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading import kept
from autograder.nouns import Result

_WHAT = "the decisions of `autograder review`: every submission then waits again"


@dataclass(frozen=True)
class Decision:
    """``what`` is "accepted", or the cell and points of an override. ``at``: ISO 8601, UTC."""

    what: str
    reason: str
    at: str
    state: str


@dataclass
class Decisions:
    """The decisions on an assignment by student, oldest first."""

    path: Path
    made: dict[str, list[Decision]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Decisions":
        """The decisions there, none where there is no file. Raises CourseError for another file."""
        return kept.read(path, lambda raw: cls._made(path, raw), _WHAT) or cls(path)

    @classmethod
    def _made(cls, path: Path, raw: Mapping[str, Any]) -> "Decisions":
        # Any: JSON, checked by making decisions of it.
        made = {who: [Decision(**one) for one in its] for who, its in raw["students"].items()}
        return cls(path, made)

    def settled(self, result: Result) -> bool:
        """Whether somebody has accepted this very result."""
        its = self.made.get(str(result.student), [])
        return any(one.what == "accepted" and one.state == state_of(result) for one in its)

    def add(self, student: str, decision: Decision) -> None:
        """Keep it, on the disk too. Raises CourseError where that cannot be written."""
        self.made.setdefault(student, []).append(decision)
        students = {who: [asdict(one) for one in its] for who, its in self.made.items()}
        kept.write(self.path, {"students": students})


def state_of(result: Result) -> str:
    """Names a result by what a person looks at: the code, scores, reasons, verdicts, repairs."""
    told = [
        result.run.get("code"),
        result.status.value,
        {name: cell.score for name, cell in result.cells.items()},
        list(result.reasons),
        list(result.repairs),
        {check.id: check.verdict.value for check in result.checks},
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
