"""The checks' report of one grade cell, as HTML and as text.

The only HTML that goes into a graded notebook unsanitised, so every value passes jinja2's
autoescape: messages may quote what a student wrote. A check's own fault (errored) is shown in
neutral words; its message could hold what a student must not see. Colours are variables that
the feedback page sets for both modes, with the light ones where nobody does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Verdict
from autograder.report.curve import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Figure, figure
from autograder.report.histories import Training
from autograder.report.networks import Column, columns
from autograder.report.texts import coded, points_of, shown

UNDECIDED = (
    "Not all of this could be decided automatically. Your instructor will look at it; "
    "until then the open part carries no points."
)

_PARTS = re.compile(r"^(Expected|Found|Why): ?", re.MULTILINE)
_FRAME = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP}
_FRAME |= {"right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM}


@dataclass(frozen=True)
class Row:
    """One check as it is shown. ``colour`` only repeats what symbol and word say.

    ``parts`` is the message of a matcher, taken apart; ``first`` marks the first that failed.
    """

    symbol: str
    word: str
    colour: str
    title: str
    points: str
    message: str
    hint: str
    parts: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    first: bool = False


def cell_report_html(
    cell: str,
    score: CellScore,
    checks: Sequence[CheckOutcome],
    diagnosis: Sequence[Diagnosis] = (),
    trainings: Sequence[Training] = (),
) -> str:
    """The report as one self-contained ``<section>``: inline style, no script, no resource."""
    return (
        _environment()
        .get_template("cell.html.j2")
        .render(
            cell=cell,
            total=_total(score),
            undecided=UNDECIDED if score.score is None else "",
            rows=_rows(checks),
            diagnosis=[shown(found.message) for found in diagnosis],
            figures=_figures(trainings),
            **_FRAME,
        )
    )


def cell_report_text(
    cell: str,
    score: CellScore,
    checks: Sequence[CheckOutcome],
    diagnosis: Sequence[Diagnosis] = (),
    trainings: Sequence[Training] = (),
) -> str:
    """The same report as plain text, for terminals and the notebook's text/plain."""
    lines = [f"{cell}: {_total(score)}"]
    if score.score is None:
        lines.append(UNDECIDED)
    for row in _rows(checks):
        lines.append(f"{row.symbol} {row.word} ({row.points}): {row.title}")
        lines += _indented(row.message)
        lines += _indented(f"Hint: {row.hint}" if row.hint else "")
    lines += [drawn.caption for drawn in _figures(trainings)]
    if diagnosis:
        lines.append("What may be behind this:")
        lines += [f"- {shown(found.message)}" for found in diagnosis]
    return "\n".join(lines)


def note_html(lines: Sequence[str]) -> str:
    """A markdown cell's source that says ``lines``: an HTML block, which markdown leaves alone."""
    # A blank line would end the block and hand the rest to the markdown parser.
    flat = [" ".join(shown(line).split()) for line in lines]
    return _environment().get_template("note.html.j2").render(lines=flat)


def _rows(checks: Sequence[CheckOutcome]) -> list[Row]:
    failed = [check for check in checks if check.verdict is Verdict.FAILED]
    return [_row(check, first=len(failed) > 1 and check is failed[0]) for check in checks]


def _row(check: CheckOutcome, first: bool) -> Row:
    symbol, word, colour = _look(check.verdict)
    decided = check.verdict is not Verdict.ERRORED
    message = shown(check.message) if decided else "Your instructor will look at this."
    failed = check.verdict is Verdict.FAILED
    return Row(
        symbol=symbol,
        word=word,
        colour=colour,
        title=shown(check.title),
        points=points_of(check.earned if decided else None, check.points),
        message=message,
        hint=shown(check.hint) if decided else "",
        parts=_parts(message) if failed else (),
        columns=columns(check.drawing) if failed else (),
        first=first,
    )


def _parts(message: str) -> tuple[tuple[str, str], ...]:
    """Expected, found and why of a matcher's message; nothing of one in other words."""
    before, *found = _PARTS.split(message)
    if before.strip():
        return ()
    return tuple(
        (name, text.strip("\n")) for name, text in zip(found[::2], found[1::2], strict=True)
    )


def _figures(trainings: Sequence[Training]) -> list[Figure]:
    return [drawn for one in trainings if (drawn := figure(one)) is not None]


def _look(verdict: Verdict) -> tuple[str, str, str]:
    """Symbol, word and colour; each colour has a contrast above 4.5 to 1 (WCAG AA)."""
    match verdict:
        case Verdict.PASSED:
            return "✓", "Passed", "var(--ag-pass, #1a6b2d)"
        case Verdict.FAILED:
            return "✗", "Not passed", "var(--ag-fail, #a61b1b)"
        case Verdict.SKIPPED:
            return "○", "Not judged", "var(--ag-skip, #5c5c5c)"
        case Verdict.ERRORED:
            return "?", "Not decided", "var(--ag-open, #5a3a99)"


def _total(score: CellScore) -> str:
    return points_of(score.score, score.points)


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["coded"] = coded
    return environment
