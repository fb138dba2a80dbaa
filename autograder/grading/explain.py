"""Why a network does not learn, told with the checks that failed. Changes no points.

The rules look at what the recorder took down of the models that a failed check had asked for: a
claim like compile settings, so a diagnosis explains and is never evidence. Where they can prove no
fault, some rows of the training go through the recorded network once more, in a fresh jail.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograder.diagnosis import (
    Case,
    Dead,
    Finding,
    Level,
    Signals,
    case_of,
    examine,
    shown,
    source_of,
)
from autograder.errors import AutograderError, EvidenceError
from autograder.evidence.absence import raised
from autograder.evidence.arrays import Array, unpack
from autograder.evidence.fits import FitEvidence
from autograder.evidence.graph.recorded import read_model
from autograder.evidence.graph.relus import relus
from autograder.evidence.model_view import OBSERVE
from autograder.evidence.view import Evidence, HistoryEvidence, ModelEvidence, PredictionPending
from autograder.nouns import CheckOutcome, Diagnosis, Verdict


def explained(outcomes: Sequence[CheckOutcome], evidence: Evidence) -> tuple[Diagnosis, ...]:
    """What the rules say of each grade cell with a check that did not pass, each rule once.

    Raises PredictionPending for what a jail has to look at first.
    """
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
    trainings = list(_trainings(evidence, names))
    if not trainings:  # a cell that Keras refused has made none
        error = raised(evidence.manifest, evidence.cell, "keras")
        return list(examine(case_of(None, error=error)))
    for model, history in trainings:
        fit = _last_fit(evidence, model, history)
        seen = examine(_case(evidence, model, history, fit, None))
        if fit is not None and not any(map(_is_proof, seen)):
            signals = _signals(evidence, model, fit)
            if signals is not None:
                seen = examine(_case(evidence, model, history, fit, signals))
        for one in seen:
            found.setdefault(one.id, one)
    return list(found.values())


def _case(
    evidence: Evidence,
    model: ModelEvidence,
    history: HistoryEvidence | None,
    fit: FitEvidence | None,
    signals: Signals | None,
) -> Case:
    return case_of(
        model,
        inputs=fit.x if fit is not None else (),
        targets=fit.y if fit is not None else (),
        curves=history.values if history is not None else {},
        source=source_of(evidence.sources_before(evidence.cell)),
        signals=signals,
        error=raised(evidence.manifest, evidence.cell, "keras"),
    )


def _is_proof(finding: Finding) -> bool:
    return not finding.rule.symptom and finding.level is Level.ERROR


def _last_fit(
    evidence: Evidence, model: ModelEvidence, history: HistoryEvidence | None
) -> FitEvidence | None:
    """The last training so far; before any, the rows of the first one to come: the network was
    meant for them."""
    fits = model.fits or (history.fits if history is not None else ())
    if fits:
        return fits[-1]
    later = evidence.later_fits(model.name)
    return FitEvidence(x=later[0].x, y=later[0].y) if later else None


def _signals(evidence: Evidence, model: ModelEvidence, fit: FitEvidence) -> Signals | None:
    """What the network does to some rows of its training; None where that cannot be looked at."""
    try:
        x, y = (tuple(unpack(evidence.blob(one)) for one in part) for part in fit.sample)
        if not x:
            return Signals(unchanged=True) if fit.unchanged else None
        dead, facts = model.asked(OBSERVE, x, y)
        if dead.ndim != 2 or dead.shape[1] != 2 or facts.shape != (4,):
            raise EvidenceError("two arrays of the stated shapes expected")
        return Signals(
            dead=_dead(model, dead),
            gradient_ratio=float(facts[0]),
            spread=float(facts[1]),
            level=float(facts[2]),
            rows=int(facts[3]) if math.isfinite(facts[3]) else 0,
            unchanged=fit.unchanged,
        )
    except PredictionPending:
        raise
    except (AutograderError, ValueError):
        return Signals(unchanged=True) if fit.unchanged else None


def _dead(model: ModelEvidence, found: Array) -> tuple[Dead, ...]:
    graph = read_model(dict(model.raw)).graph
    names = [op.name or op.class_name for op in relus(graph)] if graph is not None else []
    rows = np.asarray(found, dtype=np.float64)
    pairs = zip(names, rows, strict=True)
    return tuple(Dead(name, float(share), int(units)) for name, (share, units) in pairs)


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
