"""Which models of a namespace are parts of which others: the objects themselves, not their likes.

A model used as a layer can be told from a copy of it only here, where both objects exist.
"""

import sys
from collections.abc import Mapping
from typing import Any  # Keras has no type information

from autograder.nouns import JSON
from autograder.recorder.plain import text


def note_parts(namespace: Mapping[str, object], values: Mapping[str, JSON]) -> None:
    """Adds ``"holds": [name]`` to each model's VALUE: the models that it uses as layers.

    Call inside ``stillness``. A model whose layers cannot be listed holds nothing.
    """
    keras: Any = sys.modules.get("keras")
    named = {
        name: namespace[name]
        for name, value in values.items()
        if isinstance(value, dict) and value.get("kind") == "model" and name in namespace
    }
    if keras is None or len(named) < 2:
        return
    for name, model in named.items():
        inside = _inside(model)
        holds: list[JSON] = [
            text(other) for other, part in named.items() if id(part) in inside and other != name
        ]
        value = values[name]
        if holds and isinstance(value, dict):
            value["holds"] = holds


def _inside(model: Any) -> set[int]:
    """The identities of all layers inside the model, at every depth, itself left out."""
    try:
        return {id(layer) for layer in model._flatten_layers(include_self=False)}
    except Exception:
        # A student's class may keep anything among its layers.
        return set()
