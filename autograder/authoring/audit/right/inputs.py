"""The shape of an example: told by an Input, by the first layer, or by the data; flattened."""

import ast
import math
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Operator, rewriting
from autograder.authoring.audit.right.rows import Row, added, firsts, kind, makes, named, rows
from autograder.authoring.audit.right.trees import (
    argument,
    call_with,
    calls,
    constant,
    expression,
    keyword,
    names,
    written,
)


def _argument(name: str) -> Operator:
    """The shape as an argument of the first layer, in place of an Input."""

    def edits(view: View) -> Iterator[Edit]:
        for _, first, shape in firsts_anyhow(view):
            layer = _after(view, first)
            value = _columns(shape) if name == "input_dim" else shape
            if layer is None or value is None or not kind(view, layer):
                continue
            if name == "input_dim" and kind(view, layer) != "Dense":
                continue
            exchange = {id(layer): [call_with(layer, **{name: value})]}
            yield view.edit({**exchange, **_removed(view, first)}, f"{name}={written(value)}")

    return Operator(f"input-{name.removeprefix('input_')}-argument", edits)


def firsts_anyhow(view: View) -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """(variable, Input, shape) of Sequentials by list and by ``add`` that begin with an Input."""
    for row, first, shape in firsts(view):
        yield row.name, first, shape
    for _, name, _, layers in added(view):
        begin = layers[0]
        if isinstance(begin, ast.Call) and makes(view, begin, "Input") and len(layers) > 1:
            told = argument(begin, 0, "shape")
            if told is not None and len(begin.args) + len(begin.keywords) == 1:
                yield name, begin, told


def _after(view: View, first: ast.Call) -> ast.Call | None:
    """The layer that follows an Input in its row."""
    found = [list(row.layers) for row in rows(view)] + [layers for *_, layers in added(view)]
    for layers in found:
        if layers[0] is first and isinstance(layers[1], ast.Call):
            return layers[1]
    return None


def _removed(view: View, first: ast.Call) -> dict[int, list[ast.AST]]:
    """What to exchange so that an Input is gone."""
    for written_out, *_, layers in added(view):
        if layers[0] is first:
            return {id(written_out[1]): []}
    return {id(first): []}


def _columns(shape: ast.expr) -> ast.expr | None:
    return shape.elts[0] if isinstance(shape, ast.Tuple) and len(shape.elts) == 1 else None


def _told_first(view: View) -> Iterator[Edit]:
    """The reverse: an Input in place of the first layer's ``input_shape``."""
    for row in rows(view):
        layer = row.layers[0]
        shape = keyword(layer, "input_shape") if isinstance(layer, ast.Call) else None
        if shape is not None and isinstance(layer, ast.Call):
            first = view.keras_call("Input", shape=shape)
            new = call_with(layer, input_shape=None)
            yield view.edit({id(layer): [first, new]}, f"Input(shape={written(shape)})")


def _deferred(view: View) -> Iterator[Edit]:
    """No shape at all: ``fit`` builds the model, and nothing asks for its weights before."""
    for name, first, _ in firsts_anyhow(view):
        if name and _fitted_first(view, name):
            yield view.edit(_removed(view, first), f"{name} is built by fit")
    for row in rows(view):
        layer = row.layers[0]
        told = isinstance(layer, ast.Call) and keyword(layer, "input_shape") is not None
        if told and row.name and _fitted_first(view, row.name) and isinstance(layer, ast.Call):
            new = call_with(layer, input_shape=None)
            yield view.edit({id(layer): [new]}, f"{row.name} is built by fit")


def _fitted_first(view: View, model: str) -> bool:
    """Whether the model is only compiled, under this very name, before it is fitted."""
    used: list[str] = []
    for tree in (page.tree for page in view.notebook.pages[view.place :]):
        methods = {
            id(node.value): node.attr
            for node in (ast.walk(tree) if tree else ())
            if isinstance(node, ast.Attribute)
        }
        reads = [node for node in (names(tree) if tree else ()) if node.id == model]
        reads = [node for node in reads if isinstance(node.ctx, ast.Load)]
        reads.sort(key=lambda node: (node.lineno, node.col_offset))
        used += [methods.get(id(node), "") for node in reads]
    return "fit" in used and set(used[: used.index("fit")]) <= {"compile", "add"}


def _input_layer(view: View) -> Iterator[Edit]:
    for _, first, shape in firsts_anyhow(view):
        new = view.keras_call("layers.InputLayer", shape=shape)
        yield view.edit({id(first): [new]}, "an InputLayer")


def _spelled(view: View) -> Iterator[Edit]:
    """Other arguments of Input for the same shape."""
    for call in calls(view.tree, lambda call: makes(view, call, "Input") and not call.args):
        shape = keyword(call, "shape")
        if shape is None:
            continue
        rest = call_with(call, shape=None)
        forms = [ast.Call(call.func, [shape], rest.keywords), call_with(call, dtype="'float32'")]
        forms.append(call_with(rest, batch_shape=expression(f"(None, *{written(shape)})")))
        if isinstance(shape, ast.Tuple):
            forms.append(call_with(call, shape=ast.List(shape.elts, ast.Load())))
        for new in forms:
            yield view.edit({id(call): [new]}, written(new))


def _named(view: View) -> Iterator[Edit]:
    for _, first, _ in firsts_anyhow(view):
        if not named(first):
            new = call_with(first, name=f"'{view.fresh('pixels')}'")
            yield view.edit({id(first): [new]}, "a name for the Input")


def _reshape(view: View) -> Iterator[Edit]:
    """Flatten as a Reshape to the size that the Input's shape shows."""
    for row, first, shape in firsts(view):
        sizes = [constant(one) for one in shape.elts] if isinstance(shape, ast.Tuple) else []
        whole = [size for size in sizes if isinstance(size, int)]
        if kind(view, row.layers[1]) == "Flatten" and whole and len(whole) == len(sizes):
            new = view.keras_call("layers.Reshape", expression(f"({math.prod(whole)},)"))
            yield view.edit({id(_second(row, first)): [new]}, written(new))


def _second(row: Row, first: ast.Call) -> ast.expr:
    return row.layers[row.layers.index(first) + 1]


OPERATORS = (
    _argument("input_shape"),
    _argument("input_dim"),
    Operator("input-told-first", _told_first),
    Operator("input-deferred", _deferred),
    Operator("input-layer", _input_layer),
    Operator("input-arguments", _spelled),
    Operator("input-named", _named),
    rewriting("input-long-name", "keras.Input(shape=A)", "keras.layers.Input(shape=A)"),
    Operator("flatten-reshape-size", _reshape),
    rewriting("flatten-reshape", "keras.layers.Flatten()", "keras.layers.Reshape((-1,))"),
)
