"""What a class report says: frozen dataclasses that page, JSON and table are made from.

Points, counts and the names of students; of held-out rows no more than the share that was right or
the mean error. Any text that a student wrote is kept as it is: whoever shows it escapes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Students = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One student. ``score`` is None while a cell is undecided; ``by_hand`` has what a person gave
    in Formgrader, which counts in the place of the checks' points. ``verdicts`` are by check."""

    student: str
    status: str
    score: float | None
    cells: Mapping[str, float | None]
    needs_review: bool
    wall_s: float | None = None
    peak_bytes: int | None = None
    by_hand: Mapping[str, float] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ToReview:
    """A submission that waits for a person, the cells that are undecided, and why."""

    student: str
    status: str
    undecided: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CheckRate:
    """How one check went. ``points`` is what it is worth, ``earned`` what the class got of it."""

    id: str
    cell: str
    title: str
    points: float
    passed: int
    failed: int
    skipped: int
    errored: int

    @property
    def asked(self) -> int:
        """Submissions that the check was tried on."""
        return self.passed + self.failed + self.skipped + self.errored


@dataclass(frozen=True)
class WrongAnswer:
    """One wrong answer that some students share.

    ``kind`` is "network" for one canonical graph under ``variable``, "found" for one thing that a
    check found, "threshold" for a figure that misses its threshold. ``checks`` are the titles that
    fail with it, most frequent first; ``then`` are those that fail in its wake.
    """

    kind: str
    cell: str
    checks: tuple[str, ...]
    found: str
    students: Students
    variable: str = ""
    layers: str = ""
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleCount:
    """One rule of the diagnosis: in how many submissions it spoke, and where."""

    rule: str
    level: str
    title: str
    why: str
    cell: str
    students: Students
    symptom: bool = False


@dataclass(frozen=True)
class Misunderstanding:
    """What several students seem not to have understood, with an answer that shows it.

    ``rules`` are the diagnosis' words for it, ``answers`` the wrong answers in which it shows.
    """

    title: str
    cell: str
    students: Students
    rules: tuple[RuleCount, ...]
    answers: tuple[WrongAnswer, ...]
    example_of: str
    example: str


@dataclass(frozen=True)
class Training:
    """One training of the class: a curve of the figure ``metric`` for each student.

    ``threshold`` is that of held-out rows where a check compares the same figure, else None.
    """

    cell: str
    variable: str
    metric: str
    curves: Mapping[str, tuple[float, ...]]
    passed: frozenset[str]
    threshold: float | None = None


@dataclass(frozen=True)
class Heldout:
    """One figure on held-out rows. ``found`` is by student; an accuracy has to reach ``limit``, an
    error has to stay below it."""

    check: str
    title: str
    subject: str
    kind: str
    limit: float
    rows: int
    found: Mapping[str, float]
    passed: frozenset[str]


@dataclass(frozen=True)
class Repair:
    """One repair that intake made, and in whose submissions."""

    text: str
    students: Students


@dataclass(frozen=True)
class Alike:
    """Submissions whose evidence is the same bit for bit. A hint, never a verdict.

    ``same_code`` tells that all code is the same too, comments and layout left out; such a group is
    a part of the one with the same evidence. ``score`` is what they have in common.
    """

    students: Students
    same_code: bool
    score: float | None


@dataclass(frozen=True)
class NotGraded:
    """A submission without a stored run, and what to do."""

    student: str
    reason: str


@dataclass(frozen=True)
class ClassReport:
    """How a class did. Every list is in the order in which it should be read."""

    assignment: str
    max_score: float
    cells: Mapping[str, float]
    rows: tuple[Row, ...]
    review: tuple[ToReview, ...]
    misunderstandings: tuple[Misunderstanding, ...]
    wrong: tuple[WrongAnswer, ...]
    checks: tuple[CheckRate, ...]
    rules: tuple[RuleCount, ...]
    trainings: tuple[Training, ...]
    heldout: tuple[Heldout, ...]
    repairs: tuple[Repair, ...]
    alike: tuple[Alike, ...]
    not_graded: tuple[NotGraded, ...]
    data: str = ""

    @property
    def undecided(self) -> int:
        """Cells that no check and no person has decided."""
        return sum(len(one.undecided) for one in self.review)
