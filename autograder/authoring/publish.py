"""``autograder publish``: the tree that students may see, and nothing else.

Built from ``source/`` in memory, looked over for what must stay private, then written. A list of
what was written stays in the folder, so that publishing again replaces and removes its own files
alone. Trusts the instructor's course; nothing that lies in the target folder is trusted or run.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from autograder.authoring.publication import out_of_step, publication_of
from autograder.authoring.published_readme import readme
from autograder.authoring.release import build_release
from autograder.authoring.student_part import student_part
from autograder.course import Course
from autograder.errors import ReleaseError, UsageError

LIST = ".autograder-published.json"
"""In the published folder: path -> SHA-256 of every file that ``publish`` wrote."""

_MARKS = (b"BEGIN SOLUTION", b"BEGIN HIDDEN TESTS", b"BEGIN MARK SCHEME", b"BEGIN STARTER")


@dataclass(frozen=True)
class Published:
    """What one run of ``publish`` did, as paths in the published folder."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def publish(course: Course, folder: Path, config: Config) -> Published:
    """Write the students' tree into ``folder``; what happened to each file.

    Raises UsageError for a folder that holds (or lies in) what students must not see, or where a
    file is in the way; ReleaseError when something private would be published.
    """
    folder = folder.resolve()
    _refuse(course, folder)
    files = tree(course, config)
    _nothing_private(course, files)
    before = _listed(folder)
    _not_in_the_way(folder, files, before)
    done = Published(
        new=tuple(name for name in files if not (folder / name).exists()),
        changed=tuple(n for n, d in files.items() if _bytes(folder / n) not in (None, d)),
        unchanged=tuple(n for n, d in files.items() if _bytes(folder / n) == d),
        removed=tuple(n for n in before if n not in files and (folder / n).is_file()),
    )
    for name in (*done.new, *done.changed):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(files[name])
    for name in done.removed:
        _remove(folder, name)
    written = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    (folder / LIST).write_text(json.dumps(written, indent=1, sort_keys=True) + "\n")
    return done


def tree(course: Course, config: Config) -> dict[str, bytes]:
    """Every published file by its path: releases, student part, README.md, LICENSE.

    Raises ReleaseError for a source that cannot be released or is not up to date.
    """
    publication = publication_of(config)
    names = course.assignments()
    if not names:
        raise UsageError(f"assignments below {course.root / course.source_directory} expected")
    stale = [told for name in names for told in out_of_step(course, name, publication)]
    if stale:
        raise ReleaseError("; ".join(stale))
    releases = {name: build_release(course, name, config) for name in names}
    files = student_part()
    for name, release in releases.items():
        for path, data in release.items():
            files[f"{course.release_directory}/{name}/{path}"] = data
    files["README.md"] = readme(course, publication, releases)
    if (course.root / "LICENSE").is_file():
        files["LICENSE"] = (course.root / "LICENSE").read_bytes()
    return dict(sorted(files.items()))


def _refuse(course: Course, folder: Path) -> None:
    private = [course.source_directory, course.solution_directory, course.checks_directory]
    private += [course.submitted_directory, course.autograded_directory, "gradebook.db"]
    held = [name for name in private if (folder / name).exists()]
    root = course.root.resolve()
    if held or root.is_relative_to(folder):
        found = ", ".join(held) or f"the course at {root}"
        raise UsageError(f"a folder without private files expected at {folder}, found {found}")
    inside = [name for name in private if folder.is_relative_to((root / name).resolve())]
    if inside:
        raise UsageError(f"a folder of its own expected, found {folder} inside {inside[0]}")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"a folder expected at {folder}, found a file")


def _nothing_private(course: Course, files: Mapping[str, bytes]) -> None:
    known = {_digest(path.read_bytes()): path for path in _private_files(course)}
    for name, data in files.items():
        if (path := known.get(_digest(data))) is not None and data.strip():
            raise ReleaseError(f"{name} would publish {path}. Take it out of the source folder.")
        marks = [mark.decode() for mark in _MARKS if mark in data]
        if marks and name.startswith(f"{course.release_directory}/"):
            raise ReleaseError(f"a release without {marks[0]!r} expected, found one in {name}")


def _private_files(course: Course) -> Iterator[Path]:
    for name in course.assignments():
        yield from course.notebooks(name)
        for folder in (course.solution(name), course.checks(name)):
            yield from (path for path in folder.rglob("*") if path.is_file())


def _listed(folder: Path) -> dict[str, str]:
    """What an earlier run wrote; names that lead out of the folder are dropped."""
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
        found = {str(name): str(digest) for name, digest in listed.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"the list of published files expected in {folder / LIST}") from error
    return {n: d for n, d in found.items() if (folder / n).resolve().is_relative_to(folder)}


def _not_in_the_way(folder: Path, files: Mapping[str, bytes], before: Mapping[str, str]) -> None:
    theirs = [LIST] if (folder / LIST).is_symlink() else []
    for name in {*files, *before}:
        place = folder / name
        above = [p for p in place.parents if p.is_relative_to(folder)]
        if any(p.exists() and not p.is_dir() for p in above):
            theirs.append(name)
            continue
        if place.is_symlink() or not place.resolve().is_relative_to(folder):
            theirs.append(name)
            continue
        data = _bytes(place)
        ours = data is None or data == files.get(name) or _digest(data) == before.get(name)
        if place.is_dir() or not ours:
            theirs.append(name)
    if theirs:
        shown = ", ".join(sorted(theirs)[:5])
        raise UsageError(
            f"only files that `autograder publish` wrote expected in {folder}, found others or "
            f"changed ones: {shown}. Move them away and publish again."
        )


def _remove(folder: Path, name: str) -> None:
    (folder / name).unlink()
    for parent in (folder / name).relative_to(folder).parents:
        place = folder / parent
        if place != folder and not any(place.iterdir()):
            place.rmdir()


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
