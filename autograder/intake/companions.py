"""The files beside a notebook in its work folder: the course's own, and those a student may add.

Trusts the source folder. From the submitted folder only regular files whose names match the
assignment's ``submitted_files`` patterns are read, without following any symbolic link.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.errors import CourseError
from autograder.intake.read import read_bytes
from autograder.nouns import Problem

MAX_FILE_BYTES = 20 * 1024**2
MAX_TOTAL_BYTES = 64 * 1024**2
MAX_FILES = 200
MAX_DEPTH = 8
MAX_SEEN = 10_000
"""Directory entries looked at in a submitted folder; the rest is left out unseen."""

_OF_NBGRADER = frozenset({"timestamp.txt", "submission_secret.txt"})


@dataclass(frozen=True)
class Companions:
    """Files of a work folder: relative POSIX path -> content, and what was left out or put back."""

    files: Mapping[str, bytes]
    repairs: tuple[str, ...] = ()

    @property
    def digests(self) -> dict[str, str]:
        """Relative path -> hexadecimal SHA-256 of the content."""
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}


def companions(submitted: Path, source: Path, patterns: Sequence[str] = ()) -> Companions:
    """The source folder's files (not notebooks) and the submitted ones that ``patterns`` allow.

    A pattern is matched part by part ("data/*.csv"), so ``*`` never crosses a folder. Where both
    folders have a file, the source's counts.
    """
    files = _of_course(source)
    own = frozenset(files)
    total, repairs, left_out = 0, [], []
    for name, descriptor, leaf in _walk(submitted):
        if name in own:
            if read_bytes(leaf, dir_fd=descriptor, max_bytes=len(files[name])) != files[name]:
                repairs.append(f"File {name!a} was changed; the course's was used.")
            continue
        if not _allowed(name, patterns):
            left_out.append(name)
            continue
        data = read_bytes(leaf, dir_fd=descriptor, max_bytes=MAX_FILE_BYTES)
        if isinstance(data, Problem):
            repairs.append(f"File {name!a} was left out: {data.reason}.")
        elif total + len(data) > MAX_TOTAL_BYTES or len(files) - len(own) >= MAX_FILES:
            repairs.append(f"File {name!a} was left out: too many or too large files.")
        else:
            total += len(data)
            files[name] = data
    if left_out:
        shown = ", ".join(ascii(name) for name in left_out[:5])
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        repairs.append(f"Files that the assignment does not ask for were left out: {shown}{more}.")
    return Companions(files, tuple(repairs))


def modules_of(source: Path) -> frozenset[str]:
    """The Python modules that a source folder gives with its notebooks: files and packages.

    A submitted file never takes the place of one, so a notebook that imports it runs no code of its
    own by it.
    """
    files = (path.stem for path in source.glob("*.py"))
    return frozenset((*files, *(path.parent.name for path in source.glob("*/__init__.py"))))


def beside(submitted: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of what lies in a submitted folder beside ``files``; nothing is read."""
    return tuple(name for name, _, _ in _walk(submitted) if name not in files)


def _of_course(source: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        if _ignored(parts) or not path.is_file():
            continue
        try:
            found["/".join(parts)] = path.read_bytes()
        except OSError as error:
            raise CourseError(f"a readable file expected at {path}: {error.strerror}") from None
    return found


def _ignored(parts: Sequence[str]) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return hidden or parts[-1].lower().endswith(".ipynb")


def _walk(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Each companion as (relative path, descriptor of its folder, last part), in a fixed order."""
    for where, descriptor in walk(folder):
        if not _ignored(where) and not (len(where) == 1 and where[0] in _OF_NBGRADER):
            yield "/".join(where), descriptor, where[-1]


def walk(folder: Path) -> Iterator[tuple[tuple[str, ...], int]]:
    """The parts of each file's path below ``folder`` and the descriptor of its own folder, in a
    fixed order; of a student's folder so many and so deep that it ends."""
    seen = 0
    # fwalk holds a descriptor of each folder, so no folder can be swapped for a link meanwhile.
    for top, folders, names, descriptor in os.fwalk(folder, follow_symlinks=False):
        parts = Path(top).relative_to(folder).parts
        folders[:] = sorted(folders) if len(parts) < MAX_DEPTH else []
        for name in sorted(names):
            seen += 1
            if seen > MAX_SEEN:
                return
            yield (*parts, name), descriptor


def _allowed(name: str, patterns: Sequence[str]) -> bool:
    parts = name.split("/")
    if any("\\" in part or not part.isprintable() for part in parts):
        return False
    for pattern in patterns:
        wanted = pattern.split("/")
        if len(wanted) == len(parts) and all(map(fnmatchcase, parts, wanted)):
            return True
    return False
