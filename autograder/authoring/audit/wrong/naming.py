"""Names of inputs, outputs and layers: left out, mistyped, or given to each other."""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise

from autograder.authoring.audit.wrong.code.calls import argument, shown, without_argument
from autograder.authoring.audit.wrong.code.layers import INPUTS, Layer, Role, layers_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed


def input_name_removed(scene: Scene) -> Iterator[Change]:
    """An input that fit cannot be told apart by name."""
    yield from _removed(scene, _is_input)


def output_name_removed(scene: Scene) -> Iterator[Change]:
    """An output that Keras names by itself."""
    yield from _removed(scene, _is_output)


def layer_name_removed(scene: Scene) -> Iterator[Change]:
    """A layer that Keras names by itself."""
    yield from _removed(scene, _is_inner)


def input_name_changed(scene: Scene) -> Iterator[Change]:
    """A name that is nearly the one that was asked for."""
    yield from _changed(scene, _is_input)


def output_name_changed(scene: Scene) -> Iterator[Change]:
    """A name that is nearly the one that was asked for."""
    yield from _changed(scene, _is_output)


def layer_name_changed(scene: Scene) -> Iterator[Change]:
    """A name that is nearly the one that was asked for."""
    yield from _changed(scene, _is_inner)


def input_names_swapped(scene: Scene) -> Iterator[Change]:
    """Each input under the name of the other."""
    yield from _swapped(scene, _is_input)


def output_names_swapped(scene: Scene) -> Iterator[Change]:
    """Each output under the name of the other."""
    yield from _swapped(scene, _is_output)


_Test = Callable[[Layer], bool]


def _is_input(layer: Layer) -> bool:
    return layer.kind in INPUTS


def _is_output(layer: Layer) -> bool:
    return layer.weighted and layer.role is Role.HEAD


def _is_inner(layer: Layer) -> bool:
    return not _is_input(layer) and not _is_output(layer)


def _named(scene: Scene, test: _Test) -> list[tuple[Layer, ast.Constant]]:
    found = [(layer, argument(layer.call, "name")) for layer in layers_of(scene.tree)]
    return [
        (layer, name) for layer, name in found if test(layer) and isinstance(name, ast.Constant)
    ]


def _removed(scene: Scene, test: _Test) -> Iterator[Change]:
    for layer, _ in _named(scene, test)[:1]:
        new = without_argument(layer.call, "name")
        yield changed(scene, f"{shown(layer.call)}: no name", (layer.call, new))


def _changed(scene: Scene, test: _Test) -> Iterator[Change]:
    for layer, name in _named(scene, test)[-1:]:
        new = ast.Constant(f"{name.value!s}_1")
        yield changed(scene, f"{shown(layer.call)}: name={new.value!r}", (name, new))


def _swapped(scene: Scene, test: _Test) -> Iterator[Change]:
    for (_, first), (_, second) in pairwise(_named(scene, test)):
        said = f"name={first.value!r} <-> name={second.value!r}"
        yield changed(scene, said, (first, second), (second, first))
