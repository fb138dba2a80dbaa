"""Commands and their options. The work is imported when a command runs, so that help is quick."""

import importlib
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import exports, first_day, store_group
from autograder.cli.options import (
    CORES,
    HERE,
    AssignmentArgument,
    AssignmentOption,
    AssignmentsArgument,
    ClusterOption,
    CourseOption,
    DataOption,
    GpusOption,
    JsonOption,
    QuietOption,
    RerunOption,
    SchedulerOption,
    StandInOption,
    StoreOption,
    StudentsArgument,
    WorkersOption,
)
from autograder.errors import AutograderError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Fair, safe and quick grading of Keras notebooks, on nbgrader.",
)

STOPPED = "Stopped. What has run is kept: the same command goes on from there."
MACHINE = "See to that (space, rights, a drive that is gone) and run the same command again."


def main() -> None:
    """Entry point. Exit status: 0 done, 1 something needs review or failed, 2 wrong use."""
    importlib.import_module("autograder.imports")
    try:
        status = app(standalone_mode=False)
    except typer.Exit as exit_:
        status = exit_.exit_code
    except typer.Abort:
        print(STOPPED, file=sys.stderr)
        status = 1
    except UsageError as error:
        _complain(f"autograder: {error}")
        status = 2
    except AutograderError as error:
        _complain(f"autograder: {error}")
        status = 1
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        status = 130
    except OSError as error:
        _complain(f"autograder: {error}. {MACHINE}")
        status = 1
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        status = int(getattr(error, "exit_code", 2))
    sys.exit(status if isinstance(status, int) else 0)


def _complain(text: str) -> None:
    """An error: in lines that fit where a person reads it, whole in a log that is searched."""
    if not sys.stderr.isatty():
        print(text, file=sys.stderr)
        return
    from autograder.cli.terminal import console, line

    line(console(error=True), text)


@app.command()
def score(
    notebook: Annotated[Path, typer.Argument(help="The notebook to grade.")],
    assignment: AssignmentOption,
    course: CourseOption = HERE,
    json: JsonOption = False,
    store: StoreOption = "",
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Execute it even if it ran before.")
    ] = False,
    data: DataOption = None,
    stand_in: StandInOption = False,
    gpus: GpusOption = "",
    quiet: QuietOption = False,
) -> None:
    """Grade one notebook without a gradebook.

    Example: autograder score my.ipynb --assignment a3_multinomial
    """
    from autograder.cli.early import warm_early

    if not notebook.exists() and not notebook.is_symlink():
        raise UsageError(f"a notebook expected at {notebook}, found nothing")
    parent = warm_early(course, wanted=not gpus)
    from autograder.cli.commands import score_command

    raise typer.Exit(
        score_command(
            notebook, assignment, course, json, store, rerun, data, stand_in, gpus, parent
        )
    )


@app.command()
def grade(
    assignment: AssignmentArgument,
    students: StudentsArgument = None,
    workers: WorkersOption = CORES,
    rerun: RerunOption = False,
    course: CourseOption = HERE,
    json: JsonOption = False,
    store: StoreOption = "",
    data: DataOption = None,
    stand_in: StandInOption = False,
    gpus: GpusOption = "",
    scheduler: SchedulerOption = "",
    cluster: ClusterOption = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another grader of this assignment to end.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Grade submitted/*/NAME into the gradebook; what has run before is not executed again.

    Example: autograder grade a3_multinomial --workers 4
    """
    from autograder.cli.early import connect_early, seems_new, warm_early

    if scheduler and cluster is not None:
        raise UsageError("--scheduler or --cluster expected, found both")
    elsewhere = bool(scheduler) or cluster is not None
    early = not elsewhere and not gpus and (rerun or seems_new(course, assignment, store))
    parent = warm_early(course, wanted=early)
    with ExitStack() as stack:
        place = None
        if elsewhere:
            found = connect_early(scheduler, cluster, store, warm=not gpus)
            place = stack.enter_context(found)
        from autograder.cli.commands import grade_command

        raise typer.Exit(
            grade_command(
                assignment,
                students or [],
                workers,
                rerun,
                course,
                json,
                store,
                data,
                stand_in,
                gpus,
                parent,
                place,
                wait,
            )
        )


@app.command()
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


@app.command()
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


@app.command()
def release(
    assignment: AssignmentArgument,
    course: CourseOption = HERE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Build the release (what students get) of an assignment from its source.

    Example: autograder release a3_multinomial
    """
    from autograder.cli.commands import release_command

    raise typer.Exit(release_command(assignment, course, json))


@app.command()
def solutions(
    assignment: AssignmentArgument,
    course: CourseOption = HERE,
    data: DataOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Execute an assignment's solution in the jail and write it to the solution directory.

    Example: autograder solutions a3_multinomial
    """
    from autograder.cli.commands import solutions_command

    raise typer.Exit(solutions_command(assignment, course, data, json))


@app.command()
def verify(
    assignments: AssignmentsArgument = None,
    course: CourseOption = HERE,
    workers: WorkersOption = CORES,
    json: JsonOption = False,
    store: StoreOption = "",
    data: DataOption = None,
    gpus: GpusOption = "",
    quiet: QuietOption = False,
) -> None:
    """Prove that solutions score full marks, releases zero, and known answers their points.

    Example: autograder verify a3_multinomial
    """
    from autograder.cli.commands import verify_command

    raise typer.Exit(verify_command(assignments or [], course, workers, json, store, data, gpus))


@app.command()
def audit(
    assignments: AssignmentsArgument = None,
    respellings: Annotated[
        int, typer.Option("--respellings", min=0, help="Right answers, spelled otherwise.")
    ] = 40,
    seeds: Annotated[
        int | None,
        typer.Option(
            "--seeds",
            min=0,
            help="Runs of the solution, one seed each.",
            show_default="100, or 20 for one that takes 5 s of CPU",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Where to write it.", show_default=".autograder/audit/NAME"),
    ] = None,
    course: CourseOption = HERE,
    workers: WorkersOption = CORES,
    json: JsonOption = False,
    store: StoreOption = "",
    data: DataOption = None,
    stand_in: StandInOption = False,
    quiet: QuietOption = False,
) -> None:
    """Try the hidden checks: wrong answers must lose, right ones keep, and luck is measured.

    Example: autograder audit a3_multinomial
    """
    from autograder.cli.audit import audit_command

    raise typer.Exit(
        audit_command(
            assignments or [],
            respellings,
            seeds,
            into,
            course,
            workers,
            json,
            store,
            data,
            stand_in,
        )
    )


@app.command()
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


@app.command()
def new(
    assignment: Annotated[str, typer.Argument(help="The new assignment's name.")],
    course: CourseOption = HERE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Begin an assignment: notebook, hidden checks and settings that pass verify and audit.

    Example: autograder new b1_wines
    """
    from autograder.cli.commands import new_command

    raise typer.Exit(new_command(assignment, course, json))


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Where to write it: a folder of its own.")],
    course: CourseOption = HERE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write the tree that students may see: releases, student part, README; no answers.

    Example: autograder publish ../keras-exercises
    """
    from autograder.cli.commands import publish_command

    raise typer.Exit(publish_command(folder, course, json))


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def preflight(context: typer.Context) -> None:
    """Look at a notebook before it is submitted: for students, needs no course folder.

    Example: autograder preflight regression.ipynb
    """
    from autograder.student.command import run

    raise typer.Exit(run(["preflight", *context.args]))


@app.command()
def doctor(
    course: CourseOption = HERE, json: JsonOption = False, quiet: QuietOption = False
) -> None:
    """Say which walls of the jail stand on this machine, and which versions are installed.

    Example: autograder doctor
    """
    from autograder.cli.commands import doctor_command

    raise typer.Exit(doctor_command(course, json))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--into", help="The demo course to make.")] = Path("demo"),
    course: CourseOption = HERE,
    workers: WorkersOption = CORES,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a sample class of real notebooks in a new folder, grade it, and show the results.

    Example: autograder demo --into demo
    """
    from autograder.cli.commands import demo_command

    raise typer.Exit(demo_command(folder, course, workers, json))


app.add_typer(store_group.store_app, name="store")
exports.register(app)
first_day.register(app)
