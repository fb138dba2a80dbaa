"""Optimizer and metrics, by what Keras resolves them to and not by how they were written."""

import math
import re
from collections.abc import Mapping, Sequence

from autograder.evidence.graph import canonical_loss
from autograder.evidence.graph.metrics import UNKNOWN, accuracy_from_probe, was_evaluated
from autograder.evidence.view import CompileSettings, ModelEvidence, NotJudgeable
from autograder.matchers.failure import MatchFailure
from autograder.nouns import JSON

_RATE_TOLERANCE = 1e-6  # the recorded learning rate went through float32

_CLASSES = {
    "binary_crossentropy": "binaryaccuracy",
    "categorical_crossentropy": "categoricalaccuracy",
    "sparse_categorical_crossentropy": "sparsecategoricalaccuracy",
}
"""The accuracy class that reads the same labels as the loss; "accuracy" is resolved by Keras."""


def compiled(model: ModelEvidence) -> CompileSettings:
    """The compile settings. Raises MatchFailure for a model that was not compiled."""
    settings = model.compile
    if settings is None:
        raise MatchFailure(
            f"{model.name} is compiled",
            f"{model.name} has not been compiled",
            "compile says what is made small (the loss) and by which steps (the optimizer).",
            f"Call compile on {model.name} in this exercise's cell, and run the cell.",
        )
    return settings


def assert_optimizer(model: ModelEvidence, *names: str, learning_rate: float | None = None) -> None:
    """Passes when the optimizer is exactly one of the classes, and has the learning rate.

    AdamW, a subclass of Adam in Keras, is not "adam" unless it is named too. Raises MatchFailure.
    """
    optimizer = compiled(model).optimizer
    found = str(optimizer.get("class_name", "none"))
    own = not _is_keras(optimizer)
    if own or found.lower() not in {name.lower() for name in names}:
        raise MatchFailure(
            f"{model.name} is compiled with the optimizer " + " or ".join(names),
            f"an optimizer of your own ({found})" if own else f"the optimizer {found}",
            hint="Read again which optimizer the exercise asks for.",
        )
    if learning_rate is not None:
        _assert_rate(model, optimizer, learning_rate)


def assert_metrics(model: ModelEvidence, *names: str, output: str | None = None) -> None:
    """Passes when every metric of ``names`` is reported, in whatever spelling.

    "accuracy" is met by "acc", "accuracy", the accuracy class that fits the labels' form and a
    function of one's own that computes it, not by ``keras.metrics.Accuracy``, which counts equal
    floats. Raises MatchFailure, NotJudgeable where a metric of the student's own cannot be
    evaluated.
    """
    metrics = compiled(model).metrics
    several = _outputs(model) > 1
    unplaced = None if several else output
    here = [m for m in metrics if output is None or (m.get("output") or unplaced) == output]
    for name in names:
        accuracy = name in ("accuracy", "acc")
        wanted = _accuracies(model, output) if accuracy else frozenset([_plain(name)])
        if any(_metric_name(metric) in wanted for metric in here):
            continue
        unclear = [metric for metric in here if _is_unclear(metric)]
        if unclear:
            raise NotJudgeable(f"{model.name} is compiled with {_shown(unclear[0])}")
        shown = ", ".join(map(_shown, here)) or "none"
        raise MatchFailure(
            f"{model.name} is compiled with the metric {name}"
            + (f" for its output {output}" if output else ""),
            f"metrics: {shown}",
            _about_metrics(metrics, here, several and output is not None),
            "compile takes a list of metrics"
            + (", and a dictionary of lists for several outputs." if several else "."),
        )


def _about_metrics(
    metrics: Sequence[Mapping[str, JSON]], here: Sequence[Mapping[str, JSON]], placed: bool
) -> str:
    if any(_metric_name(metric) == "exactequality" for metric in here):
        return "keras.metrics.Accuracy counts numbers that are exactly equal."
    if placed and any(metric.get("output") is None for metric in metrics):
        return "one list for several outputs does not say which output is meant; fit refuses it."
    return ""


def _outputs(model: ModelEvidence) -> int:
    return len(model.output_names) or 1


def _accuracies(model: ModelEvidence, output: str | None) -> frozenset[str]:
    """The names under which an accuracy that fits the loss may be recorded."""
    record = compiled(model).loss_of(output or "")
    loss = canonical_loss(dict(record)).name if record is not None else ""
    fitting = [_CLASSES[loss]] if loss in _CLASSES else list(_CLASSES.values())
    return frozenset(["acc", "accuracy", *fitting])


def _shown(metric: Mapping[str, JSON]) -> str:
    """A metric for a message: one of the student's own says so, whatever its name is."""
    name = str(metric.get("class_name") or metric.get("name"))[:60]
    if not metric.get("class_name") or _is_keras(metric):
        return name
    return f"a {'function' if 'probe' in metric else 'metric'} of your own named {name}"


def _is_unclear(metric: Mapping[str, JSON]) -> bool:
    """A class of the student's own, or a function that gave no number on any case."""
    own = bool(metric.get("class_name")) and not _is_keras(metric)
    return own and not was_evaluated(metric.get("probe"))


def _metric_name(metric: Mapping[str, JSON]) -> str:
    """A comparable name; the class ``Accuracy`` gets one of its own."""
    found = str(metric.get("class_name") or "")
    by_probe = UNKNOWN if _is_keras(metric) else accuracy_from_probe(metric.get("probe"))
    if by_probe != UNKNOWN:
        return by_probe
    if found == "MeanMetricWrapper":
        config = metric.get("config")
        inner = config.get("fn") if isinstance(config, dict) else None
        found = _function_name(inner) or str(metric.get("name") or "")
    elif found == "Accuracy":
        return "exactequality"
    elif not found:
        found = str(metric.get("name") or "")
    elif _is_best_of_one(metric):
        found = found.replace("TopK", "")
    elif not _is_keras(metric):
        return "own:" + found
    return _plain(found)


def _is_best_of_one(metric: Mapping[str, JSON]) -> bool:
    """Whether the right class has to be among the one most likely: that is the accuracy."""
    config = metric.get("config")
    first = isinstance(config, dict) and config.get("k") == 1
    return first and _is_keras(metric) and "TopK" in str(metric.get("class_name"))


def _function_name(value: JSON) -> str:
    if isinstance(value, dict):
        name = value.get("callable") or value.get("config") or ""
        return name if isinstance(name, str) else ""
    return value if isinstance(value, str) else ""


def _assert_rate(model: ModelEvidence, optimizer: Mapping[str, JSON], wanted: float) -> None:
    config = optimizer.get("config")
    found = config.get("learning_rate") if isinstance(config, dict) else None
    number = isinstance(found, (int, float)) and not isinstance(found, bool)
    if not number or not math.isclose(float(str(found)), wanted, rel_tol=_RATE_TOLERANCE):
        raise MatchFailure(
            f"the optimizer of {model.name} has the learning rate {wanted:g}",
            f"learning rate {float(str(found)):g}" if number else "a schedule of learning rates",
        )


def _is_keras(record: Mapping[str, JSON]) -> bool:
    module = str(record.get("module") or "")
    return module.split(".")[0] in ("keras", "tensorflow", "tf_keras")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
