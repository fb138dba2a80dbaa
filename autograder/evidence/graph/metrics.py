"""Which accuracy a metric function of the student's own is, by what it computes.

Like a loss of one's own it is judged by a probe: its mean on fixed small arrays, computed in the
jail, compared with numbers that are known here. Formulas: keras.io/api/metrics/accuracy_metrics.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from autograder.errors import EvidenceError
from autograder.evidence.graph.losses import COLUMNS, columns_of
from autograder.nouns import JSON

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.int64]

RTOL = 1e-4
"""float32 means of some ones and zeros."""

UNKNOWN = "unknown"


def metric_cases(columns: int = COLUMNS) -> dict[str, tuple[Numbers, Numbers]]:
    """Name of each case and its (labels, predictions), fixed for ever.

    Labels are int64, as a data set has them, in the shapes that ``fit`` hands on: (n,), (n, 1) and
    (n, k), with so many classes. No two classes are tied, and each reading of the rows has another
    share of right ones.
    """
    classes = np.array([2, 0, 3, 1, 0, 2, 1, 1, 3, 0, 2])
    if columns != COLUMNS:
        classes = np.arange(max(11, columns) + 1, 1, -1) % columns
    count, boosted = len(classes), len(classes) * 7 // 11
    scores = np.sin(np.arange(float(count * columns)).reshape(count, columns) * 1.7 + 0.3)
    scores[:boosted, :] += 2.5 * np.eye(columns)[classes[:boosted]]
    rows = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1])
    chances = np.array([0.12, 0.81, 0.35, 0.44, 0.97, 0.63, 0.05, 0.58, 0.72, 0.31, 0.2])[:, None]
    return {
        "sparse": (classes, rows),
        "sparse_column": (classes[:, None], rows),
        "one_hot": (np.eye(columns, dtype=np.int64)[classes], rows),
        "binary": (truth, chances),
        "binary_column": (truth[:, None], chances),
    }


def accuracy_from_probe(probe: JSON) -> str:
    """The accuracy whose mean on one of its cases is that of the probe, else "unknown".

    Which shape the labels had is not known, so the one case decides that the function can read.
    Raises EvidenceError for a malformed probe.
    """
    found = _values(probe)
    for name, expected in _references(columns_of(found)).items():
        if any(_agrees(found.get(case), value) for case, value in expected.items()):
            return name
    return UNKNOWN


def was_evaluated(probe: JSON) -> bool:
    """Whether the function gave a number on any case."""
    found = _values(probe)
    return any(found.get(case) is not None for case in metric_cases())


def _values(probe: JSON) -> Mapping[str, JSON]:
    if probe is None:
        return {}
    if not isinstance(probe, dict):
        raise EvidenceError("an object expected for a metric's probe")
    return probe


def _references(columns: int) -> dict[str, dict[str, float]]:
    cases = metric_cases(columns)
    classes, rows = cases["sparse"]
    truth, chances = cases["binary"]
    several = float(np.mean(rows.argmax(axis=1) == classes))
    two = float(np.mean((chances[:, 0] > 0.5) == (truth == 1)))
    return {
        "sparsecategoricalaccuracy": {"sparse": several, "sparse_column": several},
        "categoricalaccuracy": {"one_hot": several},
        "binaryaccuracy": {"binary": two, "binary_column": two},
    }


def _agrees(found: JSON, expected: float) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 1e30:
        return False
    return math.isclose(found, expected, rel_tol=RTOL)
