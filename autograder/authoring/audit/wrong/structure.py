"""Layers removed, added and swapped."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from autograder.authoring.audit.wrong.code.calls import shown, text
from autograder.authoring.audit.wrong.code.layers import Layer, Role, layer_class, layers_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed


def hidden_layer_removed(scene: Scene) -> Iterator[Change]:
    """A layer less; the head does the work on its own."""
    for layer in _weighted(scene):
        if layer.role is Role.HIDDEN and layer.stands:
            yield changed(scene, f"{shown(layer.call)} taken out", layer.stands.replaced())


def head_removed(scene: Scene) -> Iterator[Change]:
    """The hidden layer's output handed out for the answer."""
    layers = _weighted(scene)
    for layer in layers:
        below = any(at.row == layer.row and at.role is Role.HIDDEN for at in layers)
        if layer.role is Role.HEAD and layer.stands and below:
            yield changed(scene, f"{shown(layer.call)} taken out", layer.stands.replaced())


def hidden_layer_added(scene: Scene) -> Iterator[Change]:
    """A layer that nobody asked for."""
    for layer in _weighted(scene):
        if layer.role is Role.HEAD and layer.stands:
            dense = layer_class(scene.keras, "Dense", layer.call)
            new = ast.Call(dense, [ast.Constant(16), ast.Constant("relu")], [])
            said = f"{shown(new)} before {shown(layer.call)}"
            yield changed(scene, said, layer.stands.replaced(new, layer.call))


def layers_swapped(scene: Scene) -> Iterator[Change]:
    """Two layers in the wrong order."""
    layers = [layer for layer in _weighted(scene) if layer.stands]
    for first, second in pairwise(layers):
        if first.row == second.row and first.role is Role.HIDDEN and _differ(first, second):
            said = f"{shown(first.call)} <-> {shown(second.call)}"
            yield changed(scene, said, (first.call, second.call), (second.call, first.call))


def flatten_removed(scene: Scene) -> Iterator[Change]:
    """A table given to a layer that works along its last axis alone."""
    for layer in layers_of(scene.tree):
        if layer.kind == "Flatten" and layer.stands:
            yield changed(scene, f"{shown(layer.call)} taken out", layer.stands.replaced())


def _weighted(scene: Scene) -> list[Layer]:
    return [layer for layer in layers_of(scene.tree) if layer.weighted]


def _differ(first: Layer, second: Layer) -> bool:
    return text(first.call) != text(second.call)
