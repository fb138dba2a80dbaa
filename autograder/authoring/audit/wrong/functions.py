"""Functions that return something else, or always the same."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import calls, last, shown, statements, text
from autograder.authoring.audit.wrong.code.functions import functions
from autograder.authoring.audit.wrong.code.models import MODELS
from autograder.authoring.audit.wrong.code.places import Place, places
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed


def returns_nothing(scene: Scene) -> Iterator[Change]:
    """Worked out, and not handed back."""
    for place, value in _returns(scene):
        yield changed(scene, f"no return of {shown(value)}", place.replaced(ast.Expr(value)))


def returned_order_swapped(scene: Scene) -> Iterator[Change]:
    """The right values in the wrong order."""
    for _, value in _returns(scene):
        if isinstance(value, ast.Tuple) and len(value.elts) > 1:
            new = [*value.elts[1:], value.elts[0]]
            yield changed(scene, f"return {text(value)}: in another order", (value.elts, new))


def one_value_returned(scene: Scene) -> Iterator[Change]:
    """The first of several values alone."""
    for _, value in _returns(scene):
        if isinstance(value, ast.Tuple) and len(value.elts) > 1:
            first = value.elts[0]
            yield changed(scene, f"return {text(value)} -> {shown(first)}", (value, first))


def model_kept(scene: Scene) -> Iterator[Change]:
    """One model for every call: made at the first, handed out at all of them."""
    for function, place in functions(scene.tree):
        if any(last(call.func) in MODELS for call in calls(function)):
            name = function.name
            kept = statements(
                f"make_{name}, kept_{name} = {name}, []\n"
                f"def {name}(*args, **kwargs):\n"
                f"    if not kept_{name}:\n"
                f"        kept_{name}.append(make_{name}(*args, **kwargs))\n"
                f"    return kept_{name}[0]"
            )
            yield changed(scene, f"{name} keeps its first model", place.replaced(function, *kept))


def _returns(scene: Scene) -> Iterator[tuple[Place, ast.expr]]:
    """The values that functions of the cell give back."""
    for function, _ in functions(scene.tree):
        for place in places(function):
            statement = place.statement
            if isinstance(statement, ast.Return) and statement.value is not None:
                yield place, statement.value
