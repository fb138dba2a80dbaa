"""By which names a notebook knows Keras and NumPy: a changed line is written like its own."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_KERAS: Mapping[str, str] = {
    "keras": "",
    "tensorflow.keras": "",
    "tensorflow": ".keras",
}
"""Modules that lead to Keras, and what has to be appended to their name."""


@dataclass(frozen=True)
class Libraries:
    """Dotted names, and the imports that make them where the notebook has none."""

    keras: str
    numpy: str
    imports: tuple[str, ...]


def libraries(trees: Iterable[ast.Module]) -> Libraries:
    """What the first imports of these cells call Keras and NumPy."""
    known: dict[str, str] = {}
    for tree in trees:
        for module, name in _imported(tree):
            if module in _KERAS:
                known.setdefault("keras", name + _KERAS[module])
            elif module == "numpy":
                known.setdefault("numpy", name)
    imports = [] if "keras" in known else ["import keras"]
    imports += [] if "numpy" in known else ["import numpy as np"]
    return Libraries(known.get("keras", "keras"), known.get("numpy", "np"), tuple(imports))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Modules imported outside functions, each with the name that it got."""
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias.asname or alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", alias.asname or alias.name


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in order, those under if and try included, those in functions left out."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, name, []))
