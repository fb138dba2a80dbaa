"""Who binds the names of a notebook, to what, and what is done with them: one pass over its trees.

`values` asks for it. Everything is by name, whatever the scope.
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.tree import magic_of

_TABLES = (ast.List, ast.Tuple, ast.Set, ast.Dict)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Arguments = tuple[str, ast.AST, ast.arguments]
"""A function's name, the node that binds it, and its parameters."""

_WORDS = re.compile(r"[^\W\d]\w*")
_BINDS_NOTHING = frozenset(
    ["!", "system", "pip", "conda", "cd", "ls", "cat", "env", "set_env", "time", "timeit",
     "matplotlib", "load_ext", "config", "mkdir", "rm"]
)  # fmt: skip
_KEEPS = frozenset(
    ["print", "len", "enumerate", "zip", "range", "sorted", "list", "tuple", "set", "reversed"]
)
"""Functions of Python's own that change nothing of a table."""

_VIEWS = frozenset({"items", "keys", "values", "index", "count", "get", "copy"})
_STARS = frozenset({"keras", "tensorflow", "tf_keras", "numpy", "matplotlib", "math", "sklearn"})
"""Packages whose modules have no public texts that a name of the notebook could be lost to."""


class Bindings:
    """The names of the trees that ``nodes`` are of, parents before their children."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.binders: dict[str, list[ast.AST]] = {}
        """By name, the nodes that bind it."""
        self.bound: dict[str, list[ast.expr]] = {}
        """By name, what assignments and calls bind to it."""
        self.loops: list[tuple[ast.expr, ast.expr]] = []
        """The target of each loop, and what it goes through."""
        self.stars = False
        self._classes: dict[str, ast.ClassDef] = {}
        self._set: set[str] = set()
        """Attributes that are assigned anywhere, of whatever object."""
        self._by_name = False
        """Whether setattr is reached under another name than its own."""
        self._known: set[int] = set()
        self._displays: dict[str, list[ast.expr]] = {}
        self._calls: dict[str, list[ast.Call]] = {}
        self._reads: Counter[str] = Counter()
        self._handed_on: set[str] = set()
        self._given_to: dict[str, set[str]] = {}
        """By name, the functions of `_KEEPS` that it is handed to."""
        self._lost = False
        """Whether something may bind any name."""
        functions: list[_Arguments] = []
        methods: set[int] = set()
        for node in nodes:
            self._learn(node)
            if isinstance(node, ast.ClassDef) and _is_settings(node):
                self._classes[node.name] = node
            if isinstance(node, ast.ClassDef) and id(node) not in methods:
                kinds = (*_FUNCTIONS, ast.ClassDef)
                methods.update(id(one) for one in ast.walk(node) if isinstance(one, kinds))
            elif isinstance(node, ast.FunctionDef) and id(node) not in methods:
                if not node.decorator_list and not node.name.startswith("__"):
                    functions.append((node.name, node, node.args))
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                target = node.targets[0]
                if isinstance(target, ast.Name):
                    functions.append((target.id, target, node.value.args))
        for function in functions:
            self._learn_parameters(*function)

    def unclear(self, told: Collection[int]) -> frozenset[str]:
        """Names that may hold what nobody has read; ``told`` are binders that the caller read."""
        read = self._known.union(told)
        return frozenset(
            name
            for name, binders in self.binders.items()
            if self._lost or any(id(binder) not in read for binder in binders)
        )

    def tables(self, name: str) -> list[ast.expr] | None:
        """The lists and dictionaries that a name holds, if it holds nothing else and they are only
        read."""
        found, bound = self._displays.get(name, []), self.bound.get(name, [])
        keepers = self._given_to.get(name, set())
        whole = len(found) == len(bound) == len(self.binders.get(name, []))
        kept = name not in self._handed_on and not keepers & self.binders.keys()
        return found if found and whole and kept and not self._lost else None

    def settings(self, name: str, attribute: str) -> list[ast.expr] | None:
        """What a class that only lists settings gives for an attribute; None where it is no such
        class, or the attribute may be another by now."""
        made = self._classes.get(name)
        once = made is not None and self.binders.get(name) == [made]
        by_name = self._by_name or self._reads["setattr"]
        if made is None or not once or self._lost or by_name:
            return None
        given = [value for target, value in _listed(made) if target == attribute]
        return given if len(given) == 1 and attribute not in self._set else None

    def _learn(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
                self._used(child.id, child, node)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            self._set.add(node.attr)
        if isinstance(node, ast.Attribute | ast.alias) and _sets_by_name(node):
            self._by_name = True
        for name in _names_bound(node):
            self.binders.setdefault(name, []).append(node)
        if isinstance(node, ast.Assign):
            single = len(node.targets) == 1
            for target in node.targets:
                self._assigned(target, node.value, single)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._assigned(node.target, node.value, isinstance(node, ast.AnnAssign))
        elif isinstance(node, (ast.For, ast.comprehension)):
            self.loops.append((node.target, node.iter))
        elif isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            self.stars = True
            self._lost |= (node.module or "").split(".")[0] not in _STARS
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                self._calls.setdefault(node.func.id, []).append(node)
            self._lost |= _binds_anything(node)

    def _used(self, name: str, child: ast.Name, parent: ast.AST) -> None:
        self._reads[name] += 1
        if isinstance(parent, ast.Attribute):
            reads = isinstance(parent.ctx, ast.Load)
            if not (reads and parent.attr in _VIEWS):
                self._handed_on.add(name)
        elif isinstance(parent, ast.Subscript):
            if not isinstance(parent.ctx, ast.Load):
                self._handed_on.add(name)
        elif isinstance(parent, ast.Call) and child is not parent.func:
            function = parent.func.id if isinstance(parent.func, ast.Name) else ""
            if function in _KEEPS:
                self._given_to.setdefault(name, set()).add(function)
            else:
                self._handed_on.add(name)
        elif isinstance(parent, ast.Compare):
            inside = len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.In, ast.NotIn))
            if not inside or child is not parent.comparators[0]:
                self._handed_on.add(name)
        elif not isinstance(parent, (ast.For, ast.comprehension, ast.FormattedValue)):
            self._handed_on.add(name)

    def _assigned(self, target: ast.expr, value: ast.expr, single: bool) -> None:
        if isinstance(target, ast.Name):
            self.bound.setdefault(target.id, []).append(value)
            self._known.add(id(target))
            # A list that two names hold may be changed through the other; a tuple may not.
            if isinstance(value, _TABLES) and (single or isinstance(value, ast.Tuple)):
                self._displays.setdefault(target.id, []).append(value)
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            plain = not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
            if plain and len(target.elts) == len(value.elts):
                for one, other in zip(target.elts, value.elts, strict=True):
                    self._assigned(one, other, False)

    def _learn_parameters(self, name: str, binder: ast.AST, args: ast.arguments) -> None:
        """What the parameters of a function that is only ever called can hold: their defaults, and
        what the calls give them."""
        if self.binders[name] != [binder]:
            return
        calls = self._calls.get(name, [])
        words = [keyword.arg for call in calls for keyword in call.keywords]
        starred = any(isinstance(one, ast.Starred) for call in calls for one in call.args)
        if len(calls) != self._reads[name] or None in words or starred:
            return
        by_place = [*args.posonlyargs, *args.args]
        parameters = {one.arg: one for one in [*by_place, *args.kwonlyargs]}
        given = list(_defaults(args))
        for call in calls:
            given += [(p.arg, value) for p, value in zip(by_place, call.args, strict=False)]
            given += [(str(keyword.arg), keyword.value) for keyword in call.keywords]
        for parameter, value in given:
            if parameter in parameters:
                self.bound.setdefault(parameter, []).append(value)
                self._known.add(id(parameters[parameter]))


def _sets_by_name(node: ast.Attribute | ast.alias) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.name
    return name in ("setattr", "delattr", "__setattr__", "__dict__")


def _is_settings(node: ast.ClassDef) -> bool:
    """Whether a class derives from nothing and only gives names values."""
    plain = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass)
    bare = not node.bases and not node.keywords
    made = all(last_part(getattr(one, "func", one)) == "dataclass" for one in node.decorator_list)
    return bare and made and all(isinstance(one, plain) for one in node.body)


def _listed(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for item in node.body:
        if isinstance(item, ast.Assign):
            yield from ((last_part(target), item.value) for target in item.targets)
        elif isinstance(item, ast.AnnAssign) and item.value is not None:
            yield last_part(item.target), item.value


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
        yield from _WORDS.findall(magic.line)


def _binds_anything(call: ast.Call) -> bool:
    """Whether a magic may bind a name that its line does not show (``%%bash --out $name``)."""
    magic = magic_of(call)
    return (
        magic is not None
        and magic.name not in _BINDS_NOTHING
        and not {"$", "{"}.isdisjoint(magic.line)
    )


def _defaults(args: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    by_place = [*args.posonlyargs, *args.args]
    last = by_place[len(by_place) - len(args.defaults) :]
    for one, value in zip(last, args.defaults, strict=True):
        yield one.arg, value
    for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default
