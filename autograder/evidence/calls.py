"""A call that a check's author declares: a student's function by name, and what it is given.

The arguments are written down once, as canonical JSON and plain arrays, so that a call can be
compared, named by its content, sent into the jail, and made there from fresh values every time.
Runs on both sides of the jail's border; a recipe is the author's and trusted.
"""

import hashlib
import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias, Union

import numpy as np

from autograder.errors import CheckError
from autograder.evidence.arrays import DTYPES, Array, Blob, pack, unpack
from autograder.evidence.strict_json import dumps, loads
from autograder.nouns import JSON

Argument: TypeAlias = Union[  # noqa: UP007
    bool, int, float, str, Array, np.generic,
    list["Argument"], tuple["Argument", ...], dict[str, "Argument"], None,
]  # fmt: skip
"""What a student's function can be given: plain values, arrays, and nests of them."""

ON_THE_WAY = "//"
"""Begins the name of a call's array on its way into the jail; a file's name never does."""

SHOWN = 40
"""How much of one argument a message shows; a longer one is described."""


@dataclass(frozen=True)
class Call:
    """``function`` by name, and a recipe of its arguments. Made by ``call``; equal by content."""

    function: str
    recipe: bytes
    shown: str = field(compare=False)
    blobs: Mapping[str, Blob] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def key(self) -> str:
        """Hexadecimal SHA-256 of the function's name and the arguments' content."""
        head: list[JSON] = [self.function]
        return hashlib.sha256(dumps(head) + self.recipe).hexdigest()

    @property
    def name(self) -> str:
        """The call as a message shows it: ``dense_params(4, 16)``."""
        return f"{self.function}({self.shown})"

    @property
    def fed(self) -> bool:
        """Whether the result is called in its turn, by ``then``."""
        return self.as_json()["then"] is not None

    def then(self, *inputs: Array) -> "Call":
        """The same call, whose result is then called on these arrays.

        >>> call("make_deferred").then(np.ones((3, 4), "float32")).fed
        True
        """
        writer = _Writer(dict(self.blobs))
        try:
            then: list[JSON] = [writer.array(array) for array in inputs]
        except _NoArgument as found:
            raise CheckError(f"then(array, ...) expected for {self.name}, found {found}") from None
        if not then:
            raise CheckError(f"then(array, ...) expected for {self.name}, found then()")
        recipe: dict[str, JSON] = {**self.as_json(), "then": then}
        return replace(self, recipe=dumps(recipe), blobs=writer.blobs)

    def as_json(self) -> dict[str, JSON]:
        """The recipe: ``args`` and ``kwargs``, and ``then`` or null."""
        found = loads(self.recipe)
        assert isinstance(found, dict)
        return found


def call(function: str, /, *args: Argument, **kwargs: Argument) -> Call:
    """Declares a call of the student's function. Raises CheckError for other arguments.

    >>> small = call("dense_params", 4, units=16)
    >>> small.name
    'dense_params(4, units=16)'
    >>> small == call("dense_params", 4, units=16)
    True
    """
    if not isinstance(function, str) or not function.isidentifier() or keyword.iskeyword(function):
        raise CheckError(f"the name of a function expected in call(...), found {function!r:.80}")
    writer = _Writer({})
    try:
        recipe: dict[str, JSON] = {
            "args": [writer.written(value) for value in args],
            "kwargs": {name: writer.written(value) for name, value in kwargs.items()},
            "then": None,
        }
    except _NoArgument as found:
        raise CheckError(
            f"plain values and arrays of numbers expected in call({function!r}, ...), found {found}"
        ) from None
    shown = [_shown(value) for value in args]
    shown += [f"{name}={_shown(value)}" for name, value in kwargs.items()]
    return Call(function, dumps(recipe), ", ".join(shown), writer.blobs)


def arguments(
    recipe: Mapping[str, JSON], blobs: Mapping[str, Blob]
) -> tuple[list[Any], dict[str, Any], list[Any] | None]:
    """Fresh values for ``args``, ``kwargs`` and ``then`` (None without one).

    Any: they go to a student's function. Arrays are copies that may be written to.
    """
    args, kwargs, then = recipe["args"], recipe["kwargs"], recipe["then"]
    assert isinstance(args, list)
    assert isinstance(kwargs, dict)
    assert then is None or isinstance(then, list)
    return (
        [_read(value, blobs) for value in args],
        {name: _read(value, blobs) for name, value in kwargs.items()},
        None if then is None else [_read(value, blobs) for value in then],
    )


class _NoArgument(Exception):
    """A value that cannot be written down; its text says what it is."""


class _Writer:
    """Writes arguments as JSON and gathers the arrays in them."""

    def __init__(self, blobs: dict[str, Blob]) -> None:
        self.blobs = blobs

    def written(self, value: object) -> JSON:
        """The value as JSON; what JSON has no form for is an object with one tag."""
        if isinstance(value, np.generic | np.ndarray):
            return self.array(value)
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return {"float": value.hex()}
        if isinstance(value, list):
            return [self.written(item) for item in value]
        if isinstance(value, tuple):
            return {"tuple": [self.written(item) for item in value]}
        if isinstance(value, dict) and all(isinstance(name, str) for name in value):
            return {"dict": [[name, self.written(item)] for name, item in value.items()]}
        raise _NoArgument(f"{type(value).__name__} {value!r:.60}")

    def array(self, value: object) -> JSON:
        """An array, or a number of NumPy's, under its digest."""
        if not isinstance(value, np.generic | np.ndarray) or value.dtype.name not in DTYPES:
            raise _NoArgument(f"{type(value).__name__} {value!r:.60}")
        blob = pack(np.asarray(value))
        self.blobs[blob.digest] = blob
        return {"number" if isinstance(value, np.generic) else "array": blob.digest}


def _read(value: JSON, blobs: Mapping[str, Blob]) -> Any:
    # Any: whatever the author declared, for a function that is not ours.
    if isinstance(value, list):
        return [_read(item, blobs) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, held),) = value.items()
    if tag == "float":
        return float.fromhex(str(held))
    if tag == "array":
        return unpack(blobs[str(held)]).copy()
    if tag == "number":
        return unpack(blobs[str(held)])[()]
    assert isinstance(held, list)
    if tag == "tuple":
        return tuple(_read(item, blobs) for item in held)
    pairs = [item for item in held if isinstance(item, list)]
    return {str(name): _read(item, blobs) for name, item in pairs}


def _shown(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    text = repr(value.item() if isinstance(value, np.generic) else value)
    if len(text) <= SHOWN and "array(" not in text:
        return text
    if isinstance(value, list | tuple | dict):
        return f"{type(value).__name__} of {len(value)}"
    return text[:SHOWN] + "..."
