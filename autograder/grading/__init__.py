"""The steps of grading as functions: prepare, execute, judge, score; and a class of them.

Imports nothing above it. nbgrader's commands reach it through ``grade_one``, the command line
through ``Desk``. A name is imported when it is asked for: a worker on another machine needs neither
nbgrader nor the checks.
"""

import importlib
from typing import TYPE_CHECKING, Any

from autograder import imports  # noqa: F401  before what would import more

if TYPE_CHECKING:
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

_MODULES = {
    "Shelf": "data",
    "StandIn": "data",
    "Desk": "desk",
    "Graded": "desk",
    "grade_one": "door",
    "choice_of": "gpus",
    "wants_gpus": "gpus",
    "Plan": "plan",
    "plan_of": "plan",
    "Prepared": "prepare",
    "prepare_file": "prepare",
    "prepare_folder": "prepare",
}


def __getattr__(name: str) -> Any:  # Any: what the module holds under that name
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
