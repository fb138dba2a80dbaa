"""The two steps that take the place of nbgrader's Execute and SaveAutoGrades.

`GradeSubmission` stands where Execute stood: it has the submission graded and puts the outputs and
the checks' report into the notebook. `SaveScores` stands where SaveAutoGrades stood: what comes
between (IgnorePattern, LimitOutput) and after it (AssignLatePenalties) stays nbgrader's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import DottedObjectName
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.cell_names import part_of
from autograder.course import Course
from autograder.gradebook import course_from, register, save_scores
from autograder.gradebook.steps import plain
from autograder.nouns import JSON, Result
from autograder.report import graded_notebook

RESULT = "autograder_result"
"""Where nbconvert's resources carry the result from one step to the other."""


class Grader(Protocol):
    """What grades one notebook of one student; `autograder.grading.grade_one` is the real one."""

    def __call__(
        self, course: Course, assignment: str, student: str, notebook: str, *, config: Config
    ) -> tuple[Result, Mapping[str, JSON] | None, Mapping[str, JSON] | None]:
        """The result, the run's manifest (None: nothing ran), and the repaired notebook that the
        manifest's cell numbers count in (None: the submitted file is no notebook)."""


# The untyped base and Any below: nbgrader and nbconvert have no annotations that mypy can follow.
class GradeSubmission(NbGraderPreprocessor):  # type: ignore[misc]
    """Have the submission graded; the notebook then shows outputs and reports."""

    grader = DottedObjectName(
        "autograder.grading.grade_one", help="The function that grades one notebook."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The graded notebook in place of ``nb``, the result in ``resources``."""
        facts = resources["nbgrader"]
        grade: Grader = import_item(self.grader)
        result, run, repaired = grade(
            _course(self),
            facts["assignment"],
            facts["student"],
            facts["notebook"],
            config=self.config,
        )
        resources[RESULT] = replace(part_of(result, facts["notebook"]), student=facts["student"])
        base = plain(nb) if repaired is None else repaired
        shown = graded_notebook(base, run, resources[RESULT])
        return nbformat.from_dict(shown), resources


class SaveScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Write the result's scores and comments into the gradebook."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """``nb`` and ``resources`` as they came; the scores are in the gradebook."""
        facts = resources["nbgrader"]
        course = _course(self)
        # Points changed in source/ since `nbgrader generate_assignment` reach the gradebook first.
        register(course, facts["assignment"], self.config)
        recorded = save_scores(
            course, self.config, resources[RESULT], {facts["notebook"]: plain(nb)}
        )
        for reason in recorded.reasons:
            self.log.warning("%s, %s: %s", facts["student"], facts["notebook"], reason)
        return nb, resources


def _course(step: Any) -> Course:
    # nbconvert builds a step with its exporter as parent, nbgrader an exporter with its converter.
    return course_from(step.parent.parent.coursedir)
