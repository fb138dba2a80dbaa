"""Tables written in the format that is asked for, and what the instructor has to know of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import safe_name
from autograder.errors import CourseError, UsageError
from autograder.exports.canvas import canvas_bytes
from autograder.exports.csv_table import csv_bytes
from autograder.exports.gather import listed
from autograder.exports.gradescope import VISIBILITIES, results_bytes
from autograder.exports.junit import junit_bytes
from autograder.exports.moodle import Filling, moodle_bytes, read_known
from autograder.exports.parquet_table import parquet_bytes
from autograder.exports.table import Table
from autograder.exports.written import Written, put

ONLY = {
    "roster": ("--roster", ("canvas", "moodle")),
    "worksheet": ("--worksheet", ("moodle",)),
    "titles": ("--title", ("canvas",)),
    "language": ("--language", ("moodle",)),
    "columns": ("--column", ("moodle",)),
    "scale": ("--scale", ("moodle",)),
    "feedback": ("--no-feedback", ("moodle",)),
    "missing_as_zero": ("--missing-as-zero", ("canvas", "moodle")),
    "decimal_comma": ("--decimal-comma", ("csv",)),
    "visibility": ("--visibility", ("gradescope",)),
}
"""Of each field of a `Wish` its option, and the formats that it does something for."""

FORMATS = ("canvas", "moodle", "gradescope", "csv", "parquet", "junit")


@dataclass(frozen=True)
class Wish:
    """What is asked for. An option is for one or two formats (`ONLY`), and refused with others."""

    to: str
    roster: Path | None = None
    worksheet: Path | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    scale: bool = False
    feedback: bool = True
    missing_as_zero: bool = False
    decimal_comma: bool = False
    visibility: str = "after_published"


@dataclass(frozen=True)
class Done:
    """What was written, and sentences for the instructor. ``attend`` is whether somebody has to
    look at something before the grades are whole."""

    files: tuple[Path, ...]
    scores: int
    notes: tuple[str, ...]
    attend: bool


def hand_over(tables: Sequence[Table], wish: Wish, into: Path) -> Done:
    """Write the tables to ``into``: a file, or a folder of results for Gradescope.

    Raises UsageError for options that do not fit together and files that are not what they should
    be; nothing is written then.
    """
    check_wish(wish, into, len(tables))
    if wish.to == "gradescope":
        files, written = _results(tables, wish, into)
    else:
        written = rendered(tables, wish)
        put(into, written.data)
        files = (into,)
    notes, attend = _told(tables, written)
    scores = sum(total.final is not None for table in tables for total in table.totals)
    return Done(files, scores, notes, attend)


def rendered(tables: Sequence[Table], wish: Wish) -> Written:
    """The one file of a format that has one."""
    match wish.to:
        case "canvas":
            return canvas_bytes(
                tables,
                roster=wish.roster,
                titles=wish.titles,
                missing_as_zero=wish.missing_as_zero,
            )
        case "moodle":
            return _moodle(tables, wish)
        case "csv":
            return Written(csv_bytes(tables, decimal_comma=wish.decimal_comma))
        case "parquet":
            return Written(parquet_bytes(tables))
        case "junit":
            return Written(junit_bytes(tables))
    raise UsageError(f"one of {', '.join(FORMATS)} expected for --to, found {wish.to!r}")


def check_wish(wish: Wish, into: Path, assignments: int) -> None:
    """Raises UsageError for what cannot be meant, before anything is read."""
    if wish.to not in FORMATS:
        raise UsageError(f"one of {', '.join(FORMATS)} expected for --to, found {wish.to!r}")
    usual = Wish(wish.to)
    for name, (option, formats) in ONLY.items():
        if wish.to not in formats and getattr(wish, name) != getattr(usual, name):
            raise UsageError(
                f"no {option} expected with --to {wish.to}, which has no use for it, found one: "
                f"it is for {' and '.join(formats)}"
            )
    if wish.visibility not in VISIBILITIES:
        known = ", ".join(VISIBILITIES)
        raise UsageError(f"one of {known} expected for --visibility, found {wish.visibility!r}")
    if wish.to == "moodle" and wish.worksheet is None:
        raise UsageError(
            "--worksheet expected for Moodle, found none. Download it on the assignment's page "
            "(View all submissions, Download grading worksheet) and name it."
        )
    if wish.to == "moodle" and assignments != 1:
        raise UsageError(
            f"one assignment expected, found {assignments}: Moodle has a worksheet for each. "
            "Export them one by one."
        )
    for given in (wish.roster, wish.worksheet):
        if given is not None and given.resolve() == into.resolve():
            raise UsageError(
                f"another file expected as --into, found {into} itself: what was downloaded stays "
                "as it is."
            )


def _moodle(tables: Sequence[Table], wish: Wish) -> Written:
    assert wish.worksheet is not None
    (table,) = tables
    known = read_known(wish.roster) if wish.roster is not None else {}
    filling = Filling(
        language=wish.language,
        columns=wish.columns,
        known=known,
        scale=wish.scale,
        feedback=wish.feedback,
        missing_as_zero=wish.missing_as_zero,
    )
    return moodle_bytes(table, wish.worksheet, filling)


def _results(tables: Sequence[Table], wish: Wish, into: Path) -> tuple[tuple[Path, ...], Written]:
    """A file for each student: INTO/ASSIGNMENT/STUDENT.json."""
    if into.exists() and not into.is_dir():
        raise UsageError(f"a folder expected as --into for Gradescope, found the file {into}")
    files: list[Path] = []
    left: list[str] = []
    for table in tables:
        folder = into / safe_name(table.assignment, "assignment")
        folder.mkdir(parents=True, exist_ok=True)
        for total in table.totals:
            if not total.handed_in:
                continue
            try:
                path = folder / f"{safe_name(total.person.id, 'student')}.json"
            except CourseError:
                left.append(total.person.id)
                continue
            put(path, results_bytes(total, visibility=wish.visibility))
            files.append(path)
    return tuple(files), Written(b"", left=tuple(left))


def _told(tables: Sequence[Table], written: Written) -> tuple[tuple[str, ...], bool]:
    notes = [*written.notes]
    attend = bool(written.left)
    for table in tables:
        name = table.assignment
        notes += [f"{name}: {note}" for note in table.notes]
        undecided = [total.person.id for total in table.open]
        review = [total.person.id for total in table.to_review]
        if undecided:
            notes.append(f"{name}: not decided, so left blank, {listed(undecided)}")
        if review:
            notes.append(f"{name}: with a score that somebody should look at, {listed(review)}")
        if table.ungraded:
            notes.append(
                f"{name}: handed in and not graded, so left out, {listed(table.ungraded)}. "
                f"Run: autograder grade {name}"
            )
        attend = attend or bool(undecided or review or table.ungraded)
    if written.left:
        notes.append(f"with a score and not in the file, {listed(written.left)}")
    return tuple(notes), attend
