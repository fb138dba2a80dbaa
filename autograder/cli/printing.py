"""What people read: results, tables and findings, on standard output."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.terminal import console, line, progress, say, shortened
from autograder.nouns import Result, Verdict
from autograder.reviewing import Waiting

if TYPE_CHECKING:  # most commands report on no class
    from autograder.classreport import ClassReport

__all__ = [
    "points",
    "progress",
    "say",
    "say_mishaps",
    "show_class",
    "show_examination",
    "show_proofs",
    "show_queue",
    "show_report",
    "show_result",
    "show_seeds",
    "show_waiting",
    "table",
]

NAME_WIDTH = 22
POINTS_WIDTH = 24
"""Columns for a student's name and for the points by cell, which leave 24 of 80 for a sentence."""

FIRST_WIDTH = 160

_SYMBOL = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.SKIPPED: "–",
    Verdict.ERRORED: "?",
}


def table() -> Table:
    """A table as all commands show them: a line below the head, and no others."""
    return Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))


def say_mishaps(mishaps: Sequence[str]) -> None:
    """Jobs that broke for a reason of ours and were tried again; on standard error."""
    if mishaps:
        say(f"{len(mishaps)} jobs had to be tried again; why the first one: {mishaps[0]}")


def show_result(result: Result) -> None:
    """One result: its checks, cell by cell."""
    out = console()
    out.print(
        f"[bold]{escape(result.assignment)}[/]: {points(result.score)} of "
        f"{result.max_score:g} points ({result.status.value})"
    )
    for name, cell in result.cells.items():
        out.print(f"\n[bold]{escape(name)}[/]  {points(cell.score)} of {cell.points:g}")
        for check in result.checks:
            if check.cell == name:
                line(out, f"{_SYMBOL[check.verdict]} {check.title}", indent=2)
                for text in (check.message, check.hint):
                    if text and check.verdict is not Verdict.PASSED:
                        line(out, text, indent=6)
    for title, texts in (("Repaired", result.repairs), ("To review", result.reasons)):
        for text in texts:
            line(out, f"{title}: {text}")


def show_class(results: Sequence[Result], stories: Mapping[str, str] | None = None) -> None:
    """A table with one row per student: points by cell, and the first thing to know."""
    out = console()
    cells = results[0].cells if results else {}
    worth = [f"{name.removeprefix('check_')} ({cell.points:g})" for name, cell in cells.items()]
    line(out, f"Points, in this order: {', '.join(worth)}")
    rows = table()
    rows.add_column("student", no_wrap=True, max_width=NAME_WIDTH)
    rows.add_column("points", no_wrap=True, max_width=POINTS_WIDTH)
    rows.add_column("score", justify="right", no_wrap=True)
    rows.add_column("first thing to know", ratio=1)
    for result in results:
        scores = " ".join(points(cell.score) for cell in result.cells.values())
        name = escape(shortened(str(result.student), NAME_WIDTH))
        story = (stories or {}).get(str(result.student))
        rows.add_row(name, scores, points(result.score), escape(_first(result, story)))
    out.print(rows)


def show_proofs(proofs: Sequence[Any]) -> None:
    """What was verified, and what does not hold."""
    out = console()
    for proof in proofs:
        line(out, f"{'✓' if proof.holds else '✗'} {proof.assignment}: {proof.name}")
        for problem in proof.problems:
            line(out, problem, indent=4)
    failed = sum(not proof.holds for proof in proofs)
    line(out, f"{len(proofs) - failed} of {len(proofs)} hold.")


def show_report(report: "ClassReport", path: Path) -> None:
    """The head of a class report, and where the whole of it lies."""
    out = console()
    line(out, f"{report.assignment}: {len(report.rows)} submissions graded")
    for topic in report.misunderstandings:
        line(out, f"{len(topic.students)} in {topic.cell}: {topic.title}", indent=2)
    for one in report.review:
        why = one.reasons[0] if one.reasons else f"open: {', '.join(one.undecided)}"
        line(out, f"to review: {one.student}: {why}", indent=2)
    if report.not_graded:
        out.print(f"  {len(report.not_graded)} not graded as they lie there now")
    line(out, f"Report: {path}")


def show_queue(queue: Sequence[Waiting]) -> None:
    """Who waits for a person, and the first reason."""
    out = console()
    if not queue:
        out.print("Nobody waits for a review.")
        return
    rows = table()
    rows.add_column("student", no_wrap=True, max_width=NAME_WIDTH)
    rows.add_column("kind", no_wrap=True)
    rows.add_column("score", justify="right", no_wrap=True)
    rows.add_column("why", ratio=1)
    for one in queue:
        more = f" (and {len(one.why) - 1} more)" if len(one.why) > 1 else ""
        name, why = shortened(one.student, NAME_WIDTH), _cut(one.why[0]) + more
        rows.add_row(*map(escape, (name, one.kinds[0], points(one.result.score), why)))
    out.print(rows)


def show_waiting(one: Waiting) -> None:
    """One submission of the queue with every reason."""
    out = console()
    score = f"{points(one.result.score)} of {one.result.max_score:g} points"
    line(out, f"{one.student}: {score}, {one.result.status.value}")
    for why in one.why:
        line(out, f"- {why}", indent=2)


def show_seeds(student: str, results: Mapping[int, Result]) -> None:
    """What the same submission scores with other seeds."""
    out = console()
    for seed, result in results.items():
        missed = [one.title for one in result.checks if one.verdict is not Verdict.PASSED]
        told = f"; missed: {', '.join(missed)}" if missed else ""
        score = f"{points(result.score)} of {result.max_score:g}"
        line(out, f"{student}, seed {seed}: {score}{told}")


def show_examination(found: Mapping[str, Any]) -> None:
    """The doctor's findings."""
    out = console()
    for wall in found["walls"]:
        _told(out, "✓" if wall["stands"] else "✗", f"{wall['name']}: {wall['found']}")
        if not wall["stands"] and wall["mend"]:
            line(out, f"mend it: {wall['mend']}", indent=4)
    for name, version in (*found["versions"].items(), *found["data"].items()):
        _told(out, " ", f"{name}: {version}")
    for device in found["gpus"]:
        _told(out, " ", f"GPU to lease: {device}")
    for warning in found["warnings"]:
        _told(out, "!", warning)
    line(out, "Fit to grade." if found["fit"] else "Not fit to grade: see above.")


def _told(out: Console, mark: str, text: str) -> None:
    line(out, f"{mark} {text}" if mark.strip() else text, indent=0 if mark.strip() else 2)


def _first(result: Result, story: str | None) -> str:
    texts = [story] if story else []
    if result.status.value not in ("completed", "cell_error"):
        texts.append(result.status.value)
    if result.reasons:
        texts.append(f"review: {result.reasons[0]}")
    else:
        missed = [c for c in result.checks if c.verdict in (Verdict.FAILED, Verdict.ERRORED)]
        missed += [c for c in result.checks if c.verdict is Verdict.SKIPPED]
        texts += [check.message.splitlines()[0] for check in missed[:1] if check.message]
    return _cut(" | ".join(texts))


def _cut(text: str) -> str:
    return shortened(text, FIRST_WIDTH)


def points(score: float | None) -> str:
    """The number, a question mark where nobody has decided."""
    return "?" if score is None else f"{score:g}"
