"""Small JSON files beside the evidence store that commands go on from, each written whole."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from autograder.errors import CourseError

VERSION = 1
_Found = TypeVar("_Found")


def read(path: Path, made: Callable[[Mapping[str, Any]], _Found], what: str) -> _Found | None:
    """What ``made`` makes of the file, None where there is none.

    ``what`` says which file it is and what happens without it. Raises CourseError for a file that
    is something else.
    """
    # Any: JSON, whose form `made` checks by reading it.
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["version"] != VERSION:
            raise ValueError(f"version {raw['version']}")
        return made(raw)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        name, _, without = what.partition(": ")
        raise CourseError(
            f"{name} expected at {path}, found something else ({error}). Move it away: {without}"
        ) from error


def write(path: Path, told: Mapping[str, object]) -> None:
    """Put it on the disk, whole or not at all. Raises CourseError where it cannot be written."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            json.dump({"version": VERSION, **told}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise CourseError(
            f"a folder that can be written expected at {path.parent}, found none: {error}"
        ) from error
