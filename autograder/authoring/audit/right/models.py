"""One row of layers: a list, ``add``, the Functional API, a class, a model within a model."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.rows import (
    Row,
    added,
    firsts,
    kind,
    makes,
    named,
    rows,
    told_shape,
)
from autograder.authoring.audit.right.trees import (
    expression,
    inside_functions,
    shown,
    statements,
    written,
)


def _by_add(view: View) -> Iterator[Edit]:
    for row in rows(view):
        name = row.name or view.fresh("model")
        lines = [f"{name} = {row.maker}({row.options})"]
        lines += [f"{name}.add({written(layer)})" for layer in row.layers]
        yield view.instead(row.statement, f"{_what(row)} by add", *lines, *row.ended(name))


def _by_loop(view: View) -> Iterator[Edit]:
    for row in rows(view):
        name, layer = row.name or view.fresh("model"), view.fresh("layer")
        lines = [
            f"{name} = {row.maker}({row.options})",
            f"for {layer} in {written(row.listed)}:",
            f"    {name}.add({layer})",
        ]
        yield view.instead(row.statement, f"{_what(row)} in a loop", *lines, *row.ended(name))


def _by_list(view: View) -> Iterator[Edit]:
    for written_out, name, call, layers in added(view):
        listed = ", ".join(map(written, layers))
        options = "".join(f", {k.arg}={written(k.value)}" for k in call.keywords)
        line = f"{name} = {written(call.func)}([{listed}]{options})"
        exchange: dict[int, list[ast.stmt]] = {id(one): [] for one in written_out}
        exchange[id(written_out[0])] = statements(line)
        yield view.edit(exchange, f"{name} by list")


def _grown_list(view: View) -> Iterator[Edit]:
    """The list itself grown by append, then handed over."""
    for row in rows(view):
        stack = view.fresh("stack")
        lines = [f"{stack} = []", *(f"{stack}.append({written(one)})" for one in row.layers)]
        call = _with_layers(row, stack)
        lines.append(f"{row.name} = {call}" if row.name else f"return {call}")
        yield view.instead(row.statement, f"{_what(row)} of a list that grows", *lines)


def _listed(name: str, form: str) -> Operator:
    """The list of layers, ``L``, in another form."""

    def edits(view: View) -> Iterator[Edit]:
        for row in rows(view):
            if isinstance(row.listed, ast.List):
                inner = written(row.listed)[1:-1]
                new = expression(_with_layers(row, form.format(L=inner)))
                yield view.edit({id(row.call): [new]}, f"{_what(row)}: {name}")

    return Operator(name, edits)


def _functional(view: View) -> Iterator[Edit]:
    for row, first, _ in firsts(view):
        if not any(makes(view, one, "layers.InputLayer") for one in row.layers[1:]):
            inputs, x = view.fresh("inputs"), view.fresh("x")
            lines, below = [f"{inputs} = {written(first)}"], inputs
            for layer in row.layers[1:]:
                lines.append(f"{x} = {_called(layer)}({below})")
                below = x
            yield view.instead(
                row.statement, f"{_what(row)} functional", *lines, _end(view, row, x)
            )


def _functional_chain(view: View) -> Iterator[Edit]:
    for row, first, _ in firsts(view):
        inputs = view.fresh("inputs")
        nested = inputs
        for layer in row.layers[1:]:
            nested = f"{_called(layer)}({nested})"
        end = _end(view, row, nested, inputs)
        says = f"{_what(row)} functional, in one expression"
        yield view.instead(row.statement, says, f"{inputs} = {written(first)}", end)


def _subclass(view: View) -> Iterator[Edit]:
    """A class of one's own with the layers; it is called once, so that its weights exist."""
    inner = inside_functions(view.tree)
    if view.notebook.saves:
        return
    for row, _, shape in firsts(view):
        plain_layers = all(kind(view, layer) for layer in row.layers[1:])
        if not row.name or row.options or id(row.statement) in inner or not plain_layers:
            continue
        net = view.fresh("Network")
        lines = [
            f"class {net}({view.keras('Model')}):",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        self.layer_{n} = {written(one)}" for n, one in enumerate(row.layers[1:])),
            "    def call(self, x):",
            *(f"        x = self.layer_{n}(x)" for n in range(len(row.layers) - 1)),
            "        return x",
            f"{row.name} = {net}()",
            f"{row.name}({view.tensorflow('zeros')}((1, *{written(shape)})))",
        ]
        yield view.instead(row.statement, f"{row.name} of a class", *lines)


def _subclass_of_sequential(view: View) -> Iterator[Edit]:
    inner = inside_functions(view.tree)
    for row in rows(view) if not view.notebook.saves else ():
        if row.name and not row.options and id(row.statement) not in inner:
            net = view.fresh("Network")
            lines = [
                f"class {net}({row.maker}):",
                "    def __init__(self):",
                f"        super().__init__({written(row.listed)})",
                f"{row.name} = {net}()",
            ]
            yield view.instead(row.statement, f"{row.name} of a class", *lines)


def _nested(view: View) -> Iterator[Edit]:
    for row in rows(view):
        begin = 1 if makes(view, row.layers[0], "Input") else 0
        layers = row.layers[begin:]
        if kind(view, row.layers[0]) == "InputLayer" or told_shape(row.layers[0]):
            continue
        for size in range(1, len(layers) + 1):
            part = layers[:size]
            exchange: dict[int, list[ast.expr]] = {id(one): [] for one in part}
            exchange[id(part[0])] = [view.keras_call("Sequential", ast.List([*part], ast.Load()))]
            yield view.edit(exchange, f"the first {size} layers of {_what(row)} as a model")


def _as_part(view: View) -> Iterator[Edit]:
    """A functional model of the whole row, made of a Sequential that is called."""
    for row, first, shape in firsts(view):
        inputs, net = view.fresh("inputs"), view.fresh("body")
        body = written(ast.List([*row.layers[1:]], ast.Load()))
        lines = [
            f"{net} = {view.keras('Sequential')}({body})",
            f"{inputs} = {view.keras('Input')}(shape={written(shape)})",
            _end(view, row, f"{net}({inputs})", inputs),
        ]
        if not named(first):
            yield view.instead(row.statement, f"{_what(row)}: a Sequential called", *lines)


def _model_named(view: View) -> Iterator[Edit]:
    for row in rows(view):
        if not row.options:
            new = expression(f"{row.maker}({written(row.listed)}, name='net')")
            yield view.edit({id(row.call): [new]}, f"{_what(row)} gets a name")


def _long_name(tail: str) -> Edits:
    """``Sequential`` and ``Model`` have a second home."""

    def edits(view: View) -> Iterator[Edit]:
        for node in ast.walk(view.tree):
            if isinstance(node, ast.Attribute) and view.path(node) == f"keras.{tail}":
                new = expression(view.keras(f"models.{tail}"))
                if written(new) != written(node):
                    yield view.edit({id(node): [new]}, f"{shown(node)} as {shown(new)}")

    return edits


def _end(view: View, row: Row, outputs: str, inputs: str = "") -> str:
    inputs = inputs or view.fresh("inputs")
    options = f", {row.options}" if row.options else ""
    made = f"{view.keras('Model')}({inputs}, {outputs}{options})"
    return f"{row.name} = {made}" if row.name else f"return {made}"


def _with_layers(row: Row, layers: str) -> str:
    return f"{row.maker}({layers}{', ' if row.options else ''}{row.options})"


def _called(layer: ast.expr) -> str:
    text = written(layer)
    return text if isinstance(layer, ast.Call | ast.Name | ast.Attribute) else f"({text})"


def _what(row: Row) -> str:
    return row.name or "the model"


OPERATORS = (
    Operator("sequential-add", _by_add),
    Operator("sequential-add-loop", _by_loop),
    Operator("sequential-list", _by_list),
    Operator("sequential-grown-list", _grown_list),
    _listed("sequential-tuple", "({L},)"),
    _listed("sequential-keyword", "layers=[{L}]"),
    _listed("sequential-starred", "[*[{L}]]"),
    Operator("sequential-functional", _functional),
    Operator("sequential-functional-chain", _functional_chain),
    Operator("sequential-called", _as_part),
    Operator("sequential-nested", _nested),
    Operator("sequential-class", _subclass_of_sequential),
    Operator("model-class", _subclass),
    Operator("model-named", _model_named),
    Operator("sequential-long-name", _long_name("Sequential")),
    Operator("model-long-name", _long_name("Model")),
)
