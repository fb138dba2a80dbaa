"""Which loss a recorded LOSS is: by its registered name, or by what it computes.

A loss of the student's own is judged by a probe: its mean on fixed small arrays, computed in the
jail, compared with numpy references here. Formulas: keras.io/api/losses.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.evidence.graph.nodes import Frozen
from autograder.evidence.graph.operations import freeze
from autograder.nouns import JSON

Floats = npt.NDArray[np.float64]

RTOL, ATOL = 1e-4, 1e-5
"""float32 means of a few numbers."""

EPSILON = 1e-7
"""keras.config.epsilon(): probabilities are clipped by it before the logarithm."""

NAMES: Mapping[str, str] = {
    "meansquarederror": "mse",
    "mse": "mse",
    "meanabsoluteerror": "mae",
    "mae": "mae",
    "meanabsolutepercentageerror": "mape",
    "mape": "mape",
    "meansquaredlogarithmicerror": "msle",
    "msle": "msle",
    "binarycrossentropy": "binary_crossentropy",
    "bce": "binary_crossentropy",
    "categoricalcrossentropy": "categorical_crossentropy",
    "sparsecategoricalcrossentropy": "sparse_categorical_crossentropy",
    "crossentropy": "crossentropy",
    "ce": "crossentropy",
    "huber": "huber",
    "logcosh": "log_cosh",
    "kldivergence": "kl_divergence",
    "kld": "kl_divergence",
    "poisson": "poisson",
    "hinge": "hinge",
    "squaredhinge": "squared_hinge",
    "categoricalhinge": "categorical_hinge",
    "cosinesimilarity": "cosine_similarity",
    "binaryfocalcrossentropy": "binary_focal_crossentropy",
    "categoricalfocalcrossentropy": "categorical_focal_crossentropy",
}


BOTH = frozenset(["sigmoid", "softmax"])

SCORES: Mapping[str, tuple[str, ...]] = {
    "binary_logits": ("sigmoid",),
    "one_hot_logits": ("softmax", "sigmoid"),
    "sparse_logits": ("softmax", "sigmoid"),
}
"""Cases whose predictions are scores, and behind which activations a loss may find them."""


@dataclass(frozen=True)
class CanonicalLoss:
    """A loss by its canonical name ("unknown" if none fits), and whether it expects logits.

    ``config`` holds further settings that differ from the usual, such as ``label_smoothing``.
    ``by_probe`` tells that the name was found by computing, ``behind`` the activations behind which
    it then finds the scores; one of Keras finds them wherever Keras keeps the link.
    """

    name: str
    from_logits: bool = False
    config: Mapping[str, Frozen] = field(default_factory=dict)
    by_probe: bool = False
    behind: frozenset[str] = BOTH


def canonical_loss(loss: JSON, columns: int | None = None) -> CanonicalLoss:
    """The loss that a recorded LOSS stands for, on outputs of so many columns where they are known.

    Raises EvidenceError for a malformed one.
    """
    if not isinstance(loss, dict):
        raise EvidenceError("an object expected for a loss")
    name, module, config = loss.get("class_name"), loss.get("module"), loss.get("config") or {}
    if not isinstance(config, dict):
        raise EvidenceError("an object expected for a loss's config")
    if isinstance(name, str) and module == "keras.losses":
        plain = NAMES.get(name.replace("_", "").lower())
        if plain is not None:
            return CanonicalLoss(plain, config.get("from_logits") is True, _unusual(config))
    return loss_from_probe(loss.get("probe"), columns)


def _unusual(config: Mapping[str, JSON]) -> dict[str, Frozen]:
    usual: dict[str, tuple[JSON, ...]] = {
        "reduction": ("sum_over_batch_size", "mean_with_sample_weight", "mean"),
        "label_smoothing": (0, 0.0),
        "axis": (-1,),
        "delta": (1.0,),
        "ignore_class": (None,),
    }
    return {
        key: freeze(config[key])
        for key, values in usual.items()
        if key in config and config[key] not in values
    }


COLUMNS = 4
"""Classes of the cases with several columns, where no other number was asked for."""

MAX_COLUMNS = 100
"""A loss that is written for more classes is asked about four."""


def columns_of(probe: Mapping[str, JSON]) -> int:
    """The classes of the cases that a probe was made on. Raises EvidenceError."""
    found = probe.get("columns", COLUMNS)
    if not isinstance(found, int) or isinstance(found, bool) or not 2 <= found <= MAX_COLUMNS:
        raise EvidenceError(f"2 to {MAX_COLUMNS} columns expected in a probe")
    return found


def probe_cases(columns: int = COLUMNS) -> dict[str, tuple[Floats, Floats]]:
    """Name of each case and its (labels, predictions), small float64 arrays, fixed for ever.

    Those with several classes have so many: a loss may be written for the exercise's number alone.
    """
    labels = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0])[:, None]
    chances = np.array([0.12, 0.81, 0.35, 0.44, 0.97, 0.63, 0.05, 0.58])[:, None]
    scores = np.array([-2.1, 1.7, -0.4, 0.3, 3.2, 0.9, -1.5, 0.6])[:, None]
    classes = np.array([2, 0, 3, 1, 0, 2])
    if columns != COLUMNS:
        classes = np.arange(max(6, columns) + 1, 1, -1) % columns
    grid = np.arange(float(len(classes) * columns)).reshape(len(classes), columns)
    logits = 2.5 * np.sin(grid * 1.7 + 0.3)
    rows = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    one_hot = np.eye(columns)[classes]
    values = np.array([1.3, 0.2, 2.9, 0.7, 4.1, 3.3, 0.4, 1.9])[:, None]
    guesses = np.array([1.1, 0.9, 1.2, 0.65, 5.6, 3.0, 0.1, 2.4])[:, None]
    return {
        "values": (values, guesses),
        "binary": (labels, chances),
        "binary_logits": (labels, scores),
        "one_hot": (one_hot, rows),
        "one_hot_logits": (one_hot, logits),
        "sparse": (classes.astype(np.float64), rows),
        "sparse_logits": (classes.astype(np.float64), logits),
    }


def loss_from_probe(probe: JSON, columns: int | None = None) -> CanonicalLoss:
    """The loss whose means on the cases are those of the probe, "unknown" if none fits.

    Of a network with one column only the cases with one count: a loss that is written for it may
    put its labels into one column too.
    """
    if probe is None:
        return CanonicalLoss("unknown")
    if not isinstance(probe, dict):
        raise EvidenceError("an object expected for a loss's probe")
    narrow = {case for case, (_, given) in probe_cases().items() if given.shape[1] == 1}
    for (name, from_logits), means in _references(columns_of(probe)).items():
        expected = {c: mean for c, mean in means.items() if columns != 1 or c in narrow}
        if expected and all(_agrees(probe.get(case), value) for case, value in expected.items()):
            found = _behind(name, probe) if from_logits else BOTH
            return CanonicalLoss(name, from_logits, by_probe=True, behind=found)
    return CanonicalLoss("unknown", by_probe=True)


def behind(case: str, activation: str) -> str:
    """The name of the case whose predictions an activation of Keras has made of the scores."""
    return f"{case} behind {activation}"


def _behind(name: str, probe: Mapping[str, JSON]) -> frozenset[str]:
    """Behind which activations the loss is what it is on the scores themselves."""
    expected = _references(columns_of(probe)).get((name, True), {})
    return frozenset(
        activation
        for case, activations in SCORES.items()
        for activation in activations
        if case in expected and _agrees(probe.get(behind(case, activation)), expected[case])
    )


def _agrees(found: JSON, expected: float) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 1e30:
        return False
    return math.isclose(found, expected, rel_tol=RTOL, abs_tol=ATOL)


def _references(columns: int) -> dict[tuple[str, bool], dict[str, float]]:
    """For each loss the cases that identify it, with the mean that it must give there."""
    cases = probe_cases(columns)
    found: dict[tuple[str, bool], dict[str, float]] = {}
    for name in ("mse", "mae", "mape", "msle", "huber", "log_cosh"):
        found[name, False] = {
            case: _regression(name, *cases[case]) for case in ("values", "one_hot")
        }
    found["binary_crossentropy", False] = {
        case: _binary(*cases[case]) for case in ("binary", "one_hot")
    }
    found["binary_crossentropy", True] = {
        case: _binary(cases[case][0], 1 / (1 + np.exp(-cases[case][1])))
        for case in ("binary_logits", "binary")
    }
    one_hot = cases["one_hot"]
    mean = float(-(one_hot[0] * np.log(one_hot[1])).sum(axis=1).mean())
    found["categorical_crossentropy", False] = {"one_hot": mean}
    found["categorical_crossentropy", True] = {"one_hot_logits": mean}
    found["sparse_categorical_crossentropy", False] = {"sparse": mean}
    found["sparse_categorical_crossentropy", True] = {"sparse_logits": mean}
    return found


def _binary(labels: Floats, chances: Floats) -> float:
    safe = np.clip(chances, EPSILON, 1 - EPSILON)
    return float(-(labels * np.log(safe) + (1 - labels) * np.log(1 - safe)).mean())


def _regression(name: str, labels: Floats, found: Floats) -> float:
    error = np.abs(labels - found)
    if name == "mse":
        return float((error**2).mean())
    if name == "mae":
        return float(error.mean())
    if name == "mape":
        return float(100 * (error / np.maximum(np.abs(labels), EPSILON)).mean())
    if name == "msle":
        safe = np.log1p(np.maximum(labels, EPSILON)), np.log1p(np.maximum(found, EPSILON))
        return float(((safe[0] - safe[1]) ** 2).mean())
    if name == "huber":
        return float(np.where(error <= 1, 0.5 * error**2, error - 0.5).mean())
    return float(np.log(np.cosh(error)).mean())
