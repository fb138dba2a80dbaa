"""What lies at a place in memory, read without touching it.

Whoever looks at an object in Python writes its reference count, and in a forked process each such
write copies the page on which the object lies. So entries of dicts and fields of functions are
compared here as addresses: a fork reads thousands of them and copies nothing. CPython alone has
these fields; where they stand is found by looking, not assumed.
"""

import ctypes
import gc
import types
from array import array
from collections.abc import Mapping
from itertools import repeat

_WORD = ctypes.sizeof(ctypes.c_size_t)
_ENTRY = ctypes.PYFUNCTYPE(ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t)(
    ("PyDict_GetItem", ctypes.pythonapi)
)
"""The address of a dict's value, 0 without one; takes and gives no reference."""

_BYTES = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_size_t, ctypes.c_ssize_t)(
    ("PyBytes_FromStringAndSize", ctypes.pythonapi)
)
"""So many bytes at an address; ctypes.string_at, without its layer of Python."""


class Entries:
    """Entries of dicts, and the address of what each held."""

    def __init__(self) -> None:
        self._dicts = array("Q")
        self._keys = array("Q")
        self._held = array("Q")
        self._kept: list[object] = []

    def __len__(self) -> int:
        return len(self._held)

    def add(self, of: Mapping[str, object], key: str, value: object) -> None:
        """Watch ``of[key]``, which is ``value``. All three live as long as this table."""
        self._kept += (of, key, value)
        self._dicts.append(id(of))
        self._keys.append(id(key))
        self._held.append(id(value))

    def add_absent(self, of: Mapping[str, object], key: str) -> None:
        """Watch that ``of`` has no ``key``. Both live as long as this table."""
        self._kept += (of, key)
        self._dicts.append(id(of))
        self._keys.append(id(key))
        self._held.append(0)

    def changed(self) -> list[int]:
        """The positions, in the order of adding, of entries that hold something else or nothing."""
        now = self._now()
        if now == self._held:
            return []
        return [index for index, one in enumerate(now) if one != self._held[index]]

    def gone(self) -> int:
        """How many entries are in their dict no longer."""
        return self._now().count(0)

    def accept(self, position: int, value: object) -> None:
        """What stands there now is what has to stay."""
        self._kept.append(value)
        self._held[position] = id(value)

    def _now(self) -> "array[int]":
        return array("Q", map(_ENTRY, self._dicts, self._keys))


class Fields:
    """The same fields of many objects of one type."""

    def __init__(self, sample: object, fields: tuple[object, ...]) -> None:
        """``sample`` has just ``fields`` in the fields to watch: so it is found where they are."""
        size = type(sample).__basicsize__
        words = array("Q", _BYTES(id(sample), size - size % _WORD))
        places = [words.index(id(value)) for value in fields]
        self._offset = min(places) * _WORD
        self._size = (max(places) + 1) * _WORD - self._offset
        self._places = array("Q")
        self._held = bytearray()
        self._kept: list[object] = []

    def __len__(self) -> int:
        return len(self._places)

    def add(self, owner: object, *values: object) -> None:
        """Watch an object whose fields hold ``values``. All live as long as this table."""
        self._kept += (owner, *values)
        self._places.append(id(owner) + self._offset)
        self._held += _BYTES(id(owner) + self._offset, self._size)

    def changed(self) -> list[int]:
        """The positions, in the order of adding, of objects with other fields."""
        now = b"".join(map(_BYTES, self._places, repeat(self._size)))
        if now == self._held:
            return []
        starts = range(0, len(now), self._size)
        return [
            start // self._size
            for start in starts
            if now[start : start + self._size] != self._held[start : start + self._size]
        ]

    def accept(self, position: int, *values: object) -> None:
        """The fields as they are now, which hold ``values``, have to stay."""
        self._kept += values
        start = position * self._size
        now = _BYTES(self._places[position], self._size)
        self._held[start : start + self._size] = now


def fields_of_functions() -> Fields:
    """The code and the defaults of functions."""

    def sample(one: object = _WORD, *, two: object = _WORD) -> object:
        return one, two

    fields = (sample.__code__, sample.__defaults__, sample.__kwdefaults__)
    return Fields(sample, fields)


def fields_of_cells() -> Fields:
    """What the variables hold that a function has from around it."""
    content = object()
    return Fields(types.CellType(content), (content,))


def dict_of(owner: type | types.ModuleType) -> dict[str, object]:
    """The very dict of a module or class, which for a class Python shows through a proxy only."""
    if isinstance(owner, types.ModuleType):
        return vars(owner)
    (found,) = gc.get_referents(vars(owner))
    assert isinstance(found, dict)
    return found
