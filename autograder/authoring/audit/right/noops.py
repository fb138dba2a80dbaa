"""Layers and arguments that change nothing: Identity, Dropout(0), defaults said aloud, names."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.rows import (
    firsts,
    kind,
    named,
    places,
    rows,
    several_outputs,
)
from autograder.authoring.audit.right.trees import (
    argument,
    call_with,
    calls,
    constant,
    expression,
    keyword,
    plain,
)

_WEIGHTED = ("Dense", "Conv2D", "Conv1D")
_FORMLESS = ("Dense", "Flatten", "Dropout", "Activation", "Identity", "ReLU", "Softmax")
"""Layers behind which any other may follow."""


def _behind(name: str, layer: str) -> Operator:
    """A layer that hands on what it gets, put behind another."""

    def edits(view: View) -> Iterator[Edit]:
        for place in places(view):
            # An output has its layer's name: what has one stays the last of its branch.
            if kind(view, place.layer) in _FORMLESS and not named(place.layer):
                yield place.row(view, place.layer, expression(view.keras(f"layers.{layer}")))

    return Operator(name, edits)


def _flattened(view: View) -> Iterator[Edit]:
    """Flatten where the rows are flat already."""
    for _, first, shape in firsts(view):
        if isinstance(shape, ast.Tuple) and len(shape.elts) == 1:
            new = view.keras_call("layers.Flatten")
            yield view.edit({id(first): [first, new]}, "Flatten in front of flat rows")
    for row in rows(view):
        for place, layer in enumerate(row.layers[1:], 1):
            flat = any(kind(view, one) == "Flatten" for one in row.layers[:place])
            if flat and kind(view, layer) == "Dense":
                new = view.keras_call("layers.Flatten")
                yield view.edit({id(layer): [layer, new]}, "a second Flatten")


def layers_made(view: View, *kinds: str) -> Iterator[ast.Call]:
    """The calls that make a layer of one of these classes."""
    return calls(view.tree, lambda call: kind(view, call) in kinds and plain(call))


def _said(name: str, text: str, *kinds: str) -> Operator:
    """An argument at its default value, said aloud. ``text`` is ``argument=value``."""
    option, _, value = text.partition("=")

    def edits(view: View) -> Iterator[Edit]:
        for call in layers_made(view, *kinds):
            if keyword(call, option) is None:
                new = value.replace("keras.", view.keras("")) if "keras." in value else value
                changed = call_with(call, **{option: new})
                yield view.edit({id(call): [changed]}, f"{kind(view, call)} with {text}")

    return Operator(name, edits)


def _layer_named(view: View) -> Iterator[Edit]:
    if several_outputs(view):
        return
    for place in places(view):
        if not named(place.layer):
            new = call_with(place.layer, name=f"'{view.fresh('my_layer')}'")
            yield view.edit({id(place.layer): [new]}, f"a name for a {kind(view, place.layer)}")


def _units_by_keyword(view: View) -> Iterator[Edit]:
    for call in layers_made(view, "Dense"):
        if len(call.args) == 1:
            new = call_with(ast.Call(call.func, [], call.keywords), units=call.args[0])
            yield view.edit({id(call): [new]}, "units=")


def _activation_by_place(view: View) -> Iterator[Edit]:
    for call in layers_made(view, "Dense"):
        value = keyword(call, "activation")
        if len(call.args) == 1 and value is not None:
            rest = call_with(call, activation=None).keywords
            new = ast.Call(call.func, [*call.args, value], rest)
            yield view.edit({id(call): [new]}, "the activation by place")


def _linear(text: str) -> Edits:
    """A layer without activation says so."""

    def edits(view: View) -> Iterator[Edit]:
        for call in layers_made(view, *_WEIGHTED):
            plain_dense = kind(view, call) != "Dense" or len(call.args) == 1
            if plain_dense and keyword(call, "activation") is None:
                value = text.replace("keras.", view.keras("")) if "keras." in text else text
                yield view.edit({id(call): [call_with(call, activation=value)]}, f"{text} aloud")

    return edits


def _whole_units(view: View) -> Iterator[Edit]:
    """The number of units as an expression."""
    for call in layers_made(view, "Dense"):
        units = argument(call, 0, "units")
        value = constant(units)
        if isinstance(value, int) and units is not None:
            half = f"{value // 2} + {value - value // 2}" if value > 1 else "int(True)"
            yield view.edit({id(units): [expression(half)]}, f"{value} units as {half}")


_ALL = (*_WEIGHTED, "Flatten")

OPERATORS = (
    _behind("noop-linear-activation", "Activation('linear')"),
    _behind("noop-identity", "Identity()"),
    _behind("noop-dropout", "Dropout(0)"),
    _behind("noop-dropout-float", "Dropout(rate=0.0)"),
    Operator("noop-flatten", _flattened),
    _said("noop-use-bias", "use_bias=True", *_WEIGHTED),
    _said("noop-initializer", "kernel_initializer='glorot_uniform'", *_WEIGHTED),
    _said("noop-bias-initializer", "bias_initializer='zeros'", *_WEIGHTED),
    _said("noop-no-regularizer", "kernel_regularizer=None", *_WEIGHTED),
    _said("noop-trainable", "trainable=True", *_ALL),
    _said("noop-dtype", "dtype='float32'", *_ALL),
    _said(
        "initializer-seeded",
        "kernel_initializer=keras.initializers.GlorotUniform(seed=7)",
        *_WEIGHTED,
    ),
    _said("initializer-other", "kernel_initializer='he_uniform'", *_WEIGHTED),
    Operator("layer-named", _layer_named),
    Operator("layer-units-keyword", _units_by_keyword),
    Operator("layer-activation-by-place", _activation_by_place),
    Operator("layer-units-computed", _whole_units),
    Operator("activation-none", _linear("None")),
    Operator("activation-linear", _linear("'linear'")),
    Operator("activation-linear-function", _linear("keras.activations.linear")),
)
