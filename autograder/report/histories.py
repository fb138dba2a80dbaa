"""Which training curve a grade cell shows: that of a history which its checks asked for.

The numbers are the student's own claim, as `fit` returned them; nothing held out is among them. A
threshold is drawn where a failed check's message states it, and nowhere else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import AutograderError
from autograder.evidence.values import history_from
from autograder.nouns import JSON, CheckOutcome, Measure

MAX_FIGURES = 2
"""Of one grade cell; one training is what most ask for."""

KEYS = {
    "accuracy": (
        "accuracy",
        "acc",
        "sparse_categorical_accuracy",
        "categorical_accuracy",
        "binary_accuracy",
    ),
    "mae": ("mae", "mean_absolute_error"),
    "mse": ("mse", "mean_squared_error"),
}
"""The names under which Keras keeps what a threshold is about."""

TITLES = {"accuracy": "Accuracy", "mae": "Mean absolute error", "mse": "Mean squared error"}
VALIDATION = "val_"
LOSS = "loss"


@dataclass(frozen=True)
class Training:
    """One figure's numbers: a value for each epoch, nan for what is none."""

    history: str
    title: str
    training: tuple[float, ...]
    validation: tuple[float, ...] = ()
    threshold: float | None = None
    asked: str = ""


def trainings(
    run: Mapping[str, JSON] | None, cell: str, checks: Sequence[CheckOutcome]
) -> tuple[Training, ...]:
    """The trainings that the checks of ``cell`` asked for, as the run's evidence has them."""
    found = [
        training
        for name, values in _histories(run, cell, checks)
        if (training := _training(name, values, _stated(checks, name))) is not None
    ]
    return tuple(found[:MAX_FIGURES])


def _histories(
    run: Mapping[str, JSON] | None, cell: str, checks: Sequence[CheckOutcome]
) -> Iterator[tuple[str, Mapping[str, tuple[float, ...]]]]:
    # Any: the outer frame of a manifest is the trusted side's; what is in a value is a claim.
    snapshots: Any = (run or {}).get("snapshots") or {}
    values: Any = (snapshots.get(cell) or {}).get("values") or {}
    for name in dict.fromkeys(name for check in checks for name in check.asked):
        value = values.get(name)
        if isinstance(value, dict) and value.get("kind") == "history":
            try:
                yield name, history_from(name, value).values
            except AutograderError:
                continue  # the check has said what is wrong with it


def _stated(checks: Sequence[CheckOutcome], history: str) -> Measure | None:
    asking = (check.stated for check in checks if history in check.asked)
    return next((stated for stated in asking if stated is not None), None)


def _training(
    name: str, values: Mapping[str, tuple[float, ...]], stated: Measure | None
) -> Training | None:
    key = _key(values, stated)
    if key is not None and stated is not None:
        return Training(
            name,
            TITLES[stated.kind],
            values[key],
            values.get(VALIDATION + key, ()),
            stated.limit,
            _asked(stated),
        )
    if not values.get(LOSS):
        return None
    return Training(name, "Loss", values[LOSS], values.get(VALIDATION + LOSS, ()))


def _key(values: Mapping[str, tuple[float, ...]], stated: Measure | None) -> str | None:
    """The curve that the threshold is about, None where the history keeps none."""
    if stated is None:
        return None
    _, _, output = stated.subject.partition(", output ")
    before = f"{output}_" if output else ""
    keys = [before + key for key in KEYS.get(stated.kind, ())]
    return next((key for key in keys if values.get(key)), None)


def _asked(stated: Measure) -> str:
    if stated.kind == "accuracy":
        return f"at least {stated.limit:.1%}"
    return f"below {stated.limit:g}"
