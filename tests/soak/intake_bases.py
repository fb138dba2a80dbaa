"""Sound notebooks that are broken by mutation: a release with answers, outputs and attachments."""

from typing import Any

from support.cells import code, grade_cell, meta, notebook, text

FLAGS = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
)


def _notebook(answers: dict[str, str], *, outputs: bool) -> dict[str, Any]:
    shown = [
        {"output_type": "stream", "name": "stdout", "text": ["10\n", "\x1b[31mred\x1b[0m"]},
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
        | {"data": {"text/plain": "10", "image/png": PIXEL, "text/html": "<b>10</b>"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
    ]
    cells = [
        text("# Sums\n\n![a](attachment:a.png) and [a link](https://example.org)")
        | {"attachments": {"a.png": {"image/png": PIXEL}}},
        code("import numpy as np", meta("setup", locked=True)),
    ]
    for name in ("total", "table", "word"):
        cells.append(code(answers[name], meta(name, solution=True), shown if outputs else ()))
        cells.append(grade_cell(f"check_{name}", 2, f"assert {name} is not None"))
    cells.append(text("Because.", meta("why", grade=True, solution=True, points=1)))
    return notebook(cells)


def source() -> dict[str, Any]:
    """The instructor's notebook."""
    solved = {
        n: f"### BEGIN SOLUTION\n{n} = 1\n### END SOLUTION" for n in ("total", "table", "word")
    }
    return _notebook(solved, outputs=False)


def bases() -> list[dict[str, Any]]:
    """What students hand in: answers with outputs, stripped, and in format 3."""
    answers = {
        "total": "total = sum(range(5))",
        "table": "%time table = np.arange(3) ** 2\n!ls",
        "word": "import tensorflow as tf\nmodel = tf.keras.Sequential()\nword = 'keras'",
    }
    right = _notebook(answers, outputs=True)
    stripped = {**right, "cells": [{**cell, "metadata": {}} for cell in right["cells"]]}
    old = [{**cell, "input": cell["source"]} for cell in right["cells"]]
    return [right, stripped, {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": old}]}]
