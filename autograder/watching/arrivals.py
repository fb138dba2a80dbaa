"""Which submissions are new: folders whose files are others than when they were last graded.

A folder that is still being written is left alone until two looks find it the same. Trusts nothing
in it: files are read with a cap, links are not followed.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.intake import MAX_BYTES, read_bytes, walk
from autograder.nouns import Problem

TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Arrival:
    """One student's submitted folder. ``work`` names its files by content, ``seen`` the time of
    submission too: handing the same work in again is no new attempt."""

    student: str
    work: str
    seen: str


@dataclass
class Arrivals:
    """Looks at the submitted folders of an assignment; keeps what the last look found."""

    course: Course
    assignment: str
    _signs: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Arrival] = field(default_factory=dict)

    def look(self, students: list[str]) -> list[Arrival]:
        """The folders of these students that are as they were at the look before."""
        found = []
        for student in students:
            folder = self.course.root / self.course.submitted_directory / student / self.assignment
            sign = _sign(folder)
            still = sign and self._signs.get(student) == sign
            if sign != self._signs.get(student):
                self._signs[student] = sign
                self._known.pop(student, None)
            if still:
                if student not in self._known:
                    self._known[student] = _arrival(student, folder)
                found.append(self._known[student])
        return found


def _sign(folder: Path) -> str:
    """Names, sizes and times of all files; nothing is read. Empty for no folder, or none yet."""
    told = hashlib.sha256()
    files = 0
    try:
        for where, descriptor in walk(folder):
            status = os.stat(where[-1], dir_fd=descriptor, follow_symlinks=False)
            told.update(repr((where, status.st_size, status.st_mtime_ns)).encode())
            files += 1
    except OSError:
        return ""  # it is being moved or removed; the next look tells
    return told.hexdigest() if files else ""


def _arrival(student: str, folder: Path) -> Arrival:
    work, stamp = hashlib.sha256(), hashlib.sha256()
    for where, descriptor in walk(folder):
        try:
            data = read_bytes(where[-1], dir_fd=descriptor, max_bytes=MAX_BYTES)
        except OSError:
            continue
        found = data.reason.encode() if isinstance(data, Problem) else data
        one = stamp if where == (TIMESTAMP,) else work
        one.update(repr(where).encode() + hashlib.sha256(found).digest())
    name = work.hexdigest()
    return Arrival(student, name, f"{name[:32]}{stamp.hexdigest()[:32]}")
