"""Broken notebooks by the thousand: a seed gives the same bytes on every machine.

Three levels, mixed: bytes (flip, cut, splice, insert, repeat), the JSON's structure (any node
replaced by a value of another type, deleted, doubled, moved, nested, blown up), and the grammar of
a notebook (cells permuted, retyped, stripped, given hostile text).
"""

import copy
import json
from random import Random
from typing import Any

TOKENS = (
    b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe",
    b"NaN", b"-Infinity", b"1e999", b"9" * 500, b"null", b"\\ud800", b"\\u0000", b'"outputs": [',
    b'"cells": [', b'"source": ', b"<<<<<<< HEAD\n", b">>>>>>> x\n", b"\r", b"\n", b"PK\3\4",
    b"<html>", b'"nbformat": 3,', b'"cell_type": [], ', b'"metadata": [', b'"grade_id": "total",',
)  # fmt: skip

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 4, 2**70, 1e308, float("nan"), "", "x", "\ud800", "\0", "a" * 300,
    [], {}, [[]], [None], {"": None}, {"a": {"b": []}}, ["x", 3], {"nbgrader": []}, [{}], "code",
    {"nbgrader": {"grade_id": "check_total", "grade": True, "locked": True, "points": 1e9}},
    {"text/html": "<script>x</script>"}, {"grade_id": "table"}, "\u202e\x1b[31m",
)  # fmt: skip

MAX_MOVED = 20_000
"""Characters of a value that is copied: what is copied into itself again and again doubles."""


def _python(random: Random) -> str:
    n = random.choice((3, 60, 400, 950, 1500, 3000))
    forms = (
        "x = " + " + ".join(["'a'"] * n), "a" + ".b" * n, "a" + "()" * n, "x = " + "-" * n + "1",
        "x = " + "(" * n + ")" * n, "x = " + "[" * n + "]" * n, "x = " + "not " * n + "1",
        "if a:\n pass\n" + "elif a:\n pass\n" * n, "a = " * n + "1", "a[0]" + "[0]" * n + " = 1",
        "x = " + "lambda: " * n + "1", "%time " * n + "x", "%%capture\n" * n + "x = 1", "!" * n,
        "?" * n, "x = f'" + "{a}" * n + "'", "x = 1" + ";" * n, "\\\n" * n, "'''" * n, "\t" * n,
        "import a" + ".b" * n, "import os as a0\n" + "\n".join(f"a{i+1}=a{i}.x" for i in range(n)),
        "x\0y", "\x0c", "x = '\ud800'", "class A:\n __eq__ = lambda s, o: True", "%%bash\n" * n,
        "def f():\n" + "".join(" " * (i + 1) + "if 1:\n" for i in range(min(n, 99))),
        "open(" + "+".join("1" * n) + ")", "getattr(a, " + "+".join(["'b'"] * n) + ")",
        "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b", "a" * n * 10, "a b " * n, "é🙂" * n,
    )  # fmt: skip
    return random.choice(forms)


def _markdown(random: Random) -> str:
    n = random.choice((3, 60, 400, 2500))
    unit = random.choice(
        ("[", "![", "[](", "*", "**a", "_a*", "`", "```", "> ", "- ", "1. ", "# ", "|a", "|-", "~~",
         "<", "<a ", "</", "<!--", "&#x", "&amp;", "$", "$$", "\\", "\\[", "\\(", "[a]: ", "\n\n",
         "    ", "\t", "![a](attachment:", "[^1]", "a_", "<b>", "http://", "\u2028", "(", "[a](<"
         ))  # fmt: skip
    return unit * n + random.choice(("", "a", "]" * n, ")" * n, "\n" + unit * n))


def mutated(seed: int, bases: list[dict[str, Any]]) -> bytes:
    """The broken notebook of a seed, made from one of ``bases``."""
    random = Random(seed)
    notebook = copy.deepcopy(random.choice(bases))
    level = random.randrange(10)
    if level < 4:
        for _ in range(random.randint(1, 4)):
            _cells(random, notebook)
    if level in (2, 3, 4, 5, 6):
        for _ in range(random.choice((1, 1, 2, 5, 20))):
            try:
                _structure(random, notebook)
            except RecursionError:
                break  # nested in nested values, deeper than Python copies or shows
    ensure_ascii = random.random() < 0.8
    text = json.dumps(notebook, ensure_ascii=ensure_ascii, indent=random.choice((None, 1)))
    data = text.encode("utf-8", "surrogatepass")
    if level in (3, 6, 7, 8, 9):
        for _ in range(random.choice((1, 1, 2, 4, 16))):
            data = _bytes(random, data)
    if random.random() < 0.03:
        data = data.decode("utf-8", "replace").encode(
            random.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7"))
        )
    return data


def _cells(random: Random, notebook: dict[str, Any]) -> None:
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not cells:
        return
    at, other = random.randrange(len(cells)), random.randrange(len(cells))
    cell = cells[at]
    match random.randrange(9):
        case 0:
            random.shuffle(cells)
        case 1:
            cells[other:other] = copy.deepcopy(cells[at : at + random.randint(1, 5)])
        case 2:
            del cells[at : at + random.choice((1, 1, 1, 3))]
        case 3 if isinstance(cell, dict):
            cell["cell_type"] = random.choice(("code", "markdown", "raw", "heading", "", None))
        case 4:
            for one in cells if random.random() < 0.5 else [cell]:
                if isinstance(one, dict):
                    one["metadata"] = {}
        case 5 if isinstance(cell, dict):
            cell["source"] = _python(random)
        case 6:
            text = {"cell_type": random.choice(("markdown", "raw")), "metadata": {}}
            cells.insert(at, {**text, "source": _markdown(random)})
        case 7 if isinstance(cell, dict):
            cell["metadata"] = {"nbgrader": _says(random)}
        case 8 if len(cells) < 200:
            cells *= random.choice((2, 3, 20))


def _says(random: Random) -> dict[str, Any]:
    names = ("total", "check_total", "table", "check_word", "none", "\ud800", 3, [], None)
    flags = {key: random.choice((True, False, 1, "x", None, [])) for key in ("grade", "solution")}
    said = {"grade_id": random.choice(names), "locked": random.random() < 0.5, **flags}
    return {**said, "points": random.choice(HOSTILE), "schema_version": random.choice(HOSTILE)}


def _structure(random: Random, notebook: dict[str, Any]) -> None:
    holder, key = _place(random, notebook)
    value = holder[key]
    match random.randrange(8):
        case 0 | 1 | 2:
            holder[key] = copy.deepcopy(random.choice(HOSTILE))
        case 3:
            del holder[key]
        case 4 if isinstance(holder, list) and len(str(value)) < MAX_MOVED:
            holder[key:key] = [copy.deepcopy(value)] * random.choice((1, 2, 50))
        case 5 if len(str(value)) < MAX_MOVED:
            to, where = _place(random, notebook)
            to[where] = copy.deepcopy(value)
        case 6 if len(str(value)) < MAX_MOVED:
            for _ in range(random.choice((1, 10, 90, 200))):
                value = [value] if random.random() < 0.5 else {"a": value}
            holder[key] = value
        case _:
            holder[key] = random.choice(
                ("x" * 20_000, ["y"] * 300, {str(i): i for i in range(999)})
            )


def _place(random: Random, node: Any) -> tuple[Any, Any]:
    """A (holder, key) somewhere in a JSON value, each level as likely as the next."""
    holder, key = {"a": 1}, "a"
    while isinstance(node, (dict, list)) and node:
        holder = node
        key = random.choice(list(node)) if isinstance(node, dict) else random.randrange(len(node))
        node = holder[key]
        if random.random() < 0.2:
            break
    return holder, key


def _bytes(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    to = min(len(data), at + random.choice((1, 2, 10, 100, 1_000)))
    other = random.randrange(len(data) + 1)
    match random.randrange(7):
        case 0 if at < len(data):
            return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
        case 1:
            return data[:at] + data[to:]
        case 2:
            return data[:other] + data[at:to] + data[other:]
        case 3:
            return data[:at] + random.choice(TOKENS) + data[at:]
        case 4:
            return data[:at] + data[at:to] * random.choice((2, 20, 200)) + data[to:]
        case 5:
            return data[:at]
        case _:
            return data[:at] + random.randbytes(random.choice((1, 4, 64))) + data[to:]
