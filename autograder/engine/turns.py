"""nbgrader's turn at an assignment: the same lock that ``autograder grade`` holds.

nbgrader has no step of ours at its end, and under Formgrader its process goes on for days: the
lock is given up some seconds after the last notebook.
"""

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from autograder.course import Course
from autograder.grading.lock import taken

IDLE_S = 10.0
"""Between two of our steps nbgrader writes one notebook."""


class Turns:
    """The lock that this process holds, if any. Another grader is waited for, never refused:
    nbgrader would take a refusal for a failed submission, and remove its graded folder."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._key: tuple[str, str] | None = None
        self._file: IO[str] | None = None
        self._timer: threading.Timer | None = None

    @contextmanager
    def at_work(self, course: Course, assignment: str) -> Iterator[None]:
        """Hold the assignment's lock, and for some seconds longer."""
        key = (str(course.state), assignment)
        with self._guard:
            self._rest()
            if self._key != key:
                self._end()
                self._file, self._key = taken(course, assignment, wait=True), key
        try:
            yield
        finally:
            with self._guard:
                self._rest()
                self._timer = threading.Timer(IDLE_S, self.end)
                self._timer.daemon = True
                self._timer.start()

    def end(self) -> None:
        """Give the lock up."""
        with self._guard:
            self._rest()
            self._end()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._key = None


TURNS = Turns()  # nbgrader builds an exporter anew for every command; the lock is its process's
atexit.register(TURNS.end)
