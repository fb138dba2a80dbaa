"""What a name in a notebook stands for: ``k.Model`` after ``import keras as k`` is keras.Model."""

import ast
import builtins
from collections.abc import Iterable

_BUILTINS = frozenset(dir(builtins))

MAX_PARTS = 24
"""Parts of a dotted name that are kept, from its root on: no real name has more, and a hostile cell
can build names of thousands (``a1 = a0.x``, ``a2 = a1.x``, ...), each longer than the last."""


class Aliases:
    """The dotted meaning of names, gathered over all cells of a notebook.

    One meaning a name: where a name is imported and later rebound, the import wins, so that an
    audit errs on the side of looking.
    """

    def __init__(self) -> None:
        self._meaning: dict[str, str] = {}

    def learn(self, nodes: Iterable[ast.AST]) -> None:
        """Takes in the imports and the plain ``a = b.c`` assignments among the nodes."""
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = shortened(alias.name) if alias.asname else alias.name.split(".")[0]
                    self._meaning[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    whole = shortened(f"{node.module}.{alias.name}")
                    self._meaning[alias.asname or alias.name] = whole
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
        if not isinstance(target, ast.Name) or target.id in self._meaning:
            return
        shell_itself = isinstance(value, ast.Name) and value.id == "get_ipython"
        name = "IPython.get_ipython" if shell_itself else self.resolve(value)
        if name is not None and not name.startswith("builtins.None"):
            self._meaning[target.id] = name


def shortened(name: str) -> str:
    """The first ``MAX_PARTS`` parts of a dotted name.

    >>> shortened("os.path.join")
    'os.path.join'
    """
    return ".".join(name.split(".", MAX_PARTS)[:MAX_PARTS])
