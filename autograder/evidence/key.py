"""The name under which a run's evidence is stored: equal names mean that the run would be equal.

Comments and formatting do not change what a notebook computes, so they are left out of the key,
unless a cell can read its own text. Trusts no cell: whatever is not understood is taken literally.
"""

import ast
import functools
import hashlib
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from autograder.evidence.strict_json import dumps
from autograder.evidence.tree import magic_of, read_cell
from autograder.nouns import JSON, CodeCell, Limits

KEY_VERSION = 1
"""Raised when the meaning of the key changes; old evidence is then not found and made anew."""

_READS_TEXT = frozenset(
    [
        "In",
        "_ih",
        "_i",
        "_ii",
        "_iii",
        "inspect",
        "linecache",
        "getsource",
        "getsourcelines",
        "findsource",
        "traceback",
        "tokenize",
        "dis",
        "code_info",
        "__code__",
        "__traceback__",
        "__file__",
        "gi_code",
        "cr_code",
        "ag_code",
        "lineno",
        "end_lineno",
        "tb_lineno",
        "f_lineno",
        "f_back",
        "f_code",
        "tb_frame",
        "_getframe",
        "_current_frames",
        "globals",
        "locals",
        "vars",
        "eval",
        "exec",
        "compile",
        "__import__",
        "importlib",
        "getattr",
        "attrgetter",
        "__dict__",
        "user_ns",
        "get_ipython",
        "history_length",
        "last_execution_result",
        "settrace",
        "setprofile",
        "monitoring",
        "__globals__",
        "stacklevel",
        "catch_warnings",
        "showwarning",
        "formatwarning",
        "WarningMessage",
        "tracemalloc",
        "faulthandler",
        "to_code",
        "findCaller",
        "LogRecord",
        "makeRecord",
        "cProfile",
        "pstats",
        "unittest",
        "doctest",
        "marshal",
        "_ip",
        "history_manager",
    ]
)
"""Names through which a cell can see its text or its line numbers, directly or by a detour."""

_NUMBERED = re.compile(r"_i\d+")
_WORD = re.compile(r"\w+")
_TEXT_MAGICS = frozenset(
    [
        "history",
        "hist",
        "recall",
        "rep",
        "rerun",
        "save",
        "macro",
        "edit",
        "ed",
        "notebook",
        "pastebin",
        "logstart",
        "logon",
        "run",
        "load",
        "loadpy",
        "lsmagic",
        "psource",
        "pinfo",
        "pinfo2",
        "pfile",
        "store",
        "writefile",
        "file",
        "debug",
        "pdb",
        "prun",
        "lprun",
    ]
)
_LAYOUT = frozenset(
    {tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT,
     tokenize.ENDMARKER, tokenize.ENCODING}
)  # fmt: skip


def submission_key(
    cells: Sequence[CodeCell],
    *,
    files: Mapping[str, str],
    data: JSON,
    environment: JSON,
    limits: Limits,
    seed: int,
    recorder_version: str,
    asked: JSON = None,
) -> str:
    """Hexadecimal SHA-256 over all that decides what a run gives.

    ``files`` maps each file of the work folder to its SHA-256; ``data`` names the data variant and
    ``environment`` the packages. ``asked`` is what checks have the run keep beside the variables:
    the files that they declare. Where one cell can read text, all cells count literally.
    """
    literal = any(reads_text(cell.source) for cell in cells)
    described: list[JSON] = [
        [cell.index, cell.grade_id, cell.is_grade, cell.source if literal else meaning(cell.source)]
        for cell in cells
    ]
    whole: dict[str, JSON] = {
        "version": KEY_VERSION,
        "cells": described,
        "literal": literal,
        "files": dict(files),
        "data": data,
        "environment": environment,
        "limits": asdict(limits),
        "seed": seed,
        "recorder": recorder_version,
        "asked": asked,
    }
    return hashlib.sha256(dumps(whole)).hexdigest()


def raw_digest(cells: Sequence[CodeCell]) -> str:
    """Hexadecimal SHA-256 over the cells to the letter: whose source and tracebacks these are."""
    literal: list[JSON] = [[c.index, c.grade_id, c.is_grade, c.source] for c in cells]
    return hashlib.sha256(dumps(literal)).hexdigest()


@functools.lru_cache(maxsize=4096)
def meaning(source: str) -> str:
    """A text that two spellings of the same code share; the source itself if it does not parse.

    >>> meaning("x = ( 1 )  # one") == meaning("x=1")
    True
    >>> meaning("x = 1") == meaning("x = 2")
    False
    """
    parsed = read_cell(source)
    if parsed.tree is None:
        return "text:" + source
    try:
        dumped = ast.dump(parsed.tree, annotate_fields=False)
    except (RecursionError, MemoryError):
        return "text:" + source
    # IPython shows no value for a cell that ends in a semicolon, which no tree records.
    return f"{'quiet' if _ends_quietly(source) else 'tree'}:{dumped}"


@functools.lru_cache(maxsize=4096)
def reads_text(source: str) -> bool:
    """Whether a cell may read its own text, another's, or line numbers.

    >>> reads_text("print(In[1])"), reads_text("print('In the end')  # In")
    (True, False)
    """
    if "get_ipython" in source or source.strip() in _TEXT_MAGICS:
        return True  # a magic's name by itself is the magic, where no variable has that name
    parsed = read_cell(source)
    if parsed.tree is None:
        return not parsed.invalid
    return any(_node_reads(node) for node in ast.walk(parsed.tree))


def _node_reads(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and (magic := magic_of(node)):
        words = _WORD.findall(f"{magic.line}\n{magic.body}")
        return magic.name in _TEXT_MAGICS or any(_telling(word) for word in words)
    if isinstance(node, ast.Name):
        # The transformer itself writes get_ipython for each magic; a typed one was seen before.
        return node.id != "get_ipython" and _telling(node.id)
    if isinstance(node, ast.Attribute):
        return _telling(node.attr)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        parts = [part for alias in node.names for part in alias.name.split(".")]
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        return any(_telling(part) for part in [*parts, *module.split(".")])
    if isinstance(node, ast.keyword):
        return node.arg is not None and _telling(node.arg)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "lineno" in node.value


def _telling(word: str) -> bool:
    return word in _READS_TEXT or _NUMBERED.fullmatch(word) is not None


def _ends_quietly(source: str) -> bool:
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in _LAYOUT and token.string:
                last = token.string
    except (tokenize.TokenError, SyntaxError, ValueError):
        return source.rstrip().endswith(";")
    return last == ";"
