"""Optimizers that cannot train, metrics that watch something else, no compile at all."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    expression,
    shown,
    with_argument,
    without_argument,
)
from autograder.authoring.audit.wrong.code.compiled import METRICS, compiles, metrics, optimizers
from autograder.authoring.audit.wrong.code.places import place_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_CLASSES: Mapping[str, str] = {
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
    "adamax": "Adamax",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
}

_TINY, _HUGE = 1e-7, 10.0
"""Steps that lead nowhere in any number of epochs, and steps that leave every valley."""


def learning_rate_tiny(scene: Scene) -> Iterator[Change]:
    """The network stays what it was."""
    yield from _with_rate(scene, _TINY)


def learning_rate_huge(scene: Scene) -> Iterator[Change]:
    """The network jumps about."""
    yield from _with_rate(scene, _HUGE)


def learning_rate_zero(scene: Scene) -> Iterator[Change]:
    """A fit that changes nothing, and a history as long as any."""
    for node, _ in optimizers(scene.tree):
        new = expression(f"{scene.keras}.optimizers.SGD(learning_rate=0.0)")
        yield changed(scene, f"{shown(node)} -> {shown(new)}", (node, new))


def another_optimizer(scene: Scene) -> Iterator[Change]:
    """One that is slow by nature, with the steps that it comes with."""
    for node, name in optimizers(scene.tree):
        new = "adagrad" if name == "adadelta" else "adadelta"
        yield changed(scene, f"{shown(node)} -> {new}", (node, ast.Constant(new)))


def metrics_removed(scene: Scene) -> Iterator[Change]:
    """Nothing but the loss is watched."""
    for call in compiles(scene.tree):
        if argument(call, "metrics", METRICS) is not None:
            new = without_argument(call, "metrics", METRICS)
            yield changed(scene, f"{shown(call)}: no metrics", (call, new))


def another_metric(scene: Scene) -> Iterator[Change]:
    """A number that is not the one that was asked for."""
    for node in metrics(scene.tree):
        new = "accuracy" if str(node.value).lower() in ("mae", "mse") else "mae"
        yield changed(scene, f"{shown(node)} -> {new}", (node, ast.Constant(new)))


def compile_removed(scene: Scene) -> Iterator[Change]:
    """The model is as it was made."""
    for call in compiles(scene.tree):
        place = place_of(scene.tree, call)
        yield changed(scene, f"{shown(call)} taken out", place.replaced())


def _with_rate(scene: Scene, rate: float) -> Iterator[Change]:
    """The same optimizer with another learning rate."""
    for node, name in optimizers(scene.tree):
        new: ast.expr
        if isinstance(node, ast.Call):
            new = with_argument(node, "learning_rate", ast.Constant(rate), 0)
        elif name in _CLASSES:
            new = expression(f"{scene.keras}.optimizers.{_CLASSES[name]}(learning_rate={rate})")
        else:
            continue
        yield changed(scene, f"{shown(node)}: learning_rate={rate}", (node, new))
