"""Networks with branches that meet otherwise: split, joined, or left out."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    calls,
    dotted,
    expression,
    last,
    shown,
    text,
    without_argument,
)
from autograder.authoring.audit.wrong.code.layers import Layer, Role, is_layer, layers_of
from autograder.authoring.audit.wrong.code.models import functional_models, row_of
from autograder.authoring.audit.wrong.code.places import assignments, without
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_OTHER_MERGE: Mapping[str, str] = {
    "Concatenate": "Add",
    "concatenate": "add",
    "Add": "Concatenate",
    "add": "concatenate",
    "Multiply": "Add",
    "multiply": "add",
}


def shared_layer_split(scene: Scene) -> Iterator[Change]:
    """Two layers of one make where a single one was to read both inputs."""
    for _, name, value in assignments(scene.tree):
        uses = [call for call in calls(scene.tree) if dotted(call.func) == name]
        if isinstance(value, ast.Call) and is_layer(value) and len(uses) > 1:
            own = without_argument(value, "name")
            said = f"{shown(uses[1])}: a layer of its own"
            yield changed(scene, said, (uses[1].func, own))


def same_input_twice(scene: Scene) -> Iterator[Change]:
    """One branch in both places."""
    for _, branches in _merges(scene):
        twice = [branches.elts[0], branches.elts[0], *branches.elts[2:]]
        yield changed(scene, f"{shown(branches)}: the first one twice", (branches.elts, twice))


def merged_otherwise(scene: Scene) -> Iterator[Change]:
    """Added where they were to stand side by side."""
    for merge, _ in _merges(scene):
        other = _OTHER_MERGE[last(merge)]
        new = _sibling(merge, other, f"{scene.keras}.layers.{other}")
        yield changed(scene, f"{last(merge)} -> {other}", (merge, new))


def one_branch_read(scene: Scene) -> Iterator[Change]:
    """A head that looks at a single branch, where it was to see all of them."""
    merged = {
        name: branches.elts[0]
        for _, name, value in assignments(scene.tree)
        for merge, branches in _merges(scene)
        if any(node is branches for node in ast.walk(value)) and dotted(merge)
    }
    for layer, application in _heads(scene):
        read = application.args[0] if len(application.args) == 1 else None
        if isinstance(read, ast.Name) and read.id in merged:
            new = merged[read.id]
            said = f"{shown(layer.call)} reads {shown(new)} alone"
            yield changed(scene, said, (read, new))


def output_left_out(scene: Scene) -> Iterator[Change]:
    """One answer of several."""
    for _, call in functional_models(scene.tree):
        outputs = argument(call, "outputs", 1)
        if isinstance(outputs, ast.List | ast.Tuple) and len(outputs.elts) > 1:
            yield changed(scene, f"{text(outputs)}: the first alone", (outputs, outputs.elts[0]))


def outputs_swapped(scene: Scene) -> Iterator[Change]:
    """The outputs in another order, where nothing but the order tells them apart."""
    named = any(argument(layer.call, "name") is not None for layer, _ in _heads(scene))
    for _, call in functional_models(scene.tree):
        outputs = argument(call, "outputs", 1)
        if isinstance(outputs, ast.Dict) and len(outputs.values) > 1:
            new = [*outputs.values[1:], outputs.values[0]]
            yield changed(scene, f"{text(outputs)} swapped", (outputs.values, new))
        elif isinstance(outputs, ast.List | ast.Tuple) and len(outputs.elts) > 1 and not named:
            yield changed(scene, f"{text(outputs)} swapped", (outputs.elts, [*outputs.elts[::-1]]))


def sequential_for_functional(scene: Scene) -> Iterator[Change]:
    """The same network by the API that was not asked for."""
    for place, call in functional_models(scene.tree):
        row = row_of(scene.tree, call)
        if row is None:
            continue
        func = _sibling(call.func, "Sequential", f"{scene.keras}.Sequential")
        new = ast.Call(func, [ast.List([*row.layers], ast.Load())], [])
        kept = ast.Assign([place.target or ast.Name("_")], new, lineno=0)
        body, rest = without(place.body, row.statements)
        assert isinstance(rest, list)
        swapped = [kept if statement is place.statement else statement for statement in rest]
        yield changed(scene, f"{shown(call)} -> a Sequential", (body, swapped))


def _sibling(like: ast.expr, name: str, otherwise: str) -> ast.expr:
    """Another class or function from where this one was taken; it may not be imported by name."""
    if isinstance(like, ast.Attribute):
        return ast.Attribute(like.value, name)
    return expression(otherwise)


def _merges(scene: Scene) -> Iterator[tuple[ast.expr, ast.List]]:
    """What joins branches, ``Concatenate`` or ``concatenate``, and the list of them."""
    for call in calls(scene.tree):
        func = call.func.func if isinstance(call.func, ast.Call) else call.func
        branches = call.args[0] if call.args else None
        several = isinstance(branches, ast.List) and len(branches.elts) > 1
        if last(func) in _OTHER_MERGE and isinstance(branches, ast.List) and several:
            yield func, branches


def _heads(scene: Scene) -> Iterator[tuple[Layer, ast.Call]]:
    for layer in layers_of(scene.tree):
        if layer.weighted and layer.role is Role.HEAD:
            for call in calls(scene.tree):
                if call.func is layer.call:
                    yield layer, call
