"""Whether a network can learn a few rows by heart: a check for the author, beside the real one.

A network that cannot fit 32 rows with its own loss and optimizer will not fit thirty thousand,
whatever is done to the data. It is begun anew in a fresh jail (`replay.memorise`), so it says
something about the network and its settings, and nothing about the student's training.
"""

import numpy as np

from autograder.errors import CheckError
from autograder.evidence.arrays import Array
from autograder.evidence.graph import canonical_loss
from autograder.evidence.model_view import MEMORISE, Inputs
from autograder.evidence.view import ModelEvidence
from autograder.matchers.compiling import compiled
from autograder.matchers.failure import MatchFailure
from autograder.matchers.losses import BINARY, ONE_HOT, SPARSE
from autograder.matchers.scoring import decoded, exact

ROWS = 32
"""Few enough for a second of training, and too many to be right by luck."""

SHARE = "0.9"
"""Of the rows' classes, or of the targets' variance: what by heart means here."""


def assert_can_fit_small_batch(
    model: ModelEvidence,
    x: Inputs,
    y: Array,
    *,
    rows: int = ROWS,
    at_least: str = SHARE,
) -> None:
    """Passes when the network, begun anew, learns the first ``rows`` of ``x`` and ``y`` by heart.

    ``x`` is what ``predict`` takes; ``y`` has the targets in the form that the model's loss takes,
    (n,), (n, 1) or one-hot (n, k). ``at_least`` is the share of right classes or, for numbers, of
    the variance that is explained; a decimal in quotes. Only for models with one output, with a
    loss and an optimizer of Keras. Raises MatchFailure; NotJudgeable for what cannot be rebuilt.
    """
    share = exact(at_least, "at_least")
    compiled(model)
    few = _first(x, rows)
    targets = np.asarray(y)[:rows]
    if len(targets) < 2:
        raise CheckError(f"at least 2 rows to learn by heart expected, found {len(targets)}")
    if not model.parameters.trainable:
        raise MatchFailure(
            f"{model.name} can learn {len(targets)} examples by heart",
            "none of its weights can be trained",
            hint="Look at which layers are frozen.",
        )
    losses, *answers = model.asked(MEMORISE, few, [targets])
    if len(answers) != 1:
        raise CheckError(f"a model with one output expected, {model.name} has {len(answers)}")
    reached = _reached(model, answers[0], targets)
    if not reached >= share:
        raise MatchFailure(
            f"{model.name} can learn {len(targets)} examples by heart",
            f"begun anew, it comes to {max(0.0, reached):.0%} on them; its loss went from "
            f"{losses[0]:.3g} to {losses[1]:.3g}",
            hint="The size of the network, its activations, the loss and the learning rate decide "
            "this; more data or more epochs do not.",
        )


def _first(x: Inputs, rows: int) -> Inputs:
    if isinstance(x, np.ndarray):
        return x[:rows]
    if isinstance(x, dict):
        return {name: np.asarray(array)[:rows] for name, array in x.items()}
    return [np.asarray(array)[:rows] for array in x]


def _reached(model: ModelEvidence, answer: Array, targets: Array) -> float:
    """The share of right classes, or of variance explained, NaN counting as nothing."""
    found = np.asarray(answer, dtype=np.float64)
    if not np.isfinite(found).all():
        return 0.0
    if of_classes(model):
        labels = targets.argmax(axis=1) if _wide(targets) else targets.ravel()
        return float(np.mean(decoded(found, "auto", model, None) == labels))
    wanted = np.asarray(targets, dtype=np.float64).reshape(found.shape)
    variance = float(np.mean((wanted - wanted.mean(axis=0)) ** 2))
    return 1.0 - float(np.mean((found - wanted) ** 2)) / variance if variance else 0.0


def _wide(targets: Array) -> bool:
    return targets.ndim == 2 and targets.shape[1] > 1


def of_classes(model: ModelEvidence) -> bool:
    """Whether a compiled model's loss is one for classes; else the targets are numbers."""
    record = compiled(model).loss_of("")
    return record is not None and canonical_loss(dict(record)).name in (SPARSE, ONE_HOT, BINARY)
