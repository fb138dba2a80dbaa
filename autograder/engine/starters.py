"""A release in which a solution cell starts as code to repair, in place of nbgrader's stub.

Stands behind nbgrader's ClearSolutions, which has taken the solution out by then. Trusts the
instructor's source.
"""

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.intake.released import starter_of


# The untyped base and Any below: nbgrader and nbconvert have no annotations that mypy can follow.
class ShowStarters(NbGraderPreprocessor):  # type: ignore[misc]
    """Make each solution cell with a ``BEGIN STARTER`` region hold that region alone."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """The cell, changed in place, and ``resources`` as they came."""
        starter = starter_of(cell.source) if utils.is_solution(cell) else None
        if starter is not None:
            cell.source = starter
        return cell, resources
