"""Functions that take an argument and do not look at it, or look at too much of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    called,
    calls,
    dotted,
    expression,
    shown,
    text,
)
from autograder.authoring.audit.wrong.code.fitted import fits
from autograder.authoring.audit.wrong.code.functions import (
    argument_names,
    functions,
    number_given,
    parameters,
)
from autograder.authoring.audit.wrong.code.layers import INPUTS, is_layer
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_SHAPE, _NUMBER = (4,), 10
"""What is typed in where the notebook itself names no shape and no number."""

_SHAPES = ("input_shape", "input_dim", "batch_input_shape")


@dataclass(frozen=True)
class _Shape:
    """A place where a function reads the shape of an array: all of it, or one size."""

    node: ast.expr
    array: ast.Name
    size: bool


def shape_typed_in(scene: Scene) -> Iterator[Change]:
    """The shape of the notebook's own data, whatever the function is given."""
    shape = _shape_of(scene)
    for read in _shapes(scene):
        new = expression(repr(shape[0] if read.size else shape))
        yield changed(scene, f"{shown(read.node)} -> {text(new)}", (read.node, new))


def batch_in_shape(scene: Scene) -> Iterator[Change]:
    """The number of examples taken for a part of the shape of one."""
    for read in _shapes(scene):
        new = expression(f"{read.array.id}.shape{'[0]' if read.size else ''}")
        if text(new) != text(read.node):
            yield changed(scene, f"{shown(read.node)} -> {text(new)}", (read.node, new))


def number_for_argument(scene: Scene) -> Iterator[Change]:
    """The notebook's own number, whatever the function is given."""
    for function, _ in functions(scene.tree):
        names = argument_names(function)
        for call in (call for call in calls(function) if is_layer(call)):
            for name in (one for one in names if one in [*call.args, *_values(call)]):
                number = number_given(scene.notebook, function, name.id)
                new = ast.Constant(_NUMBER if number is None else number)
                yield changed(scene, f"{shown(call)}: {name.id} -> {text(new)}", (name, new))


def notebook_data_for_argument(scene: Scene) -> Iterator[Change]:
    """A variable of the notebook, whatever the function is given."""
    for function, _ in functions(scene.tree):
        known = parameters(function)
        for call in (call for call in fits(scene.tree) if call in calls(function)):
            for given in (one for one in [*call.args, *_values(call)] if dotted(one) in known):
                other = _of_the_notebook(scene, dotted(given))
                if other:
                    said = f"{shown(call)}: {dotted(given)} -> {other}"
                    yield changed(scene, said, (given, ast.Name(other)))


def input_added(scene: Scene) -> Iterator[Change]:
    """A shape told to a model that was to learn it from the data."""
    for call in calls(scene.tree):
        layers = argument(call, "layers", 0) if called(call, ("Sequential",)) else None
        if isinstance(layers, ast.List) and layers.elts and is_layer(layers.elts[0]):
            first = layers.elts[0]
            assert isinstance(first, ast.Call)
            if not called(first, INPUTS) and not any(argument(first, name) for name in _SHAPES):
                new = expression(f"{scene.keras}.Input(shape={_shape_of(scene)!r})")
                said = f"{shown(new)} before {shown(first)}"
                yield changed(scene, said, (layers.elts, [new, *layers.elts]))


def _values(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords]


def _of_the_notebook(scene: Scene, name: str) -> str:
    """``X_train`` for ``X``."""
    alike = (one for one in sorted(scene.defined) if one.lower().startswith(f"{name.lower()}_"))
    return next(alike, "")


def _shape_of(scene: Scene) -> tuple[int, ...]:
    """The first shape that the notebook writes down for an input."""
    for call in (call for tree in scene.notebook for call in calls(tree)):
        shape = argument(call, "shape", 0) if called(call, INPUTS) else argument(call, _SHAPES[0])
        if isinstance(shape, ast.Tuple) and all(isinstance(n, ast.Constant) for n in shape.elts):
            return tuple(ast.literal_eval(shape))
    return _SHAPE


def _shapes(scene: Scene) -> Iterator[_Shape]:
    """``X.shape[1:]``, ``X[0].shape``, ``X.shape[1]`` and ``len(X[0])`` of an argument ``X``."""
    for function, _ in functions(scene.tree):
        arrays = argument_names(function)
        inner: set[int] = set()
        for node in (node for part in function.body for node in ast.walk(part)):
            if id(node) in inner or not isinstance(node, ast.expr):
                continue
            part = node.value if isinstance(node, ast.Subscript) else node
            size = isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice)
            if called(node, ("len",)) and isinstance(node, ast.Call) and node.args:
                part, size = node, isinstance(node.args[0], ast.Subscript)
            elif not isinstance(part, ast.Attribute) or part.attr != "shape":
                continue
            array = next((one for one in arrays if any(n is one for n in ast.walk(part))), None)
            inner |= {id(one) for one in ast.walk(node)}
            if array is not None and (size or part is not node or text(part) != text(array)):
                yield _Shape(node, array, size)
