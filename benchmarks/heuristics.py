"""Heuristics of published tools, each from its idea in a few lines, for comparison with our rules.

They see the live Keras model and the arrays of a program. None of their code is here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Names = Mapping[str, Any]
"""The variables of a program."""


@dataclass(frozen=True)
class Heuristic:
    """An idea: for which faults it is meant, and which rules of ours look for the same."""

    name: str
    source: str
    meant_for: frozenset[str]
    fires: Callable[[Names], bool]


def _last_layer(names: Names) -> Any:
    layers = getattr(names.get("model"), "layers", None) or [None]
    return layers[-1]


def _no_softmax_in_the_name(names: Names) -> bool:
    last = _last_layer(names)
    return last is not None and "softmax" not in str(last.name).lower()


def _no_softmax_layer(names: Names) -> bool:
    """The last layer is no Softmax layer, and the loss is not told that it gets scores."""
    loss = getattr(names.get("model"), "loss", None)
    scores = getattr(loss, "_fn_kwargs", {}).get("from_logits") or getattr(loss, "from_logits", 0)
    last = _last_layer(names)
    return last is not None and type(last).__name__ != "Softmax" and not scores


def _inputs_above_one(names: Names) -> bool:
    x = names.get("x")
    arrays = x if isinstance(x, list | tuple) else [x]
    return any(
        isinstance(array, np.ndarray) and array.dtype.kind in "fiub" and np.nanmax(abs(array)) > 1
        for array in arrays
    )


def _last_layer_linear(names: Names) -> bool:
    """The last layer is a Dense without an activation, whatever the loss is told."""
    activation = getattr(_last_layer(names), "activation", None)
    return getattr(activation, "__name__", "") == "linear"


_MISSING = frozenset(["O1", "O5"])

HEURISTICS = (
    Heuristic(
        'the last layer is not called "softmax"',
        "a test of names, as published tools make it",
        _MISSING,
        _no_softmax_in_the_name,
    ),
    Heuristic(
        "no Softmax layer at the end, and from_logits is not set",
        "UMLAUT (Schoop et al. 2021)",
        _MISSING,
        _no_softmax_layer,
    ),
    Heuristic(
        "an input above 1 in size",
        "UMLAUT (Schoop et al. 2021)",
        frozenset(["D1"]),
        _inputs_above_one,
    ),
    Heuristic(
        "the last layer is linear",
        "NeuraLint (Nikanjam et al. 2021)",
        _MISSING,
        _last_layer_linear,
    ),
)
