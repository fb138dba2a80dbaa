"""Which models of a namespace are parts of which others: the objects themselves, not their likes.

A model used as a layer can be told from a copy of it only here, where both objects exist. It is a
part where it is called on the way from the inputs to the outputs; an attribute alone is none.
"""

import sys
from collections.abc import Mapping
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.plain import home, text
from autograder.recorder.tracing import opened

MAX_NESTING = 12


def note_parts(namespace: Mapping[str, object], values: Mapping[str, JSON]) -> None:
    """Adds two lists of names to a model's VALUE: of the models with which it has to do.

    ``"holds"`` are those that it calls as layers, ``"shares"`` those that have a weight in common
    with it: the very variable, not one with the same numbers.

    Call inside ``stillness``. A model whose calls cannot be followed holds nothing.
    """
    keras: Any = sys.modules.get("keras")
    named = {
        name: namespace[name]
        for name, value in values.items()
        if isinstance(value, dict) and value.get("kind") == "model" and name in namespace
    }
    if keras is None or len(named) < 2:
        return
    weights = {name: _weights(model) for name, model in named.items()}
    for name, model in named.items():
        inside = _called(model)
        holds: list[JSON] = [
            text(other) for other, part in named.items() if id(part) in inside and other != name
        ]
        shares: list[JSON] = [
            text(other) for other in named if other != name and weights[other] & weights[name]
        ]
        value = values[name]
        if holds and isinstance(value, dict):
            value["holds"] = holds
        if shares and isinstance(value, dict):
            value["shares"] = shares


def _weights(model: Any) -> set[int]:
    """The identities of its variables."""
    try:
        return {id(weight) for weight in model.weights}
    except Exception:
        # A student's class may raise from any attribute.
        return set()


def _called(model: Any, depth: int = MAX_NESTING) -> set[int]:
    """The identities of the models that its outputs are computed with, at every depth."""
    import keras

    found: set[int] = set()
    for part in _parts(model) if depth > 0 else []:
        while isinstance(part, keras.layers.Wrapper) and home(type(part)) == "keras.layers":
            part = part.layer
        if isinstance(part, keras.Model):
            found |= {id(part)} | _called(part, depth - 1)
    return found


def _parts(model: Any) -> list[Any]:
    """The layers and operations on the way from the model's inputs to its outputs."""
    import keras
    from keras.src.ops.function import map_graph

    if type(model) is keras.Sequential:
        # It calls each of them in turn, also before it has seen an input.
        return list(model.layers)
    try:
        with opened(model) as ends:
            by_depth = map_graph(list(ends.inputs), list(ends.outputs))[1]
            nodes = [node for level in by_depth.values() for node in level]
            return [node.operation for node in nodes if not node.is_input]
    except Exception:
        # Not built, or a call that needs real numbers: what it calls is not known.
        return []
