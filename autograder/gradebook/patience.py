"""A database that is busy or away for a moment is waited for, once, and aloud.

What passes by itself: another process's write lock on an SQLite file; a server that is restarted;
two graders that a server let wait for each other. A full disk or a missing table does not.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from nbgrader.api import InvalidEntry
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from autograder.errors import GradebookError

WAIT_S = 60.0
"""A commit takes a fraction of a second, a server's restart some seconds."""

PAUSE_S = 0.5
_LOG = logging.getLogger("autograder")
_Found = TypeVar("_Found")


def patiently(
    work: Callable[[], _Found], passes: Callable[[GradebookError], bool] | None = None
) -> _Found:
    """What ``work`` gives, tried again for a while. ``passes`` tells what to wait for: `busy`
    unless told otherwise. Raises the last GradebookError."""
    passes = passes or busy
    deadline: float | None = None
    while True:
        try:
            return work()
        except GradebookError as error:
            if not passes(error):
                raise
            if deadline is None:
                deadline = time.monotonic() + WAIT_S
                _LOG.warning("waiting up to %g s for the gradebook: %s", WAIT_S, reason_of(error))
            if time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_S)


def locked(error: GradebookError) -> bool:
    """Whether another process holds SQLite's lock."""
    cause = error.__cause__
    return isinstance(cause, OperationalError) and "is locked" in str(cause.orig)


def in_the_making(error: GradebookError) -> bool:
    """Whether it is locked, or another process makes the same tables or course right now."""
    cause = error.__cause__
    if isinstance(cause, (IntegrityError, InvalidEntry)):
        return True
    made = isinstance(cause, DBAPIError) and "already exists" in str(cause.orig)
    return made or locked(error)


def busy(error: GradebookError) -> bool:
    """Whether the database may be there again in a moment."""
    cause = error.__cause__
    if not isinstance(cause, DBAPIError):
        return False
    of_sqlite = type(cause.orig).__module__.startswith("sqlite3")
    away = cause.connection_invalidated or isinstance(cause, OperationalError)
    return locked(error) if of_sqlite else away


def reason_of(error: GradebookError) -> str:
    """The driver's own words, without the statement that SQLAlchemy adds; what they mean where
    they would alarm."""
    if in_the_making(error) and not locked(error):
        return "another command is making it"
    cause = error.__cause__
    return first_line(cause if cause is not None else error)


def first_line(error: BaseException) -> str:
    """What went wrong, on one line."""
    words = error.orig if isinstance(error, DBAPIError) else error
    lines = str(words).strip().splitlines()
    return lines[0] if lines else type(words).__name__
