"""Answers that are True or False: turned round, typed in, or true of anything."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import last, shown
from autograder.authoring.audit.wrong.code.places import assignments
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ASKING = frozenset(["isinstance", "issubclass", "hasattr", "callable", "bool", "all", "any"])


def truth_turned(scene: Scene) -> Iterator[Change]:
    """The opposite of the answer."""
    for _, value in _truths(scene):
        new: ast.expr = ast.UnaryOp(ast.Not(), value)
        if isinstance(value, ast.Compare):
            new = ast.Compare(value.left, [_OPPOSITE[type(value.ops[0])]()], value.comparators)
        yield changed(scene, f"{shown(value)} -> {shown(new)}", (value, new))


def truth_typed_in(scene: Scene) -> Iterator[Change]:
    """Right or wrong, nobody looked."""
    for name, value in _truths(scene):
        for typed in (True, False):
            yield changed(scene, f"{name} = {typed}", (value, ast.Constant(typed)))


def truth_as_text(scene: Scene) -> Iterator[Change]:
    """The word for the value; every text that is not empty counts as true."""
    for name, value in _truths(scene):
        new = ast.Call(ast.Name("str"), [value], [])
        yield changed(scene, f"{name} = {shown(new)}", (value, new))


def compared_with_itself(scene: Scene) -> Iterator[Change]:
    """True of anything."""
    for _, value in _truths(scene):
        if isinstance(value, ast.Compare):
            new = ast.Compare(value.left, value.ops, [value.left])
            yield changed(scene, f"{shown(value)} -> {shown(new)}", (value, new))


def _truths(scene: Scene) -> Iterator[tuple[str, ast.expr]]:
    """The variables that are one comparison or the answer of a question."""
    for _, name, value in assignments(scene.tree):
        if isinstance(value, ast.Compare) and len(value.ops) == 1:
            if type(value.ops[0]) in _OPPOSITE:
                yield name, value
        elif isinstance(value, ast.Call) and last(value.func) in _ASKING:
            yield name, value
