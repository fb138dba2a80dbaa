"""Why a network does not learn, told with the checks that failed. Changes no points.

The rules look at what the recorder took down of the models that a failed check had asked for: a
claim like compile settings, so a diagnosis explains and is never evidence.
"""

from collections.abc import Iterator, Mapping, Sequence

from autograder.diagnosis import Finding, Level, case_of, examine, shown, source_of
from autograder.errors import AutograderError
from autograder.evidence.view import Evidence, HistoryEvidence, ModelEvidence
from autograder.nouns import CheckOutcome, Diagnosis, Verdict


def explained(outcomes: Sequence[CheckOutcome], evidence: Evidence) -> tuple[Diagnosis, ...]:
    """What the rules say of each grade cell with a check that did not pass, each rule once."""
    told: dict[str, Diagnosis] = {}
    for cell, failed in _by_cell(outcomes).items():
        first = [id for one in failed for id in one.explain]
        names = dict.fromkeys(name for one in failed for name in one.asked)
        found = _of_models(evidence.at(cell), list(names))
        new = [one for one in found if one.id not in told and _worth(one, first)]
        for finding in shown(new, first):
            message = finding.message
            told[finding.id] = Diagnosis(finding.id, finding.level.value, message, cell)
    return tuple(told.values())


def _worth(finding: Finding, first: Sequence[str]) -> bool:
    """A hint beside a failed check would be read as its cause, unless its author says so."""
    return finding.level is not Level.HINT or finding.id in first


def _by_cell(outcomes: Sequence[CheckOutcome]) -> Mapping[str, list[CheckOutcome]]:
    cells: dict[str, list[CheckOutcome]] = {}
    for one in outcomes:
        if one.verdict in (Verdict.FAILED, Verdict.SKIPPED) and one.asked:
            cells.setdefault(one.cell, []).append(one)
    return cells


def _of_models(evidence: Evidence, names: Sequence[str]) -> list[Finding]:
    found: dict[str, Finding] = {}
    for model, history in _trainings(evidence, names):
        fit = (model.fits or (history.fits if history is not None else ()))[-1:]
        case = case_of(
            model,
            inputs=fit[0].x if fit else (),
            targets=fit[0].y if fit else (),
            curves=history.values if history is not None else {},
            source=source_of(evidence.sources_before(evidence.cell)),
        )
        for one in examine(case):
            found.setdefault(one.id, one)
    return list(found.values())


def _trainings(
    evidence: Evidence, names: Sequence[str]
) -> Iterator[tuple[ModelEvidence, HistoryEvidence | None]]:
    """The models that were asked for, each with the history of its training where there is one."""
    models = [found for name in names if (found := _model(evidence, name)) is not None]
    kept = (_history(evidence, name) for name in evidence.names("history"))
    histories = [one for one in kept if one is not None]
    for model in models:
        own = [one for one in histories if _of(one, model)]
        yield model, own[-1] if own else None


def _of(history: HistoryEvidence, model: ModelEvidence) -> bool:
    same = history.model_ref == model.ref
    return same or (bool(history.weights) and history.weights == model.weights)


def _model(evidence: Evidence, name: str) -> ModelEvidence | None:
    try:
        return evidence.model(name)
    except AutograderError:
        return None


def _history(evidence: Evidence, name: str) -> HistoryEvidence | None:
    try:
        return evidence.history(name)
    except AutograderError:
        return None
