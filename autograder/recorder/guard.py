"""Whether the functions that record and train are still those that the notebook found.

Runs beside student code, so what it says is a claim like all the rest; but who exchanges a function
of Keras or of the recorder is told of, however that was spelled in the source. What it compares
with is in frames that run, which only what the source audit looks for reaches.
"""

import sys
import types
from collections.abc import Iterator, Mapping
from itertools import islice
from operator import attrgetter
from pathlib import Path

from autograder.nouns import JSON
from autograder.recorder.places import Entries, dict_of, fields_of_cells, fields_of_functions
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
    "keras.src.activations",
    "keras.src.initializers",
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
    "keras.src.ops",
    "tensorflow._api.v2.nn",
    "IPython.core.interactiveshell",
    "IPython.core.displayhook",
    "IPython.core.displaypub",
    "IPython.core.display_trap",
    "IPython.core.events",
)
"""Single modules, without those below them."""

_OF_SHELL = frozenset({"input", "display", "exit", "quit", "get_ipython"})
"""What IPython puts among the builtins while a cell runs, and takes away after it."""

HIDEABLE = (
    *("getattr", "isinstance", "issubclass", "hasattr", "type", "callable", "vars", "id", "len"),
    *("str", "int", "float", "bool", "repr", "list", "tuple", "dict", "set", "frozenset"),
    *("map", "zip", "range", "enumerate", "sorted", "any", "all", "min", "max", "sum", "next"),
)
"""Builtins that the recorder calls: a name of its module would take their place there."""

_OF_AUTOGRAPH = "__autograph_generated_file"
"""TensorFlow writes a function that it traces into a file of that name, and imports it."""

MAX_TOLD = 20


class Guard:
    """Remembers every watched function at its making; tells later which are others.

    Made in the warm parent, so that the memory that it takes is every job's together; asked in the
    job before each grade cell, which takes a few ms for 6,000 functions and copies no page.
    """

    def __init__(self) -> None:
        self._entries = Entries()
        self._functions = fields_of_functions()
        self._cells = fields_of_cells()
        self._loaded = sys.modules
        self._modules = Entries()
        self._names: list[str] = []
        self._known: set[str] = set()
        self._entry_owners: list[tuple[dict[str, object], str, str]] = []
        self._function_owners: list[types.FunctionType] = []
        self._cell_owners: list[tuple[types.CellType, str]] = []
        self._seen: set[int] = set()
        self._box = ""
        for name, module in list(sys.modules.items()):
            self._module(name, module)

    def settle(self, work: Path) -> None:
        """Take what the recorder has put in place as what has to stay; before any student code.

        ``work`` is the notebook's work folder: with what lies beside it, the only place where it
        can write files that Python would import.
        """
        self._box = f"{work.parent}/"
        for index in self._entries.changed():
            held, key, _ = self._entry_owners[index]
            self._entries.accept(index, held.get(key))
            self._follow(held.get(key))
        for index in self._functions.changed():
            self._functions.accept(index, *_INNER(self._function_owners[index]))
        for index in self._cells.changed():
            self._cells.accept(index, self._cell_owners[index][0].cell_contents)
        for name in self._new_modules():
            self._module(name, self._loaded[name])

    def told(self) -> list[JSON]:
        """The names of functions that are others now, and of modules from the work folder."""
        changed = [
            *(self._entry_owners[index][2] for index in self._entries.changed()),
            *(self._function_owners[index].__qualname__ for index in self._functions.changed()),
            *(self._cell_owners[index][1] for index in self._cells.changed()),
        ]
        named: list[JSON] = [text(one) for one in [*dict.fromkeys(changed), *self._own_modules()]]
        return named[:MAX_TOLD]

    def _module(self, name: str, module: object) -> None:
        self._names.append(name)
        self._known.add(name)
        self._modules.add(self._loaded, name, module)
        if type(module) is not types.ModuleType or not _watched(name):
            return
        content = {k: v for k, v in vars(module).items() if isinstance(v, _CALLED)}
        if name == "builtins":
            content = {k: v for k, v in content.items() if k not in _OF_SHELL}
        self._owner(module, content)
        if name.startswith("autograder.recorder."):
            self._nothing_hidden(module)
        for kind in content.values():
            if isinstance(kind, type) and kind.__module__ == name:
                inside = {k: v for k, v in vars(kind).items() if isinstance(v, _IN_CLASS)}
                self._owner(kind, inside)

    def _owner(self, where: type | types.ModuleType, content: Mapping[str, object]) -> None:
        held = dict_of(where)
        for name, value in content.items():
            self._entry(held, name, value, f"{where.__name__}.{name}")
            self._follow(value)

    def _nothing_hidden(self, module: types.ModuleType) -> None:
        held = dict_of(module)
        for name in HIDEABLE:
            if name not in held:
                self._entries.add_absent(held, name)
                # Without the dict: who shows all objects of the process would show it each time.
                self._entry_owners.append((_NOWHERE, name, f"{module.__name__}.{name}"))

    def _entry(self, held: dict[str, object], key: str, value: object, told: str) -> None:
        self._entries.add(held, key, value)
        self._entry_owners.append((held, key, told))

    def _follow(self, value: object) -> None:
        """Watch a function, and the functions that a property or a decorator has put inside."""
        if isinstance(value, property):
            for one in (value.fget, value.fset, value.fdel):
                self._follow(one)
        if isinstance(value, (staticmethod, classmethod)):
            self._follow(value.__func__)
        if type(value) is not types.FunctionType or id(value) in self._seen:
            return
        self._seen.add(id(value))
        self._functions.add(value, *_INNER(value))
        self._function_owners.append(value)
        named = value.__kwdefaults__ or {}
        for key, default in named.items():
            self._entry(named, key, default, value.__qualname__)
        for cell in value.__closure__ or ():
            self._cell(cell, value)

    def _cell(self, cell: types.CellType, owner: types.FunctionType) -> None:
        try:
            inside = cell.cell_contents
        except ValueError:  # nothing in it yet
            return
        if isinstance(inside, _IN_CLASS) and id(cell) not in self._seen:
            self._seen.add(id(cell))
            self._cells.add(cell, inside)
            self._cell_owners.append((cell, owner.__qualname__))
            self._follow(inside)

    def _own_modules(self) -> Iterator[str]:
        """Modules that were imported from a place where the notebook can write."""
        others = [self._names[index] for index in self._modules.changed()]
        for name in [*others, *self._new_modules()]:
            if type(name) is not str or name.startswith(_OF_AUTOGRAPH):
                continue
            module = self._loaded.get(name)
            place = getattr(module, "__file__", None) if type(module) is types.ModuleType else None
            if type(place) is str and (place.startswith(self._box) or not place.startswith("/")):
                yield f"the file of module {name}"

    def _new_modules(self) -> list[str]:
        """Names of modules that came after the last look; a dict has its newest at the end."""
        modules = self._loaded
        new = len(modules) - (len(self._modules) - self._modules.gone())
        look = new
        while look:
            last = list(islice(reversed(modules), look))
            found = [n for n in last if type(n) is not str or n not in self._known]
            if len(found) >= new or look >= len(modules):
                return found
            look *= 2  # known ones that were taken out and put in again stand among the newest
        return []


_NOWHERE: dict[str, object] = {}
"""Stands for the dict of a name that has to stay absent."""

_INNER = attrgetter("__code__", "__defaults__", "__kwdefaults__")
"""What can be exchanged inside a Python function while it stays the same object."""


_CALLED = (types.FunctionType, types.BuiltinFunctionType, type)
_IN_CLASS = (types.FunctionType, property, staticmethod, classmethod)


def _watched(name: str) -> bool:
    return name in ALONE or any(name == one or name.startswith(one + ".") for one in WATCHED)
