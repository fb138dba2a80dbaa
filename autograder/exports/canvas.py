"""Grades for Canvas's gradebook import.

Canvas finds a student by ID, then SIS User ID, then SIS Login ID, then name, and an assignment by
``Title (id)`` or its exact title; of any other header it makes a new one. A blank takes away a
score that Canvas has, so a cell for which there is nothing new keeps what the downloaded file says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exports.canvas_roster import POSSIBLE, Roster, read_roster
from autograder.exports.sheets import quoted
from autograder.exports.table import Table, Total
from autograder.exports.texts import points_text, safe_text
from autograder.exports.written import Written
from autograder.gradebook.standings import Person

PERSONAL = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
EXCUSED = "EX"

NO_ROSTER = (
    "no roster was given: Canvas finds students by SIS Login ID (their id here) or name, and makes "
    "a new assignment where no title is the same. Download its gradebook and give it with --roster"
)


@dataclass(frozen=True)
class _Column:
    """An assignment's column: its scores by student, and where the roster has it."""

    header: str
    possible: str
    scores: Mapping[str, str]
    place: int | None = None


def canvas_bytes(
    tables: Sequence[Table],
    *,
    roster: Path | None = None,
    titles: Mapping[str, str] | None = None,
    missing_as_zero: bool = False,
) -> Written:
    """The file to import. ``titles`` gives an assignment's title in Canvas where it is another.

    Raises UsageError for a roster that Canvas did not write, or that has an assignment twice.
    """
    scores = {table.assignment: _scores(table, missing_as_zero) for table in tables}
    people = {total.person.id: total.person for table in tables for total in table.totals}
    named = [(table, (titles or {}).get(table.assignment, table.assignment)) for table in tables]
    if roster is None:
        columns = [
            _Column(safe_text(title), points_text(table.points), scores[table.assignment])
            for table, title in named
        ]
        rows = [_new_row(person, columns) for person in people.values()]
        return Written(_file(PERSONAL, columns, rows), (NO_ROSTER,))
    return _filled(read_roster(roster), named, scores, list(people.values()))


def _filled(
    roster: Roster,
    named: Sequence[tuple[Table, str]],
    scores: Mapping[str, Mapping[str, str]],
    people: Sequence[Person],
) -> Written:
    columns = [_column(roster, table, title, scores[table.assignment]) for table, title in named]
    pairs = roster.pairs(people)
    rows = []
    excused = 0
    for number, record in enumerate(roster.entries):
        if number not in pairs.found:
            continue
        cells = [safe_text(record.value(n)) for n in roster.about]
        for column in columns:
            old = record.value(column.place)
            new = column.scores.get(pairs.found[number].id, "")
            kept = old.strip().upper() == EXCUSED
            excused += kept and bool(new)
            cells.append(old if kept or not new else new)
        rows.append(cells)
    header = [roster.header[n] for n in roster.about]
    sheet = roster.sheet
    data = _file(header, columns, rows, sheet.delimiter, sheet.header.end or "\n", sheet.bom)
    notes = _notes(roster, named, columns)
    if excused:
        notes.append(f"{excused} scores are of students whom Canvas excuses (EX), and stay out")
    scored = {student for its in scores.values() for student in its}
    return Written(data, tuple(notes), tuple(p.id for p in pairs.left if p.id in scored))


def _column(roster: Roster, table: Table, title: str, scores: Mapping[str, str]) -> _Column:
    place = roster.column(title)
    points = points_text(table.points)
    if place is None:
        return _Column(safe_text(title), points, scores)
    return _Column(roster.header[place], roster.possible(place) or points, scores, place)


def _notes(
    roster: Roster, named: Sequence[tuple[Table, str]], columns: Sequence[_Column]
) -> list[str]:
    notes = []
    for (table, title), column in zip(named, columns, strict=True):
        if column.place is None:
            notes.append(
                f"{table.assignment}: no column {title!r} in {roster.sheet.path.name}, so Canvas "
                f"makes a new assignment. If another is meant: --title {table.assignment}='TITLE'"
            )
        elif _number(column.possible) != _number(points_text(table.points)):
            notes.append(
                f"{table.assignment}: Canvas counts it out of {column.possible}, the gradebook out "
                f"of {points_text(table.points)}; the points were not scaled"
            )
    return notes


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _scores(table: Table, missing_as_zero: bool) -> dict[str, str]:
    """What is to be written, by student; nobody without a score."""

    def final(total: Total) -> float | None:
        return 0.0 if missing_as_zero and not total.handed_in else total.final

    found = {total.person.id: points_text(final(total)) for total in table.totals}
    return {student: text for student, text in found.items() if text}


def _new_row(person: Person, columns: Sequence[_Column]) -> list[str]:
    sortable = f"{person.last_name}, {person.first_name}".strip(", ") or person.id
    about = [safe_text(text) for text in (sortable, person.lms_id, "", person.id, "")]
    return [*about, *(column.scores.get(person.id, "") for column in columns)]


def _file(
    header: Sequence[str],
    columns: Sequence[_Column],
    rows: Sequence[Sequence[str]],
    delimiter: str = ",",
    end: str = "\n",
    bom: str = "",
) -> bytes:
    possible = [POSSIBLE, *([""] * (len(header) - 1)), *(column.possible for column in columns)]
    table = [[*header, *(column.header for column in columns)], possible, *rows]
    lines = [delimiter.join(quoted(cell, delimiter) for cell in row) + end for row in table]
    return (bom + "".join(lines)).encode("utf-8")
