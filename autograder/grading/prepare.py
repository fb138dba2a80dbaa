"""From a submitted folder or file to cells that can run, with every repair written down."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.evidence.calls import Call
from autograder.evidence.key import raw_digest, submission_key
from autograder.intake import (
    beside,
    code_cells,
    companions,
    find_notebook,
    missing,
    read_submission,
)
from autograder.nouns import CodeCell, Problem

if TYPE_CHECKING:  # a worker has no checks to import
    from autograder.grading.plan import Plan

RECORDER_VERSION = "15"
"""Part of the store's key: raise it when the recorder writes something else than before."""


@dataclass(frozen=True)
class PreparedNotebook:
    """One notebook of a submission, repaired, with the files of its work folder.

    ``left_out`` are files of the submission that the assignment does not let into that folder.
    """

    name: str
    notebook: Mapping[str, Any] | None  # Any: nbformat JSON
    repairs: tuple[str, ...] = ()
    problem: Problem | None = None
    cells: tuple[CodeCell, ...] = ()
    files: Mapping[str, bytes] | None = None
    key: str = ""
    raw: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """One submission. ``student`` is None for a notebook outside a course's submitted folder."""

    student: str | None
    notebooks: tuple[PreparedNotebook, ...]


def prepare_folder(plan: Plan, folder: Path, student: str | None) -> Prepared:
    """The submission that lies in ``folder``: one file for each source notebook, if it is there."""
    found = []
    for name, source in plan.made.items():
        others = tuple(plan.made)
        path, repairs = find_notebook(folder, name, source=source, others=others)
        if path is None:
            allowed = plan.settings.submitted_files
            problem = missing(folder, name, plan.sources[name].parent, allowed)
            found.append(PreparedNotebook(name, None, problem=problem))
            continue
        part = _prepare(plan, name, path, folder, repairs)
        if part.problem is not None:
            part = _instead(plan, part, path, folder, others)
        found.append(replace(part, left_out=beside(folder, part.files or {})))
    return Prepared(student, tuple(found))


def _instead(
    plan: Plan, part: PreparedNotebook, path: Path, folder: Path, others: Sequence[str]
) -> PreparedNotebook:
    """A readable notebook beside the one of the right name that is none, else ``part``."""
    source = plan.made[part.name]
    other, _ = find_notebook(folder, part.name, source=source, others=others, without=path)
    if other is None or part.problem is None:
        return part
    name = ascii(other.name[:100])
    told = f"{path.name} could not be read ({part.problem.reason}); {name} beside it was graded."
    second = _prepare(plan, part.name, other, folder, (told,))
    return part if second.problem is not None else second


def reseeded(prepared: Prepared, seed: int) -> Prepared:
    """The same submission for a run with another seed: other keys, nothing else."""
    parts = tuple(
        replace(part, key=hashlib.sha256(f"{part.key} seed {seed}".encode()).hexdigest())
        if part.key
        else part
        for part in prepared.notebooks
    )
    return replace(prepared, notebooks=parts)


def prepare_file(plan: Plan, path: Path, name: str | None = None) -> Prepared:
    """A single notebook file, taken for the source notebook of the same (or the only) name."""
    names = list(plan.sources)
    wanted = name or (path.stem if path.stem in names else names[0])
    return Prepared(None, (_prepare(plan, wanted, path, path.parent, ()),))


def _prepare(
    plan: Plan, name: str, path: Path, folder: Path, repairs: tuple[str, ...]
) -> PreparedNotebook:
    intake = read_submission(path, plan.made[name])
    repairs = (*repairs, *intake.repairs)
    if intake.notebook is None:
        return PreparedNotebook(name, None, repairs, intake.problem)
    allowed = plan.settings.submitted_files
    source = plan.sources[name].parent
    files = companions(folder if allowed else source, source, allowed)
    cells = code_cells(intake.notebook)
    key = submission_key(
        cells,
        files=files.digests,
        data=plan.data.key if plan.data else "",
        environment=environment(),
        limits=plan.settings.limits,
        seed=plan.settings.seed,
        recorder_version=RECORDER_VERSION,
        # Not the calls: what a stored run lacks of them is run for by itself (asked.py).
        asked={"files": {n: list(its) for n, its in files_of(plan, name, cells).items()}},
    )
    repairs = (*repairs, *files.repairs)
    return PreparedNotebook(
        name, intake.notebook, repairs, None, cells, files.files, key, raw_digest(cells)
    )


def calls_of(plan: Plan, notebook: str, cells: Sequence[CodeCell]) -> dict[str, tuple[Call, ...]]:
    """The declared calls of a notebook, by the grade ids of its cells."""
    graded = _graded(plan, notebook, cells)
    return {id_: plan.calls[name] for id_, name in graded.items() if name in plan.calls}


def files_of(plan: Plan, notebook: str, cells: Sequence[CodeCell]) -> dict[str, tuple[str, ...]]:
    """The declared files of a notebook, by the grade ids of its cells."""
    graded = _graded(plan, notebook, cells)
    return {id_: plan.files[name] for id_, name in graded.items() if name in plan.files}


def _graded(plan: Plan, notebook: str, cells: Sequence[CodeCell]) -> dict[str, str]:
    """The names of a notebook's grade cells by grade id, in run order."""
    known = plan.cells_of(notebook)
    ids = [cell.grade_id for cell in cells if cell.is_grade and cell.grade_id is not None]
    return {id_: known[id_].name for id_ in ids if id_ in known}


@functools.cache
def environment() -> str:
    """The versions that a result depends on, as one line."""
    packages = ("tensorflow", "keras", "numpy", "scikit-learn", "ipython")
    told = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    return ", ".join([f"Python {platform.python_version()}", platform.machine(), *told])
