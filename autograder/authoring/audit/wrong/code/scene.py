"""One solution cell as the operators meet it, and the change that an operator makes to it."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.authoring.audit.variants import Cell, Solution
from autograder.authoring.audit.wrong.code.libraries import Libraries, libraries


@dataclass(frozen=True)
class Scene:
    """A solution cell's tree, between the trees of the cells above and below it.

    ``defined`` are the names that the notebook has bound when the cell ends: an operator takes
    no other, so that a variant fails for what it does, not for a name that nobody made.
    """

    cell: Cell
    tree: ast.Module
    above: tuple[ast.Module, ...]
    notebook: tuple[ast.Module, ...]
    libraries: Libraries
    defined: frozenset[str]

    @property
    def keras(self) -> str:
        """The notebook's name for Keras, ``tf.keras`` for instance."""
        return self.libraries.keras

    @property
    def numpy(self) -> str:
        """The notebook's name for NumPy."""
        return self.libraries.numpy


@dataclass(frozen=True)
class Change:
    """The cell's tree with one place changed, and a line that says which."""

    tree: ast.Module
    said: str


Operator = Callable[[Scene], Iterator[Change]]
"""A function that finds its places in a cell; its own name is the operator's name."""

Pair = tuple[object, object]
"""A node, or a list of nodes, of the cell's tree and what takes its place."""


def changed(scene: Scene, said: str, *pairs: Pair) -> Change:
    """The cell with the first of each pair replaced by the second. The scene stays as it is.

    A place is an object of the tree, not a position: what ``deepcopy`` finds in its memo it does
    not copy, so the copy holds the new part where the old one was.
    """
    return Change(copy.deepcopy(scene.tree, {id(old): new for old, new in pairs}), said)


def substituted(statement: ast.stmt, old: object, new: object) -> ast.stmt:
    """One statement with a part replaced, for statements that are moved or repeated."""
    return copy.deepcopy(statement, {id(old): new})


def scenes(solution: Solution) -> tuple[Scene, ...]:
    """The solution cells that Python can read; one with IPython's magics is left alone."""
    trees = tuple(read(cell.source) for cell in solution.cells)
    notebook = tuple(tree for tree in trees if tree is not None)
    found = []
    for place, (cell, tree) in enumerate(zip(solution.cells, trees, strict=True)):
        if not cell.solution or tree is None or not tree.body:
            continue
        above = tuple(tree for tree in trees[:place] if tree is not None)
        seen = (*above, tree)
        found.append(Scene(cell, tree, above, notebook, libraries(seen), _bound(seen)))
    return tuple(found)


def read(source: str) -> ast.Module | None:
    """The syntax tree of a cell, or None where it is not plain Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None


def _bound(trees: tuple[ast.Module, ...]) -> frozenset[str]:
    """The names assigned outside functions and classes."""
    return frozenset(
        node.id
        for tree in trees
        for node in outside_functions(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the cell runs: all but the bodies of functions and classes."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from outside_functions(child)
