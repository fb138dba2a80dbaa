"""nbgrader's own steps before and after grading: collect, generate feedback, release feedback.

In this process, so that a student's page costs no start of a command.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateFeedback
from traitlets.config import Config

from autograder.course import Course
from autograder.gradebook import coursedir_of


class Handing:
    """A course's exchange and feedback. Every step gives the reason why it failed, or nothing."""

    def __init__(self, course: Course, config: Config, assignment: str) -> None:
        self._course, self._config, self._assignment = course, config, assignment

    def collect(self) -> str:
        """Fetch what students have handed in through the exchange, newer versions too."""
        return _reason(lambda: self._api.collect(self._assignment, update=True))

    def feedback(self, student: str) -> str:
        """Write the student's feedback pages from the graded notebooks."""
        return _reason(lambda: self._generate(student))

    def release(self, student: str) -> str:
        """Put the student's pages into the exchange, where ``fetch_feedback`` finds them."""
        return _reason(lambda: self._api.release_feedback(self._assignment, student))

    def _generate(self, student: str) -> None:
        coursedir = coursedir_of(self._course, self._config)
        coursedir.assignment_id, coursedir.student_id = self._assignment, student
        converter = GenerateFeedback(coursedir=coursedir, config=self._config)
        converter.force = True
        converter.start()

    @cached_property
    def _api(self) -> Any:
        # Any: nbgrader is untyped. Made when it is needed: it complains where there is no exchange.
        whole = Config()
        whole.merge(self._config)
        whole.CourseDirectory.root = str(self._course.root)
        return NbGraderAPI(config=whole)


def _reason(step: Callable[[], Any]) -> str:
    """Runs it; the last line of what went wrong, from whatever nbgrader raises or tells."""
    try:
        told = step()
    except Exception as error:
        return str(error).strip().splitlines()[-1][:300] if str(error).strip() else repr(error)
    if not isinstance(told, dict) or told.get("success"):
        return ""
    whole = str(told.get("error") or told.get("log") or "no reason given").strip()
    if whole.endswith("KeyboardInterrupt"):
        raise KeyboardInterrupt  # nbgrader's API takes it for an error of the step
    return whole.splitlines()[-1][:300]
