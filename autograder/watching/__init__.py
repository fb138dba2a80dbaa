"""Grading as submissions arrive: what is new, what was graded, and how often one may submit."""

from autograder.watching.journal import Attempt, Journal
from autograder.watching.rounds import Happened, Watch

__all__ = ["Attempt", "Happened", "Journal", "Watch"]
