"""Rows and labels that were spoilt on their way into ``fit``."""

from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import argument, shown
from autograder.authoring.audit.wrong.code.fitted import INPUTS, LABELS, fits, mapped
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed


def labels_shuffled(scene: Scene) -> Iterator[Change]:
    """Nothing can be learnt."""
    yield from _with(scene, LABELS, f"{scene.numpy}.random.permutation({{}})")


def labels_rolled(scene: Scene) -> Iterator[Change]:
    """Each row has the label of the one before."""
    yield from _with(scene, LABELS, f"{scene.numpy}.roll({{}}, 1, axis=0)")


def labels_rescaled(scene: Scene) -> Iterator[Change]:
    """The network learns something else, and learns it well."""
    yield from _with(scene, LABELS, "{} / 2")


def labels_constant(scene: Scene) -> Iterator[Change]:
    """One answer for all, with the best of losses."""
    yield from _with(scene, LABELS, f"{scene.numpy}.zeros_like({{}})")


def inputs_unscaled(scene: Scene) -> Iterator[Change]:
    """Numbers as large as pixels are before they are divided."""
    yield from _with(scene, INPUTS, "{} * 255")


def inputs_zeroed(scene: Scene) -> Iterator[Change]:
    """A training that sees labels alone."""
    yield from _with(scene, INPUTS, f"{scene.numpy}.zeros_like({{}})")


def _with(scene: Scene, name: tuple[str, int], template: str) -> Iterator[Change]:
    for call in fits(scene.tree):
        rows = argument(call, *name)
        if rows is not None and argument(call, *LABELS) is not None:
            new = mapped(rows, template)
            yield changed(scene, f"{shown(rows)} -> {shown(new)}", (rows, new))
