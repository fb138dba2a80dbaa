"""The steps of grading as functions: prepare, execute, judge, score; and a class of them.

Imports nothing above it. nbgrader's commands reach it through ``grade_one``, the command line
through ``Desk``.
"""

from autograder import imports  # noqa: F401  before what would import more
from autograder.grading.data import Shelf, StandIn
from autograder.grading.desk import Desk, Graded
from autograder.grading.door import grade_one
from autograder.grading.gpus import choice_of, wants_gpus
from autograder.grading.plan import Plan, plan_of
from autograder.grading.prepare import Prepared, prepare_file, prepare_folder

__all__ = [
    "Desk",
    "Graded",
    "Plan",
    "Prepared",
    "Shelf",
    "StandIn",
    "choice_of",
    "grade_one",
    "plan_of",
    "prepare_file",
    "prepare_folder",
    "wants_gpus",
]
