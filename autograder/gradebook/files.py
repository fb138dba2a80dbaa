"""The autograded folder of one submission: notebooks, companion files, timestamp; all or nothing.

The submitted folder is a student's: symbolic links, pipes and devices in it are never followed or
copied, since nbgrader hands the copies on into the student's feedback folder.
"""

import fnmatch
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook.config import coursedir_of
from autograder.nouns import JSON

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP_BYTES = 200
"""nbgrader's own stamp is 30 characters; what is longer is something else."""

MAX_FILES = 1_000
MAX_DEPTH = 8
MAX_FILE_BYTES = 100 * 1024**2
MAX_TOTAL_BYTES = 256 * 1024**2
"""Of what is copied beside a graded notebook; a submission holds a few data files. Folders can be
nested deeper than Python can walk, and a file can be longer than the disk."""

LEFT_S = 3600
"""A folder that no writer has touched for so long was left by one that was killed."""
PUBLISH_TRIES = 3
"""Another process may publish the same folder between our two renames."""


@dataclass(frozen=True)
class Stamp:
    """When a submission was handed in, UTC; ``problem`` says why there is no time."""

    text: str = ""
    time: datetime | None = None
    problem: str = ""


def stamp_of(folder: Path) -> Stamp:
    """The stamp in ``folder``; an unreadable one counts as none and says so."""
    data = _regular_bytes(folder / TIMESTAMP, MAX_TIMESTAMP_BYTES)
    if data is None:
        present = os.path.lexists(folder / TIMESTAMP)
        return Stamp(problem="timestamp.txt is no plain short file") if present else Stamp()
    try:
        text = data.decode("utf-8").strip()
        return Stamp(text, parse_utc(text)) if text else Stamp(problem="timestamp.txt is empty")
    except (ValueError, OverflowError, TypeError, AttributeError):
        return Stamp(problem="timestamp.txt holds no date and time")


def write_autograded(
    course: Course,
    config: Config,
    assignment: str,
    student: str,
    notebooks: Mapping[str, Mapping[str, JSON]],
    stamp: Stamp,
) -> "Prepared":
    """Everything of ``autograded/<student>/<assignment>/`` in a folder beside it.

    The caller records the scores and then calls ``Prepared.publish``; until then readers see the
    old folder, or none.
    """
    destination = course.autograded(assignment, student)
    destination.parent.mkdir(parents=True, exist_ok=True)
    for left in destination.parent.glob(f".{assignment}-*.tmp"):
        # A fresh one is another process's, which grades the same submission right now.
        try:
            if time.time() - left.stat().st_mtime > LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
        except FileNotFoundError:
            pass  # published in this moment
    made = tempfile.mkdtemp(prefix=f".{assignment}-", suffix=".tmp", dir=destination.parent)
    prepared = Prepared(Path(made) / "new", destination)
    try:
        prepared.folder.mkdir()
        _companions(course, config, assignment, student, prepared.folder)
        for name, notebook in notebooks.items():
            text = nbformat.writes(nbformat.from_dict(dict(notebook)), version=4)
            _fresh(prepared.folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
        if stamp.time is not None:
            _fresh(prepared.folder / TIMESTAMP).write_text(stamp.text + "\n", encoding="utf-8")
        _permissions(prepared.folder, coursedir_of(course, config), config)
    except BaseException:
        prepared.discard()
        raise
    return prepared


@dataclass(frozen=True)
class Prepared:
    """A finished folder that waits to take its place."""

    folder: Path
    destination: Path

    def publish(self) -> None:
        """Put the folder in its place. Two renames: a crash between them shows no folder, which
        nbgrader reads as "not yet graded"; it never shows half of one."""
        for remaining in reversed(range(PUBLISH_TRIES)):
            try:
                if self.destination.exists():
                    self.destination.rename(self.folder.with_name(f"old{remaining}"))
                self.folder.rename(self.destination)
                break
            except OSError:
                if not remaining:
                    raise
        self.discard()

    def discard(self) -> None:
        """Remove what is left beside the destination."""
        shutil.rmtree(self.folder.parent, ignore_errors=True)


def plain_files(
    folder: Path, ignore: Sequence[str], *, max_files: int | None = None
) -> Iterator[Path]:
    """The regular files below ``folder``, sorted, as nbgrader copies them but without links.

    ``ignore`` holds nbgrader's ``CourseDirectory.ignore`` patterns; notebooks are left out.
    With ``max_files``, which a student's folder needs, no more and none deeper than ``MAX_DEPTH``.
    """
    seen = 0
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _matches(name, ignore))
        if max_files is not None and len(Path(base).relative_to(folder).parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(names):
            seen += 1
            if max_files is not None and seen > max_files:
                return
            path = Path(base) / name
            regular = stat.S_ISREG(path.lstat().st_mode)
            if regular and not _matches(name, [*ignore, "*.ipynb"]):
                yield path


def _companions(
    course: Course, config: Config, assignment: str, student: str, folder: Path
) -> None:
    ignore = list(coursedir_of(course, config).ignore)
    submitted, source = course.submitted(assignment, student), course.source(assignment)
    kept = set(config.Autograde.get("exclude_overwriting", {}).get(assignment, []))
    room = MAX_TOTAL_BYTES
    for path in plain_files(submitted, ignore, max_files=MAX_FILES):
        if path != submitted / TIMESTAMP:
            room -= _copy(path, folder / path.relative_to(submitted), min(MAX_FILE_BYTES, room))
    for path in plain_files(source, ignore):
        if str(path.relative_to(source)) not in kept:
            _copy(path, folder / path.relative_to(source), None)


def _copy(path: Path, to: Path, limit: int | None) -> int:
    """The number of bytes that were copied; none of a file that is longer than ``limit``."""
    if limit is not None and path.lstat().st_size > limit:
        return 0
    data = _regular_bytes(path, limit)
    if data is None:
        return 0
    _fresh(to).write_bytes(data)
    return len(data)


def _fresh(path: Path) -> Path:
    # A student's file may stand where a folder or another file must go; ours takes its place.
    for parent in [p for p in path.parents if p.exists() and not p.is_dir()]:
        parent.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    return path


def _regular_bytes(path: Path, limit: int | None) -> bytes | None:
    """The file's bytes, or None when it is missing, a link, no regular file, or too long."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)  # fdopen would raise for a folder
        return None
    with os.fdopen(handle, "rb") as file:
        data = file.read() if limit is None else file.read(limit + 1)
    return data if limit is None or len(data) <= limit else None


def _permissions(folder: Path, coursedir: Any, config: Config) -> None:
    # Any: nbgrader's CourseDirectory is untyped. Its modes are octal digits in a decimal number.
    default = 664 if coursedir.groupshared else 444
    setting = config.BaseConverter.get("permissions", default)
    mode = int(str(config.Autograde.get("permissions", setting)), 8)
    for base, _, names in os.walk(folder):
        for name in names:
            (Path(base) / name).chmod(mode)
        if coursedir.groupshared:
            Path(base).chmod((Path(base).stat().st_mode | 0o2770) & 0o2777)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
