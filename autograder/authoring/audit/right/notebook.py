"""A solution while it is being re-spelled: its cells as trees, and what the names in them mean."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.authoring.audit.right.trees import (
    Exchange,
    called,
    exchanged,
    names,
    read,
    statements,
    written,
)
from autograder.authoring.audit.variants import Solution
from autograder.evidence.dotted import Aliases

_SAVING = frozenset(["save", "save_model", "export"])

_HOMES = (
    ("tensorflow.keras.", "keras."),
    ("tensorflow.optimizers.", "keras.optimizers."),
    ("tensorflow.losses.", "keras.losses."),
    ("keras.models.Sequential", "keras.Sequential"),
    ("keras.models.Model", "keras.Model"),
    ("keras.layers.Input", "keras.Input"),
)
"""Where Keras shows one thing under several names: the beginning of a path, and the one of ours."""


class NotSpellable(Exception):
    """The notebook has no name for a library that the new spelling needs."""


@dataclass(frozen=True)
class Page:
    """One code cell. ``tree`` is None where it holds more than Python."""

    name: str
    text: str
    solution: bool

    @cached_property
    def tree(self) -> ast.Module | None:
        return read(self.text)


@dataclass(frozen=True)
class Notebook:
    """All code cells in order, some of them re-spelled."""

    pages: tuple[Page, ...]

    @classmethod
    def of(cls, solution: Solution) -> "Notebook":
        """The notebook as the solution has it."""
        return cls(tuple(Page(cell.name, cell.source, cell.solution) for cell in solution.cells))

    def with_texts(self, texts: Mapping[str, str]) -> "Notebook":
        """The notebook with other texts in some cells."""
        return Notebook(
            tuple(
                Page(page.name, texts[page.name], page.solution) if page.name in texts else page
                for page in self.pages
            )
        )

    @cached_property
    def trees(self) -> tuple[ast.Module, ...]:
        """The trees of all cells that are plain Python."""
        return tuple(page.tree for page in self.pages if page.tree is not None)

    @cached_property
    def views(self) -> "tuple[View, ...]":
        """A view of each cell that a student writes."""
        return tuple(
            View(self, place, page.name, page.tree)
            for place, page in enumerate(self.pages)
            if page.solution and page.tree is not None
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Every identifier of the notebook: no new variable may have such a name."""
        return frozenset(_words(self.trees))

    @cached_property
    def saves(self) -> bool:
        """Whether a model is written to a file, which what is a student's own cannot live in."""
        nodes = (node for tree in self.trees for node in ast.walk(tree))
        return any(isinstance(node, ast.Attribute) and node.attr in _SAVING for node in nodes)

    @cached_property
    def aliases(self) -> Aliases:
        found = Aliases()
        for tree in self.trees:
            found.learn(ast.walk(tree))
        return found

    def method_calls(self, model: str, method: str) -> list[ast.Call]:
        """The calls ``model.method(...)`` in all cells."""
        return [
            node
            for tree in self.trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and receiver(node, method) == model
        ]

    def uses(self, name: str) -> list[ast.Name]:
        """Every place where a variable of this name is read or bound."""
        return [node for tree in self.trees for node in names(tree) if node.id == name]


@dataclass(frozen=True)
class Edit:
    """A notebook after one transformation; ``texts`` are its changed cells, ``says`` what was."""

    texts: Mapping[str, str]
    says: str


@dataclass(frozen=True, eq=False)
class View:
    """One cell that a student writes, and the notebook around it."""

    notebook: Notebook
    place: int
    name: str
    tree: ast.Module

    def full(self, node: ast.AST | None) -> str:
        """The dotted path that an expression names, as it is reached; "" where it names none."""
        return (self.notebook.aliases.resolve(node) or "") if node is not None else ""

    def path(self, node: ast.AST | None) -> str:
        """The same, with one path for each thing that Keras shows under several."""
        return canonical(self.full(node))

    def tensorflow(self, tail: str) -> str:
        """How this cell can write ``tensorflow.<tail>``. Raises NotSpellable."""
        return f"{self._root('tensorflow')}.{tail}"

    def numpy(self, tail: str) -> str:
        """How this cell can write ``numpy.<tail>``. Raises NotSpellable."""
        return f"{self._root('numpy')}.{tail}"

    def keras(self, tail: str) -> str:
        """How this cell can write ``keras.<tail>``: through TensorFlow where it is at hand."""
        try:
            return self.tensorflow(f"keras.{tail}")
        except NotSpellable:
            return f"{self._root('keras')}.{tail}"

    def fresh(self, wish: str) -> str:
        """A name that the notebook does not use yet."""
        tries = (wish if n == 1 else f"{wish}_{n}" for n in range(1, len(self.notebook.words) + 3))
        return next(name for name in tries if name not in self.notebook.words)

    def edit(self, exchange: Exchange, says: str, before: Sequence[ast.stmt] = ()) -> Edit:
        """The cell with nodes exchanged, and statements put in at its top."""
        tree = exchanged(self.tree, exchange)
        return self.rewritten([*before, *tree.body], says)

    def rewritten(self, body: Sequence[ast.stmt], says: str) -> Edit:
        """The cell with other statements."""
        return Edit({self.name: written(ast.Module(list(body), []))}, says)

    def instead(self, old: ast.stmt, says: str, *lines: str) -> Edit:
        """The cell with a statement exchanged for lines of text."""
        return self.edit({id(old): statements(*lines)}, says)

    def keras_call(self, tail: str, *args: ast.expr, **keywords: ast.expr | str) -> ast.Call:
        """A call of something of Keras."""
        return called(self.keras(tail), *args, **keywords)

    def _root(self, module: str) -> str:
        for page in self.notebook.pages[: self.place + 1]:
            for node in page.tree.body if page.tree else ():
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        if alias.name == module:
                            return alias.asname or alias.name
        raise NotSpellable(module)


def canonical(path: str) -> str:
    """The one path of a thing that Keras shows under several."""
    for start, home in _HOMES:
        if path == start or path.startswith(start if start.endswith(".") else start + "."):
            path = home + path[len(start) :]
    return path


def receiver(call: ast.Call, method: str) -> str:
    """The variable on which a method is called, or ""."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == method:
        return function.value.id if isinstance(function.value, ast.Name) else ""
    return ""


def _words(trees: Sequence[ast.Module]) -> Iterator[str]:
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
