"""The rows themselves. (D1 to D5, D7 to D9)"""

import math
import re

from autograder.diagnosis.case import Case
from autograder.diagnosis.kinds import (
    ACCURACIES,
    CATEGORICAL,
    TWO_CLASS,
    labels,
    loss_of,
    one_of_classes,
)
from autograder.diagnosis.paths import DENSE, RECURRENT, called
from autograder.diagnosis.rule import Level, Rule, Seen
from autograder.evidence.graph import CanonicalGraph

_LARGE = 10.0
_WIDE, _FAR = 2.5, 4.0
"""Standardised columns have deviation 1 and mean 0, and a few rows far out all the same."""

_SCALES = 5.0
_MAJORITY = 0.8
_NO_INDEX = re.compile(
    r"(?:embedding\.py|Embedding\.call).*indices\S* = (-?\d+) is not in \[0, (\d+)\)", re.DOTALL
)


def _large_inputs(case: Case) -> Seen | None:
    if case.graph is None:
        return None
    for place, rows in enumerate(case.inputs):
        if rows is None or not rows.numeric or place >= len(case.graph.inputs):
            continue
        plain = rows.deviation <= _WIDE and abs(rows.mean) <= _FAR
        if rows.size > _LARGE and not plain and _taken_raw(case.graph, case.graph.inputs[place].id):
            return Seen(f"inputs from {rows.minimum:.4g} to {rows.maximum:.4g}, taken as they are")
    return None


def _taken_raw(graph: CanonicalGraph, start: int) -> bool:
    """Whether an input reaches weights with nothing before them that could change its size."""
    waiting = list(graph.consumers(start))
    while waiting:
        node = waiting.pop()
        if node.kind in DENSE or node.kind in RECURRENT:
            return True
        if node.kind in ("Flatten", "Reshape", "Dropout", "Masking", "Concatenate", "Permute"):
            waiting.extend(graph.consumers(node.id))
    return False


def _no_numbers(case: Case) -> Seen | None:
    named = [("x", rows) for rows in case.inputs]
    named += [("y", out.target) for out in case.outputs]
    for name, rows in named:
        if rows is None:
            continue
        if not rows.finite:
            return Seen(f"{name} holds what is no number (nan or infinite)")
        if not rows.numeric:
            return Seen(f"{name} holds objects or text, not numbers")
    return None


def _other_scale(case: Case) -> Seen | None:
    for train, test in zip(case.inputs, case.tests, strict=False):
        if train is None or test is None or not (train.numeric and test.numeric):
            continue
        if train.shape[1:] != test.shape[1:] or not (train.size and test.size):
            continue
        ratios = (train.size / test.size, _ratio(train.deviation, test.deviation))
        if all(max(r, 1 / r) > _SCALES for r in ratios if r and math.isfinite(r)):
            return Seen(
                f"training inputs up to {train.size:.4g} in size, test inputs up to {test.size:.4g}"
            )
    return None


def _ratio(one: float, other: float) -> float:
    return one / other if other else math.nan


def _rescaled_labels(case: Case) -> Seen | None:
    for output in case.outputs:
        rows = output.target
        if rows is None or not rows.numeric or rows.whole or not rows.finite:
            continue
        fractions = rows.flat and loss_of(output) == "sparse_categorical_crossentropy"
        small = rows.distinct == 2 and rows.minimum == 0 and rows.maximum < 0.5
        moved = rows.distinct == 2 and not rows.within_unit  # labels in it may be smoothed ones
        two = loss_of(output) in TWO_CLASS and (small or moved) and rows.flat
        hot = loss_of(output) in CATEGORICAL and small and not rows.flat
        if fractions or two or hot:
            return Seen(f"loss for classes; {labels(rows)}")
    return None


def _unbalanced(case: Case) -> Seen | None:
    for output in case.outputs:
        rows = output.target
        if rows is None or not rows.numeric or not output.metrics:
            continue
        classes = rows.one_hot or (rows.flat and (rows.binary or one_of_classes(rows)))
        if classes and rows.majority > _MAJORITY and set(output.metrics) <= ACCURACIES:
            return Seen(f"{rows.majority:.0%} of the labels are one class; metrics: accuracy alone")
    return None


def _other_rows(case: Case) -> Seen | None:
    if case.graph is None or len(case.inputs) != len(case.graph.inputs):
        return None
    for rows, taken in zip(case.inputs, case.graph.inputs, strict=True):
        if rows is None or None in rows.shape:
            continue
        given, wanted = rows.shape[1:], taken.shape[1:]
        if _fits(given, wanted) or math.prod(given) == 0:
            continue
        return Seen(f"the network takes rows of shape {wanted}; {_difference(given, wanted)}")
    return None


def _difference(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> str:
    """How the rows differ, in words: their shape is for the student to find."""
    if len(given) != len(wanted):
        return f"those of x have {len(given)} {'axis' if len(given) == 1 else 'axes'}"
    axes = [n for n, (a, b) in enumerate(zip(given, wanted, strict=True), 1) if b not in (None, a)]
    return f"those of x differ in axis {axes[0]}"


def _fits(given: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    """Keras adds or drops a last axis of length 1 by itself."""
    if len(given) + 1 == len(wanted) and wanted[-1] in (1, None):
        given = (*given, 1)
    elif len(given) == len(wanted) + 1 and given[-1] == 1:
        given = given[:-1]
    same = zip(given, wanted, strict=False)
    return len(given) == len(wanted) and all(b is None or a == b for a, b in same)


def _other_count(case: Case) -> Seen | None:
    counts = {f"x: {rows.shape[0]}" for rows in case.inputs if rows is not None}
    counts |= {f"y: {out.target.shape[0]}" for out in case.outputs if out.target is not None}
    numbers = {text.split()[1] for text in counts}
    return Seen("rows in " + ", ".join(sorted(counts))) if len(numbers) > 1 else None


def _no_such_index(case: Case) -> Seen | None:
    if found := _NO_INDEX.search(case.error):
        return Seen(
            f"the number {found[1]}; an Embedding for numbers from 0 to {int(found[2]) - 1}"
        )
    if case.graph is None or len(case.inputs) != len(case.graph.inputs):
        return None
    for rows, taken in zip(case.inputs, case.graph.inputs, strict=True):
        for node in case.graph.consumers(taken.id):
            known = node.config.get("input_dim") if node.kind == "Embedding" else None
            if rows is None or not rows.numeric or not isinstance(known, int):
                continue
            if rows.minimum < 0 or rows.maximum >= known:
                return Seen(
                    f"inputs from {rows.minimum:g} to {rows.maximum:g}; "
                    f"{called(node)} for numbers from 0 to {known - 1}"
                )
    return None


RULES = (
    Rule(
        "D1",
        Level.WARNING,
        "DM",
        "The inputs are large numbers.",
        "Weights begin for inputs about as large as 1; with larger ones the first steps are wild.",
        "Look at the smallest and the largest input, and at what is done before the first layer.",
        _large_inputs,
        "UMLAUT; LeCun et al., Efficient BackProp, 4.3",
    ),
    Rule(
        "D2",
        Level.ERROR,
        "D",
        "There are entries in the data that are no numbers.",
        "One of them makes every weight that it touches no number as well.",
        "Look for missing values and text in x and y before training.",
        _no_numbers,
        "UMLAUT",
    ),
    Rule(
        "D3",
        Level.WARNING,
        "D",
        "Training and test rows have different scales.",
        "The network meets numbers that it has never seen the like of.",
        "Compare what is done to the training rows with what is done to the test rows.",
        _other_scale,
        "Theia (2022)",
    ),
    Rule(
        "D4",
        Level.ERROR,
        "D",
        "Class labels have been rescaled.",
        "A label is the name of a class; divided by something it names nothing.",
        "Look at which arrays are scaled.",
        _rescaled_labels,
        "NeuraLint",
        hides=("O7", "O9"),
    ),
    Rule(
        "D5",
        Level.WARNING,
        "D",
        "Most rows belong to one class, and accuracy is the only metric.",
        "Whoever always answers with that class has a high accuracy and has learnt nothing.",
        "Count the labels, and look at what is told about the rare classes.",
        _unbalanced,
        "Theia (2022)",
    ),
    Rule(
        "D7",
        Level.ERROR,
        "MD",
        "The rows do not have the shape that the first layer expects.",
        "The number of weights follows from the shape of one example.",
        "Compare the shape of x without its first axis with the input shape of the network.",
        _other_rows,
        "keras.io/guides/sequential_model",
    ),
    Rule(
        "D8",
        Level.ERROR,
        "D",
        "There are not as many labels as examples.",
        "Each example needs its own answer.",
        "Compare len(x) with len(y): were both cut in the same way?",
        _other_count,
        "keras.io/api/models/model_training_apis",
    ),
    Rule(
        "D9",
        Level.ERROR,
        "MDK",
        "There are numbers in the input that an Embedding has no row for.",
        "An Embedding is a table, and its input is the number of a row, counted from 0.",
        "Compare the largest number in the data with the size of the table: does it count a number "
        "for padding or for unknown words too?",
        _no_such_index,
        "keras.io/api/layers/core_layers/embedding",
    ),
)
