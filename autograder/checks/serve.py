"""One check, many submissions: calls it for each, in rounds while predictions are made.

The state of one pytest session. Student code never runs here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.checks.outcomes import Check, errored, judged, skipped_for
from autograder.errors import AutograderError, CheckError, JailError
from autograder.evidence.arrays import Blob
from autograder.evidence.view import Evidence, Home, PredictionPending, Predictor
from autograder.nouns import JSON, CheckOutcome, Verdict

Resolve = Callable[[list[PredictionPending]], None]
"""Makes the predictions, so that each submission's predictor has them when it is asked again."""


@dataclass(frozen=True)
class Submission:
    """One submission's evidence; ``sources`` and ``homes`` as in `Evidence`."""

    assignment: str
    manifest: Mapping[str, JSON]
    blob: Callable[[str], Blob]
    sources: Mapping[str, str]
    predictor: Predictor
    homes: Mapping[str, Home] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        """The evidence, not yet bound to a grade cell."""
        return Evidence(
            self.assignment,
            self.manifest,
            self.blob,
            self.sources,
            self.predictor,
            homes=self.homes,
        )


class CheckSession:
    """What is known during one pytest session: checks, submissions and outcomes so far."""

    def __init__(self, submissions: Mapping[str, Submission], resolve: Resolve) -> None:
        self._evidence = {key: one.evidence for key, one in submissions.items()}
        self._resolve = resolve
        self._outcomes: dict[str, dict[str, CheckOutcome]] = {key: {} for key in submissions}
        self.checks: list[Check] = []
        self.problems: list[str] = []

    def serve(self, check: Check, call: Callable[[Evidence], object]) -> None:
        """Calls the check for every submission and keeps the outcomes."""
        waiting = list(self._evidence)
        asked: set[tuple[str, ...]] = set()
        while waiting:
            pending = []
            for key in waiting:
                found = self._one(key, check, call)
                if isinstance(found, CheckOutcome):
                    self._outcomes[key][check.id] = found
                    continue
                found.submission = key
                if (key, *found.key) in asked:
                    reason = "its predictions were asked for and not made"
                    self._outcomes[key][check.id] = errored(check, reason)
                    continue
                asked.add((key, *found.key))
                pending.append(found)
            waiting = self._made(check, pending)

    def undecided(self, check: Check, reason: str) -> None:
        """Writes "errored" for every submission that has no outcome of the check yet."""
        for found in self._outcomes.values():
            found.setdefault(check.id, errored(check, reason))

    def outcome(self, key: str, check: Check) -> CheckOutcome | None:
        """The outcome of one check for one submission, None while it has none."""
        return self._outcomes.get(key, {}).get(check.id)

    def outcomes(self) -> dict[str, tuple[CheckOutcome, ...]]:
        """The outcomes of each submission, in the order in which the checks ran."""
        return {
            key: tuple(found[check.id] for check in self.checks if check.id in found)
            for key, found in self._outcomes.items()
        }

    def _one(
        self, key: str, check: Check, call: Callable[[Evidence], object]
    ) -> CheckOutcome | PredictionPending:
        needed = self._missing(key, check)
        if needed is not None:
            return skipped_for(check, needed)
        evidence = self._evidence[key].at(check.declared.cell)
        found = judged(check, lambda: _nothing(call(evidence)))
        if isinstance(found, CheckOutcome):
            asked = tuple(dict.fromkeys(evidence.asked))
            return replace(found, asked=asked, message=_with_cause(found, evidence.broken()))
        return found

    def _missing(self, key: str, check: Check) -> CheckOutcome | None:
        """The first outcome that the check needs and that did not pass."""
        for other in self.checks:
            if other.function in check.declared.needs:
                found = self.outcome(key, other)
                if found is not None and found.verdict is not Verdict.PASSED:
                    return found
        return None

    def _made(self, check: Check, pending: Sequence[PredictionPending]) -> list[str]:
        if not pending:
            return []
        try:
            self._resolve(list(pending))
        except Exception as error:
            if len(pending) > 1 and not isinstance(error, JailError):
                # One of them has what cannot be predicted; the others are not to wait for it.
                return [key for one in pending for key in self._made(check, [one])]
            told = "" if isinstance(error, AutograderError) else f"{type(error).__name__}: "
            for one in pending:
                reason = f"the predictions could not be made: {told}{error}"
                self._outcomes[one.submission][check.id] = errored(check, reason)
            return []
        return [one.submission for one in pending]


def _with_cause(found: CheckOutcome, broken: str) -> str:
    """The message; of a failed check also how the cell ended that should have done it."""
    if found.verdict is not Verdict.FAILED or not broken:
        return found.message
    return f"{found.message}\n{broken}"


def _nothing(returned: object) -> None:
    """A check that returns a comparison instead of asserting it would never fail."""
    if returned is not None:
        raise CheckError(f"a check that asserts expected, found one that returns {returned!r:.60}")
