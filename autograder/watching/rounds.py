"""One look after the other: collect, grade what is new, hand feedback back, write the journal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.course import Course
from autograder.engine.handing import Handing
from autograder.grading import Desk, Plan
from autograder.grading.classroom import NOT_GRADED, NOT_RECORDED, grade_class, submissions
from autograder.nouns import Result
from autograder.watching.arrivals import Arrival, Arrivals
from autograder.watching.journal import Attempt, Journal

TRIES = 5
"""A submission that we could not grade is tried in so many rounds, then left to a person."""


@dataclass(frozen=True)
class Happened:
    """What became of one arrival. ``told`` is for the instructor; ``attempt`` counts from 1.

    Without a result the submission was not graded: it is one more than the limit allows.
    """

    student: str
    attempt: int
    told: str
    result: Result | None = None
    feedback: bool = False


@dataclass
class Watch:
    """The state of one ``autograder watch``. ``plan`` is asked anew in each round, so that changed
    checks count from the next submission on.

    ``limit`` is how many different works of a student are graded, 0 for any number; ``collect``
    fetches from the exchange first, ``feedback`` writes pages, ``release`` hands them back.
    """

    course: Course
    assignment: str
    config: Any  # a traitlets Config
    desk: Desk
    plan: Callable[[], Plan]
    journal: Journal
    workers: int
    limit: int = 0
    collect: bool = False
    feedback: bool = True
    release: bool = False
    _tries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._arrivals = Arrivals(self.course, self.assignment)
        self._handing = Handing(self.course, self.config, self.assignment)

    def round(self) -> Iterator[Happened]:
        """What is new and whole by now, graded and recorded, each as it becomes known."""
        if self.collect and (reason := self._handing.collect()):
            yield Happened("", 0, f"the exchange could not be collected from: {reason}")
        looked = self._arrivals.look(submissions(self.course, self.assignment))
        new = [one for one in looked if not self.journal.done(one.student, one.seen)]
        within = [one for one in new if self._allowed(one)]
        for one in new:
            if one not in within:
                yield self._one_too_many(one)
        within = [one for one in within if self._tries.get(one.seen, 0) < TRIES]
        if within:
            yield from self._graded(within)

    def _allowed(self, arrival: Arrival) -> bool:
        again = self.journal.last_work(arrival.student) == arrival.work
        return not self.limit or again or self.journal.used(arrival.student) < self.limit

    def _one_too_many(self, arrival: Arrival) -> Happened:
        self.journal.over[arrival.student] = arrival.seen
        self.journal.write()
        used = self.journal.used(arrival.student)
        return Happened(
            arrival.student,
            used + 1,
            f"not graded: {used} of {self.limit} submissions are used. What was graded before "
            f"stands; autograder grade {self.assignment} {arrival.student} grades this one.",
        )

    def _graded(self, arrivals: Sequence[Arrival]) -> Iterator[Happened]:
        by_student = {one.student: one for one in arrivals}
        results = grade_class(
            self.desk,
            self.plan(),
            self.config,
            list(by_student),
            workers=self.workers,
            wait=True,
        )
        for result in results:
            arrival = by_student[str(result.student)]
            if _is_ours(result):
                self._tries[arrival.seen] = self._tries.get(arrival.seen, 0) + 1
                left = self._tries[arrival.seen] < TRIES
                then = "it is tried again" if left else "it waits for a person"
                told = f"not graded, {then}: {result.reasons[0]}"
                yield Happened(arrival.student, self.journal.used(arrival.student), told, result)
            else:
                yield self._handed_back(arrival, result)

    def _handed_back(self, arrival: Arrival, result: Result) -> Happened:
        problem, given = "", False
        if self.feedback and not result.needs_review:
            problem = self._handing.feedback(arrival.student)
            if not problem and self.release:
                problem = self._handing.release(arrival.student)
            given = not problem
        attempt = Attempt(
            work=arrival.work,
            seen=arrival.seen,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            score=result.score,
            max_score=result.max_score,
            needs_review=result.needs_review,
            feedback=given,
        )
        self.journal.attempts.setdefault(arrival.student, []).append(attempt)
        self.journal.over.pop(arrival.student, None)
        self.journal.write()
        told = "graded"
        if result.needs_review:
            told = f"graded, waits for review: {(result.reasons or ('an undecided cell',))[0]}"
        if problem:
            told = f"graded, no feedback: {problem}"
        used = self.journal.used(arrival.student)
        return Happened(arrival.student, used, told, result, given)


def _is_ours(result: Result) -> bool:
    """Whether it was a fault of ours: nothing of it is in the gradebook."""
    return any(one.startswith((NOT_GRADED, NOT_RECORDED)) for one in result.reasons)
