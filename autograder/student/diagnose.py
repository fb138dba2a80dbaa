"""``diagnose(model, history, x, y)``: why a network does not learn, in a few sentences.

Works on any Keras model, also after ``compile`` or ``fit`` have raised. Grades nothing. What it is
given is a student's, and may raise from anything: a diagnosis that breaks says so in its own text.
"""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import (
    LONGEST,
    RULES,
    Case,
    Finding,
    Rows,
    Source,
    case_of,
    examine,
    rows_of,
    shown,
    source_of,
)
from autograder.recorder.targets import whole_rows
from autograder.student.live import evidence_of, is_model
from autograder.student.notebook import cells, last_error, name_of, said
from autograder.student.observed import signals_of

_HOMES = ("keras", "tensorflow", "tf_keras")
_MARKS = {"error": "✗", "warning": "!", "hint": "·"}


@dataclass(frozen=True)
class Diagnosis:
    """What was found, most fundamental first. Shown as text, and in a notebook as a list.

    ``note`` says why nothing could be looked at.
    """

    findings: tuple[Finding, ...]
    note: str = ""

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The few that are told; mending them may settle the others."""
        return shown(self.findings)

    def __bool__(self) -> bool:
        return bool(self.findings)

    def __repr__(self) -> str:
        nothing = self.note or f"Nothing found: {len(RULES)} rules looked."
        return "\n".join(_lines(self.shown)) or nothing

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in _lines(self.shown))
        return f"<ul>{rows}</ul>" if rows else f"<p>{html.escape(repr(self))}</p>"


def diagnose(
    model: Any = None,
    history: Any = None,
    x: Any = None,
    y: Any = None,
    *,
    x_test: Any = None,
) -> Diagnosis:
    """Looks at a Keras model, what ``fit`` returned, and the rows that it was given.

    ``x`` and ``y`` are what ``fit`` takes: arrays of shape (rows, ...), lists or dictionaries of
    them, or a ``tf.data.Dataset`` of batches, of which one is looked at. Whatever is left out, the
    rules that need it are silent; without a model only Keras's last error is explained. Nothing is
    trained, no weight changes, and nothing raises.

    >>> diagnose(net, run, X_train, y_train)  # doctest: +SKIP
    """
    if model is not None and not is_model(model):
        return Diagnosis((), _not_a_model(model))
    try:
        return Diagnosis(examine(_case(model, history, x, y, x_test)))
    except Exception as error:
        return Diagnosis((), broken(error))


def broken(error: Exception) -> str:
    """What is said of a diagnosis that failed."""
    return f"No diagnosis: looking failed ({_cut(said(error))}). Nothing was changed by it."


def _not_a_model(value: object) -> str:
    return (
        f"No diagnosis. Expected: a Keras model. Found: {_cut(type(value).__name__)}. "
        "Call diagnose(model, history, x, y)."
    )


def _cut(text: str) -> str:
    return " ".join(text[:LONGEST].split())


def _case(model: Any, history: Any, x: Any, y: Any, x_test: Any) -> Case:
    inputs, targets = arrays_of(x, y)
    return live_case(
        model,
        curves_of(history),
        inputs,
        targets,
        tests=[rows_of(array) for array in flat(x_test)],
        source=source_of(cells()),
        error=last_error(_HOMES, model) if history is None else "",
    )


def live_case(
    model: Any,
    curves: dict[str, tuple[float, ...]],
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    tests: Sequence[Rows | None] = (),
    source: Source | None = None,
    error: str = "",
    unchanged: bool | None = None,
    facts: Callable[[Any], Rows | None] = rows_of,
) -> Case:
    """What is known of a live model; ``inputs`` and ``targets`` are arrays, one for each end.

    ``model`` is None where Keras has refused to make one. Who asks several times of the same arrays
    may remember their ``facts``.
    """
    given = [facts(array) for array in inputs]
    trained = bool(curves) and all(rows is not None and rows.numeric for rows in given)
    signals = (
        signals_of(model, inputs, targets, unchanged=unchanged)
        if trained and given and model is not None
        else None
    )
    return case_of(
        None if model is None else evidence_of(model, name_of(model)),
        inputs=given,
        targets=[facts(array) for array in targets],
        tests=tests,
        curves=curves,
        source=source,
        signals=signals,
        error=error,
    )


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [f"{_MARKS[one.level]} {one.id} {one.message}" for one in findings]


def curves_of(history: Any) -> dict[str, tuple[float, ...]]:
    """Of a ``History`` or of the dictionary in it; a curve that is none of numbers is left out."""
    found = getattr(history, "history", history)
    if not isinstance(found, dict):
        return {}
    curves = {str(name): [number(one) for one in _each(curve)] for name, curve in found.items()}
    return {
        name: tuple(one for one in curve if one is not None)
        for name, curve in curves.items()
        if None not in curve
    }


def _each(curve: Any) -> list[Any]:
    return list(curve) if isinstance(curve, list | tuple | np.ndarray) else []


def number(value: Any) -> float | None:
    """A number of a curve; a metric may be an array with a number for each class."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def arrays_of(x: Any, y: Any, *, draw: bool = True) -> tuple[list[Any], list[Any]]:
    """What ``fit`` takes as two lists of arrays.

    Of a ``tf.data.Dataset`` the arrays that it was made from, else one batch. To draw that moves a
    generator on and shuffles the next epoch otherwise: who may disturb nothing says ``draw=False``.
    """
    if y is None and hasattr(x, "element_spec"):
        inputs, targets = whole_rows(x, None)
        if len(inputs) == len(targets) == 1:  # of several nobody knows the order
            return inputs, targets
        x, y = _batch(x) if draw else (None, None)
    return flat(x), flat(y)


def _batch(dataset: Any) -> tuple[Any, Any]:
    for batch in dataset.take(1):
        if isinstance(batch, tuple) and len(batch) > 1:
            return batch[0], batch[1]
        return batch, None
    return None, None


def flat(value: Any) -> list[Any]:
    """The arrays of a structure, those of a dictionary in the order of its keys."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [array for key in sorted(value, key=str) for array in flat(value[key])]
    arrays = isinstance(value, list | tuple) and value and hasattr(value[0], "shape")
    if arrays and len(value[0].shape) > 0:
        return [array for part in value for array in flat(part)]
    return [value]
