"""Declared calls of a student's functions, made just before a grade cell and recorded.

Runs in the notebook's own process, for a function may use whatever the notebook made. What a call
prints, draws, rebinds or draws from random numbers is put back after it, so that the notebook goes
on as it would have without. Objects that a function changes in place stay changed.
"""

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Protocol  # Any: a student's objects

from autograder.evidence.arrays import Blob
from autograder.evidence.calls import arguments
from autograder.evidence.model_ref import model_ref
from autograder.nouns import JSON
from autograder.recorder.alarm import TimeLimit, within
from autograder.recorder.plain import text
from autograder.recorder.snapshot import ValueRecorder
from autograder.recorder.stillness import stillness

MAX_ITEMS = 16
"""A function that returns several values returns a few; a longer tuple is an array or other."""

MAX_DEPTH = 3


class Channel(Protocol):
    """Where evidence goes."""

    def send(self, message: dict[str, JSON]) -> None:
        """One message."""

    def blob(self, blob: Blob) -> str:
        """Store an array, get its digest."""

    def model(self, model: dict[str, JSON]) -> str:
        """Store a model's record, get its reference."""


def make_calls(
    recipes: Sequence[Mapping[str, JSON]],
    namespace: MutableMapping[str, object],
    arrays: Mapping[str, Blob],
    channel: Channel,
    *,
    cell: str,
    limit_s: float,
    settle: Callable[[], None],
) -> None:
    """Makes the calls in order. ``settle`` waits until what they printed has been read."""
    for recipe in recipes:
        named: dict[str, JSON] = {"cell": cell, "key": recipe["key"]}
        channel.send({"type": "call_start", **named})
        held = _Held()
        with stillness(), _unseen(), _same_names(namespace):
            function = namespace.get(str(recipe["function"]))
            found = _missing()
            if is_function(function):
                found = _made(function, recipe, arrays, held, limit_s)
        held.release(channel)
        settle()
        channel.send({"type": "call_end", **named, **found})


def is_function(value: object) -> bool:
    """Whether it can be called as a function: any callable but a Keras layer or model."""
    keras = sys.modules.get("keras")
    # type(), since isinstance() would ask a student's object for its class.
    return callable(value) and not (keras and issubclass(type(value), keras.layers.Layer))


def _missing() -> dict[str, JSON]:
    return {"status": "missing", "error": None, "value": None, "fed": None}


def _made(
    function: Any,
    recipe: Mapping[str, JSON],
    arrays: Mapping[str, Blob],
    held: "_Held",
    limit_s: float,
) -> dict[str, JSON]:
    found: dict[str, JSON] = {**_missing(), "status": "ok"}

    def work() -> None:
        try:
            args, kwargs, then = arguments(recipe, arrays)
            result = function(*args, **kwargs)
            found["value"] = _value(result, ValueRecorder(held))
            if then is not None:
                result(*then)
                found["fed"] = _value(result, ValueRecorder(held))
        except TimeLimit:
            raise
        except BaseException as error:  # SystemExit is an answer too, and not ours to obey
            found["status"] = "error"
            found["error"] = {"type": text(type(error).__name__), "text": _first_line(error)}

    started = time.monotonic()
    with contextlib.suppress(TimeLimit):
        within(limit_s, work)
    if time.monotonic() - started >= limit_s:
        # Also a function that caught the interrupt and returned something after all.
        reason = {"type": "", "text": f"it ran longer than {limit_s:g} s"}
        return {**_missing(), "status": "interrupted", "error": dict(reason)}
    return found


def _value(result: Any, recorder: ValueRecorder, depth: int = MAX_DEPTH) -> dict[str, JSON]:
    """VALUE, where several values that were returned together are told apart."""
    known = recorder.value(result)
    several = issubclass(type(result), tuple) or (
        issubclass(type(result), list) and known["kind"] == "other"
    )
    if not several or depth == 0 or not 0 < len(result) <= MAX_ITEMS:
        return known
    items: list[JSON] = [_value(item, recorder, depth - 1) for item in result]
    return {"kind": "tuple", "items": items}


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in text(error, 2000).splitlines()]
    return text(next(filter(None, lines), ""))


class _Held:
    """A sink that keeps what it gets until the function's time is over.

    An interrupt in the middle of a frame would spoil the pipe for the whole notebook.
    """

    def __init__(self) -> None:
        self._blobs: dict[str, Blob] = {}
        self._models: list[dict[str, JSON]] = []

    def blob(self, blob: Blob) -> str:
        digest = blob.digest
        self._blobs[digest] = blob
        return digest

    def model(self, model: dict[str, JSON]) -> str:
        self._models.append(model)
        return model_ref(model)

    def release(self, channel: Channel) -> None:
        """Everything goes out."""
        for blob in self._blobs.values():
            channel.blob(blob)
        for model in self._models:
            channel.model(model)


class _Nowhere(io.TextIOBase):
    """A text stream that drops everything: a loop that prints must not fill the memory."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """Drops what is printed, and closes the figures that were opened."""
    before = _figures()
    nowhere = _Nowhere()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield
    for number in _figures() - before:
        sys.modules["matplotlib.pyplot"].close(number)


def _figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


@contextlib.contextmanager
def _same_names(namespace: MutableMapping[str, object]) -> Iterator[None]:
    """Binds every variable again to what it held before."""
    before = dict(namespace)
    yield
    for name in [name for name in namespace if name not in before]:
        del namespace[name]
    namespace.update(before)
