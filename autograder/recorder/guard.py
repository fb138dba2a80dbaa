"""Whether the functions that record and train are still those that the notebook found.

Runs beside student code, so what it says is a claim like all the rest; but who exchanges a function
of Keras or of the recorder is told of, however that was spelled in the source. The held functions
are an attribute of an object in one running frame, which only what the source audit looks for
reaches.
"""

import sys
import types
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple  # functions and classes of any library

from autograder.nouns import JSON
from autograder.recorder.plain import text

WATCHED = (
    "keras.src.callbacks",
    "keras.src.trainers",
    "keras.src.models",
    "keras.src.layers",
    "keras.src.losses",
    "keras.src.metrics",
    "keras.src.optimizers",
    "keras.src.saving",
    "keras.src.backend.common",
    "keras.src.backend.tensorflow",
    "autograder",
    "json",
)
"""Packages whose functions train, or decide what is recorded; what is no function may change."""

ALONE = (
    "builtins",
    "os",
    "struct",
    "hashlib",
    "numpy",
    "IPython.core.interactiveshell",
    "IPython.core.displayhook",
    "IPython.core.displaypub",
    "IPython.core.display_trap",
    "IPython.core.events",
)
"""Single modules, without those below them."""

_OF_SHELL = frozenset({"input", "display", "exit", "quit", "get_ipython"})
"""What IPython puts among the builtins while a cell runs, and takes away after it."""

_OF_AUTOGRAPH = "__autograph_generated_file"
"""TensorFlow writes a function that it traces into a file of that name, and imports it."""

MAX_TOLD = 20


class Owner(NamedTuple):
    """A module or class, and what it held under some of its names."""

    where: Any
    names: tuple[str, ...]
    values: tuple[Any, ...]


class Guard:
    """Remembers every watched function at its making; tells later which are others.

    Asked before each grade cell, so the comparing is left to tuples: a few ms for 4,000 functions.
    """

    def __init__(self, folder: Path) -> None:
        self._owners = tuple(_owners())
        held = (value for owner in self._owners for value in owner.values)
        self._functions = tuple(value for value in held if type(value) is types.FunctionType)
        self._inner = tuple(map(_INNER, self._functions))
        self._box = f"{folder.parent}/"

    def told(self) -> list[JSON]:
        """The names of functions that are others now, and of modules from the work folder."""
        changed = [name for owner in self._owners for name in _others(owner)]
        if tuple(map(_INNER, self._functions)) != self._inner:
            changed += [
                one.__qualname__
                for one, inner in zip(self._functions, self._inner, strict=True)
                if _INNER(one) != inner
            ]
        named: list[JSON] = [text(name) for name in [*changed, *self._own_modules()]]
        return named[:MAX_TOLD]

    def _own_modules(self) -> Iterator[str]:
        """Modules that were imported from a place where the notebook can write."""
        for name, module in list(sys.modules.items()):
            if type(name) is not str or name.startswith(_OF_AUTOGRAPH):
                continue
            place = getattr(module, "__file__", None) if type(module) is types.ModuleType else None
            if type(place) is str and (place.startswith(self._box) or not place.startswith("/")):
                yield f"the file of module {name}"


_INNER = attrgetter("__code__", "__defaults__", "__kwdefaults__")
"""What can be exchanged inside a Python function while it stays the same object."""


def _others(owner: Owner) -> Iterator[str]:
    now = vars(owner.where)
    try:
        if tuple(map(now.__getitem__, owner.names)) == owner.values:
            return
    except KeyError:
        pass
    for name, value in zip(owner.names, owner.values, strict=True):
        if now.get(name) is not value:
            yield f"{getattr(owner.where, '__name__', '')}.{name}"


def _owners() -> Iterator[Owner]:
    for name, module in list(sys.modules.items()):
        if type(module) is not types.ModuleType or not _watched(name):
            continue
        content = {k: v for k, v in vars(module).items() if isinstance(v, _CALLED)}
        if name == "builtins":
            content = {k: v for k, v in content.items() if k not in _OF_SHELL}
        yield Owner(module, tuple(content), tuple(content.values()))
        for kind in content.values():
            if isinstance(kind, type) and kind.__module__ == name:
                inside = {k: v for k, v in vars(kind).items() if isinstance(v, _IN_CLASS)}
                yield Owner(kind, tuple(inside), tuple(inside.values()))


_CALLED = (types.FunctionType, types.BuiltinFunctionType, type)
_IN_CLASS = (types.FunctionType, property, staticmethod, classmethod)


def _watched(name: str) -> bool:
    return name in ALONE or any(name == one or name.startswith(one + ".") for one in WATCHED)
