"""Notebooks, cell by cell, as nbgrader's authors make them."""

import copy
from collections.abc import Sequence
from typing import Any

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
FLAGS = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}


def meta(grade_id: str, **flags: Any) -> dict[str, Any]:
    """The metadata of a cell that nbgrader knows."""
    return {"nbgrader": {**FLAGS, "grade_id": grade_id, **flags}}


def code(
    source: str, metadata: dict[str, Any] | None = None, outputs: Sequence[Any] = ()
) -> dict[str, Any]:
    """A code cell that was not executed."""
    cell = {"cell_type": "code", "source": source, "metadata": metadata or {}}
    return {**cell, "outputs": list(outputs), "execution_count": None}


def text(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A Markdown cell."""
    return {"cell_type": "markdown", "source": source, "metadata": metadata or {}}


def answer(name: str, solution: str) -> dict[str, Any]:
    """A cell that students fill in, with its solution between nbgrader's markers."""
    marked = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return code(marked, meta(name, solution=True))


def grade_cell(name: str, points: float, source: str = "") -> dict[str, Any]:
    """A locked cell that is worth points."""
    return code(source, meta(name, grade=True, locked=True, points=points))


def notebook(cells: Sequence[dict[str, Any]], **metadata: Any) -> dict[str, Any]:
    """The notebook of these cells, for Python."""
    whole = {**KERNEL, **metadata}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": whole, "cells": list(cells)}


def filled(original: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """A copy in which the cells with these ids have these sources."""
    found = copy.deepcopy(original)
    for cell in found["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    return found
