"""The one table that every export is written from: facts, no format.

A `Row` is one check of one student, or a cell that has no checks. A `Total` is what a student has
in an assignment. What nobody has decided is None everywhere, never 0.
"""

from dataclasses import dataclass
from datetime import datetime

from autograder.gradebook.standings import Person
from autograder.nouns import Result, Verdict

CHECKS, RULE, PERSON, NOBODY = "checks", "rule", "person", "nobody"
"""Who scored a cell: hidden checks, nbgrader's own rule, a person, or nobody yet."""


@dataclass(frozen=True)
class Row:
    """One check of one student; ``check`` is empty for a cell without checks.

    ``score`` is what the check gives and ``cell_score`` what the gradebook holds: a score that a
    person gave stands there and not in the checks.
    """

    notebook: str
    cell: str
    check: str
    title: str
    verdict: Verdict | None
    points: float
    score: float | None
    message: str
    hint: str
    cell_points: float
    cell_score: float | None
    scored_by: str


@dataclass(frozen=True)
class Total:
    """One student in one assignment.

    ``score`` is before the late penalty, None while one of the cells ``undecided`` is. ``review``
    says why a person should look, whether the score stands or not. ``result`` is there if the
    checks' verdicts are known.
    """

    person: Person
    assignment: str
    points: float
    handed_in: bool
    submitted: datetime | None
    score: float | None
    late_penalty: float
    rows: tuple[Row, ...]
    undecided: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    result: Result | None = None

    @property
    def final(self) -> float | None:
        """The score less the late penalty, not below 0; None while it is undecided, and for a
        student who has handed in nothing."""
        if not self.handed_in or self.score is None:
            return None
        return max(0.0, self.score - self.late_penalty)

    @property
    def needs_review(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.undecided or self.review)


@dataclass(frozen=True)
class Table:
    """One assignment: every student of the gradebook, by id.

    ``ungraded`` handed something in that the gradebook knows nothing of; ``notes`` are for the
    instructor.
    """

    assignment: str
    points: float
    totals: tuple[Total, ...]
    ungraded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Total, ...]:
        """Who handed in and has no score yet."""
        return tuple(one for one in self.totals if one.handed_in and one.final is None)

    @property
    def to_review(self) -> tuple[Total, ...]:
        """Who has a score, and something that a person should look at."""
        return tuple(one for one in self.totals if one.final is not None and one.needs_review)
