"""Findings of a visible check as a card (HTML) and as text.

The card has no script, no style sheet and no address, so that nothing of it is lost where a front
end cleans outputs, and takes its text colour and background from the page: a page's theme is often
not the system's, which is all that a media query could ask. The three accents have a contrast of
3:1 or more on white and on near-black, and never stand for anything alone: each state has its
symbol and its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

from autograder.matchers import MatchFailure


class State(Enum):
    """How far an answer is. The hidden checks decide, so the best is "right so far"."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    RIGHT = "right so far"

    @property
    def symbol(self) -> str:
        """One character beside the words."""
        return {"not attempted": "○", "not yet": "✗", "right so far": "✓"}[self.value]

    @property
    def accent(self) -> str:
        """The colour of the symbol and of the card's edge."""
        return {"not attempted": "#80868b", "not yet": "#d1495b", "right so far": "#2e8b57"}[
            self.value
        ]


@dataclass(frozen=True)
class Finding:
    """What the check says of one variable."""

    name: str
    state: State
    failures: tuple[MatchFailure, ...] = ()
    remarks: tuple[str, ...] = ()


def as_text(findings: Sequence[Finding]) -> str:
    """One line for each variable, what is wrong indented below it.

    >>> print(as_text([Finding("y_pred", State.RIGHT)]))
    ✓ y_pred: right so far
    """
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.state.symbol} {finding.name}: {finding.state.value}")
        for failure in finding.failures:
            lines += [f"    {label}: {text}" for label, text in _parts(failure)]
        lines += [f"    Note: {remark}" for remark in finding.remarks]
    return "\n".join(lines)


def as_html(findings: Sequence[Finding]) -> str:
    """The same as a card of rows."""
    return "".join(_row(finding) for finding in findings)


def _row(finding: Finding) -> str:
    state, name = finding.state, escape(finding.name)
    head = (
        f'<div><span aria-hidden="true" style="color:{state.accent};font-weight:700">'
        f"{state.symbol}</span> <code>{name}</code>: <strong>{state.value}</strong></div>"
    )
    parts = [part for failure in finding.failures for part in _parts(failure)]
    parts += [("Note", remark) for remark in finding.remarks]
    body = "".join(
        f'<div style="margin:.15em 0 0 1.4em"><em>{label}:</em> {escape(text)}</div>'
        for label, text in parts
    )
    return (
        f'<div role="group" aria-label="{name}: {state.value}" style="margin:.3em 0;'
        f"padding:.3em .8em;border-left:4px solid {state.accent};color:inherit;"
        f'background:transparent;line-height:1.5;max-width:60em">{head}{body}</div>'
    )


def _parts(failure: MatchFailure) -> list[tuple[str, str]]:
    labelled = [
        ("Expected", failure.expected),
        ("Found", failure.found),
        ("Why", failure.why),
        ("Hint", failure.hint),
    ]
    return [(label, " ".join(text.split())) for label, text in labelled if text]
