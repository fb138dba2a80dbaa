"""Layers in the places where they stand: a Sequential's list, an ``add``, a call on a tensor."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.audit.right.notebook import Edit, View, receiver
from autograder.authoring.audit.right.trees import (
    Exchange,
    all_statements,
    argument,
    blocks,
    calls,
    constant,
    keyword,
    names,
    plain,
    shown,
    statements,
    written,
)

_LAYERS = "keras.layers."


@dataclass(frozen=True)
class Row:
    """A Sequential that one statement makes: ``NAME = Sequential([...])`` or ``return ...``."""

    statement: ast.Assign | ast.Return
    call: ast.Call
    layers: tuple[ast.expr, ...]
    listed: ast.expr

    @property
    def name(self) -> str:
        """The variable that gets the model, or "" where it is returned."""
        statement = self.statement
        return written(statement.targets[0]) if isinstance(statement, ast.Assign) else ""

    @property
    def maker(self) -> str:
        """The text of the class, as the cell has it."""
        return written(self.call.func)

    @property
    def options(self) -> str:
        """The text of the arguments besides the layers."""
        return ", ".join(f"{k.arg}={written(k.value)}" for k in self.call.keywords if k.arg)

    def ended(self, name: str) -> list[str]:
        """The line behind statements that made the model under this name."""
        return [] if self.name else [f"return {name}"]


@dataclass(frozen=True)
class Place:
    """One layer where it stands. ``put`` says what to exchange for a row of layers there.

    ``symbolic`` is the call on a tensor, where the layer is called.
    """

    layer: ast.Call
    put: Callable[[Sequence[ast.expr]], Exchange]
    symbolic: ast.Call | None = None

    def row(self, view: View, *layers: ast.expr) -> Edit:
        """The cell with these layers in place of the one."""
        says = f"{shown(self.layer)} as " + ", ".join(map(shown, layers))
        return view.edit(self.put(layers), says)


def kind(view: View, node: ast.expr | None) -> str:
    """The class of a layer that an expression makes ("Dense"), or ""."""
    path = view.path(node.func) if isinstance(node, ast.Call) else ""
    tail = path.removeprefix(_LAYERS) if path.startswith(_LAYERS) else ""
    return tail if tail[:1].isupper() and "." not in tail else ""


def makes(view: View, node: ast.AST | None, name: str) -> bool:
    """Whether an expression is a plain call of ``keras.NAME``."""
    return isinstance(node, ast.Call) and view.path(node.func) == f"keras.{name}" and plain(node)


def rows(view: View) -> Iterator[Row]:
    """The Sequentials of a cell whose layers are all written out in a list."""
    for statement in all_statements(view.tree):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            fits = isinstance(statement.targets[0], ast.Name)
        else:
            fits = isinstance(statement, ast.Return)
        if not fits or not isinstance(statement, ast.Assign | ast.Return):
            continue
        call = statement.value
        if not isinstance(call, ast.Call) or not makes(view, call, "Sequential"):
            continue
        listed = call.args[0] if len(call.args) == 1 else None
        if isinstance(listed, ast.List | ast.Tuple) and listed.elts and _written_out(listed):
            yield Row(statement, call, tuple(listed.elts), listed)


def added(view: View) -> Iterator[tuple[list[ast.stmt], str, ast.Call, list[ast.expr]]]:
    """(statements, variable, empty Sequential, layers) of models that are made by ``add``."""
    for block in blocks(view.tree):
        for place, statement in enumerate(block):
            name = _assigned(statement)
            call = statement.value if isinstance(statement, ast.Assign) else None
            if not name or not isinstance(call, ast.Call) or not makes(view, call, "Sequential"):
                continue
            layers: list[ast.expr] = []
            for following in block[place + 1 :]:
                layer = _added(following, name)
                if layer is None:
                    break
                layers.append(layer)
            if layers and not call.args:
                yield block[place : place + 1 + len(layers)], name, call, layers


def places(view: View) -> Iterator[Place]:
    """Every layer of the cell that a row of layers can stand for."""
    for row in rows(view):
        yield from (_in_list(layer) for layer in row.layers if kind(view, layer))
    for written_out, name, _, layers in added(view):
        for statement, layer in zip(written_out[1:], layers, strict=True):
            if kind(view, layer):
                yield _by_add(statement, name, layer)
    for call in calls(view.tree, lambda call: bool(kind(view, call.func)) and len(call.args) == 1):
        if not call.keywords:
            yield _on_tensor(call)


def firsts(view: View) -> Iterator[tuple[Row, ast.Call, ast.expr]]:
    """Sequentials that begin with an Input: the row, the Input's call, its shape."""
    for row in rows(view):
        first = row.layers[0]
        if isinstance(first, ast.Call) and makes(view, first, "Input") and len(row.layers) > 1:
            shape = argument(first, 0, "shape")
            only = len(first.args) + len(first.keywords) == 1
            if shape is not None and only:
                yield row, first, shape


def head_units(view: View, model: str) -> int:
    """The units of the last Dense layer of a model that some cell makes, or 0."""
    for other in view.notebook.views:
        found = [row.layers for row in rows(other) if row.name == model]
        found += [tuple(layers) for _, name, _, layers in added(other) if name == model]
        for layers in found:
            dense = [one for one in layers if kind(other, one) == "Dense"]
            if dense and isinstance(dense[-1], ast.Call):
                units = constant(argument(dense[-1], 0, "units"))
                return units if isinstance(units, int) else 0
    return 0


def several_outputs(view: View) -> bool:
    """Whether the cell makes a model whose outputs are told apart by name or place."""
    for call in calls(view.tree, lambda call: makes(view, call, "Model")):
        if not isinstance(argument(call, 1, "outputs"), ast.Name | ast.Call):
            return True
    return False


def named(layer: ast.Call) -> bool:
    """Whether a layer has a name already: somebody may ask for it."""
    return keyword(layer, "name") is not None


def told_shape(layer: ast.expr) -> bool:
    """Whether a layer is told the shape of its input by an argument of its own."""
    told = ("input_shape", "input_dim", "batch_input_shape")
    return isinstance(layer, ast.Call) and any(one.arg in told for one in layer.keywords)


def _written_out(listed: ast.List | ast.Tuple) -> bool:
    return not any(isinstance(one, ast.Starred) for one in listed.elts)


def _assigned(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return ""


def _added(statement: ast.stmt, name: str) -> ast.expr | None:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or receiver(call, "add") != name or len(call.args) != 1:
        return None
    own = any(node.id == name for node in names(call.args[0]))
    return None if own or call.keywords else call.args[0]


def _in_list(layer: ast.expr) -> Place:
    assert isinstance(layer, ast.Call)
    return Place(layer, lambda layers: {id(layer): layers})


def _by_add(statement: ast.stmt, name: str, layer: ast.expr) -> Place:
    assert isinstance(layer, ast.Call)

    def put(layers: Sequence[ast.expr]) -> Exchange:
        return {id(statement): statements(*(f"{name}.add({written(one)})" for one in layers))}

    return Place(layer, put)


def _on_tensor(call: ast.Call) -> Place:
    layer = call.func
    assert isinstance(layer, ast.Call)

    def put(layers: Sequence[ast.expr]) -> Exchange:
        below = call.args[0]
        for one in layers:
            below = ast.Call(one, [below], [])
        return {id(call): [below]}

    return Place(layer, put, symbolic=call)
