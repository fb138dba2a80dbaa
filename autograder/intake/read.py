"""A submitted file's bytes, and the cells that they hold.

Trusts nobody: only regular files are opened (never through a symbolic link, never blocking on a
FIFO), sizes, depth and counts are capped, and whatever is malformed becomes a Problem or a repair
sentence, never an exception.
"""

import codecs
import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.nouns import JSON, Problem, Status

MAX_BYTES = 20 * 1024**2
"""A notebook with many plots stays under 10 MB."""

MAX_DEPTH = 100
"""Outputs of widgets nest a few tens of levels; Python's JSON reader recurses per level."""

MAX_CONTAINERS = 1_000_000
"""Each ``[]`` costs 64 bytes of memory for 3 bytes of file, so they are counted beforehand."""

MAX_CELLS = 2_000

# Possessive: the plain form keeps backtracking state for each character of a large image.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
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
    data = read_bytes(path)
    return data if isinstance(data, Problem) else parse_notebook(data)


def parse_notebook(data: bytes) -> RawNotebook | Problem:
    """The notebook that bytes hold: nbformat 4 as it is, 2 and 3 upgraded."""
    repairs: list[str] = []
    text = _decode(data, repairs)
    if not text.strip("\ufeff \t\r\n\0"):
        return _unreadable("a notebook expected, found an empty file")
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
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[:1] == b"\0":
        encoding = "utf-16-be"
    elif data[1:2] == b"\0":
        encoding = "utf-16-le"
    if encoding != "utf-8-sig":
        repairs.append("The file was UTF-16 instead of UTF-8; it was read as such.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        repairs.append(
            f"Bytes that are not {encoding[:6].upper()} were replaced by question marks."
        )
        return data.decode(encoding, "replace").replace("\ufffd", "?")


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
        return _unreadable(f"JSON expected: {str(error)[:200]}")
    if repeated:
        repairs.append("The file repeats a JSON key; the last value was used, as Jupyter does.")
    return value


def _cell_list(value: dict[str, JSON], repairs: list[str]) -> list[JSON] | Problem:
    major = value.get("nbformat", 4 if "cells" in value else 3)
    if isinstance(major, bool) or not isinstance(major, int):
        return _unreadable(f"the notebook format's number expected, found {_named(major)}")
    if major > 4:
        return _unreadable(f"notebook format 4 expected, found {major}: save it as format 4")
    if major < 2:
        return _unreadable(f"notebook format 4 expected, found {major}: open and save it anew")
    if major == 4:
        cells = value.get("cells")
        return cells if isinstance(cells, list) else _unreadable("a list of cells expected")
    sheets = value.get("worksheets")
    if not isinstance(sheets, list):
        return _unreadable("a list of worksheets expected")
    repairs.append(f"The notebook was upgraded from notebook format {major} to 4.")
    parts = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [_upgraded(cell) for part in parts if isinstance(part, list) for cell in part]


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
        if not isinstance(value, dict) or value.get("cell_type") not in _CELL_TYPES:
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
                cell_type=str(value["cell_type"]),
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
