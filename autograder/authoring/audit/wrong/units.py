"""Other numbers of units, and a wider input."""

import ast
from collections.abc import Callable, Iterator

from autograder.authoring.audit.wrong.code.calls import (
    argument,
    called,
    calls,
    shown,
    text,
    wrapped,
)
from autograder.authoring.audit.wrong.code.layers import INPUTS, Layer, Role, layers_of
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_BUDGET = 20
"""Times as many units: no budget for a small network is that generous."""

_SHAPES = ("input_shape", "input_dim", "batch_input_shape")


def head_units_plus_one(scene: Scene) -> Iterator[Change]:
    """One answer too many."""
    for layer in _weighted(scene, Role.HEAD):
        yield from _units(scene, layer, "{} + 1", lambda n: n + 1)


def head_units_halved(scene: Scene) -> Iterator[Change]:
    """Answers that no unit is there for."""
    for layer in _weighted(scene, Role.HEAD):
        yield from _units(scene, layer, "{} // 2", lambda n: n // 2)


def hidden_units_plus_one(scene: Scene) -> Iterator[Change]:
    """A network that predicts alike and is not the one that was asked for."""
    for layer in _weighted(scene, Role.HIDDEN):
        yield from _units(scene, layer, "{} + 1", lambda n: n + 1)


def hidden_units_halved(scene: Scene) -> Iterator[Change]:
    """A smaller network, which trains well enough for most thresholds."""
    for layer in _weighted(scene, Role.HIDDEN):
        yield from _units(scene, layer, "{} // 2", lambda n: n // 2)


def parameter_budget_blown(scene: Scene) -> Iterator[Change]:
    """A network that is larger than anything an exercise can mean."""
    for layer in _weighted(scene, Role.HIDDEN)[:1]:
        yield from _units(scene, layer, f"{{}} * {_BUDGET}", lambda n: n * _BUDGET)


def input_shape_changed(scene: Scene) -> Iterator[Change]:
    """A column more than the data have."""
    for call in calls(scene.tree):
        size = _first_size(call)
        if size is not None and isinstance(size.value, int):
            new = ast.Constant(size.value + 1)
            yield changed(scene, f"{shown(call)}: {text(size)} -> {text(new)}", (size, new))


def _weighted(scene: Scene, role: Role) -> list[Layer]:
    return [at for at in layers_of(scene.tree) if at.weighted and at.role is role]


def _units(
    scene: Scene, layer: Layer, template: str, number: Callable[[int], int]
) -> Iterator[Change]:
    """Worked out where the units are a number, written down where they are a name."""
    units = layer.units
    if units is None:
        return
    new = wrapped(template, units)
    if isinstance(units, ast.Constant) and isinstance(units.value, int):
        new = ast.Constant(number(units.value))
    if not isinstance(new, ast.Constant) or new.value:
        yield changed(scene, f"{shown(layer.call)}: {text(units)} -> {text(new)}", (units, new))


def _first_size(call: ast.Call) -> ast.Constant | None:
    """The first size of an input's shape that is a number; None may stand before it."""
    shape = argument(call, "shape", 0) if called(call, INPUTS) else None
    for name in _SHAPES:
        shape = argument(call, name) or shape
    sizes = shape.elts if isinstance(shape, ast.Tuple | ast.List) else [shape]
    known = [size for size in sizes if isinstance(size, ast.Constant) and size.value is not None]
    return known[0] if known else None
