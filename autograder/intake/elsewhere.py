"""What lies in a submitted folder in which no notebook was found.

A student who handed in the page, the script or the archive instead of the notebook has handed in
something: that is for a person to decide, and no zero. Opens no file.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.intake.find import regular_files
from autograder.nouns import Problem, Status

CHECKPOINTS = ".ipynb_checkpoints"
"""Where Jupyter keeps the notebook as it was some time ago: maybe not what was handed in."""

_WORK = frozenset(
    {".py", ".html", ".htm", ".pdf", ".zip", ".tar", ".gz", ".tgz", ".rar", ".7z", ".docx", ".md"}
    | {".txt", ".json", ".doc", ".odt", ".webarchive", ".mht", ".mhtml"}
)
_OF_NBGRADER = frozenset({"timestamp.txt", "submission_secret.txt"})


def missing(folder: Path, name: str, source: Path, patterns: Sequence[str] = ()) -> Problem:
    """The problem of a folder without a notebook ``name``: nothing handed in, or something else.

    ``source`` is the course's own folder, ``patterns`` are the files that the assignment asks for.
    """
    if found := _work(folder, source, patterns):
        shown = ", ".join(ascii(one) for one in found[:3])
        return Problem(
            Status.UNREADABLE,
            f"no notebook named {name}.ipynb was submitted, but {shown}: ask for the notebook, or "
            f"put it into the folder as {name}.ipynb, and grade again",
        )
    return Problem(Status.MISSING, f"no notebook named {name}.ipynb was submitted")


def _work(folder: Path, source: Path, patterns: Sequence[str]) -> list[str]:
    found = []
    for path in regular_files(folder):
        name = path.relative_to(folder).as_posix()
        ours = name in _OF_NBGRADER or (source / name).exists()
        asked = any(fnmatchcase(name, pattern) for pattern in patterns)
        if path.suffix.lower() in _WORK and not ours and not asked:
            found.append(name)
    return [*found, *_checkpoints(folder / CHECKPOINTS)]


def _checkpoints(folder: Path) -> list[str]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
    return [f"{CHECKPOINTS}/{name}" for name in names if name.lower().endswith(".ipynb")]
