"""Answers read off predictions in the wrong way."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.wrong.code.calls import calls, receiver, shown, with_argument
from autograder.authoring.audit.wrong.code.scene import Change, Scene, changed

_ROUNDING = frozenset(["round", "rint", "around"])


def argmax_of_another_axis(scene: Scene) -> Iterator[Change]:
    """The best row of each class, where the best class of each row was asked for."""
    for call in _of(scene, "argmax"):
        new = with_argument(call, "axis", ast.Constant(0), _free(call))
        yield changed(scene, f"{shown(call)} -> {shown(new)}", (call, new))


def argmax_removed(scene: Scene) -> Iterator[Change]:
    """Probabilities for labels."""
    for call in _of(scene, "argmax"):
        yield changed(scene, f"{shown(call)} -> {shown(_subject(call))}", (call, _subject(call)))


def argmin_for_argmax(scene: Scene) -> Iterator[Change]:
    """The least likely class."""
    for call in _of(scene, "argmax"):
        assert isinstance(call.func, ast.Attribute)
        func = ast.Attribute(call.func.value, "argmin")
        yield changed(scene, f"{shown(call)}: argmin", (call.func, func))


def probabilities_for_labels(scene: Scene) -> Iterator[Change]:
    """Neither compared with a threshold nor rounded."""
    for comparison in _thresholds(scene):
        outer = _cast_of(scene, comparison)
        yield changed(
            scene, f"{shown(outer)} -> {shown(comparison.left)}", (outer, comparison.left)
        )
    for call in _of(scene, *_ROUNDING):
        yield changed(scene, f"{shown(call)} -> {shown(_subject(call))}", (call, _subject(call)))


def label_cast_removed(scene: Scene) -> Iterator[Change]:
    """True and False where numbers were asked for."""
    for comparison in _thresholds(scene):
        outer = _cast_of(scene, comparison)
        if outer is not comparison:
            yield changed(scene, f"{shown(outer)} -> {shown(comparison)}", (outer, comparison))


def threshold_turned(scene: Scene) -> Iterator[Change]:
    """A yes for every no."""
    for comparison in _thresholds(scene):
        turned = ast.Lt() if isinstance(comparison.ops[0], ast.Gt | ast.GtE) else ast.Gt()
        new = ast.Compare(comparison.left, [turned], comparison.comparators)
        yield changed(scene, f"{shown(comparison)} -> {shown(new)}", (comparison, new))


def threshold_moved(scene: Scene) -> Iterator[Change]:
    """A yes that needs far less than half."""
    for comparison in _thresholds(scene):
        number = comparison.comparators[0]
        yield changed(scene, f"{shown(comparison)}: threshold 0.01", (number, ast.Constant(0.01)))


def flattening_removed(scene: Scene) -> Iterator[Change]:
    """A column minus a row is a table: every answer compared with every label."""
    for call in _of(scene, "ravel", "flatten", "squeeze"):
        yield changed(scene, f"{shown(call)} -> {shown(_subject(call))}", (call, _subject(call)))


def _of(scene: Scene, *names: str) -> list[ast.Call]:
    """Calls of NumPy's functions and of the methods of the same name."""
    return [
        call
        for call in calls(scene.tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in names
    ]


def _is_function(call: ast.Call) -> bool:
    """``np.argmax(p)``, not ``p.argmax()``: methods take no array."""
    return bool(call.args) and not isinstance(call.args[0], ast.Constant)


def _subject(call: ast.Call) -> ast.expr:
    """The array that the function or method works on."""
    return call.args[0] if _is_function(call) else receiver(call)


def _free(call: ast.Call) -> int:
    """Where an axis may stand without its name."""
    return 1 if _is_function(call) else 0


def _thresholds(scene: Scene) -> Iterator[ast.Compare]:
    for node in ast.walk(scene.tree):
        if (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE)
            and len(node.ops) == 1
            and isinstance(node.comparators[0], ast.Constant)
            and isinstance(node.comparators[0].value, float)
        ):
            yield node


def _cast_of(scene: Scene, comparison: ast.Compare) -> ast.expr:
    """The comparison with its ``astype`` around it, if there is one."""
    for call in _of(scene, "astype"):
        if receiver(call) is comparison:
            return call
    return comparison
