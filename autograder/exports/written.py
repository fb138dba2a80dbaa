"""What an export comes to, and how it is put on the disk: whole or not at all."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError

MODE = 0o640
"""Grades are nobody else's business; an ordinary umask would let every user of a hub read them."""


@dataclass(frozen=True)
class Written:
    """A file's bytes, sentences for the instructor, and the students with a score that it lacks."""

    data: bytes
    notes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def put(path: Path, data: bytes, *, mode: int = MODE) -> None:
    """Write ``data`` to ``path``; a file that was there is replaced at once, or stays as it was.

    Raises UsageError for a folder that is not there, OSError for a disk that is full.
    """
    if not path.parent.is_dir():
        raise UsageError(f"a folder expected at {path.parent}, found none. Make it first.")
    if path.is_dir():
        raise UsageError(f"a file expected as --into, found the folder {path}. Name a file in it.")
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
