"""Syntax trees of Python: read, taken apart, and made again with some nodes exchanged.

Trees are never changed in place. Nodes are known by identity, so a tree that was put together out
of shared parts is written and read again before anybody looks for a node in it.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

Exchange = Mapping[int, Sequence[ast.AST]]
"""What takes the place of a node, by its ``id``: one node for another, several in a list."""

Tree = TypeVar("Tree", bound=ast.AST)

SHOWN = 60
"""Characters of a piece of code in the line that says what was changed."""

_LAMBDAS = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read(text: str) -> ast.Module | None:
    """The tree of a cell, or None where it holds more than Python (magics, say)."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def written(tree: ast.AST) -> str:
    """The text of a tree, in the one layout that Python itself gives it."""
    return ast.unparse(ast.fix_missing_locations(tree))


def expression(text: str) -> ast.expr:
    """The expression that a text stands for."""
    return ast.parse(text, mode="eval").body


def statements(*lines: str) -> list[ast.stmt]:
    """The statements that lines of text stand for."""
    return ast.parse("\n".join(lines)).body


def shown(node: ast.AST) -> str:
    """A piece of code in one short line, for people."""
    text = " ".join(written(node).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def exchanged(tree: Tree, exchange: Exchange) -> Tree:
    """A copy of the tree in which some nodes stand exchanged."""
    made = type(tree)()
    for name, value in ast.iter_fields(tree):
        if isinstance(value, list):
            parts: list[object] = []
            for part in value:
                parts.extend(_instead(part, exchange) if isinstance(part, ast.AST) else [part])
            setattr(made, name, parts)
        elif isinstance(value, ast.AST):
            [only] = _instead(value, exchange)
            setattr(made, name, only)
        else:
            setattr(made, name, value)
    return ast.copy_location(made, tree)


def _instead(node: ast.AST, exchange: Exchange) -> Sequence[ast.AST]:
    found = exchange.get(id(node))
    return [exchanged(node, exchange)] if found is None else found


def equal(one: ast.AST, other: ast.AST) -> bool:
    """Whether two pieces of code are the same text."""
    return ast.dump(one) == ast.dump(other)


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements: the cell's own, and those of functions, loops and the like."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def all_statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement of a cell, those inside others too."""
    for block in blocks(tree):
        yield from block


def simple(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements without a block of their own, from whose parts values can be taken out."""
    kinds = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)
    return (statement for statement in all_statements(tree) if isinstance(statement, kinds))


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a simple statement that run once, when it runs: no lambda's or loop's body."""
    yield node
    if not isinstance(node, (*_LAMBDAS, ast.IfExp, ast.BoolOp, ast.JoinedStr)):
        for part in ast.iter_child_nodes(node):
            yield from evaluated(part)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions that a cell defines at its top."""
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def inside_functions(tree: ast.AST) -> frozenset[int]:
    """The ids of all nodes that stand in some function's body."""
    found = (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS))
    return frozenset(id(part) for node in found for part in ast.walk(node) if part is not node)


def calls(tree: ast.AST, fits: Callable[[ast.Call], bool]) -> Iterator[ast.Call]:
    """The calls in a tree that fit."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and fits(node))


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """The value of an argument that may be given by place or by keyword."""
    return call.args[place] if place < len(call.args) else keyword(call, name)


def plain(call: ast.Call) -> bool:
    """Whether all arguments are written out: no ``*`` and no ``**``."""
    starred = any(isinstance(value, ast.Starred) for value in call.args)
    return not starred and all(one.arg for one in call.keywords)


def call_with(call: ast.Call, **changes: str | ast.expr | None) -> ast.Call:
    """The call with keyword arguments put in, exchanged, or (None) taken out."""
    values = {
        name: expression(value) if isinstance(value, str) else value
        for name, value in changes.items()
    }
    now = {one.arg: one.value for one in call.keywords}
    now.update({name: value for name, value in values.items() if value is not None})
    gone = {name for name, value in values.items() if value is None}
    keywords = [ast.keyword(name, value) for name, value in now.items() if name not in gone]
    return ast.Call(call.func, call.args, keywords)


def called(function: str, *args: ast.expr, **keywords: ast.expr | str) -> ast.Call:
    """A call of the function that a text stands for."""
    call = ast.Call(expression(function), list(args), [])
    return call_with(call, **keywords)


def constant(node: ast.AST | None) -> object:
    """The value of a literal, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = constant(node.operand)
        return -inner if isinstance(inner, int | float) else None
    return node.value if isinstance(node, ast.Constant) else None


def names(tree: ast.AST) -> Iterator[ast.Name]:
    """Every variable that is read or bound in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Name))
