"""``grader.check``: the one call of a grade cell in a notebook."""

import difflib
import sys

from autograder.errors import UsageError
from autograder.matchers import MatchFailure
from autograder.recorder.stillness import stillness
from autograder.student.display import show
from autograder.student.expected import Expectation, Scope, is_unwritten
from autograder.student.failure import VisibleFailure, one_line
from autograder.student.rendering import Finding, State, as_html, as_text

SIMILAR = 0.75
"""How alike two names are when one is taken for a misspelling of the other."""


def check(**expected: Expectation) -> None:
    """Compares variables of the notebook, by their names, with what is expected of them.

    Shows one row for each. Raises VisibleFailure when one of them is not right so far, so that the
    cell fails in nbgrader's Validate too. Leaves random state, automatic names and the variables as
    they are, so a notebook's numbers are the same with and without it.

        grader.check(head_model=grader.model(input_shape=(64,)))
    """
    scope = sys._getframe(1).f_globals
    findings = [finding(name, one, scope) for name, one in expected.items()]
    show(as_html(findings), as_text(findings))
    told = [_told(one) for one in findings if one.state is not State.RIGHT]
    if told:
        raise VisibleFailure(" ".join(told))


def finding(name: str, expected: Expectation, scope: Scope) -> Finding:
    """What the check says of the variable ``name`` among ``scope``."""
    if not isinstance(expected, Expectation):
        raise UsageError(
            f"grader.check({name}=grader.model(...)) or another factory of grader expected, "
            f"found a {type(expected).__name__}"
        )
    value = scope.get(name)
    if is_unwritten(value):
        return Finding(name, State.NOT_ATTEMPTED, (_missing(name, expected.wanted, scope),))
    with stillness():
        seen = expected.judge(name, value, scope)
    state = State.NOT_YET if seen.failures else State.RIGHT
    return Finding(name, state, seen.failures, seen.remarks)


def _missing(name: str, wanted: str, scope: Scope) -> MatchFailure:
    blank = name in scope
    known = [] if blank else [other for other in scope if not other.startswith("_")]
    close = difflib.get_close_matches(name, known, n=1, cutoff=SIMILAR)
    return MatchFailure(
        f"{name} is {wanted}",
        f"{name} is still blank" if blank else "there is no variable of this name",
        hint=f"There is a variable {close[0]}: is one of the names misspelled?" if close else "",
    )


def _told(found: Finding) -> str:
    reasons = " ".join(one_line(found.name, failure) for failure in found.failures[:1])
    return f"{found.state.symbol} {found.name}: {found.state.value}. {reasons}"
