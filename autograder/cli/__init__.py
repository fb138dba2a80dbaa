"""The command line: parsing and printing only. Every command is a function of a floor below."""

import importlib.util
import sys

__all__ = ["main"]


def main() -> None:
    """Entry point. Without the grader's packages there is the student's command line alone."""
    if importlib.util.find_spec("typer") is None:
        from autograder.student.command import main as of_students

        of_students()
    else:
        _leave_out()
        from autograder.cli.app import main as of_everybody

        of_everybody()


def _leave_out() -> None:
    """No grammar of international addresses: jsonschema builds one on import (1.5 s, half of what a
    command took to start) for a format that no notebook's schema has, and does without it where it
    is not installed."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as not installed
