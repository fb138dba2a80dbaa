"""Does a diagnosis name the finished answer? ``verify`` looks at every one that it meets.

A rule tells what it has seen and what to look at. So its message may have the words that a student
has written; a word or number of the solution that he has not written would be the answer.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.nouns import Result

_ACTIVATIONS = ("relu", "leakyrelu", "elu", "selu", "gelu", "silu", "swish", "sigmoid", "softmax")
_OTHERS = ("tanh", "softplus", "exponential", "adam", "adamw", "nadam", "adagrad", "sgd", "rmsprop")
_LOSSES = ("mse", "meansquarederror", "mae", "meanabsoluteerror", "huber", "binarycrossentropy")
_CLASSES = ("categoricalcrossentropy", "sparsecategoricalcrossentropy", "fromlogits")
_METRICS = ("accuracy", "binaryaccuracy", "categoricalaccuracy", "precision", "recall", "auc")
_SETTINGS = frozenset((*_ACTIVATIONS, *_OTHERS, *_LOSSES, *_CLASSES, *_METRICS))
"""Names of activations, losses, optimizers and metrics, without capitals and underscores."""

_SAME = (("mse", "meansquarederror"), ("mae", "meanabsoluteerror"), ("accuracy", "acc"))

_CONTAINERS = frozenset(["Sequential", "Model", "Input"])
_SHORT = 5
"""A shorter name may be part of another word."""


@dataclass(frozen=True)
class _Written:
    """What cells name: settings, classes as ``Dense``, whole numbers, and shapes as text."""

    settings: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    shapes: frozenset[str] = frozenset()


def given_away(message: str, solution: Sequence[str], attempt: Sequence[str]) -> list[str]:
    """What a message has from the solution's cells that the cells of an attempt do not have."""
    wanted, own = _written(solution), _written(attempt)
    known = _squeezed(" ".join(attempt))
    known += "".join(f" {a} {b}" for a, b in _SAME if {a, b} & own.settings)
    found = [name for name in wanted.settings if name not in known and _names(message, name)]
    found += [
        name
        for name in wanted.classes - own.classes
        if name.lower() not in known and re.search(rf"\b{name}\b", message)
    ]
    found += [f"{n} units" for n in wanted.numbers - own.numbers if f" {n} units" in message]
    found += [shape for shape in wanted.shapes - own.shapes if shape in message]
    return sorted(found)


def named_answers(result: Result, solution: Path, attempt: Path) -> list[str]:
    """The diagnoses of a result that give the answer away; the folders hold the notebooks."""
    wanted, own = _answers(solution), _answers(attempt)
    return [
        f"{one.cell}: the diagnosis {one.rule} names {', '.join(told)}: {one.message}"
        for one in result.diagnosis
        if (told := given_away(one.message, wanted, own))
    ]


def _answers(folder: Path) -> list[str]:
    """The texts of the cells that a student fills in."""
    return [
        "".join(cell["source"])
        for path in sorted(folder.glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    ]


def _written(texts: Sequence[str]) -> _Written:
    nodes = [node for text in texts for node in _nodes(text)]
    called = [_name(node.func) for node in nodes if isinstance(node, ast.Call)]
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    words = [value for value in values if isinstance(value, str)]
    words += [_name(node) for node in nodes] + [
        node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg
    ]
    return _Written(
        settings=frozenset(_squeezed(word) for word in words) & (_SETTINGS | {"acc"}),
        classes=frozenset(name for name in called if name[:1].isupper()) - _CONTAINERS,
        numbers=frozenset(value for value in values if type(value) is int and value > 1),
        shapes=frozenset(
            ast.unparse(node)
            for node in nodes
            if isinstance(node, ast.Tuple)
            and all(isinstance(one, ast.Constant) and type(one.value) is int for one in node.elts)
        ),
    )


def _nodes(text: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_\-]", "", text.lower())


def _names(message: str, name: str) -> bool:
    if len(name) >= _SHORT:
        return name in _squeezed(message)
    return re.search(rf"\b{name}\b", message.lower()) is not None
