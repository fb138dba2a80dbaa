"""The gradebook that an instructor downloaded from Canvas: who is in it, and which columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import plain_id
from autograder.errors import UsageError
from autograder.exports.people import Pairs, collected, emails, ids, names, own_id, paired
from autograder.exports.sheets import Record, Sheet, read_sheet
from autograder.gradebook.standings import Person

WHAT = "a gradebook downloaded from Canvas (Grades, Export, Export Entire Gradebook)"
NAMED = ("Student", "LastName", "FirstName")
ABOUT = (*NAMED, "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
"""The columns about a person; a course's file has some of them."""

POSSIBLE = "Points Possible"
_OTHER_ROWS = (POSSIBLE, "Manual Posting", "Muted", "Student, Test")
_TITLED = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)


@dataclass(frozen=True)
class Roster:
    """``about`` are the numbers of the columns about a person, ``entries`` the students' lines."""

    sheet: Sheet
    header: tuple[str, ...]
    about: tuple[int, ...]
    entries: tuple[Record, ...]

    def column(self, title: str) -> int | None:
        """The assignment's column: its exact header, or ``Title (id)``; None where there is none.

        Raises UsageError where two columns have the title.
        """
        if title in self.header:
            return self.header.index(title)
        wanted = title.strip().casefold()
        matches = [(n, _TITLED.fullmatch(text)) for n, text in enumerate(self.header)]
        found = [n for n, m in matches if m and m["title"].strip().casefold() == wanted]
        if len(found) > 1:
            headers = " and ".join(repr(self.header[n]) for n in found)
            raise UsageError(
                f"one column of the title {title!r} expected in {self.sheet.path}, found "
                f"{headers}. Say which with --title NAME='TITLE (ID)'."
            )
        return found[0] if found else None

    def possible(self, column: int) -> str:
        """What Canvas counts the assignment out of, "" if the file does not say."""
        rows = [r for r in self.sheet.records if r.value(0).strip().startswith(POSSIBLE)]
        return rows[0].value(column).strip() if rows else ""

    def pairs(self, people: Sequence[Person]) -> Pairs:
        """Which entry is which student."""
        return paired(
            self.entries,
            people,
            [
                (lambda r: (self._of(r, "ID"),), lambda p: (p.lms_id,)),
                (lambda r: collected(self._name(r), self._of(r, "ID")), own_id),
                (lambda r: (self._of(r, "SIS User ID"),), ids),
                (lambda r: (self._of(r, "SIS Login ID"),), lambda p: (*ids(p), *emails(p))),
                (lambda r: (self._name(r),), names),
                (lambda r: _turned(self._name(r)), own_id),
            ],
        )

    def _of(self, record: Record, title: str) -> str:
        return record.value(self.header.index(title)) if title in self.header else ""

    def _name(self, record: Record) -> str:
        if "Student" in self.header:
            return self._of(record, "Student")
        return f"{self._of(record, 'LastName')}, {self._of(record, 'FirstName')}"


def read_roster(path: Path) -> Roster:
    """The roster at ``path``. Raises UsageError for a file that Canvas did not write."""
    sheet = read_sheet(path, WHAT)
    header = tuple(field.value.strip() for field in sheet.header.fields)
    about = tuple(n for n, title in enumerate(header) if title in ABOUT)
    if "ID" not in header or not set(NAMED) & set(header):
        raise UsageError(
            f"{WHAT} expected at {path}, with the columns Student and ID; found the columns "
            f"{', '.join(header[:6])}. Download it again."
        )
    return Roster(sheet, header, about, tuple(filter(_is_student, sheet.records)))


def _is_student(record: Record) -> bool:
    first = record.value(0).strip()
    return bool(first) and not first.startswith(_OTHER_ROWS)


def _turned(name: str) -> Sequence[str]:
    """Plain ids of "Last, First" in either order."""
    last, _, first = name.partition(",")
    return (plain_id(f"{first} {last}"), plain_id(name))
