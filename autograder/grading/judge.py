"""Runs the hidden checks on the evidence of many submissions, predicting what they ask for."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from autograder.checks.session import Submission, run_checks
from autograder.errors import EvidenceError, JailError, StoreError, UsageError
from autograder.evidence.arrays import Array, pack, unpack
from autograder.evidence.model_view import PREDICT
from autograder.evidence.store import Store
from autograder.evidence.view import Evidence, Home, NotJudgeable, PredictionPending
from autograder.grading.execute import Manifest
from autograder.grading.explain import explained
from autograder.grading.jobs import Place
from autograder.grading.plan import Plan
from autograder.grading.prepare import Prepared, PreparedNotebook
from autograder.grading.reference import REFERENCE
from autograder.grading.untrained import untrained
from autograder.nouns import CheckOutcome, Diagnosis, Verdict
from autograder.replay.predict import Replayed, Request

REASON = "reason"
"""The key of a stored answer that says why there are no predictions."""


@dataclass
class Predictions:
    """Predictions by model and inputs: in memory, in the store, or made in a fresh jail."""

    place: Place
    store: Store
    replayed: int = 0
    _known: dict[tuple[str, ...], Replayed] = field(default_factory=dict)

    def predictions(
        self, ref: str, inputs: tuple[Array, ...], task: str = PREDICT
    ) -> tuple[Array, ...]:
        """The model's outputs. Raises PredictionPending, or NotJudgeable when it has none."""
        pending = PredictionPending(ref, inputs, task)
        found = self._known.get(pending.key)
        if found is None:
            raise pending
        if found.reason:
            raise NotJudgeable(found.reason)
        return found.outputs

    def make(self, pending: Sequence[PredictionPending], models: Mapping[str, Any]) -> None:
        """Make what is pending, each once. ``models`` are the records by reference."""
        wanted = {item.key: item for item in pending if item.key not in self._known}
        requests: dict[tuple[str, ...], Request] = {}
        for key, item in wanted.items():
            model = item.model or models.get(item.ref)
            if model is None:
                self._known[key] = Replayed(reason="the model's record is missing")
                continue
            request = Request(item.ref, model, item.inputs, item.task)
            stored = self._stored(request)
            if stored is None:
                requests[key] = request
            else:
                self._known[key] = stored
        answers = self.place.predict(list(requests.values()), self.store.blob)
        self.replayed += len(requests)
        for (key, request), answer in zip(requests.items(), answers, strict=True):
            self._known[key] = answer
            self._keep(request, answer)

    def give_up(self, pending: Sequence[PredictionPending], reason: str) -> None:
        """What is pending will not be made in this command."""
        self._known.update({item.key: Replayed(reason=reason) for item in pending})

    def _keep(self, request: Request, answer: Replayed) -> None:
        try:
            if answer.reason:
                # For those who read and run nothing. Grading tries it again: it may be a mishap.
                self.store.put_predictions(request.key, {REASON: answer.reason})
                return
            names = [self.store.put_blob(pack(output)) for output in answer.outputs]
            self.store.put_predictions(request.key, list(names))
        except StoreError:
            pass  # they are known now; the next command predicts again

    def _stored(self, request: Request) -> Replayed | None:
        names = self.store.predictions(request.key)
        if not isinstance(names, list):
            return None
        try:
            return Replayed(tuple(unpack(self.store.blob(str(name))) for name in names))
        except (EvidenceError, StoreError, AssertionError):
            return None


def judge(
    plan: Plan,
    batch: Mapping[str, tuple[Prepared, Mapping[str, Manifest]]],
    known: Predictions,
    reference: Manifest | None = None,
) -> dict[str, tuple[CheckOutcome, ...]]:
    """The outcomes of every check for each submission of ``batch`` (by a key of the caller's).

    ``reference`` is the run of the assignment's reference.py, where there is one.
    """
    if not plan.checks.is_dir() or not batch:
        return dict.fromkeys(batch, ())
    models: dict[str, Any] = {}
    submissions = {}
    for key, (prepared, manifests) in batch.items():
        submissions[key] = _submission(plan, prepared, manifests, known)
        for manifest in manifests.values():
            models.update(manifest["models"])

    def resolve(pending: Sequence[PredictionPending]) -> None:
        known.make(pending, models)

    data = plan.data.checks if plan.data else None
    like = _reference(plan, reference, known) if reference is not None else None
    return run_checks(plan.checks, submissions, resolve, data=data, reference=like)


Batch = Mapping[int, tuple[Prepared, Mapping[str, Manifest], Sequence[CheckOutcome]]]
"""Submissions by the caller's key, each with its runs and what the checks said."""

_Told = TypeVar("_Told")


def diagnosed(plan: Plan, batch: Batch, known: Predictions) -> dict[int, tuple[Diagnosis, ...]]:
    """What the rules say of the networks that failed checks had looked at, by the caller's key."""
    return _looked_at(plan, batch, known, explained, passed=False)


def doubted(plan: Plan, batch: Batch, known: Predictions) -> dict[int, tuple[str, ...]]:
    """Why a person should look at networks with which checks passed, by the caller's key."""
    return _looked_at(plan, batch, known, untrained, passed=True)


def _looked_at(
    plan: Plan,
    batch: Batch,
    known: Predictions,
    look: Callable[[Sequence[CheckOutcome], Evidence], tuple[_Told, ...]],
    *,
    passed: bool,
) -> dict[int, tuple[_Told, ...]]:
    """What ``look`` tells of the submissions that have checks that passed, or that did not.

    What a jail has to look at is done for the whole batch at once, one network after the other
    where a submission has several. A jail or a rule that breaks costs what it would have told,
    never a score.
    """
    todo: dict[int, tuple[Sequence[CheckOutcome], Evidence]] = {}
    for key, (prepared, manifests, outcomes) in batch.items():
        if manifests and any((one.verdict is Verdict.PASSED) is passed for one in outcomes):
            todo[key] = (outcomes, evidence_of(plan, prepared, manifests, known))
    found: dict[int, tuple[_Told, ...]] = dict.fromkeys(batch, ())
    while todo:
        pending: list[PredictionPending] = []
        left: dict[int, tuple[Sequence[CheckOutcome], Evidence]] = {}
        for key, (outcomes, evidence) in todo.items():
            try:
                found[key] = look(outcomes, evidence)
            except PredictionPending as wanted:
                pending.append(wanted)
                left[key] = (outcomes, evidence)
            except Exception:
                continue  # a fault of ours in looking: the score stands, and so does the class
        _made(known, pending)
        todo = left
    return found


def _made(known: Predictions, pending: Sequence[PredictionPending]) -> None:
    """Make what is pending, or know why not: what cannot be made keeps no other from being so."""
    try:
        known.make(pending, {})
    except UsageError:
        raise
    except Exception as error:
        if len(pending) > 1 and not isinstance(error, JailError):
            for one in pending:
                _made(known, [one])
        else:
            known.give_up(pending, f"no jail could look at it: {error}")


def evidence_of(
    plan: Plan, prepared: Prepared, manifests: Mapping[str, Manifest], known: Predictions
) -> Evidence:
    """What the runs of a submission left behind, not yet bound to a grade cell."""
    return _submission(plan, prepared, manifests, known).evidence


def _reference(plan: Plan, manifest: Manifest, known: Predictions) -> Evidence:
    found = Submission(plan.assignment, manifest, known.store.blob, {}, known).evidence
    return found.at(REFERENCE)


def _submission(
    plan: Plan, prepared: Prepared, manifests: Mapping[str, Manifest], known: Predictions
) -> Submission:
    """The evidence of one submission; of several notebooks each cell has that of its own."""
    own = {part.name: _sources(part) for part in prepared.notebooks}
    count = Counter(name for its in own.values() for name in its)
    every = {
        name if count[name] == 1 else f"{notebook}/{name}": text
        for notebook, its in own.items()
        for name, text in its.items()
    }
    homes = {
        cell.name: Home(manifests[cell.notebook], {**own[cell.notebook], **every}, cell.grade_id)
        for cell in plan.cells.values()
        if len(own) > 1 and cell.notebook in manifests
    }
    merged = _merged(manifests)
    return Submission(plan.assignment, merged, known.store.blob, every, known, homes)


def _merged(manifests: Mapping[str, Manifest]) -> Manifest:
    """One manifest for an assignment of several notebooks: all models, and what is asked of no cell
    in particular."""
    whole: Manifest = {"version": 1, "snapshots": {}, "models": {}, "saved": {}, "cells": []}
    for manifest in manifests.values():
        whole = {**manifest, **whole}
        whole["snapshots"] = {**whole["snapshots"], **manifest["snapshots"]}
        for part in ("models", "saved"):
            whole[part] = {**whole[part], **manifest.get(part, {})}
        whole["cells"] = [*whole["cells"], *manifest["cells"]]
    return whole


def _sources(part: PreparedNotebook) -> dict[str, str]:
    """Every code cell's text in run order; one without a grade id goes by its place."""
    return {
        cell.grade_id or f"{part.name}, cell {place}": cell.source
        for place, cell in enumerate(part.cells, start=1)
    }
