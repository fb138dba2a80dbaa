"""``watch``, ``review`` and ``report``: options of the commands for a class that is graded.

Only typer is imported before a command runs, so that help is quick.
"""

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.options import (
    CORES,
    HERE,
    AssignmentArgument,
    CourseOption,
    DataOption,
    GpusOption,
    JsonOption,
    QuietOption,
    StandInOption,
    StoreOption,
    StudentsArgument,
    WorkersOption,
)


def watch(
    assignment: AssignmentArgument,
    every: Annotated[
        float, typer.Option("--every", min=0.2, help="Seconds between two looks.")
    ] = 10.0,
    once: Annotated[bool, typer.Option("--once", help="Grade what is there now, and end.")] = False,
    limit: Annotated[
        int,
        typer.Option("--limit", min=0, help="Submissions of a student that are graded; 0: all."),
    ] = 0,
    collect: Annotated[
        bool, typer.Option("--collect", help="Collect from nbgrader's exchange at each look.")
    ] = False,
    feedback: Annotated[
        bool,
        typer.Option(
            "--feedback/--no-feedback", help="Write feedback pages of what needs no review."
        ),
    ] = True,
    release: Annotated[
        bool, typer.Option("--release", help="Hand the pages back through the exchange.")
    ] = False,
    workers: WorkersOption = CORES,
    course: CourseOption = HERE,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each result.")
    ] = False,
    store: StoreOption = "",
    data: DataOption = None,
    gpus: GpusOption = "",
    quiet: QuietOption = False,
) -> None:
    """Grade submissions as they arrive in submitted/*/NAME, until Ctrl-C; a restart goes on.

    Example: autograder watch a3_multinomial --collect --release --limit 3
    """
    from autograder.cli.early import warm_early

    parent = warm_early(course, wanted=not gpus)
    from autograder.cli.watch import Options, watch_command

    options = Options(
        every, once, workers, limit, collect, feedback, release, json, store, data, gpus
    )
    raise typer.Exit(watch_command(assignment, course, options, parent))


def review(
    assignment: AssignmentArgument,
    students: StudentsArgument = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="What these students have stands as it is.")
    ] = False,
    scores: Annotated[
        list[str] | None,
        typer.Option("--score", help="CELL=POINTS in the place of the checks' points."),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; with a score the student reads it.")
    ] = "",
    seeds: Annotated[
        int, typer.Option("--seeds", min=0, help="Run again with so many other seeds; look only.")
    ] = 0,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was accepted before.")
    ] = False,
    near: Annotated[
        float, typer.Option("--near", min=0.0, help="How near a threshold is worth a look.")
    ] = 0.01,
    course: CourseOption = HERE,
    json: JsonOption = False,
    store: StoreOption = "",
    data: DataOption = None,
    gpus: GpusOption = "",
    quiet: QuietOption = False,
) -> None:
    """Who waits for a person and why; open, rerun, accept, or give a score with a reason.

    Example: autograder review a3_multinomial ada --score check_fit=3 --reason "Right by hand."
    """
    from autograder.cli.review import Options, review_command

    options = Options(
        accept, tuple(scores or ()), reason, seeds, everything, near, json, store, data, gpus
    )
    raise typer.Exit(review_command(assignment, students or [], course, options))


def report(
    assignment: AssignmentArgument,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            help="The page to write; JSON and Parquet beside it.",
            show_default=".autograder/report/NAME.html",
        ),
    ] = None,
    course: CourseOption = HERE,
    json: JsonOption = False,
    store: StoreOption = "",
    data: DataOption = None,
    stand_in: StandInOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write how a graded class did: one page, JSON, Parquet. Runs no notebook, changes no grade.

    Example: autograder report a3_multinomial --into a3.html
    """
    from autograder.cli.report import report_command

    raise typer.Exit(report_command(assignment, course, into, json, store, data, stand_in))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (watch, review, report):
        app.command()(command)
