"""Which cells of a notebook are missing, changed or unfinished.

Compared with the released original where there is one. Without it, nbgrader's own checksum of each
cell, which the release carries in the cell's metadata, tells a changed or untouched cell.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UsageError
from autograder.intake.match import match_cells, normalised
from autograder.intake.read import RawCell, RawNotebook
from autograder.intake.released import CODE_STUB, SourceCell, flags, points_of, source_cells
from autograder.intake.repair import repaired


@dataclass(frozen=True)
class Cells:
    """Cells by their nbgrader id. ``names`` maps a cell's place in the notebook to its id."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    graded: frozenset[str] = frozenset()


def against_original(raw: RawNotebook, original: Path) -> Cells:
    """The notebook compared with the released original, as the grader will match them.

    Raises UsageError when the original is no released notebook.
    """
    wanted, metadata = source_cells(original)
    if not any(cell.grade_id for cell in wanted):
        raise UsageError(f"a released notebook with nbgrader's ids expected at {original}")
    pairs = match_cells(wanted, raw.cells).pairs
    found = {cell.index: raw.cells[pairs[cell.index]] for cell in wanted if cell.index in pairs}
    known = [cell for cell in wanted if cell.grade_id]
    changed = [
        cell
        for cell in known
        if cell.locked
        and cell.index in found
        and normalised(found[cell.index].source) != normalised(cell.text)
    ]
    unfinished = [
        cell
        for cell in known
        if cell.solution
        and cell.index in found
        and normalised(found[cell.index].source) in (normalised(cell.text), "")
    ]
    missing = [cell for cell in known if cell.index not in found]
    told = {str(cell.grade_id) for cell in (*changed, *missing)}
    repairs = repaired(raw, wanted, metadata).repairs
    return Cells(
        missing=_ids(missing),
        changed=_ids(changed),
        unfinished=_ids(unfinished),
        notes=tuple(text for text in repairs if not any(f" {name} " in text for name in told)),
        names={pairs[cell.index]: str(cell.grade_id) for cell in known if cell.index in pairs},
        graded=frozenset(str(cell.grade_id) for cell in known if cell.grade),
    )


def by_itself(raw: RawNotebook) -> Cells:
    """What the notebook alone tells: nbgrader's ids, and its checksums of the released cells."""
    known = [cell for cell in raw.cells if cell.grade_id and any(flags(cell).values())]
    if not known:
        return Cells(
            unfinished=tuple(f"cell {c.index + 1}" for c in raw.cells if CODE_STUB in c.source),
            notes=(
                *raw.repairs,
                "The cells have lost nbgrader's ids: an editor took them out. The grader "
                "recognises cells by their text, so your answers count; to see here whether any "
                "cell is missing, name the original with --original.",
            ),
        )
    names = [str(cell.grade_id) for cell in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    return Cells(
        missing=tuple(_without_partner(known)),
        changed=_ids(c for c in known if flags(c)["locked"] and _as_released(c) is False),
        unfinished=_ids(
            c
            for c in known
            if flags(c)["solution"] and (_as_released(c) or not normalised(c.source))
        ),
        notes=(
            *raw.repairs,
            *(f"Cell {name} is there more than once; the grader keeps one." for name in twice),
        ),
        names={cell.index: str(cell.grade_id) for cell in known},
        graded=frozenset(str(cell.grade_id) for cell in known if flags(cell)["grade"]),
    )


def _as_released(cell: RawCell) -> bool | None:
    """Whether the cell is what the release held; None where its metadata does not tell."""
    checksum = cell.nbgrader.get("checksum")
    return _checksum(cell) == checksum if isinstance(checksum, str) else None


def _checksum(cell: RawCell) -> str:
    """nbgrader 0.9.6, utils.compute_checksum: what a cell's metadata holds since its release."""
    says = flags(cell)
    parts = [cell.source, cell.cell_type]
    parts += [str(says[name]) for name in ("grade", "solution", "locked")]
    parts.append(str(cell.grade_id))
    if says["grade"]:
        parts.append(str(points_of(cell)))
    return hashlib.md5("".join(parts).encode("utf-8"), usedforsecurity=False).hexdigest()


def _without_partner(known: Sequence[RawCell]) -> list[str]:
    """Grade cells and answers whose other half is gone: NAME is checked by check_NAME."""
    names = {str(cell.grade_id) for cell in known}
    if not any(f"check_{name}" in names for name in names):
        return []
    answers = [str(c.grade_id) for c in known if flags(c)["solution"] and not flags(c)["grade"]]
    checks = [str(c.grade_id) for c in known if flags(c)["grade"] and not flags(c)["solution"]]
    lost = [f"check_{name}" for name in answers if f"check_{name}" not in names]
    return lost + [
        name.removeprefix("check_")
        for name in checks
        if name.startswith("check_") and name.removeprefix("check_") not in names
    ]


def _ids(cells: Iterable[SourceCell | RawCell]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(cell.grade_id) for cell in cells))
