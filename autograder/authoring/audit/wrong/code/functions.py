"""The functions that a cell makes, their parameters, and how the notebook calls them."""

import ast
from collections.abc import Iterable, Iterator

from autograder.authoring.audit.wrong.code.calls import calls, dotted, names
from autograder.authoring.audit.wrong.code.places import Place, places


def functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, Place]]:
    """Each function with the place of its ``def``."""
    for place in places(tree):
        if isinstance(place.statement, ast.FunctionDef):
            yield place.statement, place


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of the arguments, in order."""
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def argument_names(function: ast.FunctionDef) -> list[ast.Name]:
    """Where the function reads its arguments."""
    known = parameters(function)
    return [name for statement in function.body for name in names(statement) if name.id in known]


def number_given(trees: Iterable[ast.Module], function: ast.FunctionDef, name: str) -> int | None:
    """The number that the notebook itself gives for this argument, if it calls the function."""
    position = parameters(function).index(name)
    for call in (call for tree in trees for call in calls(tree)):
        if dotted(call.func) == function.name:
            given = [keyword.value for keyword in call.keywords if keyword.arg == name]
            given += call.args[position : position + 1]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, int):
                    return value.value
    return None
