"""A value gets a variable of its own: numbers, layers, settings, whatever is an argument."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.rows import kind, makes, rows
from autograder.authoring.audit.right.trees import (
    constant,
    evaluated,
    exchanged,
    expression,
    inside_functions,
    keyword,
    shown,
    simple,
    statements,
    written,
)

_NUMBERS = {"Dense": "units", "Conv2D": "filters", "Dropout": "rate"}


def _hoisted(
    view: View, statement: ast.stmt, value: ast.expr, wish: str, form: str = "{n} = {v}"
) -> Edit:
    """The statement with a new variable in place of a value, which is bound just before."""
    name = view.fresh(wish)
    first = statements(form.format(n=name, v=written(value)))
    changed = exchanged(statement, {id(value): [expression(name)]})
    return view.edit({id(statement): [*first, changed]}, f"{name} = {shown(value)} first")


def _arguments(view: View) -> Iterator[tuple[ast.stmt, str, ast.expr]]:
    """(statement, parameter, value) of the keyword arguments that are no variables yet."""
    for statement in simple(view.tree):
        for call in evaluated(statement):
            for one in call.keywords if isinstance(call, ast.Call) else ():
                if one.arg and not isinstance(one.value, ast.Name | ast.Lambda):
                    yield statement, one.arg, one.value


def _keyword(*parameters: str, form: str = "{n} = {v}") -> Edits:
    """A keyword argument as a variable; all parameters where none is named."""

    def edits(view: View) -> Iterator[Edit]:
        for statement, parameter, value in _arguments(view):
            if parameter in parameters:
                yield _hoisted(view, statement, value, f"my_{parameter}", form)

    return edits


def _number(view: View) -> Iterator[Edit]:
    for statement in simple(view.tree):
        for call in evaluated(statement):
            name = _NUMBERS.get(kind(view, call), "") if isinstance(call, ast.Call) else ""
            value = call.args[0] if name and isinstance(call, ast.Call) and call.args else None
            if value is not None and isinstance(constant(value), int | float):
                yield _hoisted(view, statement, value, name)


def _layer(view: View) -> Iterator[Edit]:
    for row in rows(view):
        for layer in row.layers:
            if kind(view, layer) or makes(view, layer, "Input"):
                yield _hoisted(view, row.statement, layer, "layer")


def _all_layers(view: View) -> Iterator[Edit]:
    for row in rows(view):
        names = [view.fresh(f"layer_{n}") for n in range(len(row.layers))]
        lines = [f"{name} = {written(one)}" for name, one in zip(names, row.layers, strict=True)]
        whole = exchanged(row.statement, {id(row.listed): [expression(f"[{', '.join(names)}]")]})
        yield view.instead(row.statement, "every layer in a variable", *lines, written(whole))


def _list(view: View) -> Iterator[Edit]:
    for row in rows(view):
        yield _hoisted(view, row.statement, row.listed, "stack")


def _listed_then_deleted(view: View) -> Iterator[Edit]:
    """The helper variable is deleted once the model has been made."""
    inner = inside_functions(view.tree)
    for row in rows(view):
        if row.name and id(row.statement) not in inner:
            name = view.fresh("stack")
            whole = exchanged(row.statement, {id(row.listed): [expression(name)]})
            lines = f"{name} = {written(row.listed)}", written(whole), f"del {name}"
            yield view.instead(row.statement, "a helper variable that is deleted", *lines)


def _method(view: View) -> Iterator[Edit]:
    """The method first, its call on a line of its own."""
    for statement in simple(view.tree):
        call = getattr(statement, "value", None)
        function = call.func if isinstance(call, ast.Call) else None
        owned = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
        if owned and isinstance(function, ast.Attribute) and not view.full(function):
            yield _hoisted(view, statement, function, f"do_{function.attr}")


def _result(view: View) -> Iterator[Edit]:
    """What a call gives under another variable first."""
    for statement in simple(view.tree):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            yield _hoisted(view, statement, statement.value, "result")


def _returned(view: View) -> Iterator[Edit]:
    for statement in simple(view.tree):
        value = statement.value if isinstance(statement, ast.Return) else None
        if value is not None and not isinstance(value, ast.Name):
            yield _hoisted(view, statement, value, "result")


def _part(view: View) -> Iterator[Edit]:
    """One side of an operation, or what is inside a call, in a step of its own."""
    for statement in simple(view.tree):
        for node in evaluated(statement):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else []
            parts += [node.left] if isinstance(node, ast.Compare) else []
            for part in parts:
                if isinstance(part, ast.Call | ast.BinOp | ast.Attribute):
                    yield _hoisted(view, statement, part, "part")


def _walrus_inside(view: View) -> Iterator[Edit]:
    """The list of callbacks, or the metrics, bound where it is used."""
    for statement in simple(view.tree):
        for call in evaluated(statement):
            if not isinstance(call, ast.Call) or id(statement) in inside_functions(view.tree):
                continue
            for parameter in ("epochs", "optimizer", "loss", "callbacks"):
                value = keyword(call, parameter)
                if value is not None and not isinstance(value, ast.Name | ast.Lambda):
                    name = view.fresh(f"my_{parameter}")
                    new = expression(f"({name} := {written(value)})")
                    yield view.edit({id(value): [new]}, f"{parameter}=({name} := ...)")


OPERATORS = (
    Operator("step-units", _number),
    Operator("step-layer", _layer),
    Operator("step-all-layers", _all_layers),
    Operator("step-list", _list),
    Operator("step-list-deleted", _listed_then_deleted),
    Operator("step-activation", _keyword("activation")),
    Operator("step-shape", _keyword("shape", "input_shape", form="{n} = tuple({v})")),
    Operator("step-optimizer", _keyword("optimizer", "learning_rate")),
    Operator("step-loss", _keyword("loss")),
    Operator("step-metrics", _keyword("metrics")),
    Operator("step-epochs", _keyword("epochs", "batch_size", form="{n}: int = {v}")),
    Operator("step-callbacks", _keyword("callbacks", "validation_data", "validation_split")),
    Operator("step-method", _method),
    Operator("step-result", _result),
    Operator("step-returned", _returned),
    Operator("step-part", _part),
    Operator("step-walrus", _walrus_inside),
)
