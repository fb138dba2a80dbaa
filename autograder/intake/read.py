"""A submitted file's bytes, and the cells that they hold.

Trusts nobody: only regular files are opened (never through a symbolic link, never blocking on a
FIFO), sizes, depth and counts are capped, and whatever is malformed becomes a Problem or a repair
sentence, never an exception.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.foreign import what_it_is
from autograder.intake.outputs import without_outputs
from autograder.nouns import JSON, Problem, Status

MAX_BYTES = 20 * 1024**2
"""A notebook with many plots stays under 10 MB."""

MAX_FILE_BYTES = 128 * 1024**2
"""With its outputs, which nobody reads here: nbgrader's exchange takes files up to 100 MB, and a
loop that prints fills them. Without them MAX_BYTES holds."""

MAX_DEPTH = 100
"""Outputs of widgets nest a few tens of levels; Python's JSON reader recurses per level."""

MAX_CONTAINERS = 1_000_000
"""Each ``[]`` costs 64 bytes of memory for 3 bytes of file, so they are counted beforehand."""

MAX_CELLS = 2_000

# Possessive: the plain form keeps backtracking state for each character of a large image.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_CELL_TYPES = frozenset({"code", "markdown", "raw"})


@dataclass(frozen=True)
class RawCell:
    """One cell as submitted. ``index`` counts the cells kept from 0."""

    index: int
    cell_type: str
    source: str
    nbgrader: Mapping[str, JSON] = field(default_factory=dict)
    metadata: Mapping[str, JSON] = field(default_factory=dict)
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def grade_id(self) -> str | None:
        """The cell's nbgrader id, if it says one."""
        found = self.nbgrader.get("grade_id")
        return found if isinstance(found, str) and found else None


@dataclass(frozen=True)
class RawNotebook:
    """The cells of a file, its notebook metadata, and what had to be mended to read it."""

    cells: tuple[RawCell, ...]
    metadata: Mapping[str, JSON]
    repairs: tuple[str, ...] = ()


def read_bytes(
    path: Path | str, *, max_bytes: int = MAX_BYTES, dir_fd: int | None = None
) -> bytes | Problem:
    """The content of a regular file, or why it is not read."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, dir_fd=dir_fd)
    except OSError as error:
        return _open_problem(error)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            return _unreadable("a regular file expected, found a folder, pipe or device")
        if facts.st_size > max_bytes:
            return _unreadable(f"at most {max_bytes} bytes expected, found {facts.st_size}")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        return _unreadable(f"the file cannot be read: {error.strerror}")
    finally:
        os.close(descriptor)
    if len(data) > max_bytes:
        return _unreadable(f"at most {max_bytes} bytes expected, found more")
    return data


def read_notebook(path: Path) -> RawNotebook | Problem:
    """The notebook in a file, or why there is none."""
    data = read_bytes(path, max_bytes=MAX_FILE_BYTES)
    return data if isinstance(data, Problem) else parse_notebook(data)


def parse_notebook(data: bytes) -> RawNotebook | Problem:
    """The notebook that bytes hold: nbformat 4 as it is, 2 and 3 upgraded."""
    repairs: list[str] = []
    data = without_outputs(data)
    if len(data) > MAX_BYTES:
        return _unreadable(
            f"at most {MAX_BYTES} bytes beside the outputs expected, found {len(data)}: ask for a "
            "notebook without large images or tables in its text"
        )
    if found := what_it_is(data):
        return _unreadable(found)
    text = _decode(data, repairs)
    if not text.strip("\ufeff \t\r\n\0"):
        return _unreadable("a notebook expected, found an empty file: ask for it again")
    shape = _shape_problem(text)
    if shape is not None:
        return shape
    value = _parse(text, repairs)
    if isinstance(value, Problem):
        return value
    if not isinstance(value, dict):
        return _unreadable(f"a notebook expected, found JSON that is {_named(value)}")
    cells = _cell_list(value, repairs)
    if isinstance(cells, Problem):
        return cells
    if len(cells) > MAX_CELLS:
        return _unreadable(f"at most {MAX_CELLS} cells expected, found {len(cells)}")
    metadata = value.get("metadata")
    return RawNotebook(
        _cells(cells, repairs), metadata if isinstance(metadata, dict) else {}, tuple(repairs)
    )


def _open_problem(error: OSError) -> Problem:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Problem(Status.MISSING, "no notebook was submitted under this name")
    if error.errno == errno.ELOOP:
        return _unreadable("a regular file expected, found a symbolic link")
    return _unreadable(f"the file cannot be opened: {error.strerror}")


def _unreadable(reason: str) -> Problem:
    return Problem(Status.UNREADABLE, reason)


def _decode(data: bytes, repairs: list[str]) -> str:
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        told = encoding[:6].upper()
        repairs.append(f"The file was {told} instead of UTF-8; it was read as such.")
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            repairs.append(f"Bytes that are not {told} were replaced by question marks.")
            return data.decode(encoding, "replace").replace("\ufffd", "?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        repairs.append("Bytes that are not UTF-8 were read as Windows' Latin-1.")
        return _ESCAPED.sub(_as_latin, data.decode("utf-8-sig", "surrogateescape"))


def _as_latin(match: re.Match[str]) -> str:
    """A byte that is not UTF-8, as editors that know no UTF-8 wrote it."""
    byte = bytes([ord(match.group()) - 0xDC00])
    return byte.decode("cp1252", "replace").replace("\ufffd", "?")


def _shape_problem(text: str) -> Problem | None:
    depth = containers = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("[", "{"):
            depth += 1
            containers += 1
            if depth > MAX_DEPTH:
                return _unreadable(f"JSON nested at most {MAX_DEPTH} deep expected, found deeper")
            if containers > MAX_CONTAINERS:
                return _unreadable(f"at most {MAX_CONTAINERS} JSON lists expected, found more")
        elif token in ("]", "}"):
            depth -= 1
    return None


def _parse(text: str, repairs: list[str]) -> JSON | Problem:
    repeated: list[str] = []

    def unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        found = dict(pairs)
        if len(found) < len(pairs) and not repeated:
            repeated.append("yes")
        return found

    try:
        # Only sources and short flags matter here: a long number needs no exact value.
        value: JSON = json.loads(
            text.strip("\ufeff\0"),
            object_pairs_hook=unique,
            parse_int=lambda digits: int(digits) if len(digits) < 20 else 0,
            strict=False,
        )
    except (ValueError, RecursionError) as error:
        return _unreadable(
            f"JSON expected: {str(error)[:200]}. The file is cut off or damaged: open it in a "
            "text editor, or ask for it again"
        )
    if repeated:
        repairs.append("The file repeats a JSON key; the last value was used, as Jupyter does.")
    return value


def _cell_list(value: dict[str, JSON], repairs: list[str]) -> list[JSON] | Problem:
    major = _major(value, repairs)
    if isinstance(major, Problem):
        return major
    if major == 4:
        cells = value.get("cells")
        return cells if isinstance(cells, list) else _unreadable("a list of cells expected")
    sheets = value.get("worksheets")
    if not isinstance(sheets, list):
        return _unreadable("a list of worksheets expected")
    repairs.append(f"The notebook was upgraded from notebook format {major} to 4.")
    parts = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [_upgraded(cell) for part in parts if isinstance(part, list) for cell in part]


def _major(value: dict[str, JSON], repairs: list[str]) -> int | Problem:
    """The notebook format. A missing or unusable number stops nothing where there are cells."""
    major = value.get("nbformat")
    guess = 4 if "cells" in value else 3
    if major is None and "nbformat" not in value:
        return guess
    if isinstance(major, bool) or not isinstance(major, int):
        if not value.get("cells") and not value.get("worksheets"):
            return _unreadable(f"the notebook format's number expected, found {_named(major)}")
        repairs.append(f"The notebook format's number was {_named(major)}; {guess} was assumed.")
        return guess
    if major > 4:
        return _unreadable(
            f"notebook format 4 expected, found {major}: open it in a Jupyter that knows this "
            "format, save it as format 4, and grade again"
        )
    if major < 2:
        return _unreadable(f"notebook format 4 expected, found {major}: open and save it anew")
    return major


def _upgraded(cell: JSON) -> JSON:
    if not isinstance(cell, dict):
        return cell
    source = cell.get("input", cell.get("source", ""))
    kind = cell.get("cell_type")
    if kind == "heading":
        level = cell.get("level")
        marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
        return {**cell, "cell_type": "markdown", "source": f"{marks} {_text(source) or ''}"}
    # Format 3 calls plain text "plaintext" or "html"; both are shown as markdown by format 4.
    kind = "markdown" if kind in ("plaintext", "html") else kind
    return {**cell, "cell_type": kind, "source": source}


def _cells(values: list[JSON], repairs: list[str]) -> tuple[RawCell, ...]:
    found: list[RawCell] = []
    for position, value in enumerate(values, start=1):
        kind = value.get("cell_type") if isinstance(value, dict) else None
        # A list is not hashable, so it may not be looked up in a set.
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in _CELL_TYPES:
            repairs.append(f"Cell number {position} is no notebook cell and was left out.")
            continue
        source = _text(value.get("source", ""))
        if source is None:
            repairs.append(f"The text of cell number {position} is not text and was left out.")
        metadata = value.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        nbgrader = metadata.get("nbgrader")
        found.append(
            RawCell(
                index=len(found),
                cell_type=kind,
                source=source or "",
                nbgrader=nbgrader if isinstance(nbgrader, dict) else {},
                metadata=metadata,
                attachments=_attachments(value.get("attachments")),
            )
        )
    return tuple(found)


def _text(value: JSON) -> str | None:
    if isinstance(value, list):
        parts = [part for part in value if isinstance(part, str)]
        value = "".join(parts) if len(parts) == len(value) else None
    if not isinstance(value, str):
        return None
    return _SURROGATE.sub("?", value).replace("\r\n", "\n").replace("\r", "\n")


def _attachments(value: JSON) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, kinds in (value if isinstance(value, dict) else {}).items():
        if isinstance(kinds, dict):
            found[name] = {k: text for k, v in kinds.items() if (text := _text(v)) is not None}
    return found


def _named(value: JSON) -> str:
    return {type(None): "nothing", list: "a list", str: "text", dict: "an object"}.get(
        type(value), "a number or truth value"
    )
