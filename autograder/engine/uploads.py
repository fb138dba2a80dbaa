"""Which student and notebook a downloaded file is, for ``nbgrader zip_collect``.

Learning platforms put all uploads of an assignment into one archive and name the student in each
file's path. Known here: Moodle, with a folder for each student or without, and Canvas.
``c.FileNameCollectorPlugin.named_regexp`` takes their place where it is set. Trusts no name: ids
are made of plain letters and digits.
"""

import re
from pathlib import PurePosixPath
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin

from autograder.course import plain_id

_MOODLE = re.compile(
    r"(?P<student_id>[^/]+?)_(?P<number>\d+)_assignsubmission_file_?[/_]?(?P<file_id>[^/]+)"
)
_MOODLES_FOLDER = re.compile(r"[^/]+_\d+_assignsubmission_file_?")
_CANVAS = re.compile(r"(?P<student_id>[^/_]+)(?:_LATE)?_(?P<number>\d+)_\d+_(?P<file_id>[^/]+)")
_AGAIN = re.compile(r"(?:-\d{1,2}| ?\(\d{1,2}\))$")
"""What Canvas ("-1") and browsers (" (1)") add to a name that was there before."""


# The untyped base: nbgrader has no annotations that mypy can follow.
class UploadCollector(FileNameCollectorPlugin):  # type: ignore[misc]
    """nbgrader's collector that knows how learning platforms name files.

    nbgrader 0.9.6 ends the whole collection at a second file of the same student and name. Two
    uploads of one student are kept beside each other, and two students who are called alike
    apart, by Moodle's number.
    """

    def __init__(self, **settings: Any) -> None:  # Any: traitlets' own keywords
        super().__init__(**settings)
        self._numbers: dict[str, str] = {}
        self._taken: set[tuple[str, str]] = set()

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student's id and the notebook's name, or None for a file that is not collected."""
        if self.named_regexp:
            configured: dict[str, str] | None = super().collect(submitted_file)
            return configured
        path = PurePosixPath(submitted_file)
        if path.suffix not in self.valid_ext:
            return None
        found = parsed(path)
        if found is None:
            self.log.warning("Neither Moodle nor Canvas names a file like this: %s", path.name)
            return None
        return self._apart(found, _number(path))

    def _apart(self, found: dict[str, str], number: str) -> dict[str, str]:
        student, notebook = found["student_id"], found["file_id"]
        if self._numbers.setdefault(student, number) != number:
            student = f"{student}_{number}"
            self.log.warning("Two students are called alike; one is collected as %s", student)
        # nbgrader takes what follows the last dot for a suffix and drops it.
        base = notebook = PurePosixPath(notebook).stem or notebook
        count = 1
        while (student, notebook) in self._taken:
            count += 1
            notebook = f"{base}-{count}"
        if count > 1:
            self.log.warning("%s uploaded %s twice; see %s.ipynb too", student, base, notebook)
        self._taken.add((student, notebook))
        return {"student_id": student, "file_id": notebook}


def _number(path: PurePosixPath) -> str:
    found = _matched(path)
    return found["number"] if found else ""


def _matched(path: PurePosixPath) -> re.Match[str] | None:
    """What the platform named. A folder of the platform's decides: what a student has put below it
    may be called as if it were somebody else's."""
    for folder in path.parts[:-1]:
        if _MOODLES_FOLDER.fullmatch(folder):
            return _MOODLE.fullmatch(f"{folder}/{path.stem}")
    return _MOODLE.fullmatch(path.stem) or _CANVAS.fullmatch(path.stem)


def parsed(path: PurePosixPath) -> dict[str, str] | None:
    """Student and notebook of one downloaded file.

    Moodle's numbers belong to one assignment, so the name is the id there; Canvas's belong to the
    student, and two students may be called alike.

    >>> parsed(PurePosixPath("x/José Núñez_81_assignsubmission_file/sums.ipynb"))
    {'student_id': 'jose_nunez', 'file_id': 'sums'}
    >>> parsed(PurePosixPath("x/lovelaceada_LATE_12_345_sums-1.ipynb"))
    {'student_id': 'lovelaceada_12', 'file_id': 'sums'}
    """
    found = _matched(path)
    if found is None:
        return None
    student = plain_id(found["student_id"])
    if found.re is _CANVAS:
        student = f"{student}_{found['number']}" if student else found["number"]
    notebook = _AGAIN.sub("", found["file_id"])
    return {"student_id": student or found["number"], "file_id": notebook} if notebook else None
