"""What a cell fits: the calls of ``fit``, and rows handed to them one by one."""

import ast

from autograder.authoring.audit.wrong.code.calls import argument, methods, wrapped

INPUTS, LABELS = ("x", 0), ("y", 1)
"""Names and positions of the arguments of ``fit`` and ``evaluate``."""


def fits(tree: ast.Module) -> list[ast.Call]:
    """The calls of ``fit`` on a model: a scaler's has no labels and no epochs."""
    return [
        call
        for call in methods(tree, "fit")
        if argument(call, *LABELS) is not None or argument(call, "epochs", 3) is not None
    ]


def mapped(node: ast.expr, template: str) -> ast.expr:
    """The template on an array, or on each array of a dictionary or a list; ``*more`` stays."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return ast.Dict(node.keys, [mapped(rows, template) if key else rows for key, rows in pairs])
    if isinstance(node, ast.List | ast.Tuple):
        return type(node)([mapped(one, template) for one in node.elts], node.ctx)
    return node if isinstance(node, ast.Starred) else wrapped(template, node)
