"""A live value taken as what a check asks for; MatchFailure says what it is instead."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.evidence.view import HistoryEvidence, ModelEvidence
from autograder.matchers import MatchFailure
from autograder.student import live


def a_model(value: object, name: str) -> ModelEvidence:
    """A Keras model, described the way that the grader's recorder does."""
    if not live.is_model(value):
        raise MatchFailure("a Keras model", kind_of(value))
    return live.evidence_of(value, name)


def a_history(value: object, name: str) -> HistoryEvidence:
    """What ``fit`` returned."""
    if isinstance(value, dict):
        found = "a dict, such as fit(...).history gives: leave .history out"
        raise MatchFailure("what fit returns", found)
    if not live.is_history(value):
        raise MatchFailure("what fit returns", kind_of(value), hint="Keep what fit gives back.")
    return live.history_of(value, name)


def a_number(value: object, name: str) -> bool | int | float:
    """One number or truth value, out of a tensor or an array without dimensions too."""
    if getattr(value, "shape", None) == () and hasattr(value, "__array__"):
        value = np.asarray(value).item()
    if isinstance(value, bool | int | float):
        return value
    raise MatchFailure(f"{name} is a single number", kind_of(value))


def an_array(value: object, name: str) -> Any:
    """Numbers as an array (Any: the dtype is for the check to judge)."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise MatchFailure(f"{name} is an array of numbers", kind_of(value))
    return array


def a_function(value: object, name: str) -> Callable[..., object]:
    """Something that was made with ``def`` or ``lambda``, or behaves like that."""
    if not callable(value) or isinstance(value, type) or live.is_model(value):
        raise MatchFailure(f"{name} is a function", kind_of(value))
    return value


def kind_of(value: object) -> str:
    """What a value is, for a student who expected something else.

    >>> kind_of(3), kind_of([1, 2]), kind_of(np.zeros((2, 1)))
    ('a number', 'a list', 'an array of shape (2, 1)')
    """
    if value is None:
        return "nothing (None)"
    if isinstance(value, bool | np.bool_):
        return "a truth value"
    if isinstance(value, int | float | np.number):
        return "a number"
    if isinstance(value, str):
        return "text"
    if live.is_model(value):
        return "a Keras model"
    if live.is_history(value):
        return "what fit returns"
    shape = getattr(value, "shape", None)
    if hasattr(value, "__array__") and shape is not None:
        return f"an array of shape {tuple(shape)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value):
        return "a function"
    return f"a {type(value).__name__}"
