"""``autograder audit``: its arguments turned into a call, and its findings printed."""

import json
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.authoring.audit.audit import Ask, Audit, audit, count_of
from autograder.authoring.audit.report import write_audit
from autograder.authoring.audit.trials import Finding
from autograder.authoring.audit.variants import Kind
from autograder.cli import printing
from autograder.cli.commands import opened_course, shelf_of
from autograder.cli.terminal import console, line
from autograder.errors import UsageError
from autograder.grading import Desk, StandIn
from autograder.grading.classroom import default_store

THRESHOLD_WIDTH = 16
"""Columns of the two cells of a row that may take several lines, in a table of 80."""


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
    out = console()
    data = f" on {found.data}" if found.data else ""
    out.print(f"[bold]{escape(found.assignment)}[/]{escape(data)}")
    for kind in Kind:
        counts = ", ".join(f"{count} {name}" for name, count in found.counts(kind).items())
        line(out, f"{kind.value} answers: {counts or 'none'}", indent=2)
    for trial in found.found(Finding.HOLE, Finding.MARKED_DOWN, Finding.REVIEW):
        mark = "✗" if trial.finding.defect else "?"
        line(out, f"{mark} {trial.finding.value}: {trial.variant.name}", indent=2)
        if trial.told:
            line(out, trial.told, indent=6)
    _show_luck(out, found)
    line(out, f"Report: {page}\n", indent=2)


def _show_luck(out: Console, found: Audit) -> None:
    table = printing.table()
    table.add_column("threshold", min_width=THRESHOLD_WIDTH)
    for title in ("of", "runs", "lowest", "mean", "margin"):
        table.add_column(title, no_wrap=True)
    table.add_column("chance of a miss", min_width=THRESHOLD_WIDTH)
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
            escape(told),
        )
    if rows:
        out.print(table)
