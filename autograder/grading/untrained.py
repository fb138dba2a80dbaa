"""Whether a network was as good before its first training as after it. Changes no points.

The predictions are true of the weights; that a training made these is a claim. Where all trainings
together have hardly moved them, those from before the first one predict some rows too, in a fresh
jail. Where they do it as well, a person is asked: weights that were found elsewhere are no
training, however they came into the network.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import AutograderError
from autograder.evidence.arrays import Array, unpack
from autograder.evidence.tree import nodes_of
from autograder.evidence.view import Evidence, PredictionPending
from autograder.matchers.memory import of_classes
from autograder.nouns import CheckOutcome, Verdict

Floats = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.int64]]

AS_GOOD = 1.1
"""Times the error after the trainings."""

LEARNT = 0.8
"""Of the error of one answer for all rows: a network above it has learnt nothing either way."""

_STEPS = frozenset({"apply_gradients", "apply", "assign_sub"})
_LEAST = 1e-7
_LEAST_ROWS = 8


def untrained(outcomes: Sequence[CheckOutcome], evidence: Evidence) -> tuple[str, ...]:
    """A reason for each network with which a measure was passed and that no training has made good.

    Raises PredictionPending for what a jail has to predict first.
    """
    asked = dict.fromkeys(
        (one.cell, name)
        for one in outcomes
        if one.verdict is Verdict.PASSED and one.measures
        for name in one.asked
    )
    found = (_reason(evidence.at(cell), name) for cell, name in asked)
    return tuple(dict.fromkeys(one for one in found if one))


def _reason(evidence: Evidence, name: str) -> str:
    try:
        model = evidence.model(name)
        fits = model.fits
        begun = fits[0].begun if fits else ()
        if not begun or _left_by_another(begun, evidence.manifest) or _own_loop(evidence):
            return ""
        x, y = (tuple(unpack(evidence.blob(one)) for one in part) for part in fits[-1].sample)
        if not x or len(y) != 1 or len(y[0]) < _LEAST_ROWS:
            return ""
        classes = of_classes(model)
        after = _error(model.predict(list(x)), y[0], classes)
        if not after < LEARNT * _error_of_one_answer(y[0], classes):
            return ""
        before = _error(model.with_weights(begun).predict(list(x)), y[0], classes)
        if before <= AS_GOOD * after:
            return f"{name} was as good before its first training as after all of them"
    except PredictionPending:
        raise
    except (AutograderError, ValueError):
        pass  # nothing is known of it, and nothing said
    return ""


def _own_loop(evidence: Evidence) -> bool:
    """Whether the notebook trains in a loop of its own, of which no beginning is recorded: the
    reading of the source looks at the steps that it takes."""
    nodes = [n for text in evidence.sources_before(evidence.cell) for n in nodes_of(text)]
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return "GradientTape" in named and not _STEPS.isdisjoint(named)


def _left_by_another(weights: Sequence[str], manifest: Mapping[str, Any]) -> bool:
    """Whether the training of another network of the notebook ended with these weights."""
    wanted = list(weights)
    return any(
        fit.get("weights") == wanted
        for fits in _recorded(manifest)
        if fits[0].get("begun") != wanted
        for fit in fits
    )


def _recorded(manifest: Mapping[str, Any]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The trainings of every network and history, as they were recorded."""
    for snapshot in manifest["snapshots"].values():
        for value in (snapshot.get("values") or {}).values():
            fits = value.get("fits") if isinstance(value, dict) else None
            known = [fit for fit in fits or () if isinstance(fit, dict)]
            if known:
                yield known


def _error(found: Array, targets: Array, classes: bool) -> float:
    """The cross-entropy of classes, from shares or scores; the mean squared error of numbers."""
    answers = np.asarray(found, dtype=np.float64).reshape(len(targets), -1)
    if not classes:
        wanted = np.asarray(targets, dtype=np.float64).reshape(len(targets), -1)
        return float(np.mean((answers - wanted) ** 2))
    labels = _labels(targets)
    if answers.shape[1] == 1:
        score = answers[:, 0]
        shares = score if _shares(score) else 1 / (1 + np.exp(-np.clip(score, -50, 50)))
        right = np.where(labels > 0, shares, 1 - shares)
    else:
        if not (_shares(answers) and np.allclose(answers.sum(axis=1), 1, atol=1e-3)):
            powers = np.exp(answers - answers.max(axis=1, keepdims=True))
            answers = powers / powers.sum(axis=1, keepdims=True)
        right = answers[np.arange(len(labels)), labels]
    return float(-np.mean(np.log(np.clip(right, _LEAST, 1))))


def _error_of_one_answer(targets: Array, classes: bool) -> float:
    if not classes:
        return float(np.var(np.asarray(targets, dtype=np.float64), axis=0).mean())
    counts = np.unique(_labels(targets), return_counts=True)[1] / len(targets)
    return float(-np.sum(counts * np.log(counts)))


def _labels(targets: Array) -> Labels:
    wide = targets.ndim == 2 and targets.shape[1] > 1
    return np.asarray(targets.argmax(axis=1) if wide else targets.ravel(), dtype=np.int64)


def _shares(values: Floats) -> bool:
    return bool(np.all((values >= 0) & (values <= 1)))
