"""Models by the name that they were given, and the row of layers that a plain one consists of."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.authoring.audit.wrong.code.calls import argument, called, text
from autograder.authoring.audit.wrong.code.layers import INPUTS, is_layer
from autograder.authoring.audit.wrong.code.places import Place, assignments, place_of, places

MODELS = frozenset(["Model", "Sequential", "Functional"])


@dataclass(frozen=True)
class Row:
    """Layers one after another, Input first, and the statements that made them."""

    layers: tuple[ast.expr, ...]
    statements: tuple[ast.stmt, ...]


def functional_models(tree: ast.Module) -> list[tuple[Place, ast.Call]]:
    """The statements that keep a ``Model(inputs, outputs)``, with its call."""
    return [
        (place, value)
        for place, _, value in assignments(tree)
        if isinstance(value, ast.Call)
        and called(value, ("Model", "Functional"))
        and argument(value, "outputs", 1) is not None
    ]


def row_of(tree: ast.Module, call: ast.Call) -> Row | None:
    """The layers between the one input and the one output; None where there are branches."""
    place = place_of(tree, call)
    layers: list[ast.expr] = []
    made: list[ast.stmt] = []
    node = argument(call, "outputs", 1)
    while node is not None:
        if called(node, INPUTS):
            return Row((node, *layers), tuple(made))
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            layer = _resolved(place, node.func, made) if isinstance(node.func, ast.Name) else None
            layers.insert(0, layer or node.func)
            node = node.args[0] if is_layer(layers[0]) else None
        elif isinstance(node, ast.Name):
            node = _resolved(place, node, made)
        else:
            node = None
    return None


def layers_by_name(trees: Iterable[ast.Module], name: str) -> tuple[ast.expr, ...]:
    """The layers of the model that has this name, its Input left out; none if it is no row."""
    for tree in trees:
        for _, variable, value in assignments(tree):
            if variable != name or not isinstance(value, ast.Call):
                continue
            if called(value, ("Sequential",)):
                given = argument(value, "layers", 0)
                row = tuple(given.elts) if isinstance(given, ast.List | ast.Tuple) else ()
            else:
                found = row_of(tree, value) if called(value, MODELS) else None
                row = found.layers if found else ()
            return tuple(one for one in row if is_layer(one) and not called(one, INPUTS))
    return ()


def model_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """The variables that hold a model made by one of Keras's own classes."""
    return frozenset(
        name for tree in trees for _, name, value in assignments(tree) if called(value, MODELS)
    )


def _resolved(before: Place, name: ast.Name, made: list[ast.stmt]) -> ast.expr | None:
    """The value of the last assignment above; it is gone through once, so ``x = f(x)`` ends."""
    for place in reversed([*places(ast.Module(before.body[: before.index], []))]):
        statement = place.statement
        known = any(statement is one for one in made)
        if (
            isinstance(statement, ast.Assign)
            and not known
            and text(statement.targets[0]) == name.id
        ):
            made.append(statement)
            return statement.value
    return None
