"""nbgrader's own commands and Formgrader's button on our engine, by configuration alone.

``nbgrader_config.py`` names these classes as dotted strings; nbgrader imports them.
"""

from autograder.engine.exporter import SubmissionExporter
from autograder.engine.preprocessors import Grader, GradeSubmission, SaveScores

__all__ = ["GradeSubmission", "Grader", "SaveScores", "SubmissionExporter"]
