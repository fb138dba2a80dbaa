"""A model as rows of plain text: what the grader sees, ready to be laid out."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.evidence.graph import CanonicalGraph, Node, TensorRef
from autograder.evidence.graph.nodes import Shape
from autograder.evidence.graph.render import describe
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.view import CompileSettings, ModelEvidence, NotJudgeable


@dataclass(frozen=True)
class Row:
    """One input or one call of a layer. ``id`` and ``reads`` are the graph's numbers."""

    id: int
    name: str
    what: str
    reads: tuple[int, ...]
    shape: str
    parameters: int | None


@dataclass(frozen=True)
class Outline:
    """All rows, what they add up to, and how the model was compiled."""

    name: str
    kind: str
    rows: tuple[Row, ...]
    outputs: tuple[tuple[str, int], ...]
    parameters: int | None
    settings: str
    remark: str = ""


def outline(model: ModelEvidence) -> Outline:
    """The canonical graph in rows, or the plain list of layers where there is no graph yet."""
    settings = _settings(model.compile)
    try:
        graph = model.graph
    except NotJudgeable as reason:
        total = model.parameters.total if model.built else None
        rows = tuple(_listed(model))
        return Outline(model.name, model.kind, rows, (), total, settings, str(reason))
    inputs = [
        Row(item.id, item.name, "Input", (), shape_text(item.shape), None) for item in graph.inputs
    ]
    outputs = tuple(
        (name, ref.node) for name, ref in zip(graph.output_names, graph.outputs, strict=False)
    )
    rows = (*inputs, *_called(graph))
    return Outline(model.name, model.kind, rows, outputs, model.parameters.total, settings)


def shape_text(shape: Shape) -> str:
    """A shape whose first dimension is the number of rows.

    >>> shape_text((None, 64))
    '(n, 64)'
    """
    if not shape:
        return ""
    inner = ", ".join("?" if dim is None else str(dim) for dim in shape[1:])
    return f"(n, {inner})" if inner else "(n,)"


def _called(graph: CanonicalGraph) -> list[Row]:
    seen: set[int] = set()
    rows = []
    for node in graph.nodes:
        shared = node.layer in seen
        seen.add(node.layer)
        rows.append(
            Row(
                id=node.id,
                name=node.name,
                what=describe(node) + (" again: the same layer" if shared else ""),
                reads=_reads(node),
                shape=shape_text(node.output_shape),
                parameters=0 if shared else node.parameters,
            )
        )
    return rows


def _reads(node: Node) -> tuple[int, ...]:
    refs: tuple[TensorRef, ...] = node.inputs
    return tuple(ref.node for ref in refs)


def _listed(model: ModelEvidence) -> list[Row]:
    """Layers by name and class alone; numbers in a row, each taken to read the one before."""
    rows = []
    for number, layer in enumerate(as_list(model.raw.get("layers"))):
        record = as_mapping(layer)
        config = record.get("config")
        units = config.get("units") if isinstance(config, dict) else None
        what = str(record.get("class_name")) + (f"(units={units})" if units is not None else "")
        rows.append(Row(number, str(record.get("name")), what, (), "", None))
    return rows


def _settings(settings: CompileSettings | None) -> str:
    if settings is None:
        return "not compiled"
    losses = [
        (f"{output}: " if output else "") + str(loss.get("spelling"))
        for output, loss in settings.losses.items()
    ]
    metrics = [str(metric.get("name") or metric.get("class_name")) for metric in settings.metrics]
    return "; ".join(
        [
            f"loss {', '.join(losses) or 'none'}",
            f"optimizer {_optimizer(settings.optimizer)}",
            f"metrics {', '.join(metrics) or 'none'}",
        ]
    )


def _optimizer(optimizer: Mapping[str, object]) -> str:
    name = str(optimizer.get("class_name", "none"))
    config = optimizer.get("config")
    rate = config.get("learning_rate") if isinstance(config, dict) else None
    return f"{name} (learning rate {rate:g})" if isinstance(rate, int | float) else name
