"""Cells as one syntax tree: what its names mean, and of which expressions they are made.

A text is read in the order in which it stands, without telling functions' variables from the
notebook's: enough to find out where a value comes from, and nothing that runs.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from autograder.evidence.dotted import Aliases
from autograder.evidence.tree import magic_of, parse_cell, python_in

Binding: TypeAlias = tuple[str, tuple[int, int], tuple[ast.AST, ...]]
"""A name, the place in the text, and the expressions of which it is made."""


def with_magics(tree: ast.Module) -> ast.Module:
    """The tree and, behind it, the Python that stands under ``%%time`` and its like."""
    magics = [
        magic for node in ast.walk(tree) if isinstance(node, ast.Call) and (magic := magic_of(node))
    ]
    inner = [parse_cell(text).tree for magic in magics for text in python_in(magic)]
    return ast.Module([*tree.body, *(s for found in inner if found for s in found.body)], [])


def in_order(trees: Iterable[ast.Module]) -> ast.Module:
    """One tree of all cells, in which a later line has a larger number."""
    whole: list[ast.stmt] = []
    lines = 0
    for tree in trees:
        ast.increment_lineno(tree, lines)
        whole += tree.body
        lines = max([lines, *(getattr(node, "end_lineno", 0) or 0 for node in ast.walk(tree))])
    return ast.Module(whole, [])


class _Meanings(Aliases):
    """What names mean where a later line has the last word, as it has when a notebook runs."""

    def _assign(self, target: ast.AST, value: ast.expr) -> None:
        if isinstance(target, ast.Name) and self.resolve(value) is not None:
            self._meaning.pop(target.id, None)
        super()._assign(target, value)


def meanings_of(tree: ast.Module) -> Aliases:
    meanings = _Meanings()
    meanings.learn(sorted(ast.walk(tree), key=_place))
    return meanings


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def bindings_of(tree: ast.Module) -> Iterator[Binding]:
    """Whatever gives a name something, a function's parameter too."""
    functions: dict[str, ast.arguments] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions[node.name] = node.args
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            functions.update(dict.fromkeys(_names_of(node.targets[0]), node.value.args))
    yield from _bound(tree, functions, ())


def _bound(
    tree: ast.AST, functions: Mapping[str, ast.arguments], around: tuple[ast.AST, ...]
) -> Iterator[Binding]:
    for node in ast.iter_child_nodes(tree):
        place = _place(node)
        for target, made_of in _given(node):
            for name in _names_of(target):
                yield name, place, (made_of, *around)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, place, (node, *around)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for parameter, argument in _arguments(functions.get(node.func.id), node):
                yield parameter, (0, 0), (argument,)
        yield from _bound(node, functions, (*around, *_decides(node)))


def _arguments(parameters: ast.arguments | None, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    names = [one.arg for one in (*parameters.posonlyargs, *parameters.args)] if parameters else []
    yield from zip(names, call.args, strict=False)
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg in names)


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AugAssign):
        yield node.target, node
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        # classes.append(Dense): what a list or set holds comes in through its methods.
        yield node.value.func.value, node.value


def _names_of(target: ast.AST) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _names_of(part)
    elif isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from _names_of(target.value)


def _decides(node: ast.AST) -> tuple[ast.AST, ...]:
    """The expressions on which it depends whether, and how often, the statements inside run."""
    if isinstance(node, (ast.If, ast.While)):
        return (node.test,)
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return (node.iter,)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return tuple(item.context_expr for item in node.items)
    if isinstance(node, ast.Try):
        return tuple(part.test for part in node.body if isinstance(part, ast.Assert))
    return (node.subject,) if isinstance(node, ast.Match) else ()


def made_of(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """The expressions of which each name is made."""
    made_of: dict[str, list[ast.AST]] = {}
    for name, _, nodes in bindings_of(tree):
        made_of.setdefault(name, []).extend(nodes)
    return made_of


def sliced(start: Iterable[ast.AST], made_of: Mapping[str, Sequence[ast.AST]]) -> Iterator[ast.AST]:
    """The start and everything that the names in it were made of."""
    waiting = list(start)
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                waiting.extend(made_of.get(part.id, ()))


def words_of(nodes: Iterable[ast.AST], aliases: Aliases) -> Iterator[str]:
    """The dotted paths, attributes and texts that the expressions mention."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                yield aliases.resolve(part) or f"?.{part.attr}"
            elif isinstance(part, ast.Name):
                yield aliases.resolve(part) or part.id
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def root_of(path: str) -> str:
    return path.split(".", 1)[0]
