"""The training curves of a class over each other, for each history that a check asked for.

A history is a claim of the student's process, keys and numbers alike: keys are recognised by a
table, numbers that are none leave a gap, and a long curve is thinned out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from autograder.classreport.seen import Curves, Seen, finite
from autograder.classreport.told import Heldout, Training

MAX_POINTS = 100
"""Points of a curve: a plot is a few hundred pixels wide."""

ACCURACY = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy",
            "sparse_categorical_accuracy")  # fmt: skip
ERRORS: Mapping[str, tuple[str, ...]] = {
    "mae": ("mae", "mean_absolute_error"),
    "mse": ("mse", "mean_squared_error"),
}
"""Keras's names for one figure, by what a check calls it. Each has a validation curve as well."""

LOSS = ("loss",)
HELD_BACK = "val_"
SHARED = 0.5
"""A figure that so many of the curves have is worth a plot; else the loss stands alone."""


def trainings(submissions: Sequence[Seen], heldout: Sequence[Heldout]) -> tuple[Training, ...]:
    """Each training of the class: the figure that a check compares, then the loss."""
    places = Counter(place for one in submissions for place in one.histories)
    found: list[Training] = []
    for place in places:
        compared = _compared(submissions, heldout, place[0])
        figures = [ACCURACY, *ERRORS.values()] if compared is None else [_names(compared)]
        for names in [*figures, LOSS]:
            training = _training(submissions, place, names, compared)
            if training is not None:
                found.append(training)
    return tuple(found)


def _names(compared: Heldout) -> tuple[str, ...]:
    return ACCURACY if compared.kind == "accuracy" else ERRORS.get(compared.kind, LOSS)


def _compared(submissions: Sequence[Seen], heldout: Sequence[Heldout], cell: str) -> Heldout | None:
    """The figure on held-out rows that a check of this grade cell compares."""
    ids = {c.id for one in submissions for c in one.result.checks if c.cell == cell}
    return next((one for one in heldout if one.check in ids), None)


def _training(
    submissions: Sequence[Seen],
    place: tuple[str, str],
    names: tuple[str, ...],
    compared: Heldout | None,
) -> Training | None:
    histories = {o.student: o.histories[place] for o in submissions if place in o.histories}
    checked = tuple(f"{HELD_BACK}{name}" for name in names)
    for keys in (checked, names):
        curves = {who: c for who, its in histories.items() if (c := _first(its, keys))}
        if len(curves) >= SHARED * len(histories):
            break
    else:
        return None
    same = compared is not None and names == _names(compared)
    passed = frozenset(one.student for one in submissions if _full(one, place[0]))
    return Training(
        cell=place[0],
        variable=place[1],
        metric=keys[0],
        curves={who: _thin(curve) for who, curve in curves.items()},
        passed=passed & frozenset(curves),
        threshold=compared.limit if compared is not None and same else None,
    )


def _first(curves: Curves, keys: Sequence[str]) -> tuple[float, ...]:
    return next((curves[key] for key in keys if key in curves and finite(curves[key])), ())


def _full(one: Seen, cell: str) -> bool:
    score = one.result.cells.get(cell)
    return score is not None and score.score == score.points


def _thin(curve: tuple[float, ...]) -> tuple[float, ...]:
    """At most MAX_POINTS of a curve, evenly spread, its last one among them."""
    if len(curve) <= MAX_POINTS:
        return curve
    step = (len(curve) - 1) / (MAX_POINTS - 1)
    return tuple(curve[round(place * step)] for place in range(MAX_POINTS))
