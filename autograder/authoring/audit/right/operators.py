"""An operator: one way to re-spell a cell, and where in a notebook it can be done.

Most operators on expressions are two lines of text, a pattern and what to write instead. In both, a
single capital letter stands for any expression, and ``numpy``, ``tensorflow`` and ``keras`` for
whatever name the notebook gave to the library:

    rewriting("mean-method", "numpy.mean(numpy.abs(A))", "numpy.abs(A).mean()")
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from autograder.authoring.audit.right.notebook import Edit, Notebook, NotSpellable, View
from autograder.authoring.audit.right.trees import (
    equal,
    exchanged,
    expression,
    shown,
    statements,
)

Edits = Callable[[View], Iterator[Edit]]
"""All ways in which one transformation can be made in a cell."""

Bound = Mapping[str, ast.expr]
"""What the capital letters of a pattern stand for."""

Condition = Callable[[View, Bound], bool]

_LIBRARIES = ("numpy", "tensorflow", "keras")


@dataclass(frozen=True)
class Operator:
    """A transformation with a name. ``last``: it works on text that is not parsed again."""

    name: str
    edits: Edits
    last: bool = False

    def made(self, notebook: Notebook, exclude: frozenset[str]) -> list[Edit]:
        """Every edit that this operator can make, without those in excluded cells."""
        found: list[Edit] = []
        for view in notebook.views:
            try:
                found.extend(self.edits(view))
            except NotSpellable:
                continue
        return [edit for edit in found if not self.excluded(edit, exclude)]

    def excluded(self, edit: Edit, exclude: frozenset[str]) -> bool:
        """Whether ``exclude`` names this operator, at all or for a cell that the edit changes."""
        return not exclude.isdisjoint({self.name, *(f"{self.name}:{cell}" for cell in edit.texts)})


def rewriting(
    name: str, pattern: str, into: str, when: Condition | None = None, imports: str = ""
) -> Operator:
    """The operator that writes an expression in another way, wherever the pattern fits.

    ``when`` is asked with what the letters stand for; ``imports`` is a line that the cell needs.
    """

    template = expression(pattern)

    def edits(view: View) -> Iterator[Edit]:
        for node, bound in matches(view, template):
            if when is not None and not when(view, bound):
                continue
            new = filled(view, into, bound)
            if not equal(new, node):
                before = statements(imports) if imports else ()
                yield view.edit({id(node): [new]}, f"{shown(node)} as {shown(new)}", before)

    return Operator(name, edits)


def matches(view: View, template: ast.expr) -> Iterator[tuple[ast.expr, Bound]]:
    """The expressions of a cell that fit a pattern."""
    for node in ast.walk(view.tree):
        if isinstance(node, ast.expr):
            bound: dict[str, ast.expr] = {}
            if _fits(view, template, node, bound):
                yield node, bound


def filled(view: View, into: str, bound: Bound) -> ast.expr:
    """The expression that a text stands for once its letters and libraries are known."""
    template = expression(into)
    exchange: dict[int, list[ast.AST]] = {}
    for node in ast.walk(template):
        if isinstance(node, ast.Name) and node.id in bound:
            exchange[id(node)] = [bound[node.id]]
        elif isinstance(node, ast.Attribute | ast.Name) and (path := _library(node)):
            root, tail = path.split(".", 1)
            exchange[id(node)] = [expression(getattr(view, root)(tail))]
    return exchanged(ast.Expression(template), exchange).body


def _library(node: ast.AST) -> str:
    """The dotted path of something in a library, in a pattern."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in _LIBRARIES and parts:
        return ".".join([node.id, *reversed(parts)])
    return ""


def _fits(view: View, template: ast.AST, node: ast.AST, bound: dict[str, ast.expr]) -> bool:
    if isinstance(template, ast.Name) and len(template.id) == 1 and template.id.isupper():
        if not isinstance(node, ast.expr) or isinstance(node, ast.Starred):
            return False
        return equal(bound.setdefault(template.id, node), node)
    if path := _library(template):
        return view.path(node) == path
    if type(template) is not type(node):
        return False
    return all(
        name == "ctx" or _alike(view, value, getattr(node, name), bound)
        for name, value in ast.iter_fields(template)
    )


def _alike(view: View, one: object, other: object, bound: dict[str, ast.expr]) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _alike(view, *pair, bound) for pair in zip(one, other, strict=True)
        )
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return _fits(view, one, other, bound)
    return type(one) is type(other) and one == other
