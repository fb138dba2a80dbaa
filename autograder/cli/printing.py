"""What people read: tables and progress. Results go to standard output, progress to error."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.nouns import Result, Verdict
from autograder.reviewing import Waiting

if TYPE_CHECKING:  # most commands report on no class
    from autograder.classreport import ClassReport

NAME_WIDTH = 22

_SYMBOL = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.SKIPPED: "–",
    Verdict.ERRORED: "?",
}


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error; the value advances it by one."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def say(text: str) -> None:
    """What is at work now, on standard error."""
    print(text, file=sys.stderr, flush=True)


def say_mishaps(mishaps: Sequence[str]) -> None:
    """Jobs that broke for a reason of ours and were tried again; on standard error."""
    if mishaps:
        say(f"{len(mishaps)} jobs had to be tried again; why the first one: {mishaps[0]}")


def show_result(result: Result) -> None:
    """One result: its checks, cell by cell."""
    console = Console(highlight=False)
    console.print(
        f"[bold]{escape(result.assignment)}[/]: {points(result.score)} of "
        f"{result.max_score:g} points ({result.status.value})"
    )
    for name, cell in result.cells.items():
        console.print(f"\n[bold]{escape(name)}[/]  {points(cell.score)} of {cell.points:g}")
        for check in result.checks:
            if check.cell == name:
                told = f"  {_SYMBOL[check.verdict]} {check.title}"
                console.print(escape(told))
                for text in (check.message, check.hint):
                    if text and check.verdict is not Verdict.PASSED:
                        console.print(escape(f"      {text}"))
    for title, texts in (("Repaired", result.repairs), ("To review", result.reasons)):
        for text in texts:
            console.print(escape(f"{title}: {text}"))


def show_class(results: Sequence[Result], stories: Mapping[str, str] | None = None) -> None:
    """A table with one row per student: points by cell, and the first thing to know."""
    console = Console(highlight=False)
    cells = results[0].cells if results else {}
    worth = [f"{name.removeprefix('check_')} ({cell.points:g})" for name, cell in cells.items()]
    console.print(escape(f"Points, in this order: {', '.join(worth)}"))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("student", no_wrap=True, max_width=NAME_WIDTH)
    table.add_column("points", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("first thing to know", ratio=1)
    for result in results:
        scores = " ".join(points(cell.score) for cell in result.cells.values())
        name = escape(str(result.student))
        story = (stories or {}).get(str(result.student))
        table.add_row(name, scores, points(result.score), escape(_first(result, story)))
    console.print(table)


def show_proofs(proofs: Sequence[Any]) -> None:
    """What was verified, and what does not hold."""
    console = Console(highlight=False)
    for proof in proofs:
        console.print(escape(f"{'✓' if proof.holds else '✗'} {proof.assignment}: {proof.name}"))
        for problem in proof.problems:
            console.print(escape(f"    {problem}"))
    failed = sum(not proof.holds for proof in proofs)
    console.print(f"{len(proofs) - failed} of {len(proofs)} hold.")


def show_report(report: "ClassReport", path: Path) -> None:
    """The head of a class report, and where the whole of it lies."""
    console = Console(highlight=False)
    console.print(escape(f"{report.assignment}: {len(report.rows)} submissions graded"))
    for topic in report.misunderstandings:
        console.print(escape(f"  {len(topic.students)} in {topic.cell}: {topic.title}"))
    for one in report.review:
        why = one.reasons[0] if one.reasons else f"open: {', '.join(one.undecided)}"
        console.print(escape(f"  to review: {one.student}: {why}"))
    if report.not_graded:
        console.print(f"  {len(report.not_graded)} not graded as they lie there now")
    console.print(escape(f"Report: {path}"), soft_wrap=True)


def show_queue(queue: Sequence[Waiting]) -> None:
    """Who waits for a person, and the first reason."""
    console = Console(highlight=False)
    if not queue:
        console.print("Nobody waits for a review.")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("student", no_wrap=True, max_width=NAME_WIDTH)
    table.add_column("kind", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("why", ratio=1)
    for one in queue:
        more = f" (and {len(one.why) - 1} more)" if len(one.why) > 1 else ""
        row = [one.student, one.kinds[0], points(one.result.score), _short(one.why[0]) + more]
        table.add_row(*map(escape, row))
    console.print(table)


def show_waiting(one: Waiting) -> None:
    """One submission of the queue with every reason."""
    console = Console(highlight=False)
    score = f"{points(one.result.score)} of {one.result.max_score:g} points"
    console.print(escape(f"{one.student}: {score}, {one.result.status.value}"))
    for why in one.why:
        console.print(escape(f"  - {why}"))


def show_seeds(student: str, results: Mapping[int, Result]) -> None:
    """What the same submission scores with other seeds."""
    console = Console(highlight=False)
    for seed, result in results.items():
        missed = [one.title for one in result.checks if one.verdict is not Verdict.PASSED]
        told = f"; missed: {', '.join(missed)}" if missed else ""
        score = f"{points(result.score)} of {result.max_score:g}"
        console.print(escape(f"{student}, seed {seed}: {score}{told}"))


def show_examination(found: Mapping[str, Any]) -> None:
    """The doctor's findings."""
    console = Console(highlight=False)
    for wall in found["walls"]:
        mark = "✓" if wall["stands"] else "✗"
        console.print(escape(f"{mark} {wall['name']}: {wall['found']}"))
        if not wall["stands"] and wall["mend"]:
            console.print(escape(f"    mend it: {wall['mend']}"))
    for name, version in found["versions"].items():
        console.print(escape(f"  {name}: {version}"))
    for name, told in found["data"].items():
        console.print(escape(f"  {name}: {told}"))
    for device in found["gpus"]:
        console.print(escape(f"  GPU to lease: {device}"))
    for warning in found["warnings"]:
        console.print(escape(f"! {warning}"))
    console.print("Fit to grade." if found["fit"] else "Not fit to grade: see above.")


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
    return _short(" | ".join(texts))


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"


def points(score: float | None) -> str:
    """The number, a question mark where nobody has decided."""
    return "?" if score is None else f"{score:g}"
