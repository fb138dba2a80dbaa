"""Variants graded as any submission is, and what each shows of the checks."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from autograder.authoring.audit.sameness import same_evidence
from autograder.authoring.audit.solution import notebook_of
from autograder.authoring.audit.terms import Terms
from autograder.authoring.audit.variants import Kind, Variant
from autograder.grading import Desk, Graded, Plan, Prepared, prepare_folder
from autograder.nouns import Result


class Finding(StrEnum):
    """What one variant shows. HOLE and MARKED_DOWN are defects of the checks."""

    CAUGHT = "caught"
    REVIEW = "sent to a person"
    OPEN = "left open by the exercise"
    SAME = "same as the solution"
    HOLE = "hole"
    KEPT = "kept its points"
    MARKED_DOWN = "marked down"

    @property
    def defect(self) -> bool:
        """Whether the checks have to be mended."""
        return self in (Finding.HOLE, Finding.MARKED_DOWN)


@dataclass(frozen=True)
class Trial:
    """One variant and its result. ``cells`` are the grade cells that are not at full points."""

    variant: Variant
    result: Result
    finding: Finding
    cells: tuple[str, ...]
    told: str = ""


Runner = Callable[[Plan, Sequence[Variant | None]], list[Graded]]
"""Grades the notebooks of variants, None being the solution, in the order given."""


def runner(desk: Desk, source: Path, *, workers: int, on_run: Callable[[Prepared], None]) -> Runner:
    """Grades variants of ``source`` at the desk. What has run before comes from its store."""

    def run(plan: Plan, variants: Sequence[Variant | None]) -> list[Graded]:
        with tempfile.TemporaryDirectory(prefix="autograder-audit-") as made:
            prepared = []
            for number, variant in enumerate(variants):
                folder = Path(made) / str(number)
                folder.mkdir()
                text = json.dumps(notebook_of(source, variant))
                (folder / source.name).write_text(text, encoding="utf-8")
                prepared.append(prepare_folder(plan, folder, str(number)))
            graded = desk.grade_all(plan, prepared, workers=workers, on_run=on_run)
            return sorted(graded, key=lambda one: int(str(one.prepared.student)))

    return run


def with_seed(plan: Plan, seed: int) -> Plan:
    """The plan under another seed of the run."""
    return replace(plan, settings=replace(plan.settings, seed=seed))


def trials_of(
    solution: Graded,
    variants: Sequence[Variant],
    graded: Sequence[Graded],
    *,
    terms: Terms,
    decides: dict[str, str],
) -> list[Trial]:
    """What each variant shows. ``decides`` names the grade cell of each solution cell."""
    return [
        _trial(solution, variant, one, terms, decides)
        for variant, one in zip(variants, graded, strict=True)
    ]


def _trial(
    solution: Graded, variant: Variant, graded: Graded, terms: Terms, decides: dict[str, str]
) -> Trial:
    result = graded.result
    short = {
        name: cell.score
        for name, cell in result.cells.items()
        if cell.score is None or cell.score < cell.points
    }
    lost = tuple(name for name, score in short.items() if score is not None)
    if variant.kind is Kind.RIGHT:
        finding, told = _of_right(result, lost)
    else:
        finding, told = _of_wrong(solution, variant, graded, terms, decides, lost)
    return Trial(variant, result, finding, tuple(short), told)


def _of_right(result: Result, lost: Sequence[str]) -> tuple[Finding, str]:
    if lost:
        return Finding.MARKED_DOWN, _messages(result, lost)
    if result.needs_review:
        return Finding.REVIEW, "; ".join(result.reasons)
    return Finding.KEPT, ""


def _of_wrong(
    solution: Graded,
    variant: Variant,
    graded: Graded,
    terms: Terms,
    decides: dict[str, str],
    lost: Sequence[str],
) -> tuple[Finding, str]:
    opening = terms.opening(variant)
    own = decides.get(variant.cell, "")
    wanted = own if opening is None else opening.loses
    if wanted and wanted in lost:
        return Finding.CAUGHT, _messages(graded.result, [wanted])
    if opening is not None and not opening.loses and not lost:
        return Finding.OPEN, opening.reason
    if graded.result.needs_review:
        return Finding.REVIEW, "; ".join(graded.result.reasons)
    if _same(solution, graded):
        return Finding.SAME, ""
    if opening is not None and not opening.loses:
        # What is free in its own cell may spoil what comes after it: that is a consequence.
        return Finding.CAUGHT, _messages(graded.result, lost)
    elsewhere = f", but loses in {', '.join(lost)}" if lost else ""
    return Finding.HOLE, f"keeps all points of {wanted or own}{elsewhere}"


def _same(solution: Graded, graded: Graded) -> bool:
    return solution.manifests.keys() == graded.manifests.keys() and all(
        same_evidence(manifest, graded.manifests[name])
        for name, manifest in solution.manifests.items()
    )


def _messages(result: Result, cells: Sequence[str]) -> str:
    told = [check.message for check in result.checks if check.cell in cells and check.message]
    return " ".join(" ".join(told).split())[:300]
