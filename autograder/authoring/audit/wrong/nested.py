"""A model that stands in another one, replaced by something that only looks like it."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import called, calls, shown, text
from autograder.authoring.audit.wrong.code.clones import clone_of
from autograder.authoring.audit.wrong.code.layers import INPUTS, is_layer
from autograder.authoring.audit.wrong.code.models import layers_by_name, model_names
from autograder.authoring.audit.wrong.code.places import assignments
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed


def nested_model_cloned(scene: Scene) -> Iterator[Change]:
    """The same network with weights of its own."""
    for model, _ in _nested(scene):
        yield changed(scene, f"a clone of {text(model)}", (model, clone_of(scene, model)))


def nested_layers_made_anew(scene: Scene) -> Iterator[Change]:
    """The layers of the inner model written down once more."""
    for model, call in _nested(scene):
        row = layers_by_name((*scene.above, scene.tree), model.id)
        if row and call is not None:
            result: ast.expr = call.args[0]
            for layer in row:
                result = ast.Call(layer, [result], [])
            yield changed(scene, f"{shown(call)} -> its layers anew", (call, result))


def nested_model_left_out(scene: Scene) -> Iterator[Change]:
    """The head straight on the input."""
    for model, call in _nested(scene):
        if call is not None:
            yield changed(scene, f"{text(model)} left out", (call, call.args[0]))


def _nested(scene: Scene) -> Iterator[tuple[ast.Name, ast.Call | None]]:
    """Models called on an Input or on a layer's output, or standing in a list of layers."""
    models = model_names((*scene.above, scene.tree))
    symbolic = {n for _, n, value in assignments(scene.tree) if called(value, INPUTS)}
    symbolic |= {
        name
        for _, name, value in assignments(scene.tree)
        if isinstance(value, ast.Call) and is_layer(value.func)
    }
    for call in calls(scene.tree):
        if isinstance(call.func, ast.Name) and call.func.id in models and len(call.args) == 1:
            (given,) = call.args
            if isinstance(given, ast.Name) and given.id in symbolic:
                yield call.func, call
    for node in ast.walk(scene.tree):
        if isinstance(node, ast.List) and any(is_layer(one) for one in node.elts):
            for one in node.elts:
                if isinstance(one, ast.Name) and one.id in models:
                    yield one, None
