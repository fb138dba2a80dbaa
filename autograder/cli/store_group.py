"""The commands of ``autograder store`` and their options."""

from typing import Annotated

import typer

from autograder.cli.options import HERE, CourseOption, JsonOption, QuietOption, StoreOption

store_app = typer.Typer(no_args_is_help=True, help="Look at, check and clear the evidence store.")


@store_app.command("list")
def store_list(
    course: CourseOption = HERE,
    store: StoreOption = "",
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say how many runs, arrays and predictions the store holds, and how large they are.

    Example: autograder store list
    """
    from autograder.cli.store import list_command

    raise typer.Exit(list_command(course, store, json))


@store_app.command("verify")
def store_verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what is damaged; it runs again when needed.")
    ] = False,
    course: CourseOption = HERE,
    store: StoreOption = "",
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read every file of the store and compare it with its checksum.

    Example: autograder store verify
    """
    from autograder.cli.store import verify_command

    raise typer.Exit(verify_command(course, store, repair, json))


@store_app.command("prune")
def store_prune(
    days: Annotated[
        float, typer.Option("--older-than", min=0, help="Days since a run was made.")
    ] = 180.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    course: CourseOption = HERE,
    store: StoreOption = "",
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Remove old runs, and the arrays that no run names. Nothing of it is a grade.

    Example: autograder store prune --older-than 365 --dry-run
    """
    from autograder.cli.store import prune_command

    raise typer.Exit(prune_command(course, store, days, dry_run, json))
