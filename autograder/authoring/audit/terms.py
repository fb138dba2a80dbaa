"""``audit.toml`` of an assignment: what its text leaves open, in words that the report repeats.

An exercise says "any optimizer will do": an answer with another optimizer is then no wrong answer.
The audit cannot read that text. What is written here can, and must say why.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.authoring.audit.variants import Variant
from autograder.errors import CourseError

FILE = "audit.toml"


@dataclass(frozen=True)
class Open:
    """Wrong-answer operators that an exercise allows, in one cell or everywhere ("").

    ``change`` narrows it to changes that contain this text. With ``loses`` the answer is wrong all
    the same, and the points that it must lose are those of another grade cell.
    """

    operators: tuple[str, ...]
    cell: str
    reason: str
    change: str = ""
    loses: str = ""

    def covers(self, variant: Variant) -> bool:
        """Whether the variant is one of these."""
        return (
            self.cell in ("", variant.cell)
            and set(variant.operators) <= set(self.operators)
            and self.change in variant.change
        )


@dataclass(frozen=True)
class Terms:
    """What the audit of one assignment has to know of its text.

    ``excluded`` are re-spelling operators ("operator" or "operator:cell") that the text forbids,
    each with the reason.
    """

    open: tuple[Open, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)

    def opening(self, variant: Variant) -> Open | None:
        """The first entry that covers the variant."""
        return next((entry for entry in self.open if entry.covers(variant)), None)


def terms_of(folder: Path) -> Terms:
    """The terms beside the checks; none where there is no file. Raises CourseError."""
    path = folder / FILE
    if not path.is_file():
        return Terms()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        opened = tuple(_open(entry) for entry in raw.pop("open", []))
        excluded = {
            str(name): str(entry["reason"])
            for entry in raw.pop("excluded", [])
            for name in entry["operators"]
        }
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CourseError(
            f"[[open]] and [[excluded]] tables with operators and a reason expected in {path}, "
            f"found: {error}"
        ) from None
    if raw:
        raise CourseError(f"[[open]] and [[excluded]] expected in {path}, found {sorted(raw)}")
    return Terms(opened, excluded)


def _open(entry: Mapping[str, Any]) -> Open:
    known = {"operators", "cell", "reason", "change", "loses"}
    if unknown := set(entry) - known:
        raise TypeError(f"the keys {sorted(unknown)}")
    return Open(
        operators=tuple(entry["operators"]),
        cell=str(entry.get("cell", "")),
        reason=str(entry["reason"]),
        change=str(entry.get("change", "")),
        loses=str(entry.get("loses", "")),
    )
