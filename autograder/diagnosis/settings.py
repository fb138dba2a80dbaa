"""Compile settings, and what a notebook does and leaves out. (C1 to C7, D6)"""

import math

from autograder.diagnosis.case import Case, Output
from autograder.diagnosis.kinds import (
    ACCURACIES,
    CROSS_ENTROPIES,
    DISTANCES,
    ERRORS,
    labels,
    loss_of,
    one_of_classes,
    pair,
    same_as_input,
)
from autograder.diagnosis.rule import Level, Rule, Seen

_ADAPTIVE = frozenset(["Adam", "AdamW", "Nadam", "Adamax", "RMSprop", "Lion"])
_MOST_ADAPTIVE = 0.01
_MOST_PLAIN = 0.5
_LEAST = 1e-6

_MUST_COMPILE = ("must call `compile()`", "You must compile your model")


def _not_compiled(case: Case) -> Seen | None:
    if any(text in case.error for text in _MUST_COMPILE):
        return Seen("Keras asks for compile before fit")
    source, model = case.source, case.model
    if source is None or model is None or case.compiled or case.epochs:
        return None
    if model.name in source.fitted and model.name not in source.compiled:
        return Seen(f"{model.name}.fit without {model.name}.compile")
    return None


def _never_fitted(case: Case) -> Seen | None:
    source, model = case.source, case.model
    if source is None or model is None or case.epochs or source.trains:
        return None
    return Seen(f"{model.name} is asked, and never fitted") if model.name in source.asked else None


def _rate(case: Case) -> Seen | None:
    if math.isnan(case.rate):
        return None
    most = _MOST_ADAPTIVE if case.optimizer in _ADAPTIVE else _MOST_PLAIN
    known = case.optimizer in _ADAPTIVE or case.optimizer == "SGD"
    if (known and case.rate > most) or case.rate < _LEAST:
        return Seen(f"optimizer: {case.optimizer}; learning rate: {case.rate:g}")
    return None


def _metric_of_other_task(case: Case) -> Seen | None:
    for output in case.outputs:
        rows = output.target
        if not output.metrics:
            continue
        shown = f"{pair(output)}; metrics: {', '.join(output.spelled)}"
        amounts = loss_of(output) in DISTANCES and output.activation != "softmax"
        if amounts and _has_accuracy(output) and not _class_like(output):
            return Seen(shown)
        classes = rows is None or one_of_classes(rows) or (rows.flat and rows.binary)
        crossed = loss_of(output) in CROSS_ENTROPIES and classes
        if crossed and set(output.metrics) <= ERRORS:
            return Seen(shown)
    return None


def _has_accuracy(output: Output) -> bool:
    spelled = any(text in ("accuracy", "acc") for text in output.spelled)
    return spelled or any(one in ACCURACIES for one in output.metrics)


def _class_like(output: Output) -> bool:
    rows = output.target
    if rows is None:
        return output.activation in ("sigmoid", "softmax")
    return rows.one_hot or one_of_classes(rows) or rows.binary


def _metric_of_other_labels(case: Case) -> Seen | None:
    for output in case.outputs:
        rows = output.target
        if rows is None or not rows.numeric or output.units < 2:
            continue
        sparse = "sparsecategoricalaccuracy" in output.metrics and rows.one_hot
        sparse = sparse and rows.shape[-1] == output.units
        whole = "categoricalaccuracy" in output.metrics and rows.flat and rows.whole
        if sparse or whole or ("binaryaccuracy" in output.metrics and _one_class(case, output)):
            return Seen(f"metrics: {', '.join(output.spelled)}; {labels(rows)}")
    return None


def _one_class(case: Case, output: Output) -> bool:
    """Whether each row is one of several classes. With two, half of a row is right or all of it."""
    rows = output.target
    if rows is None or same_as_input(case, rows):
        return False
    return (rows.flat and output.activation == "softmax") or (rows.one_hot and output.units > 2)


def _no_validation(case: Case) -> Seen | None:
    if case.epochs and not any(name.startswith("val_") for name in case.curves):
        return Seen(f"{case.epochs} epochs, no validation loss")
    return None


def _validated_on_test(case: Case) -> Seen | None:
    if case.source is None:
        return None
    tests = [name for name in case.source.validated if "test" in name.lower()]
    return Seen(f"validation_data: {', '.join(dict.fromkeys(tests))}") if tests else None


def _scaled_on_test(case: Case) -> Seen | None:
    if case.source is None:
        return None
    tests = [name for name in case.source.scaled if "test" in name.lower()]
    if tests:
        return Seen(f"a scaler is fitted on {tests[0]}")
    for name in case.source.split_after:
        return Seen(f"a scaler is fitted on {name} before the test rows are split off")
    return None


RULES = (
    Rule(
        "C1",
        Level.ERROR,
        "SC",
        "The model is fitted before it is compiled.",
        "Training needs a loss and an optimizer, and compile is where they are told.",
        "Look at the order of the cells: which step comes between building and fitting?",
        _not_compiled,
        "keras.io/api/models/model_training_apis",
    ),
    Rule(
        "C2",
        Level.ERROR,
        "SH",
        "The network is asked before it has learnt anything.",
        "Without a fit its weights are random numbers, and so are its answers.",
        "Look for the step that trains it.",
        _never_fitted,
        "keras.io/api/models/model_training_apis",
    ),
    Rule(
        "C3",
        Level.WARNING,
        "C",
        "The learning rate is far from what usually works.",
        "Steps that are too large jump over every minimum; steps that are too small never arrive.",
        "Compare the learning rate with the optimizer's default.",
        _rate,
        "UMLAUT; defaults in keras.io/api/optimizers",
    ),
    Rule(
        "C4",
        Level.WARNING,
        "C",
        "The metric belongs to another kind of task.",
        "A count of right classes says nothing of amounts, and a mean distance nothing of classes.",
        "Ask what is predicted, an amount or a class, and what would tell how well.",
        _metric_of_other_task,
        "UMLAUT",
    ),
    Rule(
        "C5",
        Level.ERROR,
        "CD",
        "The metric expects labels of another form.",
        "Its number then counts something else than right answers.",
        "Print one label, and look up which form the metric takes.",
        _metric_of_other_labels,
        "keras.io/api/metrics/accuracy_metrics",
    ),
    Rule(
        "C6",
        Level.HINT,
        "H",
        "Nothing is validated.",
        "The training loss does not tell how the network does on examples that it has not seen.",
        "Look at what fit offers for that.",
        _no_validation,
        "Chollet, Deep Learning with Python, 5.2",
    ),
    Rule(
        "C7",
        Level.WARNING,
        "S",
        "The test set is used for validation.",
        "Whoever chooses by the test set knows it already: its score is no longer an honest one.",
        "Look at which rows validation takes.",
        _validated_on_test,
        "Chollet, Deep Learning with Python, 5.2",
    ),
    Rule(
        "D6",
        Level.WARNING,
        "S",
        "A scaler is fitted on test rows.",
        "They are then not unseen, and by themselves they are scaled by other numbers.",
        "Look at which rows the scaler learns its numbers from.",
        _scaled_on_test,
        "scikit-learn.org/stable/common_pitfalls",
    ),
)
