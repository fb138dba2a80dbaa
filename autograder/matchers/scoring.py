"""Counting right answers and measuring errors, without a float near a threshold.

Thresholds are decimals in quotes, turned into exact fractions: 900 of 1000 meets "0.9", which a
float comparison denies. No message holds a label, a target or a prediction.
"""

import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.errors import CheckError
from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers.failure import MatchFailure, MatchRemark
from autograder.matchers.losses import gives_logits
from autograder.matchers.measures import measured
from autograder.matchers.training import belongs, training_hint
from autograder.matchers.unseen import assert_unseen
from autograder.nouns import Measure

Numbers = npt.NDArray[Any]  # Any: integers, floats and truth values are all taken


def assert_accuracy(
    predictions: Numbers,
    labels: Numbers,
    *,
    at_least: str,
    decode: str = "auto",
    model: ModelEvidence | None = None,
    output: str | None = None,
    history: HistoryEvidence | None = None,
    not_trained_on: Numbers | None = None,
    name: str = "the predictions",
) -> None:
    """Passes when at least the share ``at_least`` (a decimal in quotes) of rows is right.

    ``predictions`` is (n, k), (n, 1) or (n,); ``labels`` integers (n,) or one-hot (n, k).
    ``decode`` is "argmax", "threshold" (above 0.5), "logits" (above 0), "labels" (as they are) or
    "auto": argmax for several columns, labels for integers, else a threshold, which is 0 where
    ``model`` gives scores; ``output`` names the one of several that is judged. A prediction that is
    not a number is wrong. A ``model`` (with its ``history``) that was trained on these very labels
    fails, and so does one that was trained on those of ``not_trained_on``, the notebook's test
    rows. Raises MatchFailure.
    """
    share = exact(at_least, "at_least")
    if model is not None and model.by_behaviour:
        warnings.warn(_BY_BEHAVIOUR.format(name=model.name), MatchRemark, stacklevel=2)
    truth = _classes_of(np.asarray(labels))
    for kept in [truth] if not_trained_on is None else [truth, _classes_of(not_trained_on)]:
        assert_unseen(kept, model, history)
    found = np.asarray(predictions)
    subject = model.name if model is not None else name
    subject += f", output {output}" if output else ""
    if found.ndim not in (1, 2) or len(found) != len(truth):
        raise _wrong_rows(subject, len(truth), found.shape)
    right = int(np.count_nonzero(decoded(found, decode, model, output) == truth))
    needed = -(-share.numerator * len(truth) // share.denominator)
    measure = Measure(subject, "accuracy", right / len(truth), float(share), len(truth))
    measured(measure)
    if right < needed:
        raise MatchFailure(
            f"{subject}: at least {float(share):.1%} of {len(truth)} examples right",
            f"{right} of {len(truth)} right ({right / len(truth):.1%})",
            hint=training_hint(_own(history, model), far=2 * right < needed),
            stated=measure,
        )


def _own(history: HistoryEvidence | None, model: ModelEvidence | None) -> HistoryEvidence | None:
    """The history, unless it is of another model: that one's curve explains nothing here."""
    if history is None or model is None or belongs(history, model):
        return history
    return None


_BY_BEHAVIOUR = (
    "{name} was judged by what it computes: of which layers it consists could not be read."
)


def assert_error(
    predictions: Numbers,
    targets: Numbers,
    *,
    below: str,
    kind: str = "mae",
    model: ModelEvidence | None = None,
    history: HistoryEvidence | None = None,
    not_trained_on: Numbers | None = None,
    name: str = "the predictions",
) -> None:
    """Passes when the mean absolute ("mae") or squared ("mse") error is below the decimal.

    Both arrays are (n,) or (n, 1), never broadcast against each other. A ``model`` (with its
    ``history``) that was trained on these very targets fails, and so does one that was trained
    on those of ``not_trained_on``, the notebook's test rows. Raises MatchFailure.
    """
    limit = exact(below, "below")
    truth, found = np.asarray(targets, dtype=np.float64), np.asarray(predictions)
    truth = truth.reshape(len(truth))
    for kept in [truth] if not_trained_on is None else [truth, not_trained_on.reshape(-1)]:
        assert_unseen(kept, model, history)
    subject = model.name if model is not None else name
    if found.shape not in ((len(truth),), (len(truth), 1)) or found.dtype.kind not in "iufb":
        raise _wrong_rows(subject, len(truth), found.shape)
    error = error_of(found.astype(np.float64).reshape(len(truth)), truth, kind)
    measure = Measure(subject, kind, error, float(limit), len(truth))
    measured(measure)
    if not np.isfinite(error) or Fraction(error) >= limit:
        shown = f"{error:.4g}" if np.isfinite(error) else "not a number"
        raise MatchFailure(
            f"{subject}: a {_KINDS[kind]} below {below}",
            f"a {_KINDS[kind]} of {shown} on {len(truth)} examples",
            hint=training_hint(_own(history, model)),
            stated=measure,
        )


_KINDS = {"mae": "mean absolute error", "mse": "mean squared error"}


def error_of(predictions: Numbers, targets: Numbers, kind: str) -> float:
    """The mean absolute or squared error of two float64 vectors of the same length."""
    if kind not in _KINDS:
        raise CheckError(f"an error kind of {sorted(_KINDS)} expected, found {kind!r}")
    difference = predictions - targets
    return float(np.mean(np.abs(difference) if kind == "mae" else difference**2))


def decoded(
    found: Numbers, decode: str, model: ModelEvidence | None = None, output: str | None = None
) -> Numbers:
    """The class of each row as an integer (n,), -1 where a prediction is not a number."""
    flat = found.reshape(len(found), -1)
    how = _automatic(flat, found, model, output) if decode == "auto" else decode
    if how != "argmax" and flat.shape[1] != 1:
        raise MatchFailure("one number for each example", f"{flat.shape[1]} numbers")
    if how == "argmax":
        classes = np.argmax(flat, axis=1)
    elif how == "threshold":
        classes = (flat[:, 0] > 0.5).astype(np.int64)
    elif how == "logits":
        classes = (flat[:, 0] > 0).astype(np.int64)
    elif how == "labels":
        classes = flat[:, 0]
    else:
        raise CheckError(f"decode of argmax, threshold, logits, labels, auto expected: {decode!r}")
    bad = np.isnan(flat.astype(np.float64)).any(axis=1)
    return np.where(bad, -1, classes)


def exact(threshold: str, what: str) -> Fraction:
    """The decimal in quotes as an exact fraction.

    Raises CheckError for a float, which is another number than the one that was typed.
    """
    if not isinstance(threshold, str):
        raise CheckError(f"a decimal in quotes expected for {what}, found {threshold!r}")
    try:
        return Fraction(threshold)
    except (ValueError, ZeroDivisionError):
        raise CheckError(f"a decimal in quotes expected for {what}: {threshold!r}") from None


def _automatic(
    flat: Numbers, found: Numbers, model: ModelEvidence | None, output: str | None
) -> str:
    if flat.shape[1] >= 2:
        return "argmax"
    if found.dtype.kind in "iub":
        return "labels"
    return "logits" if model is not None and gives_logits(model, output) else "threshold"


def _classes_of(labels: Numbers) -> Numbers:
    if not len(labels):
        raise CheckError("labels expected, found an empty array")
    if labels.ndim == 2 and labels.shape[1] > 1:
        return np.asarray(np.argmax(labels, axis=1))
    return labels.reshape(len(labels))


def _wrong_rows(subject: str, rows: int, shape: tuple[int, ...]) -> MatchFailure:
    return MatchFailure(
        f"{subject}: one prediction for each of {rows} examples",
        f"an array of shape {shape}",
        "predictions and examples are compared row by row.",
        "Look at how many rows and columns come out of the last layer.",
    )
