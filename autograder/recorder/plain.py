"""Turning whatever a student's objects hold into plain, capped JSON values."""

import math
import numbers
import sys
from collections.abc import Callable, Mapping

import numpy as np

from autograder.nouns import JSON

MAX_TEXT = 300
MAX_ITEMS = 1_000
MAX_DEPTH = 12
MAX_INTEGER = 2**63 - 1
"""JSON readers elsewhere hold 64 bits."""


def text(value: object, at_most: int = MAX_TEXT) -> str:
    """``str(value)``, cut, without lone surrogates, which UTF-8 cannot carry."""
    try:
        found = value if type(value) is str else str(value)
    except Exception:
        # A student's __str__ may raise anything; the text is only for people.
        return "?"
    return found[:at_most].encode("utf-8", "replace").decode("utf-8")


def number(value: float) -> JSON:
    """The float, or the text "nan", "inf" or "-inf", which JSON has no number for."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def whole(value: int) -> int:
    """The integer, held within 64 bits."""
    return max(-MAX_INTEGER - 1, min(MAX_INTEGER, value))


def plain(
    value: object, describe: Callable[[object], JSON] | None = None, depth: int = MAX_DEPTH
) -> JSON:
    """The value as JSON. What is no plain value goes through ``describe``, else is a type's name.

    Tuples become lists, slices ``{"slice": [start, stop, step]}``, everything is capped.
    """
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, numbers.Integral):
        return whole(int(value))
    if isinstance(value, float | np.floating):
        return number(float(value))
    if depth <= 0:
        return {"type": type(value).__name__}
    if isinstance(value, Mapping):
        pairs = list(value.items())[:MAX_ITEMS]
        return {text(key): plain(item, describe, depth - 1) for key, item in pairs}
    if isinstance(value, list | tuple):
        return [plain(item, describe, depth - 1) for item in list(value)[:MAX_ITEMS]]
    if isinstance(value, slice):
        parts = (value.start, value.stop, value.step)
        return {"slice": [plain(part, describe, depth - 1) for part in parts]}
    if isinstance(value, np.ndarray) and value.size <= MAX_ITEMS:
        return plain(value.tolist(), describe, depth - 1)
    return describe(value) if describe else {"type": text(type(value).__name__)}


def home(thing: object) -> str:
    """The public module of a class or function of Keras, "" for anything else.

    ``keras.src.layers.core.dense`` is "keras.layers". A class that only says so, without being
    found there under its name, is not Keras's own.
    """
    module, name = getattr(thing, "__module__", None), getattr(thing, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return ""
    parts = module.split(".")
    if parts[:2] != ["keras", "src"] or len(parts) < 3:
        return ""
    if getattr(sys.modules.get(module), name, None) is not thing:
        return ""
    return f"keras.{parts[2]}"


def spelled(value: object) -> str:
    """How a string, function, class or object was written: its text, or its name."""
    if isinstance(value, str):
        return text(value)
    name = getattr(value, "__name__", None)
    return text(name if isinstance(name, str) else type(value).__name__)
