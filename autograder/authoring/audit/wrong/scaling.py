"""Inputs that are not scaled, scaled otherwise, or no longer in their order."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    methods,
    names,
    shown,
    text,
    wrapped,
)
from autograder.authoring.audit.wrong.code.places import places
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_LEAST = 2
"""Data are divided by more than this; a mean of two numbers is no scaling."""


def not_scaled(scene: Scene) -> Iterator[Change]:
    """Pixels as they come."""
    for division in _divisions(scene):
        yield _to(scene, division, division.left)


def scaled_otherwise(scene: Scene) -> Iterator[Change]:
    """Another number, on one of the places that have to agree."""
    for division in _divisions(scene):
        other = ast.BinOp(division.left, ast.Div(), ast.Constant(100))
        yield _to(scene, division, other)


def integer_division(scene: Scene) -> Iterator[Change]:
    """All but the brightest pixels become 0."""
    for division in _divisions(scene):
        yield _to(scene, division, ast.BinOp(division.left, ast.FloorDiv(), division.right))


def scaled_twice(scene: Scene) -> Iterator[Change]:
    """Pixels too small to be told apart."""
    for division in _divisions(scene):
        yield _to(scene, division, ast.BinOp(division, ast.Div(), division.right))


def rows_reversed(scene: Scene) -> Iterator[Change]:
    """Right numbers, and the labels belong to other rows."""
    for division in _divisions(scene):
        rows = wrapped("{}[::-1]", division.left)
        yield _to(scene, division, ast.BinOp(rows, ast.Div(), division.right))


def cast_to_whole_numbers(scene: Scene) -> Iterator[Change]:
    """The fractions are cut off behind the division."""
    for call in methods(scene.tree, "astype"):
        given = argument(call, "dtype", 0)
        if given is not None and "float" in text(given):
            yield changed(scene, f"{shown(given)} -> 'int32'", (given, ast.Constant("int32")))


def _divisions(scene: Scene) -> Iterator[ast.BinOp]:
    """The places where an array in a variable is divided by a number and kept."""
    for place in places(scene.tree):
        kept = isinstance(place.statement, ast.Assign | ast.Return)
        for node in ast.walk(place.statement) if kept else ():
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Div)
                and isinstance(node.right, ast.Constant)
                and isinstance(node.right.value, int | float)
                and node.right.value > _LEAST
                and [*names(node.left)]
            ):
                yield node


def _to(scene: Scene, division: ast.BinOp, new: ast.expr) -> Change:
    return changed(scene, f"{shown(division)} -> {shown(new)}", (division, new))
