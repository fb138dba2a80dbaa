"""Commands and their options. The work is imported when a command runs, so that help is quick."""

import gc
import importlib
import io
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli import class_group, exports, first_day, store_group
from autograder.cli.completion import heed_named_shell, is_asked
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
from autograder.cli.plain import aloud, plain_help
from autograder.errors import AutograderError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Fair, safe and quick grading of Keras notebooks, on nbgrader.",
)

STOPPED = "Stopped. What has run is kept: the same command goes on from there."
MACHINE = "See to that (space, rights, a drive that is gone) and run the same command again."

GARBAGE = 20_000
"""Objects between two looks for garbage; Python's own number is 700."""


def main() -> None:
    """Entry point. Exit status: 0 done, 1 something needs review or failed, 2 wrong use."""
    # Imports and tables make much and leave little behind: to look for it seldom is a tenth less.
    gc.set_threshold(GARBAGE, 20, 20)
    importlib.import_module("autograder.imports")
    heed_named_shell(sys.argv[1:])
    if not is_asked():
        plain_help()
    try:
        status = app(standalone_mode=False)
    except typer.Exit as exit_:
        status = exit_.exit_code
    except typer.Abort:
        print(STOPPED, file=sys.stderr)
        status = 1
    except UsageError as error:
        aloud(f"autograder: {error}")
        status = 2
    except AutograderError as error:
        aloud(f"autograder: {error}")
        status = 1
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        status = 130
    except OSError as error:
        aloud(f"autograder: {error}. {MACHINE}")
        status = 1
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        told = io.StringIO()
        show(file=told)
        aloud(told.getvalue().rstrip("\n"))
        status = int(getattr(error, "exit_code", 2))
    sys.exit(status if isinstance(status, int) else 0)


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
class_group.register(app)
exports.register(app)
first_day.register(app)
