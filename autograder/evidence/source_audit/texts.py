"""Texts that name an argument of a layer: those that no rule judges by what is given under them.

``{"kernel_initializer": start}`` is judged like ``kernel_initializer=start``; the same text in a
list of pairs, or handed to a function, hides what it will be given.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.source_audit.layers import ENDINGS
from autograder.evidence.source_audit.parts import folded, is_sum, last_part
from autograder.evidence.source_audit.sources import Sources

_SETTERS = frozenset({"__setitem__", "__setattr__", "setitem", "fromkeys", "update", "partial"})
_FREE = frozenset({"print", "isinstance", "hasattr", "getattr", "setattr", "display", "Choice"})
MAX_NAME = 60


def told_texts(nodes: Iterable[ast.AST], sources: Sources) -> Iterator[str]:
    """Why a text names what a layer may be given, and nobody sees what that is."""
    nodes = tuple(nodes)
    free: set[int] = set()
    for node in nodes:
        free.update(map(id, _judged_or_read(node, sources)))
        if isinstance(node, ast.BinOp) and id(node) in free:  # parents come first
            free.update((id(node.left), id(node.right)))
    sums: set[int] = set()
    for node in nodes:
        if id(node) in free or id(node) in sums:
            continue
        if is_sum(node):
            sums.update(map(id, _links(node)))
        elif not isinstance(node, ast.Constant):
            continue
        text = folded(node)
        if text and len(text) < MAX_NAME and text.endswith(ENDINGS) and text.isidentifier():
            yield f"names what weights start from in a text ({text})"


def _links(node: ast.AST) -> Iterator[ast.AST]:
    """The sums that a long sum begins with."""
    while isinstance(node, ast.BinOp):
        yield node
        node = node.left


def _judged_or_read(node: ast.AST, sources: Sources) -> Iterator[ast.AST | None]:
    """The texts below a node that are keys of what is judged, or that only read or show."""
    if isinstance(node, ast.Dict):
        yield from node.keys
    elif isinstance(node, ast.Subscript):
        yield node.slice
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Expr | ast.FormattedValue | ast.Match | ast.match_case):
        yield getattr(node, "value", None)
    elif isinstance(node, ast.MatchValue | ast.MatchMapping):
        yield from getattr(node, "keys", [getattr(node, "value", None)])
    elif isinstance(node, ast.keyword) and node.arg in ("columns", "by", "x", "y", "hue", "name"):
        yield node.value
        yield from getattr(node.value, "elts", ())
    elif isinstance(node, ast.Call) and _shows(node.func, sources):
        yield from node.args
        yield from (keyword.value for keyword in node.keywords)


def _shows(function: ast.expr, sources: Sources) -> bool:
    last = last_part(function)
    if isinstance(function, ast.Name):
        return last in _FREE
    free = isinstance(function, ast.Attribute) and last not in _SETTERS
    return free and last not in sources.functions
