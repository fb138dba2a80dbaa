"""Own functions and classes that compute with what they are given and with nothing else.

A regularizer of one's own that sums the squares of a kernel is honest; one that has an array of
the notebook's in it draws the kernel to that array.
"""

import ast
from collections.abc import Iterable

from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import FUNCTIONS, Sources, parameters

_COMPUTE = frozenset({"keras", "tensorflow", "tf_keras", "numpy", "math", "builtins"})
_READ = ("load", "open", "from", "gen", "read", "input", "get_file", "decode", "parse", "eval",
         "exec", "globals", "locals", "vars", "getattr", "iter", "next", "memmap")  # fmt: skip
"""How names of functions begin that bring in numbers from elsewhere."""

_TYPES = frozenset({"dict", "super", "range", "len"})


class Terms:
    """Tells, each once, which functions and classes of a notebook are such."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._told: dict[int, bool] = {}
        self._names: dict[int, tuple[set[str], set[str]]] = {}
        """By a function's identity, its parameters and the other names that it binds."""

    def clean(self, node: ast.expr) -> bool:
        """Whether a node is an own function, or an object of an own class made of numbers, that
        only computes with what it is given."""
        sources = self.sources
        if isinstance(node, ast.Lambda):
            return self._whole(node, [node])
        made = node.func if isinstance(node, ast.Call) else node
        if not isinstance(made, ast.Name) or made.id in sources.written:
            return False
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            classes = sources.classes.get(made.id, [])
            numbers = all(map(sources.number, given))
            return (
                len(classes) == 1 and numbers and self._alone(made.id) and self._class(classes[0])
            )
        functions = sources.functions.get(made.id, [])
        return len(functions) == 1 and self._alone(made.id) and self._function(functions[0])

    def _alone(self, name: str) -> bool:
        sources = self.sources
        bound = len(sources.functions.get(name, ())) + len(sources.classes.get(name, ()))
        return bound == 1 and not sources.stores.get(name) and name not in sources.arguments

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        if id(node) not in self._told:
            self._told[id(node)] = False  # of itself, by recursion
            self._told[id(node)] = not node.decorator_list and self._whole(node, node.body)
        return self._told[id(node)]

    def _class(self, node: ast.ClassDef) -> bool:
        if id(node) in self._told:
            return self._told[id(node)]
        self._told[id(node)] = False
        roots = frozenset({"keras", "tensorflow", "tf_keras", "builtins"})
        bases = all(self.sources.of_modules(base, roots) for base in node.bases)
        plain = bases and not node.keywords
        self._told[id(node)] = plain and self._whole(node, node.body)
        return self._told[id(node)]

    def _whole(self, root: ast.AST, body: Iterable[ast.AST]) -> bool:
        """Whether all names that are read in it are its own, modules or numbers."""
        nodes = _within(body)
        self.sources.left -= len(nodes)
        own = _bound_in(nodes)
        for function in (root, *nodes):
            if isinstance(function, (*FUNCTIONS, ast.Lambda)):
                own |= {one.arg for one in parameters(function)}
                defaults = [*function.args.defaults, *function.args.kw_defaults]
                if not all(one is None or self._plain(one) for one in defaults):
                    return False
        return self.sources.left >= 0 and all(self.reads(node, own) for node in nodes)

    def added(self, expression: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether an expression within a method is made of its parameters, of what it made from
        them, of its object and of numbers."""
        if id(function) not in self._names:
            nodes = _within([function])
            given = {one.arg for one in nodes if isinstance(one, ast.arg)}
            self._names[id(function)] = (given, _bound_in(nodes) - given)
        given, local = self._names[id(function)]
        known = given | local
        waiting, seen = [expression], set[str]()
        while waiting:
            if self.sources.left < 0:
                return False
            parts = _within([waiting.pop()])
            self.sources.left -= len(parts)
            if self.sources.left < 0 or not all(self.reads(one, known) for one in parts):
                return False
            for part in parts:
                if isinstance(part, ast.Name) and part.id in local and part.id not in seen:
                    seen.add(part.id)
                    waiting += self.sources.given.get(part.id, [])
        return True

    def _plain(self, node: ast.expr) -> bool:
        return self.sources.number(node) or self.sources.values.texts(node) is not None

    def reads(self, node: ast.AST, own: set[str]) -> bool:
        """Whether one node of a computation brings in nothing from outside."""
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom):
            return False
        if isinstance(node, ast.List | ast.Tuple):
            return not any(map(_is_fraction, node.elts))
        if isinstance(node, ast.Attribute):
            own_one = isinstance(node.value, ast.Name) and node.value.id == "self"
            if own_one:
                return node.attr not in self.sources.set_outside
            read = self.sources.values.imported(node) and last_part(node).startswith(_READ)
            return not read
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            return True
        if node.id in own or node.id == "self" or node.id in _TYPES:
            return True
        if self.sources.values.imported(node):
            return not node.id.startswith(_READ) and self.sources.of_modules(node, _COMPUTE)
        return self.sources.number(node) or self.clean(node)


def _is_fraction(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def _bound_in(nodes: Iterable[ast.AST]) -> set[str]:
    names = (node for node in nodes if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _within(body: Iterable[ast.AST]) -> list[ast.AST]:
    return [node for one in body for node in ast.walk(one)]
