"""``diagnose(model, history, x, y)``: why a network does not learn, in a few sentences.

Works on any Keras model, also after ``compile`` or ``fit`` have raised. Grades nothing.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import (
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
from autograder.evidence.arrays import Array
from autograder.student.live import evidence_of
from autograder.student.notebook import cells, last_error, name_of
from autograder.student.observed import signals_of

_HOMES = ("keras", "tensorflow", "tf_keras")
_MARKS = {"error": "✗", "warning": "!", "hint": "·"}


@dataclass(frozen=True)
class Diagnosis:
    """What was found, most fundamental first. Shown as text, and in a notebook as a list."""

    findings: tuple[Finding, ...]

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The few that are told; mending them may settle the others."""
        return shown(self.findings)

    def __bool__(self) -> bool:
        return bool(self.findings)

    def __repr__(self) -> str:
        return "\n".join(_lines(self.shown)) or f"Nothing found: {len(RULES)} rules looked."

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in _lines(self.shown))
        return f"<ul>{rows}</ul>" if rows else f"<p>{html.escape(repr(self))}</p>"


def diagnose(
    model: Any,
    history: Any = None,
    x: Any = None,
    y: Any = None,
    *,
    x_test: Any = None,
) -> Diagnosis:
    """Looks at a Keras model, what ``fit`` returned, and the rows that it was given.

    ``x`` and ``y`` are what ``fit`` takes: arrays of shape (rows, ...), lists or dictionaries of
    them, or a ``tf.data.Dataset`` of batches, of which one is looked at. Whatever is left out, the
    rules that need it are silent. Nothing is trained and no weight changes.

    >>> diagnose(net, run, X_train, y_train)  # doctest: +SKIP
    """
    inputs, targets = arrays_of(x, y)
    case = live_case(
        model,
        curves_of(history),
        inputs,
        targets,
        tests=[rows_of(array) for array in flat(x_test)],
        source=source_of(cells()),
        error=last_error(_HOMES) if history is None else "",
    )
    return Diagnosis(examine(case))


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
) -> Case:
    """What is known of a live model; ``inputs`` and ``targets`` are arrays, one for each end."""
    evidence = evidence_of(model, name_of(model))
    facts = [rows_of(array) for array in inputs]
    trained = bool(curves) and all(rows is not None and rows.numeric for rows in facts)
    signals = (
        signals_of(model, _plain(inputs), _plain(targets), unchanged=unchanged)
        if trained and facts
        else None
    )
    return case_of(
        evidence,
        inputs=facts,
        targets=[rows_of(array) for array in targets],
        tests=tests,
        curves=curves,
        source=source,
        signals=signals,
        error=error,
    )


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [f"{_MARKS[one.level]} {one.id} {one.message}" for one in findings]


def _plain(arrays: Sequence[Any]) -> list[Array]:
    return [np.asarray(array) for array in arrays]


def curves_of(history: Any) -> dict[str, tuple[float, ...]]:
    """Of a ``History`` or of the dictionary in it."""
    found = getattr(history, "history", history)
    if not isinstance(found, dict):
        return {}
    return {str(name): tuple(float(n) for n in curve) for name, curve in found.items()}


def arrays_of(x: Any, y: Any) -> tuple[list[Any], list[Any]]:
    """What ``fit`` takes as two lists of arrays; of a ``tf.data.Dataset`` one batch."""
    if y is None and hasattr(x, "element_spec"):
        x, y = _batch(x)
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
        return [array for key in sorted(value) for array in flat(value[key])]
    arrays = isinstance(value, list | tuple) and value and hasattr(value[0], "shape")
    if arrays and len(value[0].shape) > 0:
        return [array for part in value for array in flat(part)]
    return [value]
