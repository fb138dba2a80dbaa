"""Which file of a submitted folder is the notebook that the source calls ``name``.

Downloads are renamed by browsers ("regression (1).ipynb"), editors and students; the work in them
still counts.
"""

import os
import re
import stat
from collections.abc import Collection
from pathlib import Path

from autograder.intake.match import normalised
from autograder.intake.read import RawNotebook, read_notebook
from autograder.intake.released import source_cells

MAX_CANDIDATES = 20
"""Notebooks of one folder that are opened to compare their content."""

_LETTERS = re.compile(r"[a-z0-9]+")


def find_notebook(
    folder: Path, name: str, *, source: Path | None = None, others: Collection[str] = ()
) -> tuple[Path | None, tuple[str, ...]]:
    """The submitted file for notebook ``name`` (without suffix), and what was assumed.

    The exact name, else the only notebook, else the one whose content is closest to ``source``.
    ``others`` names the assignment's other notebooks, which are not candidates.
    """
    exact = folder / f"{name}.ipynb"
    if os.path.lexists(exact):
        return exact, ()
    candidates = _candidates(folder, {other.casefold() for other in others} - {name.casefold()})
    if not candidates:
        return None, ()
    if len(candidates) == 1:
        found = candidates[0]
        return found, (f"The notebook was named {_shown(found)} instead of {name}.ipynb.",)
    found = max(candidates[:MAX_CANDIDATES], key=lambda path: _closeness(path, name, source))
    rest = ", ".join(_shown(path) for path in candidates if path != found)[:300]
    return found, (
        f"No notebook is named {name}.ipynb; of {len(candidates)}, {_shown(found)} is closest and "
        f"was graded (not graded: {rest}).",
    )


def _shown(path: Path) -> str:
    """A file's name as one printable word: it goes into reports and terminals."""
    return ascii(path.name[:100])


def _candidates(folder: Path, others: Collection[str]) -> list[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
    found: list[Path] = []
    for entry in entries:
        path = Path(entry.path)
        if path.suffix.lower() != ".ipynb" or entry.name.startswith("."):
            continue
        if path.stem.casefold() in others:
            continue
        try:
            regular = stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
        except OSError:
            continue
        if regular:
            found.append(path)
    return found


def _closeness(path: Path, name: str, source: Path | None) -> tuple[int, int, int]:
    """Grade ids in common, locked texts in common, likeness of the name: larger is closer."""
    raw = read_notebook(path) if source is not None else None
    ids = texts = 0
    if source is not None and isinstance(raw, RawNotebook):
        wanted, _ = source_cells(source)
        ids = len({c.grade_id for c in wanted if c.grade_id} & {c.grade_id for c in raw.cells})
        known = {normalised(c.released) for c in wanted if c.locked or not c.grade_id} - {""}
        texts = len(known & {normalised(c.source) for c in raw.cells})
    words = set(_LETTERS.findall(name.lower()))
    return ids, texts, len(words & set(_LETTERS.findall(path.stem.lower())))
