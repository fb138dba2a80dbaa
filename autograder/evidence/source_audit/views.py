"""A notebook's nodes with attributes that are reached by another way written as attributes.

``getattr(model, "set_weights")`` and ``case object(set_weights=put)`` read what
``model.set_weights`` reads, and the rules about weights know that one spelling.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.dotted import Aliases
from autograder.evidence.source_audit.values import Values

_MATCHED = ast.Name("?", ast.Load())
"""The object that a pattern is matched with."""


def as_attributes(
    nodes: Iterable[ast.AST], values: Values, aliases: Aliases
) -> tuple[ast.AST, ...]:
    """The nodes, and those that say the same with attributes; none of the trees is changed."""
    found: list[ast.AST] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, ast.Call):
            found += _read(node, ast.Load(), values, aliases)
            if isinstance(node.func, ast.Call):
                for function in _read(node.func, ast.Load(), values, aliases):
                    found.append(ast.Call(function, node.args, node.keywords))
        elif isinstance(node, ast.MatchClass):
            found += (ast.Attribute(_MATCHED, name, ast.Load()) for name in node.kwd_attrs)
        elif isinstance(node, ast.Assign) and any(map(_match_args, node.targets)):
            for name in getattr(node.value, "elts", ()):
                for text in values.texts(name) or ():
                    found.append(ast.Attribute(_MATCHED, text, ast.Load()))
    return tuple(found)


def _match_args(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "__match_args__"


def _read(
    call: ast.Call, context: ast.Load, values: Values, aliases: Aliases
) -> Iterator[ast.Attribute]:
    if len(call.args) < 2 or not isinstance(call.func, ast.Name | ast.Attribute):
        return
    if aliases.resolve(call.func) == "builtins.getattr":
        for text in values.texts(call.args[1]) or ():
            yield ast.Attribute(call.args[0], text, context)
