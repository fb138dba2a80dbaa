"""The decorator that makes a test function a hidden check, and what it declares."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.errors import CheckError

ATTRIBUTE = "__autograder_check__"

_Function = TypeVar("_Function", bound=Callable[..., Any])  # Any: fixtures are the author's choice


@dataclass(frozen=True)
class Declaration:
    """The grade cell, points and title of a check. ``needs`` names functions of the same cell."""

    cell: str
    points: float
    title: str
    needs: tuple[str, ...] = ()
    hint: str = ""


def check(
    *, cell: str, points: float, needs: tuple[str, ...] | list[str] = (), hint: str = ""
) -> Callable[[_Function], _Function]:
    """Declares a test function a check of the grade cell ``cell``, worth ``points``.

    The docstring's first line is the title that students read. Each check that ``needs`` names, by
    function name and of the same cell, must pass, or this one is skipped. ``hint`` is shown when it
    does not pass and the matcher has none. Raises CheckError for what cannot be a check.
    """

    def declare(function: _Function) -> _Function:
        name = getattr(function, "__name__", str(function))
        title = _title(function, name)
        _require(isinstance(cell, str) and cell != "", name, "cell= names no grade cell")
        number = isinstance(points, (int, float)) and not isinstance(points, bool)
        _require(number and math.isfinite(points) and points >= 0, name, f"points={points!r}")
        _require(not isinstance(needs, str), name, "needs= takes a tuple of function names")
        _require(name not in needs, name, "it needs itself")
        setattr(function, ATTRIBUTE, Declaration(cell, points, title, tuple(needs), hint))
        return function

    return declare


def declaration(function: object) -> Declaration | None:
    """What ``check`` declared, or None for a function without it."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, Declaration) else None


def _title(function: Callable[..., Any], name: str) -> str:
    text = inspect.getdoc(function) or ""
    _require(text.strip() != "", name, "it has no docstring, so no title for students")
    return text.strip().splitlines()[0].strip()


def _require(fine: bool, name: str, what: str) -> None:
    if not fine:
        raise CheckError(
            f"@check(cell=..., points=...) expected on {name}, with a docstring; found: {what}"
        )
