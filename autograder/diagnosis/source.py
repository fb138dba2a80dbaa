"""What the text of a notebook says of a training: which calls, on which names, with which data.

Reads syntax trees and executes nothing. A name that is built at run time is not seen.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

_SCALERS = frozenset(
    [
        "StandardScaler",
        "MinMaxScaler",
        "RobustScaler",
        "MaxAbsScaler",
        "Normalizer",
        "QuantileTransformer",
    ]
)
_CLASS_SETS = frozenset(
    [
        "load_breast_cancer",
        "load_digits",
        "load_iris",
        "load_wine",
        "make_blobs",
        "make_circles",
        "make_classification",
        "make_moons",
        "cifar10",
        "cifar100",
        "fashion_mnist",
        "mnist",
    ]
)
"""Data of scikit-learn and Keras whose labels are numbers of classes."""

_TRAINS = frozenset(["fit", "train_on_batch", "fit_generator", "GradientTape", "train_step"])


@dataclass(frozen=True)
class Source:
    """Calls by the name before the dot. ``validated`` are names in ``validation_data=``.

    ``scaled`` are arguments that a scaler was fitted on; ``split_after`` are those from which test
    rows were split off later. ``trains`` tells that anything trains, ``classes`` that data with
    numbers of classes are loaded.
    """

    compiled: frozenset[str] = frozenset()
    fitted: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    validated: tuple[str, ...] = ()
    scaled: tuple[str, ...] = ()
    split_after: tuple[str, ...] = ()
    trains: bool = False
    classes: bool = False


def source_of(texts: Iterable[str]) -> Source:
    """The facts of several cells, in run order. What does not parse is left out."""
    texts = list(texts)
    calls = [call for text in texts for call in _calls(text)]
    scalers = _scalers(texts)
    trains = any(_called(call) in _TRAINS for call in calls)
    return Source(
        compiled=_on(calls, ("compile",)),
        fitted=_on(calls, ("fit",)),
        asked=_on(calls, ("predict", "evaluate")),
        validated=tuple(name for call in calls for name in _validated(call)),
        scaled=tuple(name for call in calls for name in _scaled(call, scalers)),
        split_after=tuple(_split_after(texts, scalers)),
        trains=trains,
        classes=any(_CLASS_SETS & set(_text(call.func).split(".")) for call in calls),
    )


def _trees(texts: Iterable[str]) -> Iterator[ast.Module]:
    for text in texts:
        lines = ("pass" if line.lstrip()[:1] in ("%", "!") else line for line in text.split("\n"))
        try:
            yield ast.parse("\n".join(lines))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # CPython's parser says MemoryError of what is nested too deep


def _calls(text: str) -> Iterator[ast.Call]:
    for tree in _trees([text]):
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _receiver(call: ast.Call) -> str:
    before = call.func.value if isinstance(call.func, ast.Attribute) else None
    return _text(before) if before is not None else ""


def _text(node: ast.AST) -> str:
    """A piece of code as text, empty for a chain too long to be written by recursion."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _on(calls: Iterable[ast.Call], names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_receiver(call) for call in calls if _called(call) in names) - {""}


def _validated(call: ast.Call) -> Iterator[str]:
    if _called(call) == "fit":
        for keyword in call.keywords:
            if keyword.arg == "validation_data":
                yield from _names(keyword.value)


def _names(node: ast.AST) -> Iterator[str]:
    yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def _scalers(texts: Iterable[str]) -> frozenset[str]:
    """Names that a scaler of scikit-learn was bound to."""
    nodes = (node for tree in _trees(texts) for node in ast.walk(tree))
    bound = [node for node in nodes if isinstance(node, ast.Assign)]
    made = [one for one in bound if isinstance(one.value, ast.Call)]
    scalers = [one for one in made if _called(cast(ast.Call, one.value)) in _SCALERS]
    return frozenset(
        name.id for one in scalers for name in one.targets if isinstance(name, ast.Name)
    )


def _scaled(call: ast.Call, scalers: frozenset[str]) -> Iterator[str]:
    fits = _called(call) in ("fit", "fit_transform") and call.args
    before = call.func.value if isinstance(call.func, ast.Attribute) else None
    fresh = isinstance(before, ast.Call) and _called(before) in _SCALERS
    if fits and (_receiver(call) in scalers or fresh):
        yield from _names(call.args[0])


def _split_after(texts: Iterable[str], scalers: frozenset[str]) -> Iterator[str]:
    """What a scaler was fitted on, or gave, when ``train_test_split`` cut test rows off it."""
    known: set[str] = set()
    for tree in _trees(texts):
        for statement in tree.body:
            calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
            bound = set(_bound(statement))
            for call in calls:
                cut = _called(call) == "train_test_split" and call.args
                if cut and any("test" in name.lower() for name in bound):
                    yield from (name for name in _names(call.args[0]) if name in known)
            known -= bound
            fitted = {name for call in calls for name in _scaled(call, scalers)}
            made = {name for call in calls for name in _transformed(call, scalers)} & known
            known |= fitted | (bound if fitted or made else set())


def _transformed(call: ast.Call, scalers: frozenset[str]) -> Iterator[str]:
    if _called(call) == "transform" and _receiver(call) in scalers and call.args:
        yield from _names(call.args[0])


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _names(target)
