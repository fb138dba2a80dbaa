"""Trainings and predictions on the wrong rows."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import methods, names, shown
from autograder.authoring.audit.wrong.code.fitted import fits
from autograder.authoring.audit.wrong.code.scene import Change, Pair, Scene, changed
from autograder.authoring.audit.wrong.code.twins import TEST, TRAIN, exchanged


def fitted_on_test_rows(scene: Scene) -> Iterator[Change]:
    """The rows that were to be kept for the end."""
    for call in fits(scene.tree):
        read = [name for part in _arguments(call) for name in names(part) if TRAIN in name.id]
        pairs = [*_in_arguments(scene, call, has=TRAIN, instead=TEST)]
        if len(pairs) < len(read):  # some were made in this cell: what they were made of, then
            pairs = [*exchanged(scene, scene.tree, has=TRAIN, instead=TEST)]
        if pairs:
            yield changed(scene, f"{shown(call)}: on the test rows", *pairs)


def evaluated_on_training_rows(scene: Scene) -> Iterator[Change]:
    """The rows that the network knows already."""
    for call in methods(scene.tree, "evaluate"):
        pairs = [*_in_arguments(scene, call, has=TEST, instead=TRAIN)]
        if pairs:
            yield changed(scene, f"{shown(call)}: on the training rows", *pairs)


def predicted_on_training_rows(scene: Scene) -> Iterator[Change]:
    """Answers for other rows than those that were asked about, and whatever comes of them."""
    if methods(scene.tree, "predict"):
        pairs = [*exchanged(scene, scene.tree, has=TEST, instead=TRAIN)]
        if pairs:
            yield changed(scene, "the whole cell on the training rows", *pairs)


def train_and_test_swapped(scene: Scene) -> Iterator[Change]:
    """Each takes the other's rows, where a cell uses both."""
    ours = [*exchanged(scene, scene.tree, has=TRAIN, instead=TEST)]
    theirs = [*exchanged(scene, scene.tree, has=TEST, instead=TRAIN)]
    if ours and theirs:
        yield changed(scene, "training and test rows swapped", *ours, *theirs)


def _in_arguments(scene: Scene, call: ast.Call, *, has: str, instead: str) -> Iterator[Pair]:
    for part in _arguments(call):
        yield from exchanged(scene, part, has=has, instead=instead)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]
