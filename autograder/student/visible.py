"""The matchers of the hidden checks, for the grade cells of a notebook.

The same names, taking live models, histories, arrays and numbers, with ``name=`` for the variable.
A check that passes prints one line, one that fails raises one; what cannot be judged yet, such as
a model that has no input shape so far, is no failure.
"""

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import matchers
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers import Any as AnyLayer
from autograder.matchers import AnyOf, Conv2D, Dense, Dropout, Layer, MatchFailure
from autograder.student import expected_model, live, taken
from autograder.student.failure import VisibleFailure, one_line

__all__ = [
    "AnyLayer",
    "AnyOf",
    "Conv2D",
    "Dense",
    "Dropout",
    "Layer",
    "VisibleFailure",
    "assert_accuracy",
    "assert_array",
    "assert_close",
    "assert_compiled",
    "assert_error",
    "assert_input_shape",
    "assert_layers",
    "assert_loss",
    "assert_metrics",
    "assert_optimizer",
    "assert_output",
    "assert_parameters",
    "assert_trained",
]


Matcher = Callable[..., None]


def _on(convert: Callable[[object, str], object], matcher: Matcher, *, named: bool) -> Matcher:
    """``matcher`` on a live object; ``named`` ones take the variable's name as a keyword."""

    @functools.wraps(matcher)
    def visible(found: object, *args: object, name: str = "", **settings: object) -> None:
        shown = name or "this variable"
        kept = {key: _seen(value, key) for key, value in settings.items()}
        if named:
            kept["name"] = shown
        _run(shown, lambda: matcher(convert(found, shown), *args, **kept))

    return visible


def _run(name: str, check: Callable[[], None]) -> None:
    failure = ""
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always", matchers.MatchRemark)
        try:
            check()
        except MatchFailure as error:
            failure = one_line(name, error)
        except NotJudgeable as error:
            print(f"{name} cannot be checked yet: {error}")
            return
    if failure:
        raise VisibleFailure(failure)
    print("\n".join([f"{name}: the visible check passes.", *(str(r.message) for r in remarks)]))


def _built(value: object, name: str) -> ModelEvidence:
    model = taken.a_model(value, name)
    if not model.built:
        # The hidden check waits for fit to build it, so this one must not call it wrong.
        raise NotJudgeable("it has no weights until it is told its input shape or sees data")
    return model


def _any_array(value: object, name: str) -> Any:
    # Any: whatever numbers the student has; the matcher judges shape and dtype.
    return np.asarray(value)


def _any_number(value: object, name: str) -> object:
    """A number out of a tensor or array without dimensions; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "__array__"):
        return np.asarray(value).item()
    return value


def _seen(value: object, name: str) -> object:
    """A keyword argument: models and histories are described, everything else stays."""
    if live.is_model(value):
        return live.evidence_of(value, name)
    return live.history_of(value, name) if live.is_history(value) else value


assert_layers = _on(_built, matchers.assert_layers, named=False)
assert_output = _on(_built, matchers.assert_output, named=False)
assert_parameters = _on(_built, matchers.assert_parameters, named=False)
assert_input_shape = _on(_built, matchers.assert_input_shape, named=False)
assert_loss = _on(_built, matchers.assert_loss, named=False)
assert_optimizer = _on(taken.a_model, matchers.assert_optimizer, named=False)
assert_metrics = _on(taken.a_model, matchers.assert_metrics, named=False)
assert_compiled = _on(taken.a_model, expected_model.assert_compiled, named=False)
assert_trained = _on(taken.a_history, matchers.assert_trained, named=False)
assert_accuracy = _on(_any_array, matchers.assert_accuracy, named=True)
assert_error = _on(_any_array, matchers.assert_error, named=True)
assert_array = _on(_any_array, matchers.assert_array, named=True)
assert_close = _on(_any_number, matchers.assert_close, named=True)
