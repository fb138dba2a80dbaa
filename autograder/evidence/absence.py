"""Why a variable that a check judges is not there: what ended the cell that should have made it.

Trusts nothing in the outputs: the error's words are the student's own, and are cut to one line.
"""

import re
from collections.abc import Mapping, Sequence

from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON

SHOWN = 200
"""Characters of an ending in a message."""

_COLOURS = re.compile(r"\x1b\[[0-9;]{0,30}[A-Za-z]")
_HEADING = re.compile(
    r"Exception encountered when calling |Graph execution error|Detected at node |<stack traces "
    r"|File \"|\[\["
)
"""Lines with which Keras and TensorFlow begin a message, before they say what was wrong."""

_STOPPED = {
    "interrupted": "was stopped because its time was up",
    "killed": "ended the run",
    "skipped": "was left out, since it ended the run or its time was up",
}


def ending(manifest: Mapping[str, JSON], sources: Mapping[str, str], cell: str, name: str) -> str:
    """How the cell that should have made ``name`` before the grade cell ended, one line.

    Empty where no cell before it went wrong. Of several it is the last that writes the name, else
    the last since the grade cell before.
    """
    broken = _broken_before(manifest, cell)
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    writing = [one for one, _ in broken if word.search(sources.get(str(one.get("grade_id")), ""))]
    near = [one for one, is_near in broken if is_near]
    for one in [*writing[-1:], *near[-1:]]:
        if _ending(one):
            return _told(one)
    return ""


def broken_near(manifest: Mapping[str, JSON], cell: str) -> str:
    """How the last cell that went wrong since the grade cell before ended, or an empty string."""
    near = [one for one, is_near in _broken_before(manifest, cell) if is_near and _ending(one)]
    return _told(near[-1]) if near else ""


def raised(manifest: Mapping[str, JSON], cell: str, package: str) -> str:
    """The text of the last error before the grade cell that came out of a package, or nothing.

    The package is known by its folder in the traceback.
    """
    for one, _ in reversed(_broken_before(manifest, cell)):
        for output in as_list(one.get("outputs")):
            if isinstance(output, dict) and output.get("output_type") == "error":
                trace = "\n".join(map(str, as_list(output.get("traceback") or [])))
                if f"/{package}/" in trace:
                    return _COLOURS.sub("", f"{output.get('ename')}: {output.get('evalue')}")[:2000]
    return ""


def _told(cell: Mapping[str, JSON]) -> str:
    title = cell.get("grade_id")
    shown = f"the cell {title}" if isinstance(title, str) else "a cell before"
    return f"{shown} {_ending(cell)}"[:SHOWN]


def _broken_before(
    manifest: Mapping[str, JSON], cell: str
) -> list[tuple[Mapping[str, JSON], bool]]:
    """The cells before the grade cell that went wrong, and whether no grade cell lies between."""
    snapshots = as_mapping(manifest.get("snapshots") or {})
    found: list[tuple[Mapping[str, JSON], bool]] = []
    for one in (as_mapping(each) for each in as_list(manifest.get("cells"))):
        title = one.get("grade_id")
        if title == cell:
            return found
        if title in snapshots:
            found = [(earlier, False) for earlier, _ in found]
        elif one.get("status") == "error" or one.get("status") in _STOPPED:
            found.append((one, True))
    return []


def _ending(cell: Mapping[str, JSON]) -> str:
    if cell.get("status") != "error":
        return _STOPPED.get(str(cell.get("status")), "")
    for output in as_list(cell.get("outputs")):
        if isinstance(output, dict) and output.get("output_type") == "error":
            words = [_one_line(output.get(part)) for part in ("ename", "evalue")]
            return "ended with: " + ": ".join(word for word in words if word).rstrip(" .:")
    return ""


def _one_line(value: object) -> str:
    """The first line that says something, without colours and whatever else cannot be read."""
    plain = _COLOURS.sub("", value[: 10 * SHOWN]) if isinstance(value, str) else ""
    lines: Sequence[str] = [line.strip() for line in plain.splitlines() if line.strip()]
    telling = [line for line in lines if not _HEADING.match(line)] or lines
    return "".join(char for char in telling[0] if char.isprintable())[:SHOWN] if telling else ""
