"""Formulas that lack a term, or put their terms together in another way."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import shown
from autograder.authoring.audit.wrong.code.functions import argument_names, functions
from autograder.authoring.audit.wrong.code.places import places
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_OTHER: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
}


def term_dropped(scene: Scene) -> Iterator[Change]:
    """What stands behind a plus, forgotten."""
    for formula in _formulas(scene, ast.Add, ast.Sub):
        yield changed(scene, f"{shown(formula)} -> {shown(formula.left)}", (formula, formula.left))


def first_term_dropped(scene: Scene) -> Iterator[Change]:
    """What stands before a plus, forgotten."""
    for formula in _formulas(scene, ast.Add):
        yield changed(
            scene, f"{shown(formula)} -> {shown(formula.right)}", (formula, formula.right)
        )


def factor_dropped(scene: Scene) -> Iterator[Change]:
    """One number of a product, forgotten."""
    for formula in _formulas(scene, ast.Mult):
        yield changed(scene, f"{shown(formula)} -> {shown(formula.left)}", (formula, formula.left))
        yield changed(
            scene, f"{shown(formula)} -> {shown(formula.right)}", (formula, formula.right)
        )


def operator_changed(scene: Scene) -> Iterator[Change]:
    """Minus for plus, plus for times."""
    for formula in _formulas(scene, *_OTHER):
        new = ast.BinOp(formula.left, _OTHER[type(formula.op)](), formula.right)
        yield changed(scene, f"{shown(formula)} -> {shown(new)}", (formula, new))


def one_too_many(scene: Scene) -> Iterator[Change]:
    """Nearly the number."""
    for formula in _formulas(scene, *_OTHER)[:1]:
        new = ast.BinOp(formula, ast.Add(), ast.Constant(1))
        yield changed(scene, f"{shown(formula)} -> {shown(new)}", (formula, new))


def argument_for_another(scene: Scene) -> Iterator[Change]:
    """One of the function's numbers read in the place of the other."""
    for function, _ in functions(scene.tree):
        formulas = _formulas(scene, *_OTHER)
        names = [
            name
            for name in argument_names(function)
            if any(name is part for formula in formulas for part in ast.walk(formula))
        ]
        for name in reversed(names):
            other = next((one.id for one in names if one.id != name.id), None)
            if other is not None:
                yield changed(scene, f"{name.id} -> {other}", (name, ast.Name(other)))


def _formulas(scene: Scene, *operators: type[ast.operator]) -> list[ast.BinOp]:
    """Arithmetic on the arguments of a function, the outermost first."""
    found = []
    for function, _ in functions(scene.tree):
        names = argument_names(function)
        for place in places(function):
            kept = isinstance(place.statement, ast.Return | ast.Assign)
            for node in ast.walk(place.statement) if kept else ():
                if (
                    isinstance(node, ast.BinOp)
                    and isinstance(node.op, operators)
                    and any(part is name for part in ast.walk(node) for name in names)
                ):
                    found.append(node)
    return found
