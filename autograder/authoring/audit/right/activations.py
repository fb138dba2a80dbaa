"""One activation: by name, as a function, a lambda, a layer, or an operation behind the layer."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.right.noops import layers_made
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator, filled
from autograder.authoring.audit.right.rows import Place, kind, named, places
from autograder.authoring.audit.right.trees import (
    argument,
    call_with,
    constant,
    expression,
    statements,
    written,
)

_NAMED = frozenset(["relu", "softmax", "sigmoid", "tanh", "linear"])

_TENSORFLOW = {
    "relu": ("tensorflow.nn.relu",),
    "softmax": ("tensorflow.nn.softmax",),
    "sigmoid": ("tensorflow.nn.sigmoid", "tensorflow.sigmoid", "tensorflow.math.sigmoid"),
    "tanh": ("tensorflow.nn.tanh", "tensorflow.tanh"),
}
_LAMBDAS = {
    "relu": ("tensorflow.nn.relu(A)", "keras.activations.relu(A)"),
    "softmax": ("tensorflow.nn.softmax(A)", "keras.activations.softmax(A)"),
    "sigmoid": ("tensorflow.nn.sigmoid(A)", "keras.activations.sigmoid(A)"),
    "tanh": ("tensorflow.tanh(A)",),
}
_FORMULAS = {
    "relu": (
        "tensorflow.maximum(A, 0.0)",
        "keras.ops.maximum(A, 0.0)",
        "tensorflow.where(A > 0, A, 0.0)",
    ),
}
_LAYERS = {"relu": ("keras.layers.ReLU()",), "softmax": ("keras.layers.Softmax()",)}


def _told(view: View) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """(layer, the expression, its name) of activations that are given by their names."""
    for call in layers_made(view, "Dense", "Conv2D", "Conv1D", "Activation"):
        places = {"Dense": 1, "Activation": 0}
        value = argument(call, places.get(kind(view, call), 99), "activation")
        name = constant(value)
        if value is not None and isinstance(name, str) and name in _NAMED:
            yield call, value, name


def _as_value(forms: Mapping[str, tuple[str, ...]] | str, saved: bool = True) -> Edits:
    """Something else as the argument. ``saved``: it can be loaded again from a file."""

    def edits(view: View) -> Iterator[Edit]:
        if view.notebook.saves and not saved:
            return
        for _, value, name in _told(view):
            texts = (forms.format(name=name),) if isinstance(forms, str) else forms.get(name, ())
            for text in texts:
                new = filled(view, text, {})
                yield view.edit({id(value): [new]}, f"{name} as {written(new)}")

    return edits


def _as_lambda(forms: Mapping[str, tuple[str, ...]]) -> Edits:
    def edits(view: View) -> Iterator[Edit]:
        if view.notebook.saves:
            return
        for _, value, name in _told(view):
            for text in forms.get(name, ()):
                body = written(filled(view, text, {"A": expression("x")}))
                new = expression(f"lambda x: {body}")
                yield view.edit({id(value): [new]}, f"{name} as {written(new)}")

    return edits


def _as_function(view: View) -> Iterator[Edit]:
    """A function of one's own at the top of the cell."""
    if view.notebook.saves:
        return
    for _, value, name in _told(view):
        for text in (*_LAMBDAS.get(name, ()), *_FORMULAS.get(name, ())):
            own = view.fresh(f"my_{name}")
            body = written(filled(view, text, {"A": expression("x")}))
            before = statements(f"def {own}(x):", f"    return {body}")
            yield view.edit({id(value): [expression(own)]}, f"{name} as {body}", before)


def _as_layer(view: View) -> Iterator[Edit]:
    for place, bare, value, _ in _apart(view):
        last = view.keras_call("layers.Activation", value)
        yield place.row(view, bare, last)


def _as_own_layer(view: View) -> Iterator[Edit]:
    """The layer that is named for its activation."""
    for place, bare, _, name in _apart(view):
        for text in _LAYERS.get(name, ()):
            yield place.row(view, bare, filled(view, text, {}))


def _behind_call(text: str) -> Edits:
    """A function of Keras called on the tensor that a layer of the Functional API gives."""

    def edits(view: View) -> Iterator[Edit]:
        for place, bare, _, name in _apart(view):
            if place.symbolic is not None and name != "linear":
                below = ast.Call(bare, place.symbolic.args, [])
                new = filled(view, text.format(name=name), {"A": below})
                yield view.edit({id(place.symbolic): [new]}, f"{name} as {text.format(name=name)}")

    return edits


def _apart(view: View) -> Iterator[tuple[Place, ast.Call, ast.expr, str]]:
    """(place, the layer without its activation, the activation, its name), for unnamed layers.

    A layer with a name keeps its activation: the name may be asked for, of an output say.
    """
    told = {id(call): (value, name) for call, value, name in _told(view)}
    for place in places(view):
        layer = place.layer
        if id(layer) in told and kind(view, layer) != "Activation" and not named(layer):
            value, name = told[id(layer)]
            args = [one for one in layer.args if one is not value]
            bare = call_with(ast.Call(layer.func, args, layer.keywords), activation=None)
            yield place, bare, value, name


OPERATORS = (
    Operator("activation-tensorflow", _as_value(_TENSORFLOW, saved=False)),
    Operator("activation-function", _as_value("keras.activations.{name}")),
    Operator("activation-get", _as_value("keras.activations.get('{name}')")),
    Operator("activation-layer-as-argument", _as_value(_LAYERS)),
    Operator("activation-lambda", _as_lambda(_LAMBDAS)),
    Operator("activation-lambda-formula", _as_lambda(_FORMULAS)),
    Operator("activation-own-function", _as_function),
    Operator("activation-layer", _as_layer),
    Operator("activation-own-layer", _as_own_layer),
    Operator("activation-operation", _behind_call("keras.ops.{name}(A)")),
    Operator("activation-function-called", _behind_call("keras.activations.{name}(A)")),
)
