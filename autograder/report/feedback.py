"""The checks' report of one grade cell, as HTML and as text.

The only HTML that goes into a graded notebook unsanitised, so every value passes jinja2's
autoescape: messages may quote what a student wrote. A check's own fault (errored) is shown in
neutral words; its message could hold what a student must not see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.nouns import CellScore, CheckOutcome, Diagnosis, Verdict

MAX_TEXT = 4000
"""Characters of one message or hint; longer ones are no help to a reader."""

UNDECIDED = (
    "Not all of this could be decided automatically. Your instructor will look at it; "
    "until then the open part carries no points."
)


@dataclass(frozen=True)
class Row:
    """One check as it is shown. ``colour`` only repeats what symbol and word say."""

    symbol: str
    word: str
    colour: str
    title: str
    points: str
    message: str
    hint: str


def cell_report_html(
    cell: str,
    score: CellScore,
    checks: Sequence[CheckOutcome],
    diagnosis: Sequence[Diagnosis] = (),
) -> str:
    """The report as one self-contained ``<section>``: inline style, no script, no resource."""
    return (
        _environment()
        .get_template("cell.html.j2")
        .render(
            cell=cell,
            total=_total(score),
            undecided=UNDECIDED if score.score is None else "",
            rows=[_row(check) for check in checks],
            diagnosis=[_shown(found.message) for found in diagnosis],
        )
    )


def cell_report_text(
    cell: str,
    score: CellScore,
    checks: Sequence[CheckOutcome],
    diagnosis: Sequence[Diagnosis] = (),
) -> str:
    """The same report as plain text, for terminals and the notebook's text/plain."""
    lines = [f"{cell}: {_total(score)}"]
    if score.score is None:
        lines.append(UNDECIDED)
    for row in map(_row, checks):
        lines.append(f"{row.symbol} {row.word} ({row.points}): {row.title}")
        lines += _indented(row.message)
        lines += _indented(f"Hint: {row.hint}" if row.hint else "")
    if diagnosis:
        lines.append("What may be behind this:")
        lines += [f"- {_shown(found.message)}" for found in diagnosis]
    return "\n".join(lines)


def note_html(lines: Sequence[str]) -> str:
    """A markdown cell's source that says ``lines``: an HTML block, which markdown leaves alone."""
    # A blank line would end the block and hand the rest to the markdown parser.
    flat = [" ".join(_shown(line).split()) for line in lines]
    return _environment().get_template("note.html.j2").render(lines=flat)


def _row(check: CheckOutcome) -> Row:
    symbol, word, colour = _look(check.verdict)
    decided = check.verdict is not Verdict.ERRORED
    return Row(
        symbol=symbol,
        word=word,
        colour=colour,
        title=_shown(check.title),
        points=_points(check.earned if decided else None, check.points),
        message=_shown(check.message) if decided else "Your instructor will look at this.",
        hint=_shown(check.hint) if decided else "",
    )


def _look(verdict: Verdict) -> tuple[str, str, str]:
    """Symbol, word and colour; each colour has a contrast above 4.5 to 1 on white (WCAG AA)."""
    match verdict:
        case Verdict.PASSED:
            return "✓", "Passed", "#1a6b2d"
        case Verdict.FAILED:
            return "✗", "Not passed", "#a61b1b"
        case Verdict.SKIPPED:
            return "○", "Not judged", "#5c5c5c"
        case Verdict.ERRORED:
            return "?", "Not decided", "#5a3a99"


def _total(score: CellScore) -> str:
    return _points(score.score, score.points)


def _points(earned: float | None, points: float) -> str:
    unit = "point" if points == 1 else "points"
    if earned is None:
        return f"open, of {points:g} {unit}"
    return f"{earned:g} of {points:g} {unit}"


def _shown(text: str) -> str:
    """``text`` without control characters and bidirectional overrides, at most MAX_TEXT long."""
    kept = "".join(c for c in text if c in "\n\t" or (c.isprintable() or c == " "))
    return kept if len(kept) <= MAX_TEXT else kept[:MAX_TEXT] + " ..."


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
