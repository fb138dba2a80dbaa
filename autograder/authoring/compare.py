"""How a built release or solution differs from the committed one, in sentences."""

import json
from collections.abc import Mapping
from typing import Any


def differences(
    built: Mapping[str, bytes], committed: Mapping[str, bytes], *, outputs: bool = True
) -> tuple[str, ...]:
    """One sentence for each file that differs; nothing when all are equal.

    Files are given by path. With ``outputs=False`` what notebooks printed is not compared:
    trained weights differ in their last bits between processors.
    """
    found = [f"{path}: not built from the source" for path in sorted(committed.keys() - built)]
    for path, data in sorted(built.items()):
        if path not in committed:
            found.append(f"{path}: missing")
        elif data != committed[path] and (reason := _reason(path, data, committed[path], outputs)):
            found.append(f"{path}: {reason}")
    return tuple(found)


def _reason(path: str, built: bytes, committed: bytes, outputs: bool) -> str:
    if not path.endswith(".ipynb"):
        return "other content"
    try:
        # Any: notebooks of the course, compared without reading more than their cells.
        new, old = json.loads(built), json.loads(committed)
        new_cells, old_cells = new["cells"], old["cells"]
    except (ValueError, KeyError, TypeError):
        return "no notebook"
    if len(new_cells) != len(old_cells):
        return f"{len(new_cells)} cells built, {len(old_cells)} found"
    for number, (ours, theirs) in enumerate(zip(new_cells, old_cells, strict=True), start=1):
        part = _cell_difference(ours, theirs, outputs)
        if part:
            return f"cell {number} has another {part}"
    rest = [key for key in {*new, *old} - {"cells"} if new.get(key) != old.get(key)]
    if rest:
        return f"other {', '.join(sorted(rest))}"
    return "written in another layout" if outputs else ""


def _cell_difference(built: Any, committed: Any, outputs: bool) -> str:
    skipped = set() if outputs else {"outputs", "execution_count"}
    differing = [
        key
        for key in ("cell_type", "source", "metadata", "id", "outputs", "execution_count")
        if key not in skipped and built.get(key) != committed.get(key)
    ]
    return differing[0] if differing else ""
