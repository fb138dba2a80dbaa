"""What the names of a notebook can hold, as far as its text tells.

A name is followed to everything that is bound to it anywhere in the notebook, whatever the scope:
that is more than it can hold, never less. Where one binding cannot be read, the answer is None.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator
from itertools import product

from autograder.evidence.source_audit.bindings import Bindings
from autograder.evidence.source_audit.parts import folded, is_sum, last_part, summands

_LISTS = (ast.List, ast.Tuple, ast.Set)
_CASES = frozenset({"lower", "upper", "title", "capitalize", "strip"})
_COPIES = frozenset({"list", "tuple", "set", "sorted", "reversed"})

MAX_STEPS = 200_000
"""Expressions that are looked at for all questions about a notebook: names can be made to stand for
sums of names without end. After that, nothing can be told."""

MAX_TEXTS = 64
"""Texts that one expression can be."""


class Values:
    """The bindings of all names in the trees of one notebook.

    ``nodes`` is every node of every cell, parents before their children, as `tree.nodes_of` gives
    them for a cell.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._names = Bindings(nodes)
        self._looped: dict[str, list[ast.expr]] = {}
        """What loops bind to a name."""
        self._told: set[int] = set()
        """Binders of which all values are known: those of loops; `Bindings` knows the others."""
        self._left = MAX_STEPS
        for target, through in self._names.loops:
            self._loop(target, through)
        self._unclear = self._names.unclear(self._told)

    def of(self, node: ast.expr) -> tuple[ast.expr, ...] | None:
        """The expressions that a node can stand for, names and choices (``a if b else c``)
        followed; None where that cannot be told. A name that is imported, or never bound here,
        stands for itself."""
        found: list[ast.expr] = []
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            self._left -= 1
            if self._left < 0:
                return None
            if isinstance(one, ast.IfExp):
                waiting += [one.body, one.orelse]
            elif isinstance(one, ast.BoolOp):
                waiting += one.values
            elif isinstance(one, ast.NamedExpr):
                waiting.append(one.value)
            elif isinstance(one, ast.Subscript) and not isinstance(one.slice, ast.Slice):
                items = self._items(one.value, values=True)
                waiting += items or ()
                found += [one] if items is None else []
            elif isinstance(one, ast.Attribute):
                given = self._names.settings(self._class_of(one.value), one.attr)
                waiting += given or ()
                found += [one] if given is None else []
            elif isinstance(one, ast.Name) and one.id in self._names.binders:
                if self.imported(one):
                    found.append(one)
                elif one.id in self._unclear:
                    return None
                elif one.id not in seen:
                    seen.add(one.id)
                    waiting += self._names.bound.get(one.id, [])
                    waiting += self._looped.get(one.id, [])
            else:
                found.append(one)
        return tuple(found)

    def texts(self, node: ast.expr) -> tuple[str, ...] | None:
        """The texts that a node can be; None where it may be anything else."""
        found = self.of(node)
        read: dict[str, None] = {}
        for one in found or ():
            texts = self._texts_of(one)
            if texts is None:
                return None
            read |= dict.fromkeys(texts)
        return tuple(read) or None

    def imported(self, node: ast.expr) -> bool:
        """Whether a dotted name begins with what a module gives: it is imported by name, by
        ``from m import *``, or Python's own."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        binders = self._names.binders.get(node.id, [])
        if not binders:
            return self._names.stars or hasattr(builtins, node.id)
        return all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in binders)

    def parameter(self, node: ast.expr | None) -> bool:
        """Whether a node is the parameter of a function and nothing else."""
        binders = self._names.binders.get(node.id, []) if isinstance(node, ast.Name) else []
        return bool(binders) and all(isinstance(one, ast.arg) for one in binders)

    def _class_of(self, node: ast.expr) -> str:
        """The name of the class that a name, or an object made without arguments, is of."""
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self._names.binders and node.id not in self._unclear:
            match self._names.bound.get(node.id, []):
                case [ast.Call(func=ast.Name(id=name), args=[], keywords=[])]:
                    return name
        return node.id

    def _texts_of(self, node: ast.expr) -> list[str] | None:
        self._left -= 1
        if self._left < 0:
            return None
        if isinstance(node, ast.JoinedStr):
            return _joined([self._formatted(part) for part in node.values])
        if is_sum(node):
            return _joined([self._either(part) for part in summands(node)[0]])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            before = self._either(node.func.value)
            if before is None or node.func.attr not in _CASES or node.args or node.keywords:
                return None
            return [str(getattr(text, node.func.attr)()) for text in before]
        text = folded(node)
        return None if text is None else [text]

    def _either(self, node: ast.AST) -> list[str] | None:
        texts = self.texts(node) if isinstance(node, ast.expr) else None
        return None if texts is None else list(texts)

    def _formatted(self, part: ast.expr) -> list[str] | None:
        if not isinstance(part, ast.FormattedValue):
            return self._texts_of(part)
        plain = part.conversion == -1 and part.format_spec is None
        return self._either(part.value) if plain else None

    def _items(self, node: ast.expr, *, values: bool = False) -> list[ast.expr] | None:
        """What a table has in it that is written out, and only read if it has a name: the items of
        a list, and the keys or ``values`` of a dictionary."""
        self._left -= 1
        if self._left < 0:
            return None
        tables = [node]
        if isinstance(node, ast.Name):
            tables = self._names.tables(node.id) or [node]
        found: list[ast.expr] = []
        for table in tables:
            if isinstance(table, ast.Dict):
                read = table.values if values else [key for key in table.keys if key is not None]
                if len(table.keys) != sum(key is not None for key in table.keys):
                    return None
            elif isinstance(table, _LISTS):
                read = list(table.elts)
            else:
                return None
            if any(isinstance(item, ast.Starred) for item in read):
                return None
            self._left -= len(read)
            found += read
        return found

    def _loop(self, target: ast.expr, through: ast.expr) -> None:
        """Reads what a loop binds, where the text tells it."""
        if isinstance(target, ast.Name):
            rows = self._rows(through)
            if rows is not None:
                self._bind(target, rows)
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            return
        columns = self._columns(through, len(target.elts))
        for one, column in zip(target.elts, columns, strict=False):
            if column is not None:
                self._loop(one, ast.List(column, ast.Load()))

    def _bind(self, target: ast.Name, values: list[ast.expr]) -> None:
        self._looped.setdefault(target.id, []).extend(values)
        self._told.add(id(target))

    def _rows(self, through: ast.expr) -> list[ast.expr] | None:
        """The items that a loop goes through one by one."""
        if isinstance(through, ast.Call) and not through.keywords:
            own = isinstance(through.func, ast.Name) and self._own(through.func.id)
            if own and last_part(through.func) in _COPIES and len(through.args) == 1:
                return self._rows(through.args[0])
            of_table = isinstance(through.func, ast.Attribute) and not through.args
            if of_table and last_part(through.func) in ("keys", "values"):
                table = getattr(through.func, "value", through)
                return self._items(table, values=last_part(through.func) == "values")
        return self._items(through)

    def _columns(self, through: ast.expr, width: int) -> Iterator[list[ast.expr] | None]:
        """What a loop over pairs binds to its first name, to its second, and so on."""
        if isinstance(through, ast.Call) and not through.keywords:
            name, args = last_part(through.func), through.args
            own = isinstance(through.func, ast.Name) and self._own(through.func.id)
            if own and name == "enumerate" and len(args) == 1 and width == 2:
                return iter([[ast.Constant(0)], self._rows(args[0])])
            if own and name == "zip" and len(args) == width:
                return map(self._rows, args)
            if isinstance(through.func, ast.Attribute) and name == "items" and width == 2:
                table = through.func.value
                keys, values = self._items(table), self._items(table, values=True)
                of_dict = isinstance(table, ast.Dict) or not isinstance(table, _LISTS)
                return iter([keys, values] if of_dict else [])
        rows = self._rows(through)
        # A list within a list that has a name may be changed through it.
        kinds = (ast.Tuple, ast.List) if isinstance(through, _LISTS) else (ast.Tuple,)
        pairs = [row.elts for row in rows or () if isinstance(row, kinds)]
        whole = rows is not None and len(pairs) == len(rows) and all(len(p) == width for p in pairs)
        if not whole or any(isinstance(one, ast.Starred) for pair in pairs for one in pair):
            return iter([])
        return iter([[pair[n] for pair in pairs] for n in range(width)])

    def _own(self, name: str) -> bool:
        """Whether a name is Python's own and nothing else here."""
        return hasattr(builtins, name) and name not in self._names.binders


def _joined(parts: list[list[str] | None]) -> list[str] | None:
    """Every text that one choice of each part makes."""
    known = [part for part in parts if part is not None]
    count = 1
    for part in known:
        count *= len(part)
    if len(known) < len(parts) or count > MAX_TEXTS:
        return None
    return ["".join(chosen) for chosen in product(*known)]
