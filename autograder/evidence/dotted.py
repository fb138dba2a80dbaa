"""What a name in a notebook stands for: ``k.Model`` after ``import keras as k`` is keras.Model."""

import ast
import builtins
from collections.abc import Iterable

_BUILTINS = frozenset(dir(builtins))

MAX_PARTS = 24
"""Parts of a dotted name that are kept, from its root on: no real name has more, and a hostile cell
can build names of thousands (``a1 = a0.x``, ``a2 = a1.x``, ...), each longer than the last."""


MAX_MEANINGS = 16
"""Of one name. No honest notebook gives one so many."""


class Aliases:
    """The dotted meaning of names, gathered over all cells of a notebook.

    `resolve` gives one meaning a name, an import's before any other; `meanings` gives all, since a
    text does not tell which of them holds when a line runs. ``crowded`` has the names with more
    than are kept.
    """

    def __init__(self) -> None:
        self._meaning: dict[str, str] = {}
        self._all: dict[str, dict[str, None]] = {}
        self.crowded: set[str] = set()

    def learn(self, nodes: Iterable[ast.AST]) -> None:
        """Takes in the imports and the plain ``a = b.c`` assignments among the nodes."""
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = shortened(alias.name) if alias.asname else alias.name.split(".")[0]
                    self._imported(alias.asname or whole, whole)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    whole = shortened(f"{node.module}.{alias.name}")
                    self._imported(alias.asname or alias.name, whole)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                self._assign(node.target, node.value)
            elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(
                node.iter, (ast.List, ast.Tuple, ast.Set)
            ):
                for item in node.iter.elts:
                    self._assign(node.target, item)

    def resolve(self, node: ast.AST) -> str | None:
        """The dotted path that an expression names, or None where it names none."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Call):
            root = "IPython.shell" if self._makes_shell(node) else None
        elif isinstance(node, ast.Name):
            root = self._meaning.get(node.id)
            if root is None and node.id in _BUILTINS:
                root = f"builtins.{node.id}"
        else:
            root = None
        return None if root is None else shortened(".".join([root, *reversed(parts)]))

    def meanings(self, node: ast.AST) -> tuple[str, ...]:
        """All dotted paths that an expression may name. What is called like a function of Python's
        own may be that function, whatever else it is bound to."""
        parts: list[str] = []
        root = node
        while isinstance(root, ast.Attribute):
            parts.append(root.attr)
            root = root.value
        if not isinstance(root, ast.Name):
            found = self.resolve(node)
            return () if found is None else (found,)
        roots = list(self._all.get(root.id, ()))
        if root.id in _BUILTINS:
            roots.append(f"builtins.{root.id}")
        return tuple(shortened(".".join([one, *reversed(parts)])) for one in roots)

    def _imported(self, name: str, whole: str) -> None:
        self._meaning[name] = whole
        self._also(name, whole)

    def _also(self, name: str, whole: str) -> None:
        known = self._all.setdefault(name, {})
        if len(known) < MAX_MEANINGS or whole in known:
            known[whole] = None
        else:
            self.crowded.add(name)

    def _makes_shell(self, node: ast.Call) -> bool:
        if isinstance(node.func, ast.Name) and node.func.id == "get_ipython":
            return True
        return (self.resolve(node.func) or "").endswith("get_ipython")

    def _assign(self, target: ast.AST, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._assign(one, other)
            return
        if not isinstance(target, ast.Name):
            return
        shell_itself = isinstance(value, ast.Name) and value.id == "get_ipython"
        for path in ("IPython.get_ipython",) if shell_itself else self.meanings(value):
            self._also(target.id, path)
        if target.id in self._meaning:
            return
        name = "IPython.get_ipython" if shell_itself else self.resolve(value)
        if name is not None and not name.startswith("builtins.None"):
            self._meaning[target.id] = name


def shortened(name: str) -> str:
    """The first ``MAX_PARTS`` parts of a dotted name.

    >>> shortened("os.path.join")
    'os.path.join'
    """
    return ".".join(name.split(".", MAX_PARTS)[:MAX_PARTS])
