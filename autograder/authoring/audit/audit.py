"""The audit of an assignment: wrong answers, right answers, and luck, all graded for real."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from autograder.authoring.audit.luck import Luck, luck_of
from autograder.authoring.audit.right import right_answers
from autograder.authoring.audit.solution import grade_cells, solution_of
from autograder.authoring.audit.terms import terms_of
from autograder.authoring.audit.trials import Finding, Runner, Trial, runner, trials_of, with_seed
from autograder.authoring.audit.variants import Kind, Variant
from autograder.authoring.audit.wrong import wrong_answers
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grading import Desk, Graded, Plan, Prepared, Shelf, plan_of
from autograder.nouns import JSON, Measure, Result

MANY, FEW = 100, 20
SHORT_S = 5.0
"""CPU seconds of a training below which it is run under many seeds."""

FIRST_SEED = 1
CHOICE = 2024
"""Seeds the random composition of re-spellings, so that an audit says the same twice."""


@dataclass(frozen=True)
class Ask:
    """How much to try: re-spellings, and seeds of the solution.

    ``seeds`` None means 100 for a training of a few seconds, and 20 for a longer one.
    """

    respellings: int = 40
    seeds: int | None = None


@dataclass(frozen=True)
class Audit:
    """What was tried and found. ``luck`` is of the solution under seeds, ``respelled`` of the
    re-spellings under the grader's own. CPU seconds are those of the runs, by how they were made.
    """

    assignment: str
    data: str
    trials: tuple[Trial, ...]
    luck: tuple[Luck, ...]
    respelled: tuple[Luck, ...]
    cpu_s: float
    solution_cpu_s: float

    def found(self, *findings: Finding) -> list[Trial]:
        """The trials with one of these findings."""
        return [trial for trial in self.trials if trial.finding in findings]

    @property
    def defects(self) -> list[Trial]:
        """Wrong answers that kept their points, and right ones that lost some."""
        return [trial for trial in self.trials if trial.finding.defect]

    def counts(self, kind: Kind) -> dict[str, int]:
        """How many trials of the kind ended how; only what occurred."""
        of_kind = [trial.finding for trial in self.trials if trial.variant.kind is kind]
        return {f.value: of_kind.count(f) for f in Finding if f in of_kind}

    def as_json(self) -> dict[str, JSON]:
        """The audit as plain JSON values."""
        return {
            "assignment": self.assignment,
            "data": self.data,
            "defects": len(self.defects),
            "wrong": dict(self.counts(Kind.WRONG)),
            "right": dict(self.counts(Kind.RIGHT)),
            "trials": [_trial_json(trial) for trial in self.trials],
            "luck": [_luck_json(luck) for luck in self.luck],
            "respelled": [_luck_json(luck) for luck in self.respelled],
            "cpu_s": round(self.cpu_s, 2),
            "solution_cpu_s": round(self.solution_cpu_s, 2),
        }


def audit(
    desk: Desk,
    course: Course,
    assignment: str,
    ask: Ask,
    *,
    workers: int,
    shelf: Shelf,
    on_run: Callable[[Prepared], None] = lambda prepared: None,
) -> Audit:
    """Try the assignment's checks. What has run before comes from the desk's store.

    Raises CourseError when the solution itself has not all points: `verify` comes first.
    """
    plan = plan_of(course, assignment, shelf)
    source, _ = solution_of(course, assignment)
    variants = variants_of(course, assignment, ask)
    run = runner(desk, source, workers=workers, on_run=on_run)
    solution, *graded = run(plan, [None, *variants])
    if solution.result.score != solution.result.max_score:
        raise CourseError(
            f"full marks for the solution of {assignment} expected, found "
            f"{solution.result.score} of {solution.result.max_score:g}. Run verify first."
        )
    terms, decides = terms_of(plan.checks), grade_cells(source)
    trials = trials_of(solution, variants, graded, terms=terms, decides=decides)
    count = _seeds(solution) if ask.seeds is None else ask.seeds
    # Each run for itself: a check that may be tried again would hide the misses.
    single = replace(plan, seeds={})
    seeded = _under_seeds(run, single, range(FIRST_SEED, FIRST_SEED + count), workers)
    right = [t.result for t in trials if t.variant.kind is Kind.RIGHT]
    return Audit(
        assignment=assignment,
        data="" if plan.data is None else plan.data.told,
        trials=tuple(trials),
        luck=tuple(_luck((one.result for one in seeded), plan.seeds)),
        respelled=tuple(_luck(right, plan.seeds)),
        cpu_s=sum(_cpu_s(one.result) for one in graded),
        solution_cpu_s=_cpu_s(solution.result),
    )


def variants_of(course: Course, assignment: str, ask: Ask) -> list[Variant]:
    """The wrong and the right answers that an audit tries, wrong ones first."""
    _, solution = solution_of(course, assignment)
    terms = terms_of(course.checks(assignment))
    excluded = frozenset(terms.excluded)
    right = right_answers(solution, ask.respellings, CHOICE, exclude=excluded)
    return [*wrong_answers(solution), *right]


def count_of(course: Course, assignment: str, ask: Ask) -> int:
    """How many submissions an audit runs, at most."""
    return (
        1 + len(variants_of(course, assignment, ask)) + (MANY if ask.seeds is None else ask.seeds)
    )


def _seeds(solution: Graded) -> int:
    return MANY if _cpu_s(solution.result) < SHORT_S else FEW


def _under_seeds(run: Runner, plan: Plan, seeds: Iterable[int], workers: int) -> list[Graded]:
    """The solution under each seed; several at a time, for each seed is a plan of its own."""

    def one(seed: int) -> Graded:
        return run(with_seed(plan, seed), [None])[0]

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, seeds))


def _luck(results: Iterable[Result], tries: Mapping[str, int]) -> list[Luck]:
    """One entry for each threshold that some check of the results compared with.

    ``tries`` are the runs that a check may take (``@check(seeds=)``), by its id.
    """
    found: dict[tuple[str, str], list[Measure]] = {}
    for result in results:
        for check in result.checks:
            for measure in check.measures:
                found.setdefault((check.id, measure.subject), []).append(measure)
    return [luck_of(found[key], tries=tries.get(key[0], 1)) for key in found]


def _cpu_s(result: Result) -> float:
    value = result.run.get("cpu_s", 0.0)
    return float(value) if isinstance(value, (int, float)) else 0.0


def _trial_json(trial: Trial) -> dict[str, JSON]:
    operators: Sequence[str] = trial.variant.operators
    return {
        "kind": trial.variant.kind.value,
        "operators": list(operators),
        "cell": trial.variant.cell,
        "change": trial.variant.change,
        "finding": trial.finding.value,
        "score": trial.result.score,
        "max_score": trial.result.max_score,
        "cells": list(trial.cells),
        "told": trial.told,
        "answer": dict(trial.variant.cells),
    }


def _luck_json(luck: Luck) -> dict[str, JSON]:
    return {
        "subject": luck.subject,
        "kind": luck.kind,
        "threshold": luck.limit,
        "runs": luck.runs,
        "tries": luck.tries,
        "missed": luck.missed,
        "lowest": luck.lowest,
        "mean": luck.mean,
        "highest": luck.highest,
        "margin_sd": None if luck.margin == float("inf") else luck.margin,
        "bound": luck.bound,
        "method": luck.method,
        "holds": luck.holds,
    }
