"""Which file of a submitted folder is the notebook that the source calls ``name``.

Downloads are renamed by browsers ("regression (1).ipynb", "regression.ipynb.txt"), editors and
students, and folders are handed in within folders; the work in them still counts.
"""

import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from autograder.intake.match import normalised
from autograder.intake.read import RawNotebook, read_notebook
from autograder.intake.released import source_cells

MAX_CANDIDATES = 20
"""Notebooks of one folder that are opened to compare their content."""

MAX_SEEN = 1_000
MAX_DEPTH = 4
"""Entries looked at, and how deep: a folder that was handed in within a folder, not a disk."""

_LETTERS = re.compile(r"[a-z0-9]+")
_RENAMED = (".txt", ".json", "")
"""What browsers make of .ipynb: "regression.ipynb.txt", "regression.json", "regression"."""


def find_notebook(
    folder: Path,
    name: str,
    *,
    source: Path | None = None,
    others: Collection[str] = (),
    without: Path | None = None,
) -> tuple[Path | None, tuple[str, ...]]:
    """The submitted file for notebook ``name`` (without suffix), and what was assumed.

    The exact name, else the only notebook, else the one whose content is closest to ``source``;
    beside each other first, then in folders below, then under another suffix.
    ``others`` names the assignment's other notebooks, which are not candidates; nor is the file
    ``without``, which was found before and could not be read.
    """
    exact = folder / f"{name}.ipynb"
    if without is None and os.path.lexists(exact):
        return exact, ()
    other = {one.casefold() for one in others} - {name.casefold()}
    candidates = [path for path in _candidates(folder, other) if path != without]
    if not candidates:
        return None, ()
    found = candidates[0]
    if len(candidates) == 1:
        what = "in a folder of its own, as" if found.parent != folder else "named"
        return found, (f"The notebook was {what} {_shown(found, folder)} instead of {name}.ipynb.",)
    found = max(candidates[:MAX_CANDIDATES], key=lambda path: _closeness(path, name, source))
    rest = ", ".join(_shown(path, folder) for path in candidates if path != found)[:300]
    return found, (
        f"No notebook is named {name}.ipynb; of {len(candidates)}, {_shown(found, folder)} is "
        f"closest and was graded (not graded: {rest}).",
    )


def regular_files(folder: Path) -> Iterator[Path]:
    """The plain files below a submitted folder, nearest first; hidden ones and links left out."""
    seen = 0
    level = [folder]
    for _ in range(MAX_DEPTH):
        deeper: list[Path] = []
        for place in level:
            for entry in _entries(place):
                seen += 1
                if seen > MAX_SEEN:
                    return
                if entry.name.startswith((".", "__")):
                    continue
                kind = _kind(entry)
                if stat.S_ISREG(kind):
                    yield Path(entry.path)
                elif stat.S_ISDIR(kind):
                    deeper.append(Path(entry.path))
        level = deeper


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []


def _kind(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return 0


def _shown(path: Path, folder: Path) -> str:
    """A file's name as one printable word: it goes into reports and terminals."""
    return ascii(str(path.relative_to(folder))[-100:])


def _candidates(folder: Path, others: Collection[str]) -> list[Path]:
    files = list(regular_files(folder))
    notebooks = [
        path
        for path in files
        if path.suffix.lower() == ".ipynb" and path.stem.casefold() not in others
    ]
    beside = [path for path in notebooks if path.parent == folder]
    return beside or notebooks or _renamed([p for p in files if p.parent == folder], others)


def _renamed(files: Sequence[Path], others: Collection[str]) -> list[Path]:
    """Files that hold a notebook under another suffix; only such are opened that could."""
    found: list[Path] = []
    for path in files:
        stem = path.name.casefold().removesuffix(path.suffix.casefold()).removesuffix(".ipynb")
        if path.suffix.lower() not in _RENAMED or stem in others or len(found) == MAX_CANDIDATES:
            continue
        raw = read_notebook(path)
        if isinstance(raw, RawNotebook) and raw.cells:
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
