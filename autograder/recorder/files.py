"""Files that a notebook wrote into its work folder, kept as they were just before a grade cell.

Runs beside student code: a name may lead to a link, a pipe or a folder. Only a regular file is
read, and never more of it than the cap; everything else becomes a reason.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON
from autograder.recorder.plain import text
from autograder.recorder.sink import Sink

MAX_FILE_BYTES = 64 * 1024**2
"""The course's largest model has 0.4 MB of weights, and twice that again for Adam."""

MISSING = "missing"
NEAR_SUFFIXES = (".keras", ".h5", ".hdf5", ".npz", ".weights", ".json")
MAX_NEAR = 5
MAX_SEEN = 2_000


def capture(names: Sequence[str], sink: Sink, folder: Path | None = None) -> dict[str, JSON]:
    """``{name: {"size", "blob", "reason", "near"}}`` of each file; bytes go to the sink as uint8.

    ``reason`` is "" for a file that was read. ``near`` lists saved files of other names, for a file
    that is missing. Never raises for what lies there.
    """
    here = folder or Path()
    return {name: _captured(here, name, sink) for name in names}


def _captured(folder: Path, name: str, sink: Sink) -> dict[str, JSON]:
    try:
        data = _read(folder / name)
    except FileNotFoundError:
        return {"size": None, "blob": None, "reason": MISSING, "near": list(_near(folder))}
    except _Unusable as error:
        return {"size": None, "blob": None, "reason": str(error), "near": []}
    except OSError as error:
        reason = f"a file that cannot be read ({text(error.strerror)})"
        return {"size": None, "blob": None, "reason": reason, "near": []}
    digest = sink.blob(Blob("uint8", (len(data),), data))
    return {"size": len(data), "blob": digest, "reason": "", "near": []}


class _Unusable(Exception):
    """What lies there is no file that could be kept; the text says what it is."""


def _read(path: Path) -> bytes:
    # A pipe would make open() wait for ever, a link could lead to one.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise _Unusable("a folder")
        if not stat.S_ISREG(found.st_mode):
            raise _Unusable("no regular file")
        if found.st_size > MAX_FILE_BYTES:
            raise _Unusable(f"a file of more than {MAX_FILE_BYTES >> 20} MiB")
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            return stream.read(MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def _near(folder: Path) -> list[str]:
    """Other files of the work folder in which a model or its weights may have been saved."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for seen, entry in enumerate(entries):
                if seen >= MAX_SEEN:
                    break
                if entry.name.lower().endswith(NEAR_SUFFIXES):
                    found.append(text(entry.name, 100))
    except OSError:
        return []
    return sorted(found)[:MAX_NEAR]
