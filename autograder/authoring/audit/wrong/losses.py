"""Another loss than the one that the answer and the labels ask for."""

import ast
from collections.abc import Collection, Iterator

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    expression,
    shown,
)
from autograder.authoring.audit.wrong.code.compiled import LOSS, compiles, losses
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_SPARSE, _ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
_BINARY = "binary_crossentropy"
_CROSS = (_SPARSE, _ONE_HOT, _BINARY)


def loss_to_mse(scene: Scene) -> Iterator[Change]:
    """Squared distances between labels and probabilities: it often trains well enough."""
    yield from _to(scene, "mse", {*_CROSS, "mae", "huber", "hinge"})


def loss_to_mae(scene: Scene) -> Iterator[Change]:
    """The median for the mean, or distances between labels and probabilities."""
    yield from _to(scene, "mae", {*_CROSS, "mse", "huber", "hinge"})


def loss_to_hinge(scene: Scene) -> Iterator[Change]:
    """A loss for answers of -1 and 1."""
    yield from _to(scene, "hinge", {*_CROSS})


def loss_to_huber(scene: Scene) -> Iterator[Change]:
    """Nearly the squared error, and not it."""
    yield from _to(scene, "huber", {"mse", "mae"})


def loss_for_other_labels(scene: Scene) -> Iterator[Change]:
    """Whole numbers taken for one-hot rows, or the other way round."""
    yield from _to(scene, _ONE_HOT, {_SPARSE, _BINARY})
    yield from _to(scene, _SPARSE, {_ONE_HOT})


def loss_to_binary(scene: Scene) -> Iterator[Change]:
    """The loss of a yes or no."""
    yield from _to(scene, _BINARY, {_SPARSE, _ONE_HOT, "mse", "mae"})


def from_logits_flipped(scene: Scene) -> Iterator[Change]:
    """Scores taken for probabilities; or the activation applied once more.

    A loss with ``from_logits=True`` behind a softmax is no wrong answer in itself: Keras finds
    the scores before it. One operation in between, and it does not.
    """
    for node, name in losses(scene.tree):
        given = argument(node, "from_logits") if isinstance(node, ast.Call) else None
        if isinstance(given, ast.Constant) and given.value is True:
            yield changed(scene, f"{shown(node)}: from_logits=False", (given, ast.Constant(False)))
        elif name in _CROSS:
            call = f"{scene.keras}.losses.{name}(y, 1.0 * p, from_logits=True)"
            new = expression(f"lambda y, p: {call}")
            yield changed(scene, f"{shown(node)}: from_logits=True on probabilities", (node, new))


def losses_swapped(scene: Scene) -> Iterator[Change]:
    """Each output gets the loss of the other."""
    for given in _by_output(scene):
        if len({ast.dump(value) for value in given.values}) > 1:
            values = [*given.values[1:], given.values[0]]
            yield changed(scene, shown(given), (given.values, values))


def output_without_loss(scene: Scene) -> Iterator[Change]:
    """An output that nothing trains."""
    for given in _by_output(scene):
        for key, value in zip(given.keys, given.values, strict=True):
            said = f"no loss for {shown(key or value)}"
            yield changed(scene, said, (value, ast.Constant(None)))


def _by_output(scene: Scene) -> Iterator[ast.Dict]:
    for call in compiles(scene.tree):
        given = argument(call, "loss", LOSS)
        if isinstance(given, ast.Dict) and len(given.values) > 1 and all(given.keys):
            yield given


def _to(scene: Scene, wanted: str, found: Collection[str]) -> Iterator[Change]:
    for node, name in losses(scene.tree):
        if name in found:
            yield changed(scene, f"{shown(node)} -> {wanted}", (node, ast.Constant(wanted)))
