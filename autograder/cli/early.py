"""Warm parents that start to import TensorFlow before anything else of a command is loaded.

TensorFlow takes as long as nbgrader and all the rest of a command's start, and both can be had at
the same time. It is done where something seems to have to run; a wrong guess costs a few seconds
of one core.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.silence import quiet
from autograder.course import Course
from autograder.errors import JailError
from autograder.jail.parent import WarmParent

if TYPE_CHECKING:
    from autograder.grading.cluster import Cluster


def warm_early(root: Path, *, wanted: bool) -> WarmParent:
    """A warm parent for the course in ``root``; it starts now if it is ``wanted``.

    Who needs it calls its ``start``, which waits for it and raises what there is to raise.
    """
    parent = WarmParent(data=Course(root.resolve()).data)
    if wanted:
        threading.Thread(target=_start, args=(parent,), name="warm", daemon=True).start()
    return parent


def connect_early(scheduler: str, file: Path | None, store: str, *, warm: bool) -> Cluster:
    """The workers of a Dask cluster, whose warm parents start now if they are wanted ``warm``.

    Raises UsageError when Dask, the scheduler or workers that can run jobs are not there.
    """
    from autograder.cli.terminal import say
    from autograder.grading.cluster import Cluster

    # A folder is this machine's own; what has a protocol is reached by workers as well.
    shared = store if "://" in store and not store.startswith(("file:", "memory:")) else ""
    # Threads of the cluster's own tell it, and they do not see what this one was asked.
    told = _nothing if quiet() else say
    return Cluster(scheduler, file, store=shared, warm=warm, say=told)


def seems_new(root: Path, assignment: str, store: str) -> bool:
    """Whether a submission is newer than every stored run, as far as the usual folders tell."""
    course = Course(root.resolve())
    runs = (Path(store) if store else course.state / "store") / "runs"
    submitted = course.root.glob(f"{course.submitted_directory}/*/{assignment}/*.ipynb")
    return _newest(submitted) > _newest(runs.glob("*"))


def _nothing(text: str) -> None:
    """In the place of what tells, with ``--quiet``."""


def _newest(paths: Iterable[Path]) -> float:
    found = [0.0]
    for path in paths:
        with contextlib.suppress(OSError):
            found.append(path.lstat().st_mtime)
    return max(found)


def _start(parent: WarmParent) -> None:
    with contextlib.suppress(JailError):
        parent.start()
