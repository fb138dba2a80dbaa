"""With which weights the layers of a recorded model begin, where these are all the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON


@dataclass(frozen=True)
class Start:
    """The constants that kernel and bias begin with; None for drawn numbers."""

    kernel: float | None
    bias: float | None


def constant(start: float | None) -> bool:
    """Whether all weights begin alike."""
    return start is not None


def starts(model: Mapping[str, JSON]) -> dict[str, Start]:
    """By the layer's name, nested models included."""
    return {
        str(op.get("name")): Start(
            _constant(config.get("kernel_initializer")),
            _constant(config.get("bias_initializer")) if config.get("use_bias") else 0.0,
        )
        for op in _operations(model.get("graph"))
        if "kernel_initializer" in (config := as_mapping(op.get("config") or {}))
    }


def _operations(graph: JSON) -> Iterator[Mapping[str, JSON]]:
    if not isinstance(graph, dict):
        return
    for one in as_list(graph.get("ops")):
        op = as_mapping(one)
        yield op
        yield from _operations(op.get("graph"))


def _constant(initializer: JSON) -> float | None:
    if not isinstance(initializer, dict):
        return None
    config = initializer.get("config")
    value = config.get("value") if isinstance(config, dict) else None
    return {
        "Zeros": 0.0,
        "Ones": 1.0,
        "Constant": float(value) if isinstance(value, int | float) else 0.0,
    }.get(str(initializer.get("class_name")))
