"""What the curves, the weights and the activations tell: mostly symptoms. (T1 to T6)"""

import math
from itertools import pairwise

from autograder.diagnosis.case import Case, Output
from autograder.diagnosis.kinds import CROSS_ENTROPIES, loss_of
from autograder.diagnosis.rule import Level, Rule, Seen

_HUGE = 1e3
_FLAT = 0.05
_NEAR = 0.02
_RISES, _RISE = 3, 0.05
_DEAD = 2 / 3
"""Of a layer; half of one, as published, has stopped in correct programs of the corpus too."""

_LOW_RATIO, _HIGH_RATIO = 0.01, 70.0
"""Published is 1e-3 (AUTOTRAINER), when hardly anything arrives; no correct program of the corpus
is below 0.04, and the deep sigmoid ones that stand still are at 0.005."""

_EQUAL = 1e-6
_ROWS = 8
"""Of fewer examples nobody can say that a unit never answers, or that all answers are one."""


def _lost(case: Case) -> Seen | None:
    losses = case.curves.get("loss", ())
    bad = [n for n, loss in enumerate(losses, start=1) if not math.isfinite(loss)]
    if bad:
        return Seen(f"the loss is no number in epoch {bad[0]}")
    crossed = bool(case.outputs) and all(loss_of(out) in CROSS_ENTROPIES for out in case.outputs)
    if losses and crossed and max(losses) >= _HUGE:
        return Seen(f"a cross-entropy of {max(losses):.4g}")
    if losses and crossed and min(losses) < -1e-3:
        return Seen(f"a cross-entropy below zero: {min(losses):.4g}")
    return None


def _stands_still(case: Case) -> Seen | None:
    losses = case.curves.get("loss", ())
    if len(losses) < 2 or len(case.outputs) != 1 or not all(map(math.isfinite, losses)):
        return None
    fall = losses[0] - losses[-1]
    if fall > _FLAT * abs(losses[0]):
        return None
    score = _guesses(case, case.outputs[0])
    return Seen(f"loss {losses[0]:.4g}, then {losses[-1]:.4g}; {score}") if score else None


def _guesses(case: Case, output: Output) -> str:
    """The score in words, if it is that of one answer for everything."""
    rows = output.target
    if rows is None or not rows.numeric:
        return ""
    if loss_of(output) in CROSS_ENTROPIES:
        curves = [case.curves[name] for name in ("accuracy", "acc") if name in case.curves]
        curves += [
            case.curves[name]
            for name in case.curves
            if name.endswith("_accuracy") and not name.startswith("val_")
        ]
        if curves and rows.majority == rows.majority and curves[0][-1] <= rows.majority + _NEAR:
            return (
                f"accuracy {curves[0][-1]:.2f}, and {rows.majority:.2f} of the labels are one class"
            )
        return ""
    variance = rows.deviation**2
    last = case.curves["loss"][-1]
    if loss_of(output) == "mse" and rows.flat and variance and last >= (1 - _FLAT) * variance:
        return f"the mean of the targets has an error of {variance:.4g}"
    return ""


def _dead_units(case: Case) -> Seen | None:
    if case.signals is None or case.signals.rows < _ROWS:
        return None
    for one in case.signals.dead:
        if one.share >= _DEAD:
            return Seen(
                f"{one.share:.0%} of the {one.units} units of {one.layer!r} give 0 nearly always"
            )
    return None


def _gradients(case: Case) -> Seen | None:
    ratio = case.signals.gradient_ratio if case.signals is not None else math.nan
    if math.isnan(ratio) or _LOW_RATIO <= ratio <= _HIGH_RATIO:
        return None
    return Seen(f"the first layer's gradient is {ratio:.2g} times that of the last")


def _overfits(case: Case) -> Seen | None:
    train, seen = case.curves.get("loss", ()), case.curves.get("val_loss", ())
    if len(seen) <= _RISES or len(train) != len(seen):
        return None
    best = min(range(len(seen)), key=seen.__getitem__)
    up = [b > a and d < c for (a, b), (c, d) in zip(pairwise(seen), pairwise(train), strict=True)]
    rises = any(all(up[n : n + _RISES]) for n in range(best, len(up) - _RISES + 1))
    if rises and seen[-1] - seen[best] > _RISE * abs(seen[best]):
        return Seen(
            f"validation loss {seen[best]:.4g} in epoch {best + 1}, {seen[-1]:.4g} at the end"
        )
    return None


def _same_answer(case: Case) -> Seen | None:
    found = case.signals
    if not case.epochs:
        return None
    if _frozen(case):
        return Seen("no layer may train, and the loss has stayed where it was")
    if found is None:
        return None
    if found.unchanged:
        return Seen("no weight has changed in fit")
    if found.rows >= _ROWS and found.spread <= _EQUAL * max(1.0, found.level):
        return Seen(f"the same answer for {found.rows} examples")
    return None


def _frozen(case: Case) -> bool:
    """Whether all layers are frozen, and were in fit: some freeze them after it."""
    nodes = [node for node in case.graph.nodes if node.parameters] if case.graph is not None else []
    losses = case.curves.get("loss", ())
    level = len(losses) > 1 and abs(losses[0] - losses[-1]) <= _FLAT * abs(losses[0])
    return bool(nodes) and not any(node.trainable for node in nodes) and level


RULES = (
    Rule(
        "T1",
        Level.ERROR,
        "H",
        "The loss has run away.",
        "From there on no step can bring the weights back.",
        "Look at the learning rate, the size of the inputs, and whether loss and labels fit.",
        _lost,
        "AUTOTRAINER (Zhang et al. 2021); DeepLocalize (Wardat et al. 2021)",
        symptom=True,
    ),
    Rule(
        "T3",
        Level.WARNING,
        "A",
        "Many units have stopped answering.",
        "Where a relu gives 0, no gradient reaches its weights: they cannot come back.",
        "Look at the learning rate and at the scale of the inputs.",
        _dead_units,
        "DeepDiagnosis; AUTOTRAINER; its two thirds of a layer are calibrated on correct programs",
        symptom=True,
    ),
    Rule(
        "T6",
        Level.ERROR,
        "A",
        "The training has taught the network nothing.",
        "Either no weight has moved, or the answer does not depend on the input.",
        "Look at which layers may train, at the activations, and at the loss.",
        _same_answer,
        "DeepLocalize",
        symptom=True,
    ),
    Rule(
        "T2",
        Level.WARNING,
        "H",
        "The loss hardly falls.",
        "The score is no better than with the same answer for every example.",
        "Look at the learning rate, the scale of the inputs and of the targets, and the last layer "
        "with its loss.",
        _stands_still,
        "AUTOTRAINER; DeepDiagnosis",
        symptom=True,
    ),
    Rule(
        "T4",
        Level.WARNING,
        "A",
        "The gradient does not arrive at the first layer as it leaves the last.",
        "Layers learn at very different speeds, or not at all.",
        "Look at the activations of the hidden layers and at the depth of the network.",
        _gradients,
        "AUTOTRAINER: 1e-3 and 70, the first calibrated to 0.01 on correct programs",
        symptom=True,
    ),
    Rule(
        "T5",
        Level.WARNING,
        "H",
        "The validation loss rises while the training loss falls.",
        "The network begins to learn the training rows by heart.",
        "Look at the number of epochs, at the size of the network, and at what could end training "
        "in time.",
        _overfits,
        "Chollet, Deep Learning with Python, 5.1",
        symptom=True,
    ),
)
