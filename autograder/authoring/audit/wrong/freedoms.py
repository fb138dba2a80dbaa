"""What a network must not take the liberty of unless it is asked for: it predicts nearly alike."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import shown, with_argument
from autograder.authoring.audit.wrong.code.layers import Layer, Role, layer_class, layers_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_HALF = 0.5


def dropout_added(scene: Scene) -> Iterator[Change]:
    """It predicts the same and trains otherwise."""
    yield from _before_the_head(scene, "Dropout", ast.Constant(_HALF))


def batch_normalization_added(scene: Scene) -> Iterator[Change]:
    """Parameters of its own, and another training."""
    yield from _before_the_head(scene, "BatchNormalization")


def regularizer_added(scene: Scene) -> Iterator[Change]:
    """The loss is no longer the one that was asked for."""
    for layer in _weighted(scene)[:1]:
        yield _with(scene, layer, "kernel_regularizer", "l2")


def bias_left_out(scene: Scene) -> Iterator[Change]:
    """A unit without a bias answers zero to zeros."""
    for layer in _weighted(scene)[-1:]:
        yield _with(scene, layer, "use_bias", False)


def layer_frozen(scene: Scene) -> Iterator[Change]:
    """Weights that the training leaves as they began."""
    for layer in _weighted(scene)[:1]:
        yield _with(scene, layer, "trainable", False)


def _weighted(scene: Scene) -> list[Layer]:
    return [layer for layer in layers_of(scene.tree) if layer.weighted]


def _with(scene: Scene, layer: Layer, name: str, value: str | bool) -> Change:
    new = with_argument(layer.call, name, ast.Constant(value))
    return changed(scene, f"{shown(layer.call)}: {name}={value!r}", (layer.call, new))


def _before_the_head(scene: Scene, kind: str, *arguments: ast.expr) -> Iterator[Change]:
    for layer in _weighted(scene):
        if layer.role is Role.HEAD and layer.stands:
            new = ast.Call(layer_class(scene.keras, kind, layer.call), [*arguments], [])
            said = f"{shown(new)} before {shown(layer.call)}"
            yield changed(scene, said, layer.stands.replaced(new, layer.call))
            return
