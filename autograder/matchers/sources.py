"""What a cell's text says, for the rare exercise whose point is how something is written.

Judged on the syntax tree, so that comments, names and layout are free. Nothing here proves that a
text is honest; it tells an answer that was worked out from one that was typed in.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from autograder.evidence.dotted import Aliases
from autograder.evidence.tree import parse_cell
from autograder.matchers.failure import MatchFailure
from autograder.matchers.slices import (
    bindings_of,
    in_order,
    made_of,
    meanings_of,
    root_of,
    sliced,
    with_magics,
    words_of,
)

_IMPORTERS = frozenset(["__import__", "import_module", "find_spec"])

_METHODS = frozenset(["__eq__", "__ne__", "__contains__", "count", "index"])
_COMPARE = _METHODS | {"is_", "is_not", "eq", "ne", "isinstance", "issubclass"}
"""Functions and methods that compare, by their last name."""

_NUMBERED = frozenset(["len", "id", "hash"])
"""Functions whose result may be compared with a number: how many classes a set has, say."""

_TOLD = frozenset(["str", "repr", "callable", "bool", "hasattr"])
"""Functions that say something about a class which another class may share."""

_LOOKED_AT = 200
"""Comparisons of one value that are looked at: a text can hold thousands."""


def assert_computed(
    source: str, name: str, *, roots: Sequence[str], mentions: str, given: Sequence[str] = ()
) -> None:
    """Passes when ``name`` is the outcome of comparing ``mentions`` of each library in ``roots``.

    The last assignment counts, with the tests and loops around it and everything that the names in
    it were made of. ``given`` are the cells above, in the order in which they run. What is compared
    are the classes themselves, or their identities, not their names or what is made of them. Raises
    MatchFailure.

    >>> cell = "import keras, tensorflow as tf\\nsame = tf.keras.Model is keras.Model"
    >>> assert_computed(cell, "same", roots=("tensorflow", "keras"), mentions="Model")
    """
    whole = in_order(map(_statements, (*given, source)))
    bindings = [found for found in bindings_of(whole) if found[0] == name]
    if not bindings:
        raise MatchFailure(
            f"{name} gets its value in the cell of this exercise",
            "no assignment to it there",
            hint=f"Write {name} = ... in the cell under the exercise.",
        )
    last = max(bindings, key=lambda found: found[1])[2]
    found = _uncompared(last, _Classes(whole, tuple(roots), mentions))
    if found:
        raise MatchFailure(
            f"{name} is computed: {mentions} of "
            + " and of ".join(roots)
            + " are compared with each other",
            found,
            "only a comparison of the two themselves changes when the libraries do.",
            f"Let Python look at both and compare: {name} = ...",
        )


def assert_reached_through(
    source: str, name: str, *, library: str, instead_of: str, given: Sequence[str] = ()
) -> None:
    """Passes when the cell uses ``library`` and neither imports nor uses ``instead_of`` alone.

    Every form is free that begins at ``library``: ``import a.b as c``, ``from a import b``,
    ``b = a.b`` and the long dotted name. ``given`` are cells above. Raises MatchFailure.

    >>> cell = "from tensorflow import keras\\ndef build():\\n    return keras.Sequential()"
    >>> assert_reached_through(cell, "build", library="tensorflow", instead_of="keras")
    """
    tree = _tree(source, name)
    whole = in_order([*map(_statements, given), tree])
    modules = [module for node in ast.walk(tree) for module in _imports(node)]
    imported = next((module for module in modules if root_of(module) == instead_of), "")
    own, above = meanings_of(tree), meanings_of(whole)
    bound = {found[0] for found in bindings_of(tree)}
    borrowed = next(
        (
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and node.id not in bound
            and own.resolve(node) is None
            and root_of(above.resolve(node) or "") == instead_of
        ),
        "",
    )
    if imported or borrowed:
        raise MatchFailure(
            f"the cell of {name} comes to Keras through {library}",
            f"an import of {imported}"
            if imported
            else f"the name {borrowed}, which a cell above imported as a library of its own",
            "this course takes everything from one place, so that no two versions can meet.",
            "Which name did the set-up cell give to TensorFlow, and what do you find behind it?",
        )
    stars = _stars(whole) if _unexplained(tree, above, bound) else []
    words = words_of(sliced([tree], made_of(whole)), above)
    if not any(root_of(word) == library for word in (*modules, *stars, *words)):
        raise MatchFailure(
            f"the cell of {name} comes to Keras through {library}",
            f"nothing of {library} in it",
            hint="The set-up cell imports what is needed: use it, or import from there.",
        )


def _tree(source: str, name: str) -> ast.Module:
    parsed = parse_cell(source)
    if parsed.tree is None:
        raise MatchFailure(
            f"the cell of {name} is Python that can be run",
            "a syntax error" if parsed.invalid else "a text that cannot be read",
            "Python reads the whole cell before it runs the first line of it.",
            "Run the cell: Python points at the place where it stopped to understand.",
        )
    return with_magics(parsed.tree)


def _statements(source: str) -> ast.Module:
    """A cell above; one that is no Python gave nothing a meaning."""
    return with_magics(parse_cell(source).tree or ast.Module([], []))


def _stars(tree: ast.Module) -> list[str]:
    """The modules of which everything is imported."""
    return [
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]


def _unexplained(tree: ast.Module, aliases: Aliases, bound: set[str]) -> bool:
    """Whether the cell uses a name that no line tells the meaning of."""
    return any(
        isinstance(node, ast.Name) and node.id not in bound and aliases.resolve(node) is None
        for node in ast.walk(tree)
    )


def _imports(node: ast.AST) -> Iterator[str]:
    """The modules that a node imports: by a statement, or by a call with the name as a text."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield node.module or ""
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in _IMPORTERS:
            yield str(node.args[0].value)


@dataclass(frozen=True)
class _Classes:
    """The classes ``mentions`` of ``roots``, as the cells of ``tree`` come to them."""

    tree: ast.Module
    roots: tuple[str, ...]
    mentions: str

    @cached_property
    def aliases(self) -> Aliases:
        return meanings_of(self.tree)

    @cached_property
    def made_of(self) -> Mapping[str, list[ast.AST]]:
        return made_of(self.tree)

    def parts(self, *nodes: ast.AST) -> list[ast.AST]:
        """Every node of the expressions, and of what the names in them were made of."""
        return [part for one in sliced(nodes, self.made_of) for part in ast.walk(one)]

    def words(self, *nodes: ast.AST) -> frozenset[str]:
        return frozenset(words_of(sliced(nodes, self.made_of), self.aliases))

    def missing(self, *nodes: ast.AST) -> list[str]:
        """The libraries out of ``roots`` that the expressions do not come to."""
        words = self.words(*nodes)
        return [root for root in self.roots if not any(root_of(word) == root for word in words)]

    def names(self, *nodes: ast.AST) -> bool:
        """Whether the name of the class occurs in the expressions."""
        return any(self.mentions in word.split(".") for word in self.words(*nodes))

    def makes(self, node: ast.AST) -> bool:
        """Whether a node makes an object of the class."""
        function = node.func if isinstance(node, ast.Call) else ast.Constant(None)
        path = self.aliases.resolve(function) or _last_name(function)
        return path.rpartition(".")[2] == self.mentions

    def compared(self, node: ast.AST) -> bool:
        """Whether a node holds the classes of all libraries against each other."""
        return any(
            self.names(*sides)
            and not self.missing(*sides)
            and (
                all(self.names(one) for one in sides)
                or any(_called(part) in _NUMBERED for part in self.parts(*sides))
            )
            for sides in _sides(node)
        )

    def told(self, node: ast.AST) -> bool:
        """Whether a comparison is of something about the classes: a name, an object made of it."""
        parts = self.parts(node)
        typed = [part for part in parts if _called(part) in ("type", "isinstance")]
        typed += [p for p in parts if isinstance(p, ast.Attribute) and p.attr == "__class__"]
        inside = [self.parts(one) for one in typed]
        allowed = {id(part) for one in inside for part in one}
        return (
            any(_called(part) in _TOLD for part in parts)
            or any(self.makes(part) and id(part) not in allowed for part in parts)
            or not all(any(self.makes(part) for part in one) for one in inside)
            or any(
                self.mentions in path[:-1] and path[-1] not in _COMPARE
                for path in (word.split(".") for word in self.words(node))
            )
        )


def _uncompared(value: tuple[ast.AST, ...], classes: _Classes) -> str:
    """What a value is that is no comparison of the classes, in words, or an empty string."""
    parts = classes.parts(*value)
    if not any(isinstance(part, (ast.Name, ast.Attribute, ast.Call)) for part in parts):
        return "a value that was typed in"
    if not classes.names(*value):
        return f"a value in which {classes.mentions} does not occur"
    missing = classes.missing(*value)
    if missing:
        return f"a value in which {classes.mentions} of {' and of '.join(missing)} does not occur"
    comparing = [part for part in parts if any(_sides(part))][:_LOOKED_AT]
    found = [part for part in comparing if classes.compared(part)]
    if not found:
        return "a value for which the two are not compared with each other"
    if all(classes.told(part) for part in found):
        return "a comparison of their names, say, or of objects made of them, not of themselves"
    if any(_is_drowned(part) for part in parts):
        return "a value that is true whatever the comparison says"
    return ""


def _sides(node: ast.AST) -> Iterator[tuple[ast.AST, ...]]:
    """What a node compares with what, if it compares."""
    if isinstance(node, ast.Compare):
        yield from pairwise((node.left, *node.comparators))
    elif isinstance(node, ast.Call) and _called(node) in _COMPARE and node.args:
        own = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        yield tuple(node.args if len(node.args) > 1 else [*own, *node.args])


def _is_drowned(node: ast.AST) -> bool:
    """Whether this is ``... or True``."""
    sides: list[ast.expr] = []
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        sides = node.values
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [node.left, node.right]
    return any(isinstance(side, ast.Constant) and side.value for side in sides)


def _called(node: ast.AST) -> str:
    return _last_name(node.func) if isinstance(node, ast.Call) else ""


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
