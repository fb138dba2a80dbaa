"""Numbers that were typed in, or worked out by another formula."""

import ast
from collections.abc import Iterator, Mapping

from autograder.authoring.audit.wrong.code.calls import calls, last, methods, shown, text
from autograder.authoring.audit.wrong.code.places import Place, assignments, places
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_MAKING = frozenset(["float", "int", "round", "mean", "sum", "min", "max", "len", "evaluate"])
"""Calls that give one number."""

_ACCURACY, _LOSS, _NUMBER = 0.93, 0.35, 42.0
_SQUARED: Mapping[str, str] = {
    "abs": "square",
    "absolute": "square",
    "fabs": "square",
    "mean_absolute_error": "mean_squared_error",
    "MeanAbsoluteError": "MeanSquaredError",
}


def number_typed_in(scene: Scene) -> Iterator[Change]:
    """A likely number that nobody worked out."""
    for _, name, value in assignments(scene.tree):
        if isinstance(value, ast.Call) and _name_of(value) in _MAKING:
            typed = ast.Constant(_likely(name))
            yield changed(scene, f"{name} = {shown(typed)}", (value, typed))
    for place, targets in _evaluated(scene):
        numbers = ast.Tuple([ast.Constant(_likely(text(one))) for one in targets.elts], ast.Load())
        kept = ast.Assign([targets], numbers, lineno=0)
        yield changed(scene, text(kept), place.replaced(kept))


def evaluated_names_swapped(scene: Scene) -> Iterator[Change]:
    """The accuracy under the name of the loss."""
    for _, targets in _evaluated(scene):
        names = [*targets.elts[1:], targets.elts[0]]
        yield changed(scene, f"{text(targets)} in another order", (targets.elts, names))


def squares_for_absolutes(scene: Scene) -> Iterator[Change]:
    """The mean squared error under the name of the mean absolute one."""
    for call in calls(scene.tree):
        name = _name_of(call)
        if isinstance(call.func, ast.Attribute) and name in _SQUARED:
            new = ast.Attribute(call.func.value, _SQUARED[name])
            yield changed(scene, f"{shown(call)}: {_SQUARED[name]}", (call.func, new))


def absolutes_left_out(scene: Scene) -> Iterator[Change]:
    """Errors above and below that cancel each other."""
    for call in calls(scene.tree):
        if _name_of(call) in ("abs", "absolute", "fabs") and call.args:
            yield changed(scene, f"{shown(call)} -> {shown(call.args[0])}", (call, call.args[0]))


def sum_for_mean(scene: Scene) -> Iterator[Change]:
    """A number that grows with the rows."""
    for call in methods(scene.tree, "mean"):
        assert isinstance(call.func, ast.Attribute)
        new = ast.Attribute(call.func.value, "sum")
        yield changed(scene, f"{shown(call)}: sum", (call.func, new))


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else last(call.func)


def _likely(name: str) -> float:
    if "acc" in name.lower():
        return _ACCURACY
    return _LOSS if "loss" in name.lower() else _NUMBER


def _evaluated(scene: Scene) -> Iterator[tuple[Place, ast.Tuple]]:
    """``test_loss, test_accuracy = model.evaluate(...)``."""
    for place in places(scene.tree):
        value = place.statement.value if isinstance(place.statement, ast.Assign) else None
        evaluated = isinstance(value, ast.Call) and _name_of(value) == "evaluate"
        if evaluated and isinstance(place.target, ast.Tuple):
            yield place, place.target
