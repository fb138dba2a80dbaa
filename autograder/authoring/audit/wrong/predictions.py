"""Predictions that another model made, in another order, or that nobody made."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    dotted,
    methods,
    receiver,
    shown,
    text,
    wrapped,
)
from autograder.authoring.audit.wrong.code.clones import CLONE, clone_of, compiled_clone
from autograder.authoring.audit.wrong.code.layers import layers_of
from autograder.authoring.audit.wrong.code.places import place_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed, substituted
from autograder.authoring.audit.wrong.code.twins import labels_of


def clone_predicts(scene: Scene) -> Iterator[Change]:
    """A network that has learnt nothing answers."""
    for call in methods(scene.tree, "predict"):
        model = receiver(call)
        if dotted(model):
            yield changed(scene, f"{shown(call)}: by a clone", (model, clone_of(scene, model)))


def clone_evaluated(scene: Scene) -> Iterator[Change]:
    """The numbers of a network that has learnt nothing."""
    for call in methods(scene.tree, "evaluate"):
        model, place = receiver(call), place_of(scene.tree, call)
        if dotted(model):
            evaluated = substituted(place.statement, model, ast.Name(CLONE))
            new = [*compiled_clone(scene, model), evaluated]
            yield changed(scene, f"{shown(call)}: of a clone", place.replaced(*new))


def predictions_shuffled(scene: Scene) -> Iterator[Change]:
    """The right answers to other rows."""
    yield from _with(scene, f"{scene.numpy}.random.permutation({{}})")


def predictions_rolled(scene: Scene) -> Iterator[Change]:
    """Each answer one row too late."""
    yield from _with(scene, f"{scene.numpy}.roll({{}}, 1, axis=0)")


def predictions_constant(scene: Scene) -> Iterator[Change]:
    """The same answer for every row."""
    yield from _with(scene, f"{scene.numpy}.full_like({{}}, 0.5)")


def predictions_from_labels(scene: Scene) -> Iterator[Change]:
    """The labels themselves, in the form of predictions: all of them are right."""
    for call in methods(scene.tree, "predict"):
        rows = argument(call, "x", 0)
        labels = labels_of(scene, rows) if rows is not None else None
        if labels is None:
            continue
        new = ast.parse(labels, mode="eval").body
        if _classes(scene):
            new = wrapped(f"{scene.numpy}.eye({scene.numpy}.max({labels}) + 1)[{{}}]", new)
        yield changed(scene, f"{shown(call)} -> {text(new)}", (call, new))


def _classes(scene: Scene) -> bool:
    """Whether the notebook tells classes apart by a softmax."""
    return any(
        "softmax" in text(layer.call).lower()
        for tree in scene.notebook
        for layer in layers_of(tree)
    )


def _with(scene: Scene, template: str) -> Iterator[Change]:
    for call in methods(scene.tree, "predict"):
        new = wrapped(template, call)
        yield changed(scene, f"{shown(call)} -> {shown(new)}", (call, new))
