"""A model used as a layer: that very model, what stands on it, and what it adds."""

import math
from collections import Counter
from dataclasses import replace

from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.failure import MatchFailure
from autograder.matchers.heads import graph_of
from autograder.matchers.outline import graph_outline
from autograder.matchers.patterns import Pattern


def assert_contains(model: ModelEvidence, other: ModelEvidence) -> None:
    """Passes when ``model`` calls the object ``other`` itself as one of its layers.

    Its layers called again one by one, a clone, new layers of the same kind, and a model that is
    kept as an attribute and never called fail. The recorder compares the objects themselves, so
    both must be variables of the notebook. Raises MatchFailure, NotJudgeable where a layer of the
    student's own may call it.
    """
    if other.name in model.holds:
        return
    if any(node.kind == "Custom" for node in graph_of(model).nodes):
        raise NotJudgeable(f"a layer of {model.name} is of its own: what it calls is not known")
    raise MatchFailure(
        f"{other.name} itself is one of the layers of {model.name}",
        _instead(model, other),
        "a model can be called like a layer: all that it has learnt then comes along as one part.",
        f"Use {other.name} where a layer could stand, and run the cells from the top.",
    )


def assert_on_top(model: ModelEvidence, base: ModelEvidence, *patterns: Pattern) -> None:
    """Passes when ``model`` is the network of ``base`` followed by this row of layers.

    Whether it is ``base`` itself is left to ``assert_contains``. Raises MatchFailure.
    """
    graph, lower = graph_of(model), graph_of(base)
    count = len(patterns)
    first, row = graph.nodes[: len(graph.nodes) - count], graph.nodes[len(graph.nodes) - count :]
    sources = [*lower.outputs, *((node.id, 0) for node in row)]
    chained = len(lower.outputs) == 1 and all(
        node.inputs == (source,) for node, source in zip(row, sources, strict=False)
    )
    below = replace(graph, nodes=first, outputs=lower.outputs)
    ends = tuple(graph.outputs) == tuple(sources[-1:])
    fits = len(row) == count and not any(
        pattern.mismatch(node, frozenset()) for pattern, node in zip(patterns, row, strict=True)
    )
    if chained and ends and fits and below == lower:
        return
    raise MatchFailure(
        f"{model.name} is {base.name}, followed by "
        + ", then ".join(pattern.describe() for pattern in patterns),
        f"\n{graph_outline(graph)}",
        hint=f"What stands between the output of {base.name} and that of {model.name}?",
    )


def assert_adds(model: ModelEvidence, base: ModelEvidence, parameters: int) -> None:
    """Passes when ``model`` has the weights of ``base``, as they are, and so many more.

    Weights are compared by content. Raises MatchFailure.
    """
    graph_of(model)
    wanted = f"{model.name} has the weights of {base.name} and {parameters} parameters more"
    left = Counter(_weights(base))
    own = Counter(_weights(model))
    missing = left - own
    if missing:
        raise MatchFailure(
            wanted,
            f"{missing.total()} of {left.total()} weight arrays of {base.name} are not there",
            "layers that are made anew start from other random numbers.",
            f"Which layers of {model.name} are those of {base.name}, and which are new?",
        )
    more = sum(math.prod(shape) * n for (_, shape), n in (own - left).items())
    if more != parameters:
        raise MatchFailure(
            wanted, f"{more} more", hint=f"How many numbers come out of {base.name}?"
        )


def _weights(model: ModelEvidence) -> list[tuple[str, tuple[int, ...]]]:
    records = [as_mapping(weight) for weight in as_list(model.raw.get("weights"))]
    return [
        (str(one.get("blob")), tuple(int(str(n)) for n in as_list(one.get("shape"))))
        for one in records
    ]


def _instead(model: ModelEvidence, other: ModelEvidence) -> str:
    graph = model.raw.get("graph")
    ops = as_list(as_mapping(graph).get("ops")) if isinstance(graph, dict) else []
    if any(isinstance(as_mapping(op).get("graph"), dict) for op in ops):
        return f"another model inside {model.name}, or {other.name} as it was before"
    if other.built and not Counter(_weights(other)) - Counter(_weights(model)):
        return f"the layers of {other.name}, called again one by one"
    return f"layers that are not those of {other.name}"
