"""What the names of a notebook can hold, as far as its text tells.

A name is followed to everything that is bound to it anywhere in the notebook, whatever the scope:
that is more than it can hold, never less. Where one binding cannot be read, the answer is None.
"""

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator

from autograder.evidence.audit_parts import folded
from autograder.evidence.tree import magic_of

_LITERALS = (ast.List, ast.Tuple, ast.Set)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ARITHMETIC = frozenset({"sqrt", "log", "exp", "float", "int", "abs", "round"})

MAX_STEPS = 200_000
"""Expressions that are looked at for all questions about a notebook: names can be made to stand for
sums of names without end. After that, nothing can be told."""


class Values:
    """The bindings of all names in the trees of one notebook.

    ``nodes`` is every node of every cell, parents before their children, as `tree.nodes_of` gives
    them for a cell.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self._binders: dict[str, list[ast.AST]] = {}
        """By name, the nodes that bind it; `_read` has those of which `_bound` has all values."""
        self._read: set[int] = set()
        self._bound: dict[str, list[ast.expr]] = {}
        self._through: dict[str, set[str]] = {}
        """By a loop's name, the names of the lists that it goes through."""
        self._calls: dict[str, list[ast.Call]] = {}
        self._reads: Counter[str] = Counter()
        self._touched: set[str] = set()
        """Names of which an attribute or an item is asked."""
        self._handed_on: set[str] = set()
        """Names that are read by anything but a loop that goes through them."""
        self._star = False
        self._left = MAX_STEPS
        functions: list[ast.FunctionDef] = []
        methods: set[int] = set()
        for node in nodes:
            self._learn(node)
            if isinstance(node, ast.FunctionDef) and id(node) not in methods:
                functions.append(node)
            elif isinstance(node, ast.ClassDef) and id(node) not in methods:
                inner = (
                    one for one in ast.walk(node) if isinstance(one, (*_FUNCTIONS, type(node)))
                )
                methods.update(map(id, inner))
        for function in functions:
            self._learn_parameters(function)
        self._unclear = {
            name
            for name, binders in self._binders.items()
            if any(id(binder) not in self._read for binder in binders)
        }

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
            elif isinstance(one, ast.Name) and one.id in self._binders and not self.imported(one):
                given = [] if one.id in seen else self._given(one.id)
                if given is None:
                    return None
                seen.add(one.id)
                waiting += given
            else:
                found.append(one)
        return tuple(found)

    def texts(self, node: ast.expr) -> tuple[str, ...] | None:
        """The texts that a node can be; None where it may be anything else."""
        found = self.of(node)
        for part in (part for one in found or () for part in ast.walk(one)):
            self._left -= 1
            if isinstance(part, ast.FormattedValue) or self._left < 0:
                return None
        if not found:
            return None
        texts = tuple(text for one in found if (text := folded(one)) is not None)
        return texts if len(texts) == len(found) else None

    def number(self, node: ast.expr) -> bool:
        """Whether a node is one number, worked out of literal ones, and no array."""
        found = self.of(node)
        return bool(found) and all(map(self._single, found or ()))

    def imported(self, node: ast.expr) -> bool:
        """Whether a dotted name begins with what a module gives: it is imported by name, by
        ``from m import *``, or Python's own."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        binders = self._binders.get(node.id, [])
        if not binders:
            return self._star or hasattr(builtins, node.id)
        return all(isinstance(one, (ast.Import, ast.ImportFrom)) for one in binders)

    def parameter(self, node: ast.expr | None) -> bool:
        """Whether a node is the parameter of a function and nothing else."""
        binders = self._binders.get(node.id, []) if isinstance(node, ast.Name) else []
        return bool(binders) and all(isinstance(one, ast.arg) for one in binders)

    def untouched(self, node: ast.expr) -> bool:
        """Whether no attribute and no item is asked of the names that an object goes by."""
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            self._left -= 1
            if self._left < 0 or (isinstance(one, ast.Name) and one.id in self._touched):
                return False
            if isinstance(one, ast.Name) and one.id not in seen:
                seen.add(one.id)
                waiting += self._bound.get(one.id, [])
        return True

    def _single(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return node.value is None or isinstance(node.value, (int, float))
        if isinstance(node, ast.UnaryOp):
            return self.number(node.operand)
        if isinstance(node, ast.BinOp):
            return self.number(node.left) and self.number(node.right)
        if isinstance(node, ast.Call) and self.imported(node.func) and not node.keywords:
            last = getattr(node.func, "attr", getattr(node.func, "id", ""))
            return last == "len" or (last in _ARITHMETIC and all(map(self.number, node.args)))
        return False

    def _given(self, name: str) -> list[ast.expr] | None:
        """What is bound to a name, one step back; None where not all of it can be read."""
        if name in self._unclear:
            return None
        given = list(self._bound.get(name, []))
        for table in self._through.get(name, ()):
            items = self._items(table)
            if items is None:
                return None
            given += items
        return given

    def _items(self, name: str) -> list[ast.expr] | None:
        """The items of a list that is written out and then only gone through."""
        bound = self._bound.get(name, [])
        tables = [one for one in bound if isinstance(one, _LITERALS)]
        if (
            name in self._unclear
            or name in self._handed_on
            or len(tables) < len(bound)
            or not bound
        ):
            return None
        items = [item for one in tables for item in one.elts]
        starred = any(isinstance(item, ast.Starred) for item in items)
        return None if starred or name in self._through else items

    def _learn(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
                self._reads[child.id] += 1
                if isinstance(node, (ast.Attribute, ast.Subscript)):
                    self._touched.add(child.id)
                if not isinstance(node, (ast.For, ast.comprehension)):
                    self._handed_on.add(child.id)
        for name in _names_bound(node):
            self._binders.setdefault(name, []).append(node)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assigned(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._assigned(node.target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._looped(node.target, node.iter)
        elif isinstance(node, ast.ImportFrom):
            self._star |= any(alias.name == "*" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._calls.setdefault(node.func.id, []).append(node)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bound.setdefault(target.id, []).append(value)
            self._read.add(id(target))
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            plain = not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
            if plain and len(target.elts) == len(value.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._assigned(one, other)

    def _looped(self, target: ast.expr, through: ast.expr) -> None:
        if not isinstance(target, ast.Name):
            return
        if isinstance(through, ast.Name):
            self._through.setdefault(target.id, set()).add(through.id)
            self._read.add(id(target))
        elif isinstance(through, (*_LITERALS, ast.Dict)):
            items = through.keys if isinstance(through, ast.Dict) else through.elts
            for item in items:
                if item is None or isinstance(item, ast.Starred):
                    return
                self._assigned(target, item)

    def _learn_parameters(self, function: ast.FunctionDef) -> None:
        """What the parameters of a function that is only ever called can hold: their defaults, and
        what the calls give them."""
        calls = self._calls.get(function.name, [])
        called = len(calls) == self._reads[function.name]
        once = self._binders[function.name] == [function]
        words = [keyword.arg for call in calls for keyword in call.keywords]
        starred = any(isinstance(one, ast.Starred) for call in calls for one in call.args)
        if not (called and once) or function.decorator_list or None in words or starred:
            return
        by_place = [*function.args.posonlyargs, *function.args.args]
        parameters = {one.arg: one for one in [*by_place, *function.args.kwonlyargs]}
        given = list(_defaults(function))
        for call in calls:
            given += [(p.arg, value) for p, value in zip(by_place, call.args, strict=False)]
            given += [(str(keyword.arg), keyword.value) for keyword in call.keywords]
        for name, value in given:
            if name in parameters:
                self._bound.setdefault(name, []).append(value)
                self._read.add(id(parameters[name]))


def _names_bound(node: ast.AST) -> Iterator[str]:
    """The names that a node binds by itself, its children aside."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.MatchMapping):
        yield from filter(None, [node.rest])
    elif isinstance(
        node, (*_FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
    ):
        yield from filter(None, [node.name])
    elif isinstance(node, ast.Call) and (magic := magic_of(node)) is not None:
        # `%%bash --out x` and `%%capture x` bind what stands in their line.
        yield from magic.line.replace("=", " ").replace(",", " ").split()


def _defaults(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    by_place = [*function.args.posonlyargs, *function.args.args]
    last = by_place[len(by_place) - len(function.args.defaults) :]
    for one, value in zip(last, function.args.defaults, strict=True):
        yield one.arg, value
    for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default
