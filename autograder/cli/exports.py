"""``autograder export`` and ``autograder gradescope``: options, and what is printed.

Only typer is imported before a command runs, so that help is quick.
"""

import json as json_
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from autograder.cli.completion import assignment_names
from autograder.cli.options import QuietOption
from autograder.cli.plain import aloud
from autograder.cli.silence import quiet as is_quiet
from autograder.errors import UsageError


class Format(StrEnum):
    """The formats, as the command line names them."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    CSV = "csv"
    PARQUET = "parquet"
    JUNIT = "junit"


class Visibility(StrEnum):
    """When students see a result on Gradescope."""

    VISIBLE = "visible"
    DUE = "after_due_date"
    PUBLISHED = "after_published"
    HIDDEN = "hidden"


def export(
    to: Annotated[Format, typer.Option("--to", help="The format.")],
    into: Annotated[
        Path, typer.Option("--into", help="The file to write; for gradescope, a folder.")
    ],
    assignments: Annotated[
        list[str] | None,
        typer.Argument(help="Assignments.", show_default=False, autocompletion=assignment_names),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that have submissions.")] = False,
    student: Annotated[
        list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            help="canvas: the gradebook downloaded there. moodle: a CSV student,identifier.",
        ),
    ] = None,
    worksheet: Annotated[
        Path | None,
        typer.Option("--worksheet", help="moodle: the grading worksheet downloaded there."),
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", help="canvas: NAME=TITLE, its title there; may be repeated."),
    ] = None,
    language: Annotated[
        str,
        typer.Option("--language", help="moodle: en, de, es, fr or pt-br.", show_default="seen"),
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="moodle: grade=HEADER for another language; repeated."),
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="moodle: bring points to the maximum there.")
    ] = False,
    feedback: Annotated[
        bool, typer.Option("--feedback/--no-feedback", help="moodle: fill in what checks say.")
    ] = True,
    missing_as_zero: Annotated[
        bool,
        typer.Option("--missing-as-zero", help="canvas, moodle: 0 for who handed in nothing."),
    ] = False,
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="csv: 7,50 and semicolons.")
    ] = False,
    visibility: Annotated[
        Visibility, typer.Option("--visibility", help="gradescope: when students see it.")
    ] = Visibility.PUBLISHED,
    course: Annotated[
        Path, typer.Option("--course", help="The course folder.", show_default="this folder")
    ] = Path(),
    store: Annotated[
        str, typer.Option("--store", help="Where evidence is kept: a folder or an fsspec URL.")
    ] = "",
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder with MNIST or Fashion-MNIST.")
    ] = None,
    stand_in: Annotated[
        bool, typer.Option("--stand-in", help="It was graded on the stand-in for the data set.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Write grades for Canvas, Moodle, Gradescope, a spreadsheet, or CI; executes nothing.

    Exit status 1: something is not decided, or a student is not in the file.

    Example: autograder export a1_regression --to canvas --roster canvas.csv --into grades.csv
    """
    from autograder.exports.hand_over import Wish

    if bool(assignments) == every:
        found = "both" if every else "neither"
        raise UsageError(f"assignments or --all expected, found {found}")
    wish = Wish(
        to=to.value,
        roster=roster,
        worksheet=worksheet,
        titles=_pairs("--title", title),
        language=language,
        columns=_pairs("--column", column),
        scale=scale,
        feedback=feedback,
        missing_as_zero=missing_as_zero,
        decimal_comma=decimal_comma,
        visibility=visibility.value,
    )
    chosen = (tuple(assignments or ()), tuple(student or ()))
    raise typer.Exit(_export(wish, into, chosen, (course, store, data, stand_in), json))


def gradescope(
    assignment: Annotated[
        str, typer.Argument(help="The assignment's name.", autocompletion=assignment_names)
    ],
    into: Annotated[Path, typer.Option("--into", help="The zip to write.")],
    visibility: Annotated[
        Visibility, typer.Option("--visibility", help="When students see their results there.")
    ] = Visibility.DUE,
    attempts: Annotated[
        int, typer.Option("--attempts", min=0, help="Submissions whose results show at once.")
    ] = 0,
    course: Annotated[
        Path, typer.Option("--course", help="The course folder.", show_default="this folder")
    ] = Path(),
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder with MNIST or Fashion-MNIST.")
    ] = None,
    stand_in: Annotated[
        bool, typer.Option("--stand-in", help="Grade there on the stand-in for the data set.")
    ] = False,
    without_jail: Annotated[
        bool,
        typer.Option(
            "--without-jail", help="Run notebooks there as another user if no jail can be had."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Make the zip that Gradescope runs the same hidden checks with.

    It holds the hidden checks: upload it, and give it to nobody.

    Example: autograder gradescope a1_regression --into a1.zip
    """
    from autograder.cli.commands import opened_course, shelf_of
    from autograder.exports.bundle import Bundle, bundle_bytes
    from autograder.exports.written import put

    shelf_of(data, stand_in)
    opened, config = opened_course(course)
    bundle = Bundle(assignment, visibility.value, attempts, stand_in, without_jail)
    if without_jail:
        _say(
            "with this bundle student code may run without a jail, beside the hidden checks: "
            "docs/exports.md says what then still holds"
        )
    content = bundle_bytes(opened, config, bundle, data)
    put(into, content)
    if json:
        print(json_.dumps({"file": str(into), "bytes": len(content)}, indent=2))
    else:
        print(f"{into}: {len(content) / 1024**2:.1f} MiB")


def _export(
    wish: Any,  # Any: the work's types are imported when a command runs
    into: Path,
    chosen: tuple[tuple[str, ...], tuple[str, ...]],
    places: tuple[Path, str, Path | None, bool],
    as_json: bool,
) -> int:
    from autograder.cli.commands import opened_course, shelf_of
    from autograder.exports import Source, gather
    from autograder.exports.hand_over import check_wish, hand_over

    assignments, students = chosen
    root, store, data, stand_in = places
    check_wish(wish, into, max(len(assignments), 1))
    course, config = opened_course(root)
    shelf = shelf_of(data, stand_in)
    _say(f"reading {', '.join(assignments) or 'every assignment'}")
    source = Source(course, config, store, shelf, students, partial(_settled, course))
    tables = gather(source, assignments)
    done = hand_over(tables, wish, into)
    for note in done.notes:
        _say(note)
    if as_json:
        files = [str(path) for path in done.files]
        told = {"files": files, "scores": done.scores, "notes": list(done.notes)}
        print(json_.dumps({**told, "attend": done.attend}, indent=2))
    else:
        place = done.files[0] if len(done.files) == 1 else f"{into} ({len(done.files)} files)"
        print(f"{place}: {done.scores} scores of {', '.join(t.assignment for t in tables)}")
    return int(done.attend)


def _settled(course: Any, assignment: str) -> Any:  # Any: imported when a command runs
    """What tells whether ``autograder review`` accepted a result."""
    from autograder.reviewing.decisions import Decisions

    return Decisions.read(course.state / "review" / f"{assignment}.json").settled


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    found = {}
    for text in given or ():
        name, mark, value = text.partition("=")
        if not (name and mark and value):
            raise UsageError(f"{option} NAME=TEXT expected, found {option} {text}")
        found[name.strip()] = value.strip()
    return found


def _say(text: str) -> None:
    if not is_quiet():
        aloud(f"autograder: {text}")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(export)
    app.command()(gradescope)
