"""Grades and feedback filled into Moodle's offline grading worksheet.

The instructor downloads it and uploads it again; Moodle skips rows whose grade is unchanged, empty,
negative, above the maximum, locked or changed since. So only those two columns are touched, and
only in the rows of students with a score: every other byte is what Moodle wrote.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from autograder.course import plain_id
from autograder.errors import UsageError
from autograder.exports.moodle_headers import columns_of
from autograder.exports.people import Pairs, collected, emails, ids, names, own_id, paired
from autograder.exports.sheets import Record, Sheet, read_sheet
from autograder.exports.table import Table, Total
from autograder.exports.texts import points_text
from autograder.exports.written import Written
from autograder.gradebook.standings import Person
from autograder.report.feedback import cell_report_text

WHAT = (
    "a grading worksheet downloaded from Moodle (the assignment's page, Download grading worksheet)"
)
_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True)
class Filling:
    """How to fill it. ``language`` and ``columns`` as in `columns_of`; ``known`` maps students to
    identifiers where the instructor says so; ``scale`` brings points to the worksheet's maximum."""

    language: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    scale: bool = False
    feedback: bool = True
    missing_as_zero: bool = False


def moodle_bytes(table: Table, worksheet: Path, filling: Filling | None = None) -> Written:
    """The worksheet, filled. Raises UsageError for a file that is no worksheet of Moodle's."""
    filling = filling or Filling()
    sheet = read_sheet(worksheet, WHAT)
    header = [field.value for field in sheet.header.fields]
    columns = columns_of(header, filling.language, filling.columns)
    pairs = _pairs(sheet, columns, [total.person for total in table.totals], filling.known)
    totals = {total.person.id: total for total in table.totals}
    changed: dict[int, dict[int, str]] = {}
    above: list[str] = []
    other: set[str] = set()
    for number, person in pairs.found.items():
        total, record = totals[person.id], sheet.records[number]
        final = 0.0 if filling.missing_as_zero and not total.handed_in else total.final
        maximum = _maximum(record, columns)
        if final is None:
            continue
        if maximum is not None and filling.scale and table.points > 0:
            final = final / table.points * maximum
        elif maximum is not None and maximum != table.points:
            other.add(record.value(columns["maximum"]))
        if maximum is not None and final > maximum:
            above.append(person.id)
            continue
        changed[number] = _changes(total, final, record, columns, filling)
    notes = _notes(table, other, above)
    scored = {total.person.id for total in table.totals if total.final is not None}
    left = [person.id for person in pairs.left if person.id in scored]
    return Written(sheet.written(changed), tuple(notes), (*left, *above))


def _changes(
    total: Total, final: float, record: Record, columns: Mapping[str, int], filling: Filling
) -> dict[int, str]:
    grade = points_text(final)
    if "," in record.value(columns.get("maximum")):  # the mark that Moodle itself writes there
        grade = grade.replace(".", ",")
    told = {columns["grade"]: grade}
    if filling.feedback and "feedback" in columns and total.handed_in:
        told[columns["feedback"]] = feedback_html(total)
    return told


def feedback_html(total: Total) -> str:
    """What the checks say, for Moodle's comment field, which holds HTML; one line.

    It says no more than the feedback pages do: messages of checks that could not decide are left
    out.
    """
    lines = [f"Points: {points_text(total.final)} of {points_text(total.points)}"]
    if total.late_penalty:
        lines.append(f"Taken off for lateness: {points_text(total.late_penalty)}")
    if total.result is not None:
        for name, cell in total.result.cells.items():
            its = [check for check in total.result.checks if check.cell == name]
            person = any(r.cell == name and r.scored_by == "person" for r in total.rows)
            if its and not person:
                lines += ["", *cell_report_text(name, cell, its).splitlines()]
    return "<br>".join(escape(line.strip()) for line in lines)


def _pairs(
    sheet: Sheet, columns: Mapping[str, int], people: Sequence[Person], known: Mapping[str, str]
) -> Pairs:
    def of(name: str) -> Callable[[Record], tuple[str, ...]]:
        return lambda record: (record.value(columns.get(name)),)

    def number(record: Record) -> str:
        found = _NUMBER.search(record.value(columns["identifier"]).strip())
        return found.group() if found else ""

    def full(record: Record) -> str:
        return record.value(columns.get("name"))

    ways: list[tuple[Callable[[Record], Sequence[str]], Callable[[Person], Sequence[str]]]] = [
        (
            lambda r: (
                *of("identifier")(r),
                number(r),
                *of("email")(r),
                *of("id_number")(r),
                full(r),
            ),
            lambda p: (known.get(p.id, ""),),
        ),
        (of("id_number"), ids),
        (of("username"), ids),
        (of("email"), emails),
        (lambda r: collected(full(r), number(r)), own_id),
        (lambda r: (full(r),), names),
        (lambda r: (plain_id(full(r)),), own_id),
    ]
    named = [p for p in people if p.id in known]
    others = [p for p in people if p.id not in known]
    # Whom the instructor names is found by that alone.
    first = paired(sheet.records, named, ways[:1])
    rest = [n for n in range(len(sheet.records)) if n not in first.found]
    second = paired([sheet.records[n] for n in rest], others, ways[1:])
    found = {**first.found, **{rest[n]: person for n, person in second.found.items()}}
    return Pairs(found, (*first.left, *second.left))


def _maximum(record: Record, columns: Mapping[str, int]) -> float | None:
    text = record.value(columns.get("maximum")).strip().replace(" ", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:  # no such column, or a scale of words
        return None


def _notes(table: Table, other: set[str], above: Sequence[str]) -> list[str]:
    notes = []
    if other:
        notes.append(
            f"{table.assignment}: Moodle counts it out of {', '.join(sorted(other))}, the "
            f"gradebook out of {points_text(table.points)}. --scale brings the points to Moodle's "
            "maximum"
        )
    if above:
        notes.append(
            f"{len(above)} scores are above Moodle's maximum, which it refuses: left as is"
        )
    return notes


def read_known(path: Path) -> dict[str, str]:
    """Students and their identifiers in Moodle, from a CSV with the columns student, identifier.

    Raises UsageError for another file.
    """
    sheet = read_sheet(path, "a CSV with the columns student and identifier")
    header = [field.value.strip().casefold() for field in sheet.header.fields]
    if not {"student", "identifier"} <= set(header):
        raise UsageError(
            f"the columns student and identifier expected in {path}, found "
            f"{', '.join(header[:6])}. One line for each student: the id here, and Moodle's "
            "identifier, e-mail or name."
        )
    student, identifier = header.index("student"), header.index("identifier")
    return {r.value(student).strip(): r.value(identifier).strip() for r in sheet.records}
