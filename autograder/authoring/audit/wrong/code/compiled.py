"""What a cell compiles: the arguments of ``compile``, losses and metrics one by one."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import argument, dotted, last, methods
from autograder.authoring.audit.wrong.code.places import assignments

OPTIMIZER, LOSS, METRICS = 0, 1, 3
"""Positions of the arguments of ``compile``."""

_LOSSES: Mapping[str, tuple[str, ...]] = {
    "mse": ("mse", "mean_squared_error", "MeanSquaredError"),
    "mae": ("mae", "mean_absolute_error", "MeanAbsoluteError"),
    "hinge": ("hinge", "Hinge"),
    "huber": ("huber", "Huber"),
    "binary_crossentropy": ("binary_crossentropy", "BinaryCrossentropy"),
    "categorical_crossentropy": ("categorical_crossentropy", "CategoricalCrossentropy"),
    "sparse_categorical_crossentropy": (
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
    ),
}


def compiles(tree: ast.Module) -> list[ast.Call]:
    """The calls of ``compile`` on a model; ``re.compile`` and the built-in one have no loss."""
    return [
        call
        for call in methods(tree, "compile")
        if any(argument(call, name) for name in ("optimizer", "loss", "metrics"))
        or len(call.args) > 1
    ]


def losses(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Each loss with its usual name; several outputs have a loss each."""
    for call in compiles(tree):
        given = argument(call, "loss", LOSS)
        for node in _each(_made(tree, given)) if given is not None else ():
            name = loss_name(node)
            if name:
                yield node, name


def loss_name(node: ast.expr) -> str:
    """``mse`` for every spelling of it, an empty text for what is not known."""
    if isinstance(node, ast.Constant):
        written = str(node.value).lower() if str(node.value).isupper() else str(node.value)
    else:
        written = last(node.func if isinstance(node, ast.Call) else node)
    return next((name for name, spelled in _LOSSES.items() if written in spelled), "")


def metrics(tree: ast.Module) -> Iterator[ast.Constant]:
    """The metrics that are given by name."""
    for call in compiles(tree):
        given = argument(call, "metrics", METRICS)
        for node in ast.walk(given) if given is not None else ():
            keys = given.keys if isinstance(given, ast.Dict) else []
            named = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if isinstance(node, ast.Constant) and named and not any(node is key for key in keys):
                yield node


def optimizers(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Each optimizer with its name in small letters."""
    for call in compiles(tree):
        optimizer = argument(call, "optimizer", OPTIMIZER)
        given = _made(tree, optimizer) if optimizer is not None else None
        if isinstance(given, ast.Constant):
            yield given, str(given.value).lower()
        elif isinstance(given, ast.Call) and last(given.func):
            yield given, last(given.func).lower()


def _made(tree: ast.Module, node: ast.expr) -> ast.expr:
    """What a variable was made of in this cell; anything else is itself."""
    values = [value for _, name, value in assignments(tree) if name == dotted(node)]
    return values[-1] if values else node


def _each(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Dict):
        return node.values
    return node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
