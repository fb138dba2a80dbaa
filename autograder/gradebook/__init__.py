"""nbgrader's gradebook: the only package that talks to its database.

Trusts the instructor's configuration and source notebooks. What a student submitted reaches it as
a repaired notebook and a `Result`; nothing here executes or judges student code.
"""

from autograder.gradebook.classic import classic_score
from autograder.gradebook.commit import Recorded
from autograder.gradebook.config import course_from, course_of, coursedir_of, load_config
from autograder.gradebook.made import made_sources, released_checksums
from autograder.gradebook.manual import manual_scores
from autograder.gradebook.override import override, settle
from autograder.gradebook.record import Item, Outcome, record, record_all, save_scores
from autograder.gradebook.register import register
from autograder.gradebook.session import opened
from autograder.gradebook.steps import released

__all__ = [
    "Item",
    "Outcome",
    "Recorded",
    "classic_score",
    "course_from",
    "course_of",
    "coursedir_of",
    "load_config",
    "made_sources",
    "manual_scores",
    "opened",
    "override",
    "record",
    "record_all",
    "register",
    "released",
    "released_checksums",
    "save_scores",
    "settle",
]
