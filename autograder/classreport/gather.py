"""From the submissions of a class to its report. Pure functions over what was kept of each."""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from autograder.classreport.grouping import wrong_answers
from autograder.classreport.misunderstood import misunderstandings, rule_counts
from autograder.classreport.seen import Seen
from autograder.classreport.told import (
    Alike,
    CheckRate,
    ClassReport,
    Heldout,
    NotGraded,
    Repair,
    Row,
    ToReview,
)
from autograder.classreport.trainings import trainings
from autograder.nouns import CheckOutcome, Measure, Verdict

USUAL = 0.5
"""A variable that so many submissions have is one that the exercise asked for."""

ByHand = Mapping[tuple[str, str], float]
"""Points that a person gave, by student and grade cell."""


def report_of(
    assignment: str,
    cells: Mapping[str, float],
    submissions: Sequence[Seen],
    by_hand: ByHand | None = None,
    data: str = "",
) -> ClassReport:
    """The report. ``cells`` are the points of the assignment's grade cells, in order."""
    given = by_hand or {}
    graded = [one for one in submissions if not one.missing]
    order = tuple(cells)
    wrong, rules = wrong_answers(graded, order), rule_counts(graded, order)
    heldout = _heldout(graded)
    return ClassReport(
        assignment=assignment,
        max_score=sum(cells.values()),
        cells=dict(cells),
        rows=tuple(_row(one, given) for one in graded),
        review=_review(graded, given),
        misunderstandings=misunderstandings(wrong, rules, graded, order),
        wrong=wrong,
        checks=_rates(graded),
        rules=rules,
        trainings=trainings(graded, heldout),
        heldout=heldout,
        repairs=_repairs(graded),
        alike=_alike(graded),
        not_graded=tuple(NotGraded(one.student, one.missing) for one in submissions if one.missing),
        data=data,
    )


def _row(one: Seen, given: ByHand) -> Row:
    result = one.result
    hand = {name: given[one.student, name] for name in result.cells if (one.student, name) in given}
    cells = {name: hand.get(name, cell.score) for name, cell in result.cells.items()}
    known = [points for points in cells.values() if points is not None]
    return Row(
        student=one.student,
        status=result.status.value,
        score=sum(known) if len(known) == len(cells) else None,
        cells=cells,
        needs_review=result.needs_review,
        wall_s=_number(result.run.get("wall_s")),
        peak_bytes=_whole(result.run.get("peak_bytes")),
        by_hand=hand,
        verdicts={check.id: check.verdict.value for check in result.checks},
    )


def _review(submissions: Sequence[Seen], given: ByHand) -> tuple[ToReview, ...]:
    """Undecided cells first, the most of them first; then what has a reason to be looked at."""
    found = []
    for one in submissions:
        undecided = tuple(
            name
            for name, cell in one.result.cells.items()
            if cell.score is None and (one.student, name) not in given
        )
        if one.result.needs_review and (undecided or one.result.reasons):
            reasons = one.result.reasons
            found.append(ToReview(one.student, one.result.status.value, undecided, reasons))
    return tuple(sorted(found, key=lambda r: (-len(r.undecided), -len(r.reasons), r.student)))


def _rates(submissions: Sequence[Seen]) -> tuple[CheckRate, ...]:
    checks: dict[str, CheckOutcome] = {}
    counts: dict[str, Counter[Verdict]] = {}
    for one in submissions:
        for check in one.result.checks:
            checks.setdefault(check.id, check)
            counts.setdefault(check.id, Counter())[check.verdict] += 1
    return tuple(
        CheckRate(
            id=check.id,
            cell=check.cell,
            title=check.title,
            points=check.points,
            passed=counts[id][Verdict.PASSED],
            failed=counts[id][Verdict.FAILED],
            skipped=counts[id][Verdict.SKIPPED],
            errored=counts[id][Verdict.ERRORED],
        )
        for id, check in checks.items()
    )


def _heldout(submissions: Sequence[Seen]) -> tuple[Heldout, ...]:
    checks: dict[tuple[str, str], tuple[CheckOutcome, Measure]] = {}
    found: dict[tuple[str, str], dict[str, float]] = {}
    passed: dict[tuple[str, str], set[str]] = {}
    for one in submissions:
        for check in one.result.checks:
            for measure in check.measures:
                key = (check.id, measure.subject)
                checks.setdefault(key, (check, measure))
                found.setdefault(key, {})[one.student] = measure.found
                if check.verdict is Verdict.PASSED:
                    passed.setdefault(key, set()).add(one.student)
    return tuple(
        Heldout(
            check=check.id,
            title=check.title,
            subject=measure.subject,
            kind=measure.kind,
            limit=measure.limit,
            rows=measure.rows,
            found=found[key],
            passed=frozenset(passed.get(key, ())),
        )
        for key, (check, measure) in checks.items()
    )


def _repairs(submissions: Sequence[Seen]) -> tuple[Repair, ...]:
    found: dict[str, set[str]] = {}
    for one in submissions:
        for text in one.result.repairs:
            found.setdefault(text, set()).add(one.student)
    told = [Repair(text, tuple(sorted(who))) for text, who in found.items()]
    return tuple(sorted(told, key=lambda r: (-len(r.students), r.text)))


def _alike(submissions: Sequence[Seen]) -> tuple[Alike, ...]:
    """Groups with the same code, then groups with the same evidence in the usual variables.

    Work that earned nothing is left out: notebooks that nobody touched are all the same.
    """
    worked = [one for one in submissions if one.values and one.result.score != 0]
    spread = Counter(place for one in worked for place in one.values)
    usual = sorted(place for place, count in spread.items() if count >= USUAL * len(worked))
    evidence: dict[Hashable, list[Seen]] = {}
    code: dict[Hashable, list[Seen]] = {}
    for one in worked:
        found = tuple(one.values.get(place) for place in usual)
        if any(found):
            evidence.setdefault(found, []).append(one)
            code.setdefault((found, one.code), []).append(one)
    same_code = [_group(group, True) for group in code.values() if len(group) > 1]
    known = {group.students for group in same_code}
    others = [_group(group, False) for group in evidence.values() if len(group) > 1]
    told = [*same_code, *(group for group in others if group.students not in known)]
    return tuple(sorted(told, key=lambda a: (not a.same_code, -len(a.students), a.students)))


def _group(group: Sequence[Seen], same_code: bool) -> Alike:
    students = tuple(sorted(one.student for one in group))
    return Alike(students, same_code, group[0].result.score)


def _number(value: object) -> float | None:
    fits = isinstance(value, (int, float)) and math.isfinite(value)
    return float(str(value)) if fits else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
