"""``autograder audit``: its arguments turned into a call, and its findings printed."""

import json
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.authoring.audit.audit import Ask, Audit, audit, count_of
from autograder.authoring.audit.report import write_audit
from autograder.authoring.audit.trials import Finding
from autograder.authoring.audit.variants import Kind
from autograder.cli import printing
from autograder.cli.commands import opened_course, shelf_of
from autograder.errors import UsageError
from autograder.grading import Desk, StandIn
from autograder.grading.classroom import default_store


def audit_command(
    names: list[str],
    respellings: int,
    seeds: int | None,
    into: Path | None,
    root: Path,
    workers: int,
    as_json: bool,
    store: str,
    data: Path | None,
    stand_in: bool,
) -> int:
    """Audit assignments; 1 when a defect of the checks was found."""
    course, _ = opened_course(root)
    wanted = names or course.assignments()
    if not wanted:
        raise UsageError(f"assignments below {course.root / course.source_directory} expected")
    if into is not None and len(wanted) != 1:
        raise UsageError(f"one assignment expected with --into, found {len(wanted)}")
    ask = Ask(respellings, seeds)
    shelf = shelf_of(data, stand_in, missing=StandIn.IF_MISSING)
    done: list[Audit] = []
    with Desk(store or default_store(course), data=course.data) as desk:
        for name in wanted:
            with printing.progress(f"Auditing {name}", count_of(course, name, ask)) as advance:
                found = audit(
                    desk,
                    course,
                    name,
                    ask,
                    workers=workers,
                    shelf=shelf,
                    on_run=lambda _: advance(),
                )
            page = write_audit(found, course, into or course.state / "audit" / name)
            done.append(found)
            if not as_json:
                _show(found, page)
    if as_json:
        print(json.dumps([one.as_json() for one in done], indent=2))
    return int(any(one.defects for one in done))


def _show(found: Audit, page: Path) -> None:
    console = Console(highlight=False)
    data = f" on {found.data}" if found.data else ""
    console.print(f"[bold]{escape(found.assignment)}[/]{escape(data)}")
    for kind in Kind:
        counts = ", ".join(f"{count} {name}" for name, count in found.counts(kind).items())
        console.print(escape(f"  {kind.value} answers: {counts or 'none'}"))
    for trial in found.found(Finding.HOLE, Finding.MARKED_DOWN, Finding.REVIEW):
        mark = "✗" if trial.finding.defect else "?"
        console.print(escape(f"  {mark} {trial.finding.value}: {trial.variant.name}"))
        if trial.told:
            console.print(escape(f"      {trial.told}"))
    _show_luck(console, found)
    console.print(escape(f"  Report: {page}\n"))


def _show_luck(console: Console, found: Audit) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in ("threshold", "of", "runs", "lowest", "mean", "margin", "chance of a miss"):
        table.add_column(title, no_wrap=title != "threshold")
    rows = [("solution", one) for one in found.luck] + [("spelled", one) for one in found.respelled]
    for what, luck in rows:
        tries = f", {luck.tries} tries" if luck.tries > 1 else ""
        told = f"below {luck.bound:.1e} ({luck.method}{tries})"
        table.add_row(
            escape(f"{luck.subject}: {luck.kind} {luck.limit:g}"),
            what,
            f"{luck.runs}" + (f", {luck.missed} missed" if luck.missed else ""),
            f"{luck.lowest:.4g}",
            f"{luck.mean:.4g}",
            f"{luck.margin:.1f} sd",
            told,
        )
    if rows:
        console.print(table)
