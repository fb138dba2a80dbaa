"""How a call is read and written again: its dotted name, its arguments, its text in a table."""

import ast
from collections.abc import Collection, Iterator

_SHOWN = 60
"""Characters of code in one line of a table."""


def calls(tree: ast.AST) -> list[ast.Call]:
    """All calls in the order in which their text ends."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(found, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))


def methods(tree: ast.AST, *names: str) -> list[ast.Call]:
    """Calls of ``something.name(...)`` in order."""
    return [
        node
        for node in calls(tree)
        if isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def receiver(call: ast.Call) -> ast.expr:
    """What a method is called on."""
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def dotted(node: ast.AST) -> str:
    """``tf.keras.layers.Dense`` for this chain of attributes, an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def called(node: ast.AST, names: Collection[str]) -> bool:
    """Whether the node is a call of one of these, through whatever prefix."""
    return isinstance(node, ast.Call) and last(node.func) in names


def last(node: ast.AST) -> str:
    """The last part of a dotted name: ``Dense`` of ``tf.keras.layers.Dense``."""
    return dotted(node).rpartition(".")[2]


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """The argument of this name, or of this position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and _stands(call, position):
        return call.args[position]
    return None


def with_argument(
    call: ast.Call, name: str, value: ast.expr, position: int | None = None
) -> ast.Call:
    """The call with one argument set, where it stands or else at the end."""
    if position is not None and _stands(call, position):
        args = [*call.args[:position], value, *call.args[position + 1 :]]
        return ast.Call(call.func, args, call.keywords)
    given = [keyword.arg for keyword in call.keywords]
    new = ast.keyword(name, value)
    keywords = [new if keyword.arg == name else keyword for keyword in call.keywords]
    return ast.Call(call.func, call.args, keywords if name in given else [*keywords, new])


def without_argument(call: ast.Call, name: str, position: int | None = None) -> ast.Call:
    """The call with one argument left out; None in its place where others stand behind it."""
    if position is not None and _stands(call, position):
        rest = [ast.Constant(None), *call.args[position + 1 :]] if call.args[position + 1 :] else []
        return ast.Call(call.func, [*call.args[:position], *rest], call.keywords)
    keywords = [keyword for keyword in call.keywords if keyword.arg != name]
    return ast.Call(call.func, call.args, keywords)


def _stands(call: ast.Call, position: int) -> bool:
    """Whether there is an argument in this position; behind ``*args`` nobody can tell."""
    before = call.args[: position + 1]
    return len(before) > position and not any(isinstance(one, ast.Starred) for one in before)


def expression(text: str) -> ast.expr:
    """The tree of an expression."""
    return ast.parse(text, mode="eval").body


def statements(text: str) -> list[ast.stmt]:
    """The trees of one or more statements."""
    return ast.parse(text).body


def text(node: ast.AST) -> str:
    """The node as code."""
    return ast.unparse(node)


def wrapped(template: str, node: ast.expr) -> ast.expr:
    """The template, with the node's code for its ``{}``."""
    inner = text(node)
    return expression(template.format(inner if _tight(node) else f"({inner})"))


def shown(node: ast.AST) -> str:
    """The node for a line in a table: without the prefix of what it calls, and not too long."""
    if isinstance(node, ast.Call) and (name := last(node.func)) and name[0].isupper():
        node = ast.Call(ast.Name(name), node.args, node.keywords)
    code = " ".join(text(node).split())
    if len(code) <= _SHOWN:
        return code
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return f"{shown(node.func)}(...)"
    return code[: _SHOWN - 3] + "..."


def names(node: ast.AST) -> Iterator[ast.Name]:
    """The names that are read in a part of the tree, in order."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    yield from sorted(found, key=lambda name: (name.lineno, name.col_offset))


def _tight(node: ast.expr) -> bool:
    """Whether an operator may follow the node's code without brackets around it."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant))
