"""Submitted notebooks, read as hostile data and brought back into the shape of their source.

Trusts the instructor's source notebook; trusts nothing that a student handed in.
"""

from autograder.intake.companions import Companions, beside, companions, modules_of, walk
from autograder.intake.elsewhere import missing
from autograder.intake.find import find_notebook
from autograder.intake.read import MAX_BYTES, read_bytes
from autograder.intake.repair import Intake, code_cells, read_submission, trusted_cells

__all__ = [
    "MAX_BYTES",
    "Companions",
    "Intake",
    "beside",
    "code_cells",
    "companions",
    "find_notebook",
    "missing",
    "modules_of",
    "read_bytes",
    "read_submission",
    "trusted_cells",
    "walk",
]
