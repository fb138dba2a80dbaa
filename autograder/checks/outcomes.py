"""From what a check did to what is said of the submission.

Only texts that a matcher or the check's author wrote for students reach a student: never the
check's source, and never values that pytest would print.
"""

import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from autograder.checks.declare import Declaration
from autograder.errors import AutograderError
from autograder.evidence.view import CallFailed, NotAttempted, PredictionPending
from autograder.matchers import MatchFailure, MatchRemark
from autograder.matchers.measures import listening
from autograder.nouns import CheckOutcome, Verdict

UNDECIDED = "This check could not be decided automatically. A person will look at it."
UNSAID = "What was asked for is not there."
WAITING = "Looked at only when this is right:"
"""How a check says that it was not asked, because one that it needs did not pass."""


@dataclass(frozen=True)
class Check:
    """A collected check: its id within the assignment, and what it declares."""

    id: str
    declared: Declaration

    @property
    def function(self) -> str:
        """The function's name: the id without the parameters."""
        return self.id.partition("[")[0]

    def outcome(
        self,
        verdict: Verdict,
        message: str = "",
        hint: str = "",
        needs_review: str = "",
    ) -> CheckOutcome:
        """The outcome with the points that the verdict is worth."""
        earned = {Verdict.PASSED: self.declared.points, Verdict.ERRORED: None}.get(verdict, 0.0)
        return CheckOutcome(
            id=self.id,
            cell=self.declared.cell,
            title=self.declared.title,
            verdict=verdict,
            earned=earned,
            points=self.declared.points,
            message=message,
            hint="" if verdict is Verdict.PASSED else hint or self.declared.hint,
            needs_review=needs_review,
            explain=self.declared.explain,
        )


def judged(check: Check, call: Callable[[], object]) -> CheckOutcome | PredictionPending:
    """Calls the check for one submission and says what came of it.

    A prediction that has to be made first is handed back, so that it can be made for all.
    """
    with listening() as measures, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", MatchRemark)
        try:
            call()
        except PredictionPending as pending:
            return pending
        except (Exception, pytest.skip.Exception, pytest.fail.Exception) as error:
            return replace(_unsuccessful(check, error), measures=tuple(measures))
    remarks = [str(w.message) for w in caught if issubclass(w.category, MatchRemark)]
    passed = check.outcome(Verdict.PASSED, " ".join(dict.fromkeys(remarks)))
    return replace(passed, measures=tuple(measures))


def skipped_for(check: Check, needed: CheckOutcome) -> CheckOutcome:
    """The outcome of a check that was not asked, because one that it needs did not pass."""
    if needed.verdict is Verdict.ERRORED:
        return check.outcome(
            Verdict.ERRORED, UNDECIDED, needs_review=f"it needs {needed.id}, which is undecided"
        )
    return check.outcome(Verdict.SKIPPED, f"{WAITING} {needed.title}")


def errored(check: Check, reason: str) -> CheckOutcome:
    """The outcome of a check that the grader could not decide, for a reason a person reads."""
    return check.outcome(Verdict.ERRORED, UNDECIDED, needs_review=reason)


def _unsuccessful(check: Check, error: BaseException) -> CheckOutcome:
    if isinstance(error, NotAttempted):
        text = f"{error.name}: {error.expected} expected, but {error.found}."
        return check.outcome(Verdict.SKIPPED, text, error.hint)
    if isinstance(error, (MatchFailure, CallFailed)):
        return check.outcome(Verdict.FAILED, error.message, error.hint)
    if isinstance(error, AssertionError):
        return check.outcome(Verdict.FAILED, _authors_words(error))
    if isinstance(error, pytest.fail.Exception):
        return check.outcome(Verdict.FAILED, error.msg or UNSAID)
    if isinstance(error, pytest.skip.Exception):
        return check.outcome(Verdict.SKIPPED, error.msg or UNSAID)
    return errored(check, reason_of(error))


def _authors_words(error: AssertionError) -> str:
    """The message of ``assert condition, "message"`` in the check itself.

    An assertion of a library (``numpy.testing``) prints the arrays, so its words are kept back; so
    is what pytest's rewriting appends, in the debugging mode or under another pytest.
    """
    frames = traceback.extract_tb(error.__traceback__)
    by_author = bool(frames) and _is_check(frames[-1])
    words = error.args[0] if error.args and by_author else None
    if not isinstance(words, str):
        return UNSAID
    return f"\n{words}".partition("\nassert ")[0].strip() or UNSAID


def _is_check(frame: traceback.FrameSummary) -> bool:
    return Path(frame.filename).name.startswith("test_")


def reason_of(error: BaseException) -> str:
    """One line for the reviewer: the error, and the line of the check that it came from."""
    text = str(error) if isinstance(error, AutograderError) else f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    tests = [frame for frame in frames if _is_check(frame)]
    where = f" ({Path(tests[-1].filename).name}, line {tests[-1].lineno})" if tests else ""
    return text[:500] + where
