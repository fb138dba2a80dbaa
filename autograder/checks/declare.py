"""The decorator that makes a test function a hidden check, and what it declares."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.diagnosis import RULES
from autograder.errors import CheckError
from autograder.evidence.calls import Call

ATTRIBUTE = "__autograder_check__"

MAX_SEEDS = 10

_Function = TypeVar("_Function", bound=Callable[..., Any])  # Any: fixtures are the author's choice


@dataclass(frozen=True)
class Declaration:
    """The grade cell, points and title of a check. ``needs`` names functions of the same cell."""

    cell: str
    points: float
    title: str
    needs: tuple[str, ...] = ()
    hint: str = ""
    files: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    seeds: int = 1
    explain: tuple[str, ...] = ()


def check(
    *,
    cell: str,
    points: float,
    needs: tuple[str, ...] | list[str] = (),
    hint: str = "",
    files: tuple[str, ...] = (),
    calls: tuple[Call, ...] | list[Call] = (),
    seeds: int = 1,
    explain: tuple[str, ...] | list[str] = (),
) -> Callable[[_Function], _Function]:
    """Declares a test function a check of the grade cell ``cell``, worth ``points``.

    The docstring's first line is the title that students read. Each check that ``needs`` names, by
    function name and of the same cell, must pass, or this one is skipped. ``hint`` is shown when it
    does not pass and the matcher has none. ``files`` are names in the notebook's work folder:
    they are kept as they are just before the grade cell, for ``evidence.saved``. ``calls``
    are made then, in the jail, for ``evidence.called``. With ``seeds`` the notebook runs again with
    other random numbers when the check fails, so many times in all, and one run that passes is
    enough. ``explain`` names rules of the diagnosis (docs/rules) that are told first when it fails.
    Raises CheckError for what cannot be a check.
    """

    def declare(function: _Function) -> _Function:
        name = getattr(function, "__name__", str(function))
        title = _title(function, name)
        _require(isinstance(cell, str) and cell != "", name, "cell= names no grade cell")
        number = isinstance(points, (int, float)) and not isinstance(points, bool)
        _require(number and math.isfinite(points) and points >= 0, name, f"points={points!r}")
        _require(not isinstance(needs, str), name, "needs= takes a tuple of function names")
        _require(name not in needs, name, "it needs itself")
        _require(not isinstance(files, str), name, "files= takes a tuple of file names")
        _require(all(map(_plain_path, files)), name, f"files={files!r}")
        listed = isinstance(calls, (tuple, list)) and all(isinstance(c, Call) for c in calls)
        _require(listed, name, "calls= takes a tuple of call(...)")
        whole = isinstance(seeds, int) and not isinstance(seeds, bool)
        _require(whole and 1 <= seeds <= MAX_SEEDS, name, f"seeds={seeds!r}")
        unknown = [id for id in explain if id not in {rule.id for rule in RULES}]
        _require(not unknown, name, f"explain={explain!r}, of which {unknown} are no rules")
        declared = Declaration(
            cell,
            points,
            title,
            tuple(needs),
            hint,
            tuple(files),
            tuple(calls),
            seeds,
            tuple(explain),
        )
        setattr(function, ATTRIBUTE, declared)
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


def _plain_path(name: object) -> bool:
    """A path within the work folder, written with forward slashes."""
    if not isinstance(name, str) or not name.isprintable() or "\\" in name:
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


def _require(fine: bool, name: str, what: str) -> None:
    if not fine:
        raise CheckError(
            f"@check(cell=..., points=...) expected on {name}, with a docstring; found: {what}"
        )
