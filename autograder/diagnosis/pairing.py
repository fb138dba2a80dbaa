"""Do the output, the loss and the labels fit each other? (O1 to O15)"""

from collections.abc import Callable

from autograder.diagnosis.case import Case, Output
from autograder.diagnosis.kinds import (
    CROSS_ENTROPIES,
    DISTANCES,
    ONE_HOT,
    RANGES,
    SPARSE,
    TWO_CLASS,
    labels,
    loss_of,
    one_of_classes,
    pair,
    same_as_input,
    words,
)
from autograder.diagnosis.rule import Level, Rule, Seen
from autograder.evidence.given import Rows

_PROBABILITIES = frozenset(["softmax", "sigmoid", "hard_sigmoid"])
_SHARES = frozenset([ONE_HOT, "categorical_focal_crossentropy"])
"""Losses that divide the outputs of a row by their sum."""

_NEURALINT = "NeuraLint (Nikanjam et al. 2021); the loss's formula"
_FORMULA = "the loss's formula, keras.io/api/losses"

Test = Callable[[Case, Output], str | Seen]


def _any(test: Test) -> Callable[[Case], Seen | None]:
    """A rule of a single output, asked of each."""

    def sees(case: Case) -> Seen | None:
        for output in case.outputs:
            found = test(case, output)
            if found:
                return found if isinstance(found, Seen) else Seen(found)
        return None

    return sees


def _crossed(output: Output) -> bool:
    return loss_of(output) in CROSS_ENTROPIES


def _takes_scores(output: Output) -> bool:
    return output.loss is not None and output.loss.from_logits


def _linear_output(case: Case, output: Output) -> str:
    wrong = _crossed(output) and not _takes_scores(output) and output.activation == "linear"
    return pair(output) if wrong else ""


def _activated_scores(case: Case, output: Output) -> str | Seen:
    if not (_crossed(output) and _takes_scores(output) and output.loss is not None):
        return ""
    if output.activation not in ("softmax", "sigmoid"):
        return ""
    right = output.found and output.activation in output.loss.behind
    return Seen(pair(output), None if right else Level.ERROR)


def _single_softmax(case: Case, output: Output) -> str:
    return pair(output) if output.activation == "softmax" and output.units == 1 else ""


def _single_class(case: Case, output: Output) -> str:
    return pair(output) if loss_of(output) in _SHARES and output.units == 1 else ""


def _separate_classes(case: Case, output: Output) -> str:
    if output.target is None or output.units < 2 or output.activation != "sigmoid":
        return ""
    exclusive = output.target.one_hot or loss_of(output) == SPARSE
    if _crossed(output) and exclusive and not same_as_input(case, output.target):
        return f"{pair(output)}; {labels(output.target)}"
    return ""


def _no_probabilities(case: Case, output: Output) -> str:
    other = output.activation in RANGES and output.activation not in _PROBABILITIES
    other = other or output.activation in ("leaky_relu", "selu", "gelu", "silu", "mish")
    return pair(output) if _crossed(output) and not _takes_scores(output) and other else ""


def _form_of_labels(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or output.units < 2 or not rows.numeric:
        return ""
    sparse = loss_of(output) == SPARSE and rows.one_hot and rows.shape[-1] == output.units
    dense = loss_of(output) == ONE_HOT and rows.flat and rows.whole
    return f"loss: {words(loss_of(output))}; {labels(rows)}" if sparse or dense else ""


def _labels_beyond(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or not rows.numeric or rows.one_hot or not rows.whole:
        return ""
    if loss_of(output) != SPARSE or output.units < 1:
        return ""
    if rows.minimum < 0 or rows.maximum >= output.units:
        return f"{labels(rows)}; output: classes 0 to {output.units - 1}"
    return ""


def _binary_outside(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or not rows.numeric or loss_of(output) not in TWO_CLASS:
        return ""
    return "" if rows.within_unit else f"loss: {words(loss_of(output))}; {labels(rows)}"


def _rows_no_distribution(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or not rows.numeric or rows.flat or loss_of(output) != ONE_HOT:
        return ""
    if rows.shape[-1] != output.units or rows.sums_to_one:
        return ""
    low, high = rows.least_sum, rows.greatest_sum
    return f"loss: {words(loss_of(output))}; rows of labels add up to {low:.4g} to {high:.4g}"


def _distance_on_classes(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or loss_of(output) not in DISTANCES or not rows.numeric:
        return ""
    known = case.source is not None and case.source.classes
    if same_as_input(case, rows) or not _classes(output, rows, known):
        return ""
    return f"{pair(output)}; {labels(rows)}"


def _classes(output: Output, rows: Rows, known: bool) -> bool:
    """Whole numbers may be amounts: classes if the data are known, or network or metrics say so."""
    if rows.one_hot and rows.shape[-1] >= 2:
        return True
    if rows.flat and rows.binary:
        return True
    says = known or output.activation == "softmax"
    says = says or any("accuracy" in one for one in output.metrics)
    return says and one_of_classes(rows)


def _out_of_reach(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or not rows.numeric or loss_of(output) not in DISTANCES:
        return ""
    low, high = RANGES.get(output.activation, (-float("inf"), float("inf")))
    if rows.minimum >= low - 1e-6 and rows.maximum <= high + 1e-6:
        return ""
    reach = f"{low:g} to {high:g}" if high < float("inf") else f"no less than {low:g}"
    return f"output: {output.activation}, {reach}; {labels(rows).replace('labels', 'targets')}"


def _clipped_regression(case: Case, output: Output) -> str:
    rows = output.target
    if loss_of(output) not in DISTANCES or output.activation != "relu":
        return ""
    if rows is None or not rows.numeric or rows.minimum < 0:
        return ""
    return pair(output)


def _broadcast(case: Case, output: Output) -> str:
    rows = output.target
    if rows is None or not output.shape or loss_of(output) not in DISTANCES | TWO_CLASS:
        return ""
    given = tuple(n for n in output.shape[1:])
    while given and given[-1] == 1:
        given = given[:-1]
    if None in given or len(given) > 1 or len(rows.each) > 1 or given == rows.each:
        return ""
    one = not given or not rows.each
    if not one or rows.one_hot:
        return ""
    target = ", ".join(str(n) for n in rows.shape)
    return f"output: {output.units} numbers a row; targets of shape ({target})"


def _two_class_softmax(case: Case, output: Output) -> str:
    wrong = loss_of(output) in TWO_CLASS and output.activation == "softmax" and output.units >= 2
    return pair(output) if wrong else ""


RULES = (
    Rule(
        "O1",
        Level.ERROR,
        "MC",
        "The loss takes probabilities, and the output layer gives scores.",
        "A cross-entropy takes the logarithm of a probability; of a score it means nothing.",
        "Look at the activation of the last layer, and at what the loss is told about its input.",
        _any(_linear_output),
        _NEURALINT,
    ),
    Rule(
        "O2",
        Level.WARNING,
        "MC",
        "The loss expects scores, and the output layer has made probabilities of them.",
        "Where Keras does not find the scores behind them, they are squeezed twice and learning is "
        "slow.",
        "Look at from_logits and at the last activation: one of the two says too much.",
        _any(_activated_scores),
        "keras/src/backend/tensorflow/nn.py, _get_logits",
    ),
    Rule(
        "O3",
        Level.ERROR,
        "M",
        "A softmax over a single unit is always 1.",
        "Probabilities add up to 1, so with one unit there is nothing left to learn.",
        "Look at the number of units of the last layer and at its activation: how many numbers "
        "does the answer need?",
        _any(_single_softmax),
        "UMLAUT (Schoop et al. 2021); the function's definition",
        hides=("O1", "O2", "O4", "O10", "O11", "O14", "O15"),
    ),
    Rule(
        "O15",
        Level.ERROR,
        "MC",
        "A loss for several classes has a single output.",
        "It takes each output as its share of the row's sum: of a single number that is always 1, "
        "so the loss says that all is well from the start.",
        "Compare the number of units of the last layer with the number of classes, and look up "
        "which loss is made for one unit.",
        _any(_single_class),
        "keras/src/backend/tensorflow/nn.py, categorical_crossentropy",
        hides=("O1", "O2", "O5", "O9"),
    ),
    Rule(
        "O4",
        Level.WARNING,
        "MCD",
        "Classes that exclude each other are scored one by one.",
        "Each row has one class, but the outputs need not add up to 1: they do not compete.",
        "Look at one row of the labels: can two classes be right at the same time?",
        _any(_separate_classes),
        "DeepDiagnosis (Wardat et al. 2022), narrowed to one label a row",
    ),
    Rule(
        "O5",
        Level.ERROR,
        "MC",
        "The loss takes probabilities, and the output's activation gives other numbers.",
        "A cross-entropy takes the logarithm of a probability between 0 and 1.",
        "Look at which numbers the last activation can give, and at which the loss can take.",
        _any(_no_probabilities),
        _NEURALINT,
    ),
    Rule(
        "O6",
        Level.ERROR,
        "CD",
        "The loss and the labels have different forms.",
        "One cross-entropy takes the number of the class, another a row of zeros with a single 1.",
        "Print one label, and look up which form the loss expects.",
        _any(_form_of_labels),
        _FORMULA,
        hides=("C5", "O7", "O9", "O13", "A4"),
    ),
    Rule(
        "O7",
        Level.ERROR,
        "MD",
        "There are labels for which the network has no output unit.",
        "Unit 0 stands for class 0, and so on: a label without a unit cannot be learnt.",
        "Compare the smallest and the largest label with the number of output units.",
        _any(_labels_beyond),
        "keras.io/api/losses: sparse labels are indices",
    ),
    Rule(
        "O8",
        Level.ERROR,
        "CD",
        "A loss for 0 and 1 is given other labels.",
        "With other numbers this loss has no lowest value, and training runs away.",
        "Look at which values the labels have, and at which the loss is made for.",
        _any(_binary_outside),
        _FORMULA,
    ),
    Rule(
        "O9",
        Level.ERROR,
        "CD",
        "Rows of labels are not probabilities.",
        "This loss compares two distributions: the numbers of a row have to add up to 1.",
        "Print one row of the labels and its sum.",
        _any(_rows_no_distribution),
        _FORMULA,
    ),
    Rule(
        "O10",
        Level.WARNING,
        "MCD",
        "A loss for amounts is used for classes.",
        "The distance between class 1 and class 9 means nothing, and its gradients are small where "
        "a network is sure and wrong.",
        "Ask what is predicted: an amount, or one of several kinds?",
        _any(_distance_on_classes),
        "NeuraLint; Bishop, Pattern Recognition and Machine Learning, 4.3",
    ),
    Rule(
        "O11",
        Level.ERROR,
        "MD",
        "Targets lie where the output can never be.",
        "An activation has a range; what lies outside stays an error for ever.",
        "Compare the smallest and the largest target with the range of the last activation.",
        _any(_out_of_reach),
        "the activation's definition",
        hides=("O12",),
    ),
    Rule(
        "O12",
        Level.HINT,
        "MC",
        "The output of a regression goes through a relu.",
        "It cannot be negative, and where it is 0 no gradient tells it to rise.",
        "Ask which answers are possible, and what the last activation makes of them.",
        _any(_clipped_regression),
        "UMLAUT",
    ),
    Rule(
        "O13",
        Level.ERROR,
        "MD",
        "Outputs and targets have different widths.",
        "NumPy's broadcasting compares each output with the same number, without an error.",
        "Compare the shape of the model's output with that of the targets.",
        _any(_broadcast),
        "numpy.org/doc/stable/user/basics.broadcasting",
    ),
    Rule(
        "O14",
        Level.WARNING,
        "MC",
        "A loss that scores each output by itself follows a softmax.",
        "A softmax makes the outputs compete; this loss treats them as unrelated questions.",
        "Look at the last activation and the loss: do both say the same about the classes?",
        _any(_two_class_softmax),
        "DeepDiagnosis",
    ),
)
