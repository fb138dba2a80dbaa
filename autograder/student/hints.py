"""Hints by level: the locked cell defines them, ``grader.hint(NAME)`` shows the next one.

How far somebody is stands in a variable of the notebook itself: it goes with the kernel, and two
notebooks in one process do not share it.
"""

import sys
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from html import escape

from autograder.errors import UsageError
from autograder.student.display import show

VARIABLE = "_autograder_hints"
"""Names with an underscore are no part of a submission's evidence."""


@dataclass(frozen=True)
class Hints:
    """All levels of one exercise, and how many have been shown."""

    levels: tuple[str, ...]
    shown: int = 0


def hints(**exercises: Sequence[str]) -> None:
    """Defines the hints of the notebook's exercises, from a nudge to all but the answer.

    grader.hints(build=["How many units?", "One unit, and no activation."])
    """
    for name, levels in exercises.items():
        if isinstance(levels, str) or not levels or not all(isinstance(x, str) for x in levels):
            raise UsageError(f"a list of texts expected as the hints for {name}, found {levels!r}")
    table = {name: Hints(tuple(levels)) for name, levels in exercises.items()}
    sys._getframe(1).f_globals[VARIABLE] = table


def hint(name: str = "") -> None:
    """Shows the next hint for the exercise ``name``; after the last, the last one again.

    An unknown name, or none, shows the names that there are.
    """
    table = _table(sys._getframe(1).f_globals)
    if name not in table:
        names = ", ".join(f'grader.hint("{known}")' for known in table)
        _say("Hints", names or "There are none: run the notebook's cells from the top first.")
        return
    now = table[name]
    level = min(now.shown + 1, len(now.levels))
    table[name] = Hints(now.levels, level)
    last = " (the last one)" if level == len(now.levels) else ""
    _say(f"Hint {level} of {len(now.levels)} for {name}{last}", now.levels[level - 1])


def _table(variables: MutableMapping[str, object]) -> dict[str, Hints]:
    found = variables.get(VARIABLE)
    return found if isinstance(found, dict) else {}


def _say(title: str, text: str) -> None:
    html = (
        f'<div role="note" aria-label="{escape(title)}" style="margin:.3em 0;padding:.3em .8em;'
        "border-left:4px solid #5b7fbf;color:inherit;background:transparent;line-height:1.5;"
        f'max-width:60em"><strong>{escape(title)}:</strong> {escape(text)}</div>'
    )
    show(html, f"{title}: {text}")
