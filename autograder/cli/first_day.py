"""``autograder init`` and ``autograder adopt``: options, and what is printed.

Only typer is imported before a command runs, so that help is quick.
"""

import json as json_
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.options import HERE, JsonOption, QuietOption

if TYPE_CHECKING:
    from autograder.authoring.adopt import Survey

ADOPT_NAMES = 20
"""Columns of a notebook's and of a grade cell's name in the table, which leaves 28 for the rest."""


def init(
    folder: Annotated[Path, typer.Argument(help="The new course's folder: new or empty.")],
    assignment: Annotated[
        str, typer.Option("--assignment", help="The example assignment's name.")
    ] = "a1_wines",
    name: Annotated[
        str,
        typer.Option("--name", help="The course's name.", show_default="the folder's name"),
    ] = "",
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a new course: settings, an audited example assignment, a README, and CI that proves it.

    Example: autograder init keras-course
    """
    from autograder.authoring.begin import begin_course, complete_course
    from autograder.cli.terminal import say

    written = begin_course(folder, assignment, name)
    say("Running the solution of the example in the jail.")
    written += complete_course(folder, assignment)
    names = [str(path.relative_to(folder.resolve())) for path in written]
    if json:
        told = {"course": str(folder.resolve()), "assignment": assignment, "files": names}
        print(json_.dumps(told, indent=2))
    else:
        print("\n".join(names))
    place = shlex.quote(str(folder))
    say(f"Next: autograder verify --course {place}; then read {folder / 'README.md'}")


def adopt(
    folder: Annotated[Path, typer.Argument(help="The nbgrader course to look at.")] = HERE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say what would change for an existing nbgrader course. Reads it; runs and writes nothing.

    Exit status 1: something has to be changed before the course can be graded.

    Example: autograder adopt ../nlp-course
    """
    from autograder.authoring.adopt import survey

    found = survey(folder)
    if json:
        print(json_.dumps(found.as_json(), indent=2))
    else:
        _show(found)
    raise typer.Exit(int(not found.fits))


def _show(found: "Survey") -> None:
    from rich.markup import escape

    from autograder.cli import printing
    from autograder.cli.terminal import console, line, shortened

    out = console()
    line(out, f"Course: {found.root}")
    for heading, texts in (
        ("Settings", found.settings),
        ("Could not be read", found.unread),
        ("Gradebook", found.gradebook),
        ("Submissions", found.submissions),
    ):
        for text in texts:
            line(out, f"{heading}: {text}")
    for one in found.assignments:
        line(out, f"\n{one.name}: {len(one.cells)} grade cells, {one.points:g} points")
        table = printing.table()
        table.add_column("notebook", no_wrap=True, max_width=ADOPT_NAMES)
        table.add_column("grade cell", no_wrap=True, max_width=ADOPT_NAMES)
        table.add_column("points", justify="right", no_wrap=True)
        table.add_column("scored by, and after the move", min_width=24)
        for cell in one.cells:
            after = "; ".join((cell.scored_by, *cell.notes)) if cell.notes else cell.scored_by
            table.add_row(
                escape(shortened(cell.notebook, ADOPT_NAMES)),
                escape(shortened(cell.name, ADOPT_NAMES)),
                "none" if cell.points is None else f"{cell.points:g}",
                escape(after),
            )
        if one.cells:
            out.print(table)
        for mark, texts in (("✗", one.refused), ("!", one.changes)):
            for text in texts:
                line(out, f"{mark} {text}", indent=2)
    line(out, "\nAdd to nbgrader_config.py:" if found.lines else "\nNothing to add.")
    for text in found.lines:
        print(text)
    line(out, "\n" + found.told)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(init)
    app.command()(adopt)
