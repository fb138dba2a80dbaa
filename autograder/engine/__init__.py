"""nbgrader's own commands and Formgrader's button on our engine, by configuration alone.

``nbgrader_config.py`` names these classes as dotted strings; nbgrader imports them.
"""

from autograder.engine.collect import Collect
from autograder.engine.exporter import SubmissionExporter
from autograder.engine.exporters import (
    CanvasExporter,
    GradescopeExporter,
    JUnitExporter,
    MoodleExporter,
    ParquetExporter,
    TableExporter,
)
from autograder.engine.preprocessors import Grader, GradeSubmission, SaveScores
from autograder.engine.starters import ShowStarters
from autograder.engine.uploads import UploadCollector

__all__ = [
    "CanvasExporter",
    "Collect",
    "GradeSubmission",
    "Grader",
    "GradescopeExporter",
    "JUnitExporter",
    "MoodleExporter",
    "ParquetExporter",
    "SaveScores",
    "ShowStarters",
    "SubmissionExporter",
    "TableExporter",
    "UploadCollector",
]
