"""Classic nbgrader grade cells, scored by nbgrader's rule without two of its faults.

The faults (measured, see docs/architecture.md): a cell scores 0 for anything on stderr, where
TensorFlow logs, and a cell that ends in ``model.evaluate(...)`` has its loss read as points.
``outputs`` come from a process that ran student code: only their kinds and one number are read.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbgrader.utils import determine_grade, is_solution

from autograder.nouns import JSON

NOT_POINTS = frozenset({"evaluate", "fit", "predict"})
"""Keras calls whose value is a loss, a history or predictions; never points."""


def classic_score(
    cell: Mapping[str, JSON],
    outputs: Sequence[Mapping[str, JSON]],
    released_checksum: str | None = None,
    status: str = "ok",
) -> tuple[float | None, float]:
    """The score and the points of a grade cell; a score of None awaits a person.

    ``cell`` is a notebook cell with nbgrader's metadata, ``outputs`` what it gave when it ran.
    ``released_checksum`` (see `released_checksums`) lets an unchanged hand-graded answer score 0.
    ``status`` is the run manifest's: a test cell that did not run to its end earns nothing,
    where nbgrader would read its silence as full marks.
    """
    # Any: nbformat is untyped.
    node: Any = nbformat.from_dict(dict(cell))
    if released_checksum is not None:
        node.metadata.nbgrader["checksum"] = released_checksum
    points = float(node.metadata.nbgrader["points"])
    if node.cell_type == "code":
        if status != "ok" and not is_solution(node):
            return 0.0, points
        kept = [output for output in outputs if not _ignored(output, node.source)]
        node.outputs = [nbformat.from_dict(dict(output)) for output in kept]
    try:
        score, _ = determine_grade(node)
    except (KeyError, TypeError, ValueError, AttributeError):
        # nbgrader raises for a result above the cell's points or without text: a person decides.
        return None, points
    return (None if score is None else float(score)), points


def _ignored(output: Mapping[str, JSON], source: str) -> bool:
    kind = output.get("output_type")
    if kind == "stream":
        return output.get("name") == "stderr"
    return kind == "execute_result" and _ends_in_training_call(source)


def _ends_in_training_call(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return False
    function = last.value.func
    return isinstance(function, ast.Attribute) and function.attr in NOT_POINTS
