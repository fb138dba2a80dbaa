"""Whether the repository that badges point to also holds what students must not see.

Decided offline: the course folder's own git remotes are compared with the setting.
"""

import re
import subprocess
from pathlib import Path

from autograder.course import Course

_ADDRESS = re.compile(
    r"(?:[a-z+]+://(?:[^@/]*@)?|(?:[^@/]+@))?(?P<host>[^:/]+)(?::\d+)?[:/](?P<path>.+?)(?:\.git)?/?"
)
GIT_S = 20
"""A local question; a repository on a slow network disk still answers in this time."""


def exposed(course: Course, repository: str) -> list[str]:
    """Sentences on what of the course is public although students must not see it.

    Empty when no repository is set, the course folder is no clone of it, or it tracks none of it.
    """
    if not repository:
        return []
    same = [remote for remote in remotes(course.root) if points_to(remote, repository)]
    if not same:
        return []
    private = (course.source_directory, course.solution_directory, course.checks_directory)
    tracked = [name for name in private if _git(course.root, "ls-files", "--", name)]
    if not tracked:
        return []
    return [
        f"{', '.join(tracked)}: in this folder's repository, and badges send students to the same "
        f"one ({repository}). The answers are as public as the exercises. To give the course for "
        "credit, keep this repository private, `autograder publish` to another one, and name that "
        "one in c.CoursePublication.repository."
    ]


def remotes(folder: Path) -> list[str]:
    """The addresses of the folder's git remotes; none without a repository or git."""
    found = _git(folder, "config", "--get-regexp", r"^remote\..*\.(push)?url$")
    return [line.split(" ", 1)[1] for line in found.splitlines() if " " in line]


def points_to(address: str, repository: str) -> bool:
    """Whether a git address is the GitHub repository ``owner/name``, however it is spelled.

    >>> points_to("git@github.com:Ada/keras.git", "ada/keras")
    True
    >>> points_to("https://github.com/ada/keras-private", "ada/keras")
    False
    """
    found = _ADDRESS.fullmatch(address.strip())
    if found is None or found["host"].lower().removeprefix("www.") != "github.com":
        return False
    return found["path"].strip("/").lower() == repository.lower()


def _git(folder: Path, *arguments: str) -> str:
    try:
        asked = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=GIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
