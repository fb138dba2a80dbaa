"""What waits for a person after grading, and what that person decided."""

from autograder.reviewing.decisions import Decision, Decisions, state_of
from autograder.reviewing.queue import NEAR, Waiting, answers_before, waiting

__all__ = ["NEAR", "Decision", "Decisions", "Waiting", "answers_before", "state_of", "waiting"]
