"""Checks that may be tried again with other random numbers: ``@check(seeds=3)``.

For thresholds that right work misses now and then. One run that passes is enough, and the student
reads which one it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.grading.plan import Plan
from autograder.nouns import CheckOutcome, Verdict

Outcomes = Mapping[int, Sequence[CheckOutcome]]


def missed(plan: Plan, outcomes: Outcomes, attempt: int) -> list[int]:
    """The submissions with a failed check that has a run left after ``attempt`` of them."""
    return [
        key
        for key, checks in outcomes.items()
        if any(one.verdict is Verdict.FAILED and _runs(plan, one) > attempt for one in checks)
    ]


def joined(
    plan: Plan, outcomes: Outcomes, later: Outcomes, attempt: int
) -> dict[int, tuple[CheckOutcome, ...]]:
    """The outcomes with what passed in the run ``attempt`` (1 is the first one more)."""
    return {
        key: _better(plan, tuple(checks), {one.id: one for one in later.get(key, ())}, attempt)
        for key, checks in outcomes.items()
    }


def _better(
    plan: Plan,
    checks: tuple[CheckOutcome, ...],
    later: Mapping[str, CheckOutcome],
    attempt: int,
) -> tuple[CheckOutcome, ...]:
    found = []
    passed: set[str] = set()
    for one in checks:
        other = later.get(one.id)
        right = other is not None and other.verdict is Verdict.PASSED
        missed = one.verdict is Verdict.FAILED and _runs(plan, one) > attempt
        if other is not None and right and missed:
            told = f"Right in run {attempt + 1} of at most {_runs(plan, one)}: each starts from "
            one = replace(other, message=f"{told}other random numbers. {other.message}".strip())
            passed.add(one.cell)
        elif other is not None and right and one.verdict is Verdict.SKIPPED and one.cell in passed:
            one = other  # it was looked at only when the one before it was right
        found.append(one)
    return tuple(found)


def _runs(plan: Plan, check: CheckOutcome) -> int:
    return plan.seeds.get(check.id, 1)
