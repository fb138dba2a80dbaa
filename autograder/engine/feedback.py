"""nbgrader's `generate_feedback` with our page: `FeedbackExporter` writes it, `GetPoints` knows
what is still open and what a person has set.

`c.GenerateFeedback.exporter_class` and `c.GenerateFeedback.preprocessors` name them; without those
two lines nbgrader's own page is made.
"""

from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.preprocessors import GetGrades

from autograder.gradebook.steps import plain
from autograder.report.page import Grading, feedback_page


# The untyped bases and Any below: nbgrader and nbconvert have no annotations that mypy can follow.
class GetPoints(GetGrades):  # type: ignore[misc]
    """nbgrader's GetGrades, and whether a cell's points are open or set by a person."""

    def _get_score(self, cell: Any, resources: Any) -> None:
        super()._get_score(cell, resources)
        facts = cell.metadata.nbgrader
        grade = self.gradebook.find_grade(
            facts["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        facts["manual"] = grade.manual_score is not None
        facts["open"] = grade.manual_score is None and grade.auto_score is None


class FeedbackExporter(Exporter):  # type: ignore[misc]
    """A graded notebook as one page that loads nothing (`autograder.report.page`)."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """The page, after the configured preprocessors."""
        shown, resources = super().from_notebook_node(nb, resources, **kw)
        facts = resources["nbgrader"]
        grading = Grading(
            assignment=facts["assignment"],
            notebook=facts["notebook"],
            score=float(facts["score"]),
            max_score=float(facts["max_score"]),
            late_penalty=float(facts["late_penalty"]),
        )
        return feedback_page(plain(shown), grading), resources
