"""Activations changed, taken out, added or misplaced, of heads and of hidden layers apart."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    last,
    shown,
    with_argument,
    without_argument,
)
from autograder.authoring.audit.wrong.code.layers import (
    ACTIVATIONS,
    Layer,
    Role,
    layer_class,
    layers_of,
)
from autograder.authoring.audit.wrong.code.scene import Change, Pair, Scene, changed

_POSITIONS: Mapping[str, int] = {"Dense": 1, "LSTM": 1, "GRU": 1, "SimpleRNN": 1, "Activation": 0}
"""Where an activation may stand without its name."""

NONE = "none"
_OTHER_HEAD: Mapping[str, str] = {"softmax": "sigmoid", "sigmoid": "softmax"}


def hidden_activation_changed(scene: Scene) -> Iterator[Change]:
    """Another curve between the layers trains nearly as well; only the structure tells."""
    for layer in _active(scene, Role.HIDDEN):
        yield _with(scene, layer, "relu" if activation(layer) == "tanh" else "tanh")


def hidden_activation_removed(scene: Scene) -> Iterator[Change]:
    """Linear layers in a row are one, and still read simple data well."""
    for layer in _active(scene, Role.HIDDEN):
        yield _with(scene, layer, NONE)


def hidden_softmax(scene: Scene) -> Iterator[Change]:
    """The head's activation taken for that of every layer."""
    for layer in _active(scene, Role.HIDDEN)[:1]:
        if activation(layer) != "softmax":
            yield _with(scene, layer, "softmax")


def head_activation_changed(scene: Scene) -> Iterator[Change]:
    """Probabilities that are independent, or that of a single unit among itself."""
    for layer in _active(scene, Role.HEAD):
        yield _with(scene, layer, _OTHER_HEAD.get(activation(layer), "sigmoid"))


def head_relu(scene: Scene) -> Iterator[Change]:
    """A head that cannot answer below zero."""
    for layer in _active(scene, Role.HEAD):
        if activation(layer) != "relu":
            yield _with(scene, layer, "relu")


def head_activation_removed(scene: Scene) -> Iterator[Change]:
    """Scores where probabilities were asked for."""
    for layer in _active(scene, Role.HEAD):
        yield _with(scene, layer, NONE)


def head_activation_added(scene: Scene) -> Iterator[Change]:
    """An activation on a head that has to reach any number."""
    rows = {layer.row for layer in _active(scene, Role.HEAD)}
    for layer in layers_of(scene.tree):
        if layer.weighted and layer.role is Role.HEAD and layer.row not in rows:
            yield from (_with(scene, layer, name) for name in ("relu", "sigmoid"))


def softmax_misplaced(scene: Scene) -> Iterator[Change]:
    """The head's activation on the layer before it, and none on the head."""
    active = [at for role in Role for at in _active(scene, role)]
    for hidden in (at for at in active if at.role is Role.HIDDEN):
        behind = [at for at in active if at.role is Role.HEAD and at.row == hidden.row]
        if behind and activation(behind[0]) in _OTHER_HEAD:
            name = activation(behind[0])
            pairs = _pair(scene, hidden, name), _pair(scene, behind[0], NONE)
            yield changed(scene, f"{shown(hidden.call)}: {name}, and none on the head", *pairs)
            return


def activation(layer: Layer) -> str:
    """``relu`` for every spelling of it, an empty text where there is none or a function."""
    if layer.kind in ACTIVATIONS and layer.kind != "Activation":
        return layer.kind.lower()
    value = argument(layer.call, "activation", _POSITIONS.get(layer.kind))
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) and value.value != "linear" else ""
    return last(value) if value is not None else ""


def _active(scene: Scene, role: Role) -> list[Layer]:
    return [at for at in layers_of(scene.tree) if at.role is role and activation(at)]


def _with(scene: Scene, layer: Layer, name: str) -> Change:
    said = f"{shown(layer.call)}: {activation(layer) or NONE} -> {name}"
    return changed(scene, said, _pair(scene, layer, name))


def _pair(scene: Scene, layer: Layer, name: str) -> Pair:
    call, position = layer.call, _POSITIONS.get(layer.kind)
    if layer.kind in ACTIVATIONS:
        value = ast.Constant("linear" if name == NONE else name)
        return call, ast.Call(layer_class(scene.keras, "Activation", call), [value], [])
    if name == NONE:
        return call, without_argument(call, "activation", position)
    return call, with_argument(call, "activation", ast.Constant(name), position)
