"""nbgrader's way in: one notebook of one student at a time, with one desk for the process.

A command keeps its desk to its end. Under Formgrader the desk outlives a press of the button by
some minutes, so that the next press finds a warm parent; it ends with the server.
"""

import atexit
import threading
from collections.abc import Mapping
from typing import Any

from autograder.course import Course
from autograder.errors import JailError
from autograder.grading.data import Shelf
from autograder.grading.desk import Desk
from autograder.grading.gpus import choice_of
from autograder.grading.plan import plan_of
from autograder.grading.prepare import prepare_folder
from autograder.nouns import JSON, Result

IDLE_S = 300.0
"""How long a warm parent (about 400 MB) waits for the next press of Formgrader's button."""


class Door:
    """Holds the desk of this process, opened when it is first needed, closed when idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._shelf = Shelf()
        self._timer: threading.Timer | None = None

    def grade_one(
        self, course: Course, assignment: str, student: str, notebook: str, *, config: Any
    ) -> tuple[Result, Mapping[str, JSON] | None, Mapping[str, JSON] | None]:
        """The result, the run's manifest, and the repaired notebook (see engine.Grader).

        Raises JailError where we could not run it.
        """
        with self._lock:
            # Data that is missing ends here, for each student alike: nobody is scored without it.
            plan = plan_of(course, assignment, self._shelf)
            if self._timer is not None:
                self._timer.cancel()
            desk = self._desks.get(str(course.state))
            if desk is None:
                leases = choice_of(config).leases()
                desk = Desk(course.state / "store", data=course.data, leases=leases)
                self._desks[str(course.state)] = desk
            prepared = prepare_folder(plan, course.submitted(assignment, student), student)
            graded = desk.grade(plan, prepared)
            self._timer = threading.Timer(IDLE_S, self.close)
            self._timer.daemon = True
            self._timer.start()
        for fault in graded.faults.values():
            # Nothing is recorded, and nbgrader removes the folder: its next run grades it again.
            raise JailError(fault)
        part = next((p for p in prepared.notebooks if p.name == notebook), None)
        repaired = None if part is None or part.notebook is None else dict(part.notebook)
        return graded.result, graded.manifests.get(notebook), repaired

    def close(self) -> None:
        """End the warm parents and look for data again; the next submission starts one."""
        with self._lock:
            self._shelf = Shelf()
            for desk in self._desks.values():
                desk.parent.stop()


_DOOR = Door()  # the one door of a process: nbgrader builds our steps anew for every notebook
grade_one = _DOOR.grade_one
atexit.register(_DOOR.close)
