"""One grader at a time for each assignment of a course.

The lock is the kernel's, on an open file: it ends with its process, however that ends, so none is
ever stale. The file's text only says who holds it. On a network drive the lock reaches other
machines where NFS has locks (version 4, or lockd); where a file system has none, graders are not
kept apart, and what they write still cannot be doubled (docs/gradebook.md).
"""

import errno
import fcntl
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from autograder.course import Course
from autograder.errors import GradebookError

NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
MAX_TEXT = 2000
_LOG = logging.getLogger("autograder")


@contextmanager
def held(course: Course, assignment: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the assignment's lock. Another holder is waited for, or told of.

    Raises GradebookError when another process has it and ``wait`` is False, or when the course's
    folder cannot be written.
    """
    file = taken(course, assignment, wait=wait)
    try:
        yield
    finally:
        file.close()


def taken(course: Course, assignment: str, *, wait: bool = False) -> IO[str]:
    """The open file that is the lock; closing it gives it up. See `held`."""
    path = course.state / "locks" / f"{assignment}.lock"
    file = _opened(path)
    try:
        if not _locked(file, wait=False):
            holder = _holder(path)
            if not wait:
                raise GradebookError(
                    f"no other grader of {assignment!r} expected, found {holder}. Wait until it "
                    "has ended, or add --wait to the command. Other assignments can be graded "
                    "meanwhile."
                )
            _LOG.warning("waiting for %s, which grades %s", holder, assignment)
            _locked(file, wait=True)
        file.seek(0)
        file.truncate()
        json.dump(_this_process(), file)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never truncated on the way in: another's word may stand there.
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o664), "r+", encoding="utf-8")
    except OSError as error:
        raise GradebookError(
            f"a folder that can be written expected at {path.parent}, found none: {error}. Give "
            "yourself the right to write there, or free some space, and grade again."
        ) from error


def _locked(file: IO[str], *, wait: bool) -> bool:
    """Whether the lock is ours now; True, with a warning, where there are no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise GradebookError(
                f"a lock on {file.name} expected, found none: {error}. Move the course to a drive "
                "whose files can be locked."
            ) from error
        _LOG.warning("%s is on a drive without locks: see that nobody else grades", file.name)
    return True


def _this_process() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
    }


def _holder(path: Path) -> str:
    """Who has it, as far as its own word is there."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")[:MAX_TEXT])
        told = f"process {int(found['pid'])} on {found['host']}, since {found['since']}"
        return f"{told} ({found['command']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
