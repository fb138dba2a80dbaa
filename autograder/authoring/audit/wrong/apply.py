"""From operators to variants: which places in which cells, and no text twice.

Not every place is tried. Cells of one notebook look alike, and a second place of the same kind
tells little more. So each operator has a number of variants in a notebook; it takes them from
different cells if it can, and begins with the cell that has the fewest so far, so that every cell
meets its part of all operators.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.audit.variants import Kind, Solution, Variant
from autograder.authoring.audit.wrong.code.scene import Change, Operator, Scene, scenes

_PLACES = 2
"""Variants of one operator in one cell."""

_MARK = " (place "


@dataclass(frozen=True)
class _Found:
    """One place of one operator, with the text of the cell as it would be."""

    operator: Operator
    scene: Scene
    change: Change
    text: str


def apply(
    solution: Solution, operators: Sequence[Operator], most: Callable[[Operator], int]
) -> list[Variant]:
    """The variants in the order of the cells, then of the operators, then of the places.

    ``most`` tells for an operator how many variants of it one notebook has at most.
    """
    cells = scenes(solution)
    seen = {(scene.cell.name, ast.unparse(scene.tree)) for scene in cells}
    chosen: list[_Found] = []
    for operator in operators:
        left = most(operator)
        taken = Counter(found.scene.cell.name for found in chosen)
        fewest = sorted(cells, key=lambda scene: taken[scene.cell.name])  # stable: then in order
        for found in _in_turn(operator, fewest):
            key = found.scene.cell.name, found.text
            if left and key not in seen:
                seen.add(key)
                chosen.append(found)
                left -= 1
    variants: list[Variant] = []
    for scene in cells:
        for found in (one for one in chosen if one.scene is scene):
            variants.append(_variant(found, variants))
    return variants


def _in_turn(operator: Operator, cells: Sequence[Scene]) -> Iterator[_Found]:
    """The first place of each cell, then the second."""
    places = [[*_places(operator, scene)] for scene in cells]
    for place in range(_PLACES):
        for found in places:
            yield from found[place : place + 1]


def _places(operator: Operator, scene: Scene) -> Iterator[_Found]:
    """Where the operator changes the cell; one that is left empty counts as not answered."""
    for change in operator(scene):
        body = change.tree.body
        if not body or not all(isinstance(statement, ast.Pass) for statement in body):
            yield _Found(operator, scene, change, _written(scene, change.tree))


def _variant(found: _Found, others: Sequence[Variant]) -> Variant:
    """Two places that read alike are told apart by a number: a name stands for one variant."""
    name, cell = found.operator.__name__.replace("_", "-"), found.scene.cell.name
    said = found.change.said
    alike = [
        other
        for other in others
        if (*other.operators, other.cell, other.change.partition(_MARK)[0]) == (name, cell, said)
    ]
    change = f"{said}{_MARK}{len(alike) + 1})" if alike else said
    return Variant(Kind.WRONG, (name,), cell, change, {cell: found.text})


def _written(scene: Scene, tree: ast.Module) -> str:
    """The cell's text, with the import of a library that only the change uses."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    missing = [line for line in scene.libraries.imports if line.split()[-1] in read]
    return "\n".join([*missing, ast.unparse(tree)])
