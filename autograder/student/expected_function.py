"""What a visible check can expect of a function: that it is one, and what a call of it gives."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from autograder.matchers import MatchFailure
from autograder.student import taken
from autograder.student.expected import Expectation, Scope, Seen, first

RTOL = 1e-6
"""Results of a visible call are exact arithmetic or float32 sums of a few numbers."""

TRIED = "Call it in a cell of your own, and look at what comes back."


@dataclass(frozen=True)
class Nothing:
    """Stands for a result that was not stated; None can be one that was."""


@dataclass(frozen=True)
class FunctionExpected:
    """A function; it is called when arguments, a result or expectations of it are given."""

    args: tuple[object, ...]
    gives: object
    returns: Expectation | tuple[Expectation, ...] | None
    wanted: ClassVar[str] = "a function"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        results: list[object] = []
        call = f"{name}({', '.join(_shown(argument) for argument in self.args)})"

        def step() -> None:
            function = taken.a_function(value, name)
            if self._is_called():
                results.append(_result(function, self.args, call))
                if not isinstance(self.gives, Nothing):
                    _assert_gives(results[0], self.gives, call)

        found = first(step)
        if found.failures or not results or self.returns is None:
            return found
        return found + _judged(results[0], self.returns, call, scope)

    def _is_called(self) -> bool:
        stated = not isinstance(self.gives, Nothing)
        return bool(self.args) or stated or self.returns is not None


def _result(function: Any, args: tuple[object, ...], call: str) -> object:
    # Any: the student's function takes what it takes.
    try:
        return function(*(_fresh(argument) for argument in args))
    except (Exception, SystemExit) as error:
        # A student's function may raise anything; Ctrl-C stays Ctrl-C.
        said = " ".join(str(error).split())[:200]
        raise MatchFailure(
            f"{call} comes to its end",
            f"{type(error).__name__}" + (f": {said}" if said else ""),
            hint=TRIED,
        ) from None


def _assert_gives(found: object, wanted: object, call: str) -> None:
    if not _same(found, wanted):
        raise MatchFailure(
            f"{call} gives {_shown(wanted)}",
            _shown(found),
            "a function without return gives None." if found is None else "",
            TRIED,
        )


def _judged(
    result: object, returns: Expectation | tuple[Expectation, ...], call: str, scope: Scope
) -> Seen:
    if not isinstance(returns, tuple):
        return returns.judge(call, result, scope)
    items = tuple(result) if isinstance(result, tuple | list) else None
    if items is None or len(items) != len(returns):
        found = taken.kind_of(result) if items is None else f"{len(items)} results"
        return Seen((MatchFailure(f"{call} returns {len(returns)} results", found, hint=TRIED),))
    seen = Seen()
    for place, (one, item) in enumerate(zip(returns, items, strict=True)):
        seen += one.judge(f"{call}[{place}]", item, scope)
    return seen


def _same(found: object, wanted: object) -> bool:
    if isinstance(wanted, bool | str) or wanted is None:
        return type(found) is type(wanted) and found == wanted
    if isinstance(found, bool | str) or found is None:
        return False
    try:
        one, other = np.asarray(found), np.asarray(wanted)
        if one.ndim == other.ndim == 0:
            return math.isclose(float(one), float(other), rel_tol=RTOL)
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=RTOL))
    except (TypeError, ValueError):
        # Objects that are no numbers, and lists of uneven lengths.
        return False


def _fresh(argument: object) -> object:
    """A copy, so that a function cannot change the notebook's own arrays and lists."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    if isinstance(argument, list):
        return [_fresh(item) for item in argument]
    if isinstance(argument, tuple):
        return tuple(_fresh(item) for item in argument)
    if isinstance(argument, dict):
        return {key: _fresh(item) for key, item in argument.items()}
    return argument


def _shown(value: object) -> str:
    """A value as a student would write it, or what it is where that is long.

    >>> _shown((4, "relu")), _shown(np.zeros((3, 2)))
    ("(4, 'relu')", 'an array of shape (3, 2)')
    """
    if isinstance(value, np.generic):
        value = value.item()
    plain = isinstance(value, bool | int | float | str | list | tuple | dict)
    text = repr(value) if plain else taken.kind_of(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
