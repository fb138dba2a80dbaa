"""Hidden checks: how they are declared, run on many submissions, and turned into outcomes."""

from autograder.checks.declare import check
from autograder.evidence.calls import call

__all__ = ["call", "check"]
