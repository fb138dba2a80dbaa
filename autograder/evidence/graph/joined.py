"""Operations that together are one activation, such as ``exp(x - max) / sum``.

What stands between one tensor and another is computed on a grid and recognised like any function
of the student's own, so how a formula is written is free. Only operations without weights count,
and only where nothing else reads what lies between.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from autograder.evidence.graph.activations import (
    GRID_LIMIT,
    UNKNOWN,
    Activation,
    Floats,
    recognise,
)
from autograder.evidence.graph.drafts import Draft
from autograder.evidence.graph.formulas import FORMULAS
from autograder.evidence.graph.nodes import Shape, TensorRef

MAX_TOGETHER = 24
"""Operations of one formula; softmax takes five."""

PROBED = 192
"""Numbers on which a function is told from others, at least."""

MAX_TRIES = 200
"""Formulas that are computed for one graph: a hostile one may suggest any number of them."""

MAX_GRID = 4_096
"""Numbers of one example on which a formula is computed; a picture is made smaller."""


def activations_joined(
    drafts: list[Draft], outputs: Sequence[TensorRef], shapes: Mapping[TensorRef, Shape]
) -> list[Draft]:
    """The drafts, each group that is one activation replaced by it, the largest group first.

    ``shapes`` are those of all tensors; the drafts stand in topological order.
    """
    by_id = {draft.id: draft for draft in drafts}
    readers = _readers(drafts, outputs)
    gone: set[int] = set()
    tries = 0
    for last in reversed(drafts):
        if last.id in gone or last.kind not in FORMULAS:
            continue
        for source in _sources(last, by_id):
            within = _between(last, source, by_id)
            hidden = set(within) - {last.id}
            known = not within or (not hidden and last.kind == "Activation")
            if known or tries >= MAX_TRIES or any(readers[id] - set(within) for id in hidden):
                continue
            tries += 1
            found = _computed(last, source, within, shapes)
            if found.name in ("unknown", "linear"):
                continue
            gone |= hidden
            last.kind, last.activation, last.config = "Activation", found, {}
            last.inputs = [source]
            break
    return [draft for draft in drafts if draft.id not in gone]


def _readers(drafts: list[Draft], outputs: Sequence[TensorRef]) -> dict[int, set[int]]:
    """Who reads each node; -1 stands for the world outside."""
    found: dict[int, set[int]] = {draft.id: set() for draft in drafts}
    for draft in drafts:
        for ref in draft.inputs:
            found.setdefault(ref.node, set()).add(draft.id)
    for ref in outputs:
        found.setdefault(ref.node, set()).add(-1)
    return found


def _sources(last: Draft, by_id: Mapping[int, Draft]) -> list[TensorRef]:
    """The tensors behind ``last``, with operations only between, that it may be a formula of.

    The farthest stands first.
    """
    found, refs, left = {last.id}, set(last.inputs), [last]
    while left and len(found) <= MAX_TOGETHER:
        for ref in left.pop().inputs:
            refs.add(ref)
            before = by_id.get(ref.node)
            if before is not None and before.kind in FORMULAS and before.id not in found:
                found.add(before.id)
                left.append(before)
    return sorted(refs)


def _between(last: Draft, source: TensorRef, by_id: Mapping[int, Draft]) -> dict[int, Draft]:
    """What is computed from ``source`` alone, by id in order; nothing where more is read."""
    found, left = {last.id: last}, [last]
    while left:
        for ref in left.pop().inputs:
            before = by_id.get(ref.node)
            if ref == source or ref.node in found:
                continue
            if before is None or before.kind not in FORMULAS or len(found) > MAX_TOGETHER:
                return {}
            found[before.id] = before
            left.append(before)
    return dict(sorted(found.items()))


def _computed(
    last: Draft, source: TensorRef, within: Mapping[int, Draft], shapes: Mapping[TensorRef, Shape]
) -> Activation:
    shape = shapes.get(source, ())
    grid = _grid(shape) if shape[1:] == last.output_shape[1:] else None
    if grid is None:
        return UNKNOWN
    env: dict[TensorRef, Floats] = {source: grid}
    try:
        with np.errstate(all="ignore"):
            for draft in within.values():
                read = [env[ref] for ref in draft.inputs]
                env[TensorRef(draft.id, 0)] = np.asarray(FORMULAS[draft.kind](draft, read))
    except Exception:
        # The settings come from beside student code: what cannot be computed is no activation.
        return UNKNOWN
    values = env[TensorRef(last.id, 0)]
    return recognise(values, grid) if values.shape == grid.shape else UNKNOWN


def _grid(shape: Shape) -> Floats | None:
    """Numbers over [-20, 20], denser around zero, for some examples of this shape."""
    sizes = [5 if size is None else size for size in shape[1:]]
    if math.prod(sizes) > MAX_GRID:
        sizes = [*(min(size, 3) for size in sizes[:-1]), *sizes[-1:]]
    count = math.prod(sizes)
    if not sizes or not 0 < count <= MAX_GRID:
        return None
    rows = PROBED // count + 2
    steps = np.linspace(-1.0, 1.0, rows * count)
    mixed = steps[np.random.default_rng(0).permutation(len(steps))]
    return np.asarray((GRID_LIMIT * mixed * np.abs(mixed)).reshape(rows, *sizes))
