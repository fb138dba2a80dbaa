"""What was graded as it arrived: a file beside the evidence store, so that a restart goes on.

It says who used how many attempts; scores are the gradebook's. Written whole and moved into place,
after the gradebook was: a grader that is killed in between grades that submission once more, which
executes nothing and writes the same score.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading import kept

_WHAT = "the journal of `autograder watch`: everybody's submission then counts as a first one"


@dataclass(frozen=True)
class Attempt:
    """One graded state of a student's folder. ``at`` is when, ISO 8601 in UTC."""

    work: str
    seen: str
    at: str
    score: float | None
    max_score: float
    needs_review: bool
    feedback: bool = False


@dataclass
class Journal:
    """The attempts of every student, oldest first, and those that came after the last allowed."""

    path: Path
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """The journal there, an empty one where there is none. Raises CourseError for another."""
        return kept.read(path, lambda raw: cls._made(path, raw), _WHAT) or cls(path)

    @classmethod
    def _made(cls, path: Path, raw: Mapping[str, Any]) -> "Journal":
        # Any: JSON, checked by making attempts of it.
        attempts = {who: [Attempt(**one) for one in its] for who, its in raw["students"].items()}
        return cls(path, attempts, dict(raw["over"]))

    def done(self, student: str, seen: str) -> bool:
        """Whether this very state was graded, or told to be one too many."""
        last = self.attempts.get(student, [])[-1:]
        return any(one.seen == seen for one in last) or self.over.get(student) == seen

    def used(self, student: str) -> int:
        """How many different works were graded. Handing in the same once more is no new one."""
        works = [one.work for one in self.attempts.get(student, [])]
        return sum(before != work for before, work in zip(["", *works], works, strict=False))

    def last_work(self, student: str) -> str:
        """The work that was graded last, or nothing."""
        its = self.attempts.get(student, [])
        return its[-1].work if its else ""

    def write(self) -> None:
        """Put it on the disk. Raises CourseError where it cannot be written."""
        students = {who: [asdict(one) for one in its] for who, its in self.attempts.items()}
        kept.write(self.path, {"students": students, "over": self.over})
