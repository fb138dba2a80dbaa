"""Names that a shell completes: assignments and students, as the course's folders have them.

A press of Tab waits for this, so nbgrader is not imported and ``nbgrader_config.py`` is read
but not run. What cannot be read completes to nothing: a shell has no place for an error.
"""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import typer

from autograder.config_reading import read_config
from autograder.course import Course, safe_name
from autograder.errors import CourseError

ASKED = "_AUTOGRADER_COMPLETE"
"""How the script that typer writes for a shell asks for completions."""

BY_NAME = "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"
"""Set, ``--show-completion`` and ``--install-completion`` take a shell's name."""

SHELLS = frozenset({"bash", "zsh", "fish", "powershell", "pwsh"})


def is_asked() -> bool:
    """Whether a shell waits for completions, and not a person for a command."""
    return ASKED in os.environ


def heed_named_shell(words: Sequence[str]) -> None:
    """Let ``--show-completion zsh`` mean zsh in whatever shell it is typed.

    Typer by itself looks at the shell that it runs in, and drops the name without a word.
    """
    for option, name in pairwise(words):
        if option in ("--show-completion", "--install-completion") and name in SHELLS:
            os.environ[BY_NAME] = "1"


def assignment_names(context: typer.Context, incomplete: str) -> list[str]:
    """Assignments of the course that begin with ``incomplete``."""
    given = context.params.get("assignments") or ()
    return [
        name
        for name in _course(context).assignments()
        if name.startswith(incomplete) and name not in given
    ]


def student_names(context: typer.Context, incomplete: str) -> list[str]:
    """Students who handed in the assignment that is named before, or any where none is."""
    course = _course(context)
    assignment = context.params.get("assignment")
    try:
        below = safe_name(assignment, "assignment") if isinstance(assignment, str) else "*"
    except CourseError:
        return []
    given = context.params.get("students") or ()
    found = {
        path.parent.name for path in (course.root / course.submitted_directory).glob(f"*/{below}")
    }
    return sorted(name for name in found if name.startswith(incomplete) and name not in given)


def _course(context: typer.Context) -> Course:
    root = Path(context.params.get("course") or ".").absolute()
    read = read_config(root)
    folders = {
        name: value
        for name in ("source_directory", "submitted_directory")
        if isinstance(value := read.values.get(f"CourseDirectory.{name}"), str)
    }
    return Course(root, **folders)
