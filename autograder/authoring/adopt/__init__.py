"""``autograder adopt``: an existing nbgrader course read, and what would change for it.

A stranger's course is looked at, not trusted: no notebook is executed, its configuration is parsed
and not run, its gradebook is read from a copy, and nothing is written below it.
"""

from autograder.authoring.adopt.cells import CellSurvey
from autograder.authoring.adopt.survey import AssignmentSurvey, Survey, survey

__all__ = ["AssignmentSurvey", "CellSurvey", "Survey", "survey"]
