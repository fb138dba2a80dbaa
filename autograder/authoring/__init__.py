"""What an instructor builds from ``source/``: releases and executed solutions."""

from autograder.authoring.compare import differences
from autograder.authoring.release import build_release, write_release
from autograder.authoring.solutions import build_solution

__all__ = ["build_release", "build_solution", "differences", "write_release"]
