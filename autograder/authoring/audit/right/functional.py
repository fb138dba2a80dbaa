"""Calls of layers on tensors: in steps or in one, under other names, by lists or dictionaries."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Operator, rewriting
from autograder.authoring.audit.right.rows import kind, makes
from autograder.authoring.audit.right.trees import (
    argument,
    blocks,
    call_with,
    calls,
    constant,
    exchanged,
    expression,
    keyword,
    names,
    statements,
    written,
)


def tensors(view: View) -> Iterator[tuple[list[ast.stmt], ast.Assign, str]]:
    """(block, statement, variable) of ``NAME = Layer(...)(...)`` and ``NAME = Input(...)``."""
    for block in blocks(view.tree):
        for statement in block:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target, value = statement.targets[0], statement.value
                made = makes(view, value, "Input") or (
                    isinstance(value, ast.Call) and bool(kind(view, value.func))
                )
                if isinstance(target, ast.Name) and made:
                    yield block, statement, target.id


def _inlined(view: View) -> Iterator[Edit]:
    """A tensor that is used once stands where it is used."""
    for block, statement, name in tensors(view):
        uses = view.notebook.uses(name)
        here = [
            (later, node)
            for later in block[block.index(statement) + 1 :]
            for node in names(later)
            if node.id == name and isinstance(later, ast.Assign)
        ]
        if len(uses) == 2 and len(here) == 1 and not makes(view, statement.value, "Input"):
            exchange: dict[int, list[ast.AST]] = {
                id(statement): [],
                id(here[0][1]): [statement.value],
            }
            yield view.edit(exchange, f"{name} where it is used")


def _renamed(view: View) -> Iterator[Edit]:
    for _, _, name in tensors(view):
        here = [node for node in names(view.tree) if node.id == name]
        if len(view.notebook.uses(name)) == len(here):
            new = view.fresh("tensor")
            exchange = {id(node): [ast.Name(new, node.ctx)] for node in here}
            yield view.edit(exchange, f"{name} is called {new}")


def _stepwise(view: View) -> Iterator[Edit]:
    """A layer first, the call on a line of its own."""
    for _, statement, name in tensors(view):
        call = statement.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Call):
            layer = view.fresh("layer")
            exchange: dict[int, list[ast.AST]] = {id(call.func): [expression(layer)]}
            lines = [
                *statements(f"{layer} = {written(call.func)}"),
                exchanged(statement, exchange),
            ]
            yield view.edit({id(statement): lines}, f"{name} in two steps")


def _keywords(view: View) -> Iterator[Edit]:
    for call in calls(view.tree, lambda call: makes(view, call, "Model") and len(call.args) == 2):
        new = ast.Call(call.func, [], call.keywords)
        new = call_with(new, inputs=call.args[0], outputs=call.args[1])
        yield view.edit({id(call): [new]}, "inputs= and outputs=")


def _positional(view: View) -> Iterator[Edit]:
    for call in calls(view.tree, lambda call: makes(view, call, "Model") and not call.args):
        ends = keyword(call, "inputs"), keyword(call, "outputs")
        if ends[0] is not None and ends[1] is not None:
            rest = call_with(call, inputs=None, outputs=None).keywords
            new = ast.Call(call.func, [ends[0], ends[1]], rest)
            yield view.edit({id(call): [new]}, "inputs and outputs by place")


def _sequential(view: View) -> Iterator[Edit]:
    """A straight chain from one Input to one output as a Sequential."""
    for statement in (node for block in blocks(view.tree) for node in block):
        call = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(call, ast.Call) or not makes(view, call, "Model") or len(call.args) != 2:
            continue
        bound = {name: made for _, made, name in tensors(view)}
        used: list[ast.Assign] = []
        layers = _chain(view, call.args[1], bound, used)
        ends = isinstance(call.args[0], ast.Name) and used and not call.keywords
        if layers and ends and used[-1] is bound.get(written(call.args[0])):
            exchange: dict[int, list[ast.AST]] = {id(one): [] for one in used}
            listed = ast.List([used[-1].value, *layers], ast.Load())
            exchange[id(call)] = [view.keras_call("Sequential", listed)]
            yield view.edit(exchange, "a row of layers as a Sequential")


def _chain(
    view: View, node: ast.expr, bound: dict[str, ast.Assign], used: list[ast.Assign]
) -> list[ast.expr]:
    """The layers from an Input up to a tensor; the statements on the way, the Input's last."""
    layers: list[ast.expr] = []
    while True:
        if isinstance(node, ast.Name):
            made = bound.get(node.id)
            uses = len(view.notebook.uses(node.id))
            whole = made is not None and makes(view, made.value, "Input")
            if made is None or uses != (3 if whole else 2):
                return []
            used.append(made)
            node = made.value
        if makes(view, node, "Input"):
            return layers[::-1]
        if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
            return []
        if not kind(view, node.func) and not _model(view, node.func):
            return []
        layers.append(node.func)
        node = node.args[0]


def _model(view: View, node: ast.expr) -> bool:
    """Whether an expression is a variable that some cell binds to a model."""
    makers = ("Model", "Sequential")
    return isinstance(node, ast.Name) and any(
        isinstance(statement, ast.Assign)
        and written(statement.targets[0]) == node.id
        and any(makes(view, statement.value, maker) for maker in makers)
        for tree in view.notebook.trees
        for block in blocks(tree)
        for statement in block
    )


def _by_names(end: str, place: int) -> Operator:
    """A list of inputs or outputs as a dictionary, for models that are fed by name alone."""

    def edits(view: View) -> Iterator[Edit]:
        for model, listed in ends(view, place, end):
            keys = [own_name(view, one) for one in listed.elts]
            if all(keys) and fed_by_name(view, model):
                new = ast.Dict([ast.Constant(key) for key in keys], listed.elts)
                yield view.edit({id(listed): [new]}, f"{end} of {model} by name")

    return Operator(f"functional-{end}-dictionary", edits)


def _turned(end: str, place: int) -> Operator:
    """A list of inputs or outputs in the opposite order, for models that are fed by name alone."""

    def edits(view: View) -> Iterator[Edit]:
        for model, listed in ends(view, place, end):
            if all(own_name(view, one) for one in listed.elts) and fed_by_name(view, model):
                new = ast.List(listed.elts[::-1], ast.Load())
                yield view.edit({id(listed): [new]}, f"{end} of {model} in the opposite order")

    return Operator(f"functional-{end}-order", edits)


def ends(view: View, place: int, end: str) -> Iterator[tuple[str, ast.List]]:
    for block in blocks(view.tree):
        for statement in block:
            call = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(call, ast.Call) and makes(view, call, "Model"):
                listed = argument(call, place, end)
                if isinstance(listed, ast.List) and isinstance(statement, ast.Assign):
                    yield written(statement.targets[0]), listed


def own_name(view: View, node: ast.expr) -> str:
    """The name that a tensor's Input or layer was given in this cell."""
    for _, statement, name in tensors(view):
        if isinstance(node, ast.Name) and node.id == name:
            call = statement.value
            while isinstance(call, ast.Call) and isinstance(call.func, ast.Call):
                call = call.func
            value = constant(keyword(call, "name")) if isinstance(call, ast.Call) else None
            return value if isinstance(value, str) else ""
    return ""


def fed_by_name(view: View, model: str) -> bool:
    """Whether every use of the model names its inputs and outputs, so that no order counts."""
    fits = view.notebook.method_calls(model, "fit")
    losses = [argument(call, 1, "loss") for call in view.notebook.method_calls(model, "compile")]
    data = [argument(call, place, name) for call in fits for place, name in enumerate("xy")]
    others = len(view.notebook.uses(model)) - len(fits) - len(losses)
    return bool(fits) and others == 1 and all(isinstance(one, ast.Dict) for one in data + losses)


def _parts_turned(view: View) -> Iterator[Edit]:
    """Concatenated parts in another order: Dense layers read all of them alike."""
    for _, statement, name in tensors(view):
        call = statement.value
        if not isinstance(call, ast.Call) or kind(view, call.func) != "Concatenate":
            continue
        readers = [
            one
            for one in calls(view.tree, lambda one: kind(view, one.func) == "Dense")
            if any(isinstance(arg, ast.Name) and arg.id == name for arg in one.args)
        ]
        parts = call.args[0] if call.args else None
        read_by_dense = len(view.notebook.uses(name)) == len(readers) + 1
        turns = isinstance(parts, ast.List) and written(parts.elts[0]) != written(parts.elts[-1])
        if isinstance(parts, ast.List) and turns and readers and read_by_dense:
            new = ast.List(parts.elts[::-1], ast.Load())
            yield view.edit({id(parts): [new]}, f"the parts of {name} in the opposite order")


OPERATORS = (
    Operator("functional-inlined", _inlined),
    Operator("functional-renamed", _renamed),
    Operator("functional-two-steps", _stepwise),
    Operator("functional-keywords", _keywords),
    Operator("functional-by-place", _positional),
    Operator("functional-sequential", _sequential),
    _by_names("inputs", 0),
    _by_names("outputs", 1),
    _turned("inputs", 0),
    _turned("outputs", 1),
    Operator("concatenate-order", _parts_turned),
    rewriting(
        "concatenate-function", "keras.layers.Concatenate()(A)", "keras.layers.concatenate(A)"
    ),
    rewriting(
        "concatenate-operation",
        "keras.layers.Concatenate()(A)",
        "keras.ops.concatenate(A, axis=-1)",
    ),
    rewriting(
        "concatenate-axis", "keras.layers.Concatenate()(A)", "keras.layers.Concatenate(axis=-1)(A)"
    ),
)
