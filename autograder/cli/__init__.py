"""The command line: parsing and printing only. Every command is a function of a floor below."""

import importlib.util

__all__ = ["main"]


def main() -> None:
    """Entry point. Without the grader's packages there is the student's command line alone."""
    if importlib.util.find_spec("typer") is None:
        from autograder.student.command import main as of_students

        of_students()
    else:
        from autograder.cli.app import main as of_everybody

        of_everybody()
