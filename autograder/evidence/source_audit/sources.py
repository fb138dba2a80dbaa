"""Where the values of a notebook's names come from, step by step.

`Values` says what a name can be, or that it cannot tell; here a name leads to every expression that
it was made from, through unpacking, loops and calls of the notebook's own functions. What an item
or a part is taken from stands as a `Subscript`, with a number where the place is known.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.dotted import MAX_PARTS, Aliases, shortened
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.values import Values

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MAX_LOOKS = 300_000
"""Expressions that are looked at for all questions about a notebook."""

MAX_ITEMS = 8
"""Items of items of items that are followed: ``x = x[0]`` has no end."""

_CHANGERS = frozenset({"append", "extend", "insert", "update", "setdefault", "__setitem__"})
_ARITHMETIC = frozenset({"sqrt", "log", "log10", "exp", "float", "int", "abs", "round", "min",
                         "max", "sum", "pow", "float32", "ceil", "floor"})  # fmt: skip
_COUNTS = frozenset({"math", "numpy", "builtins", "tensorflow", "keras"})

ANY = ast.Constant(...)
"""The place of an item that a loop takes."""


def dotted(node: ast.AST) -> str | None:
    """The dotted name of an expression, as far as it is one of a common length.

    >>> dotted(ast.parse("a.b.c", mode="eval").body)
    'a.b.c'
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < MAX_PARTS:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


class Sources:
    """The steps by which the names in one notebook's ``nodes`` got their values."""

    def __init__(self, nodes: Iterable[ast.AST], values: Values, aliases: Aliases) -> None:
        self.values = values
        self._aliases = aliases
        self.given: dict[str, list[ast.expr]] = {}
        """By name and dotted name, what it is given; a loop's name, an item of what is walked."""
        self.targets: dict[int, ast.expr] = {}
        """By a target's identity, what it is given."""
        self.functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        self.classes: dict[str, list[ast.ClassDef]] = {}
        self.written: set[str] = set()
        """Names of objects that have an attribute or an item set."""
        self.changed: set[str] = set()
        """Names of lists and dicts that are changed in place."""
        self.stores: dict[str, int] = {}
        self.owner: dict[int, ast.AST] = {}
        """By a node's identity, the innermost function or class that it stands in."""
        self.returns: dict[int, list[ast.expr]] = {}
        self.left = MAX_LOOKS
        self.opaque: set[str] = set()
        """Names that are bound by more than what ``given`` has; parameters are in ``arguments``."""
        self.arguments: set[str] = set()
        self.starred: set[str] = set()
        """Parameters that take all other keywords."""
        self.set_outside: set[str] = set()
        """Attributes that are set on anything but ``self``."""
        self._imports: dict[str, set[str]] = {}
        star = aliases.resolve(ast.Name("*")) or ""
        self._stars: set[str] = {star.removesuffix(".*")} - {""}
        calls: list[ast.Call] = []
        for node in nodes:
            self._owned(node)
            if isinstance(node, ast.arg):
                self.arguments.add(node.arg)
            elif isinstance(node, ast.arguments) and node.kwarg is not None:
                self.starred.add(node.kwarg.arg)
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
                self.opaque.add(node.name or "")
            elif isinstance(node, FUNCTIONS):
                self.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ClassDef):
                self.classes.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Call):
                calls.append(node)
            else:
                self._learn(node)
        for call in calls:
            self._called(call)

    def named(self, node: ast.expr) -> frozenset[str]:
        """Every dotted name of a module that an expression may stand for; none where one of them
        cannot be told, or is the notebook's own."""
        found: set[str] = set()
        waiting: list[tuple[ast.expr, tuple[str, ...]]] = [(node, ())]
        seen: set[tuple[str, tuple[str, ...]]] = set()
        while waiting:
            one, rest = waiting.pop()
            parts: list[str] = []
            while isinstance(one, ast.Attribute) and len(parts) < MAX_PARTS:
                parts.append(one.attr)
                one = one.value
            rest = (*reversed(parts), *rest)[:MAX_PARTS]
            self.left -= 1
            if not isinstance(one, ast.Name) or self.left < 0:
                return frozenset()
            if self.values.imported(one):
                found |= {shortened(".".join([root, *rest])) for root in self._roots(one.id)}
                continue
            if (one.id, rest) in seen:
                continue
            seen.add((one.id, rest))
            meant = self.values.of(one)
            if not meant or one in meant:
                return frozenset()
            waiting += [(other, rest) for other in meant]
        return frozenset(found)

    def _roots(self, name: str) -> set[str]:
        if name in self._imports:
            return self._imports[name]
        meant = self._aliases.resolve(ast.Name(name))
        if meant is not None:
            return {meant}
        return {f"{module}.{name}" for module in self._stars} or {f"?.{name}"}

    def of_modules(self, node: ast.expr, roots: frozenset[str]) -> bool:
        """Whether an expression is a name out of such modules, whatever it stands for."""
        found = self.named(node)
        return bool(found) and all(name.partition(".")[0] in roots for name in found)

    def number(self, node: ast.expr) -> bool:
        """Whether a node is one number: worked out of literal ones, of lengths and of shapes."""
        waiting = [node]
        seen: set[str] = set()
        while waiting:
            one = waiting.pop()
            self.left -= 1
            if self.left < 0:
                return False
            if isinstance(one, ast.Name):
                if one.id in seen:
                    continue
                seen.add(one.id)
                meant = self.values.of(one)
                if not meant or one in meant:
                    return False
                waiting += meant
            elif isinstance(one, ast.Constant):
                if not (one.value is None or isinstance(one.value, int | float)):
                    return False
            elif isinstance(one, ast.UnaryOp):
                waiting.append(one.operand)
            elif isinstance(one, ast.BinOp):
                waiting += [one.left, one.right]
            elif isinstance(one, ast.IfExp):
                waiting += [one.body, one.orelse]
            elif isinstance(one, ast.Call) and not one.keywords:
                last = last_part(one.func)
                if not self.of_modules(one.func, _COUNTS):
                    return False
                if last in _ARITHMETIC:
                    waiting += one.args
                elif last != "len":
                    return False
            elif not self._of_shape(one):
                return False
        return True

    def _of_shape(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant | ast.UnaryOp)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "shape"
            and not ({"shape", "self.shape"} & {*self.functions, *self.stores})
        )

    def leaves(self, node: ast.expr, *, called: bool = False) -> Iterator[ast.expr]:
        """What an expression goes back to, as far as it can be followed."""
        waiting = [node]
        seen: set[tuple[str, object]] = set()
        while waiting:
            one = waiting.pop()
            item = isinstance(one, ast.Subscript)
            name = dotted(one.value if isinstance(one, ast.Subscript) else one)
            place = getattr(one.slice, "value", ...) if isinstance(one, ast.Subscript) else None
            if name is not None:
                if (name, (item, str(place))) in seen:
                    continue
                seen.add((name, (item, str(place))))
            further = self.back(one, called=called)
            if further is None:
                yield one
            else:
                waiting += further

    def own_function(self, node: ast.expr) -> bool:
        """Whether a node is, or may be made by, a function or class of the notebook's own."""
        if isinstance(node, ast.Lambda):
            return True
        while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        if not isinstance(node, ast.Name):
            return not isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.UnaryOp)
        if node.id in self.functions or node.id in self.classes:
            return True
        return any(isinstance(one, ast.Lambda) for one in self.given.get(node.id, ()))

    def back(self, node: ast.expr, *, called: bool = False) -> list[ast.expr] | None:
        """One step back: what a name, an item or an own function's call was made from; None where
        that is not known. With ``called``, a parameter is what the calls that are seen give it."""
        found = self._back(node, called=called) if self.left > 0 else None
        self.left -= 1 + len(found or ())
        return found

    def _back(self, node: ast.expr, *, called: bool) -> list[ast.expr] | None:
        if isinstance(node, ast.Name | ast.Attribute):
            name = dotted(node) or ""
            unclear = name in self.opaque or (name in self.arguments and not called)
            unclear |= name in self.functions or name in self.classes or name in self._imports
            outside = isinstance(node, ast.Attribute) and node.attr in self.set_outside
            return None if unclear or outside else self.given.get(name)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            made = self.functions.get(node.func.id)
            if made and len(made) == self.stores.get(node.func.id, 0) + len(made):
                return [one for each in made for one in self.returns.get(id(each), ())] or None
            return None
        if isinstance(node, ast.Subscript):
            return self._item(node, called=called)
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        return node.values if isinstance(node, ast.BoolOp) else None

    def _item(self, node: ast.Subscript, *, called: bool) -> list[ast.expr] | None:
        """What an item of a list or dict may be, one that is written out at some step."""
        base, place = node.value, node.slice
        if _depth(node) > MAX_ITEMS:
            return None
        items: list[ast.expr] | None = None
        if isinstance(base, ast.List | ast.Tuple | ast.Set):
            items = list(base.elts)
        elif isinstance(base, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return [base.elt]
        elif isinstance(base, ast.Dict):
            return list(base.keys if place is ANY else base.values)  # type: ignore[arg-type]
        elif isinstance(base, ast.Call):
            found = self._part(base, place)
            if found is not None:
                return found
        if items is not None:
            if isinstance(place, ast.Constant) and isinstance(place.value, int):
                return items[place.value : place.value + 1] or None
            return items
        if isinstance(base, ast.Name) and base.id in self.changed:
            return None
        meant = self.back(base, called=called)
        if meant is None or node.value in meant:
            return None
        return [ast.Subscript(one, place, ast.Load()) for one in meant]

    def _part(self, base: ast.Call, place: ast.expr) -> list[ast.expr] | None:
        last = last_part(base.func)
        if last == "values" and isinstance(base.func, ast.Attribute) and not base.args:
            return [ast.Subscript(base.func.value, ast.Constant(None), ast.Load())]
        if last in ("reversed", "list", "tuple", "sorted", "iter") and len(base.args) == 1:
            return [ast.Subscript(base.args[0], place, ast.Load())]
        return None

    def _owned(self, node: ast.AST) -> None:
        opens = isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda))
        owner = node if opens else self.owner.get(id(node))
        for child in ast.iter_child_nodes(node):
            if owner is not None:
                self.owner[id(child)] = owner
        if isinstance(node, ast.Return) and node.value is not None and owner is not None:
            self.returns.setdefault(id(owner), []).append(node.value)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._give(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._give(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            self._give(node.target, ast.BinOp(node.target, node.op, node.value))
            self.changed.add(dotted(node.target) or "")
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._walk(node.target, node.iter)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._give(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.split(".")[0]
                self._imports.setdefault(alias.asname or whole, set()).add(shortened(whole))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = shortened(f"{node.module}.{alias.name}")
                self._imports.setdefault(alias.asname or alias.name, set()).add(whole)
                self._stars |= {str(node.module)} if alias.name == "*" else set()
        elif isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            name = dotted(node) or ""
            self.stores[name] = self.stores.get(name, 0) + 1
            if isinstance(node, ast.Attribute):
                self.written.add(dotted(node.value) or "")
                own = isinstance(node.value, ast.Name) and node.value.id == "self"
                self.set_outside |= set() if own else {node.attr}
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            base = dotted(node.value) or ""
            self.written.add(base)
            self.changed.add(base)

    def _give(self, target: ast.expr, value: ast.expr) -> None:
        self.targets[id(target)] = value
        if isinstance(target, ast.Tuple | ast.List):
            written = isinstance(value, ast.Tuple | ast.List) and _same_places(target, value)
            starred = any(isinstance(one, ast.Starred) for one in target.elts)
            for n, one in enumerate(target.elts):
                place = ANY if starred else ast.Constant(n)
                part: ast.expr = ast.Subscript(value, place, ast.Load())
                if written and isinstance(value, ast.Tuple | ast.List):
                    part = value.elts[n]
                self._give(one.value if isinstance(one, ast.Starred) else one, part)
        elif (name := dotted(target)) is not None:
            self.given.setdefault(name, []).append(value)

    def _walk(self, target: ast.expr, through: ast.expr) -> None:
        """A loop over ``through``; the parts of zip, enumerate and items() each by their place."""
        parts: list[ast.expr] = []
        if isinstance(through, ast.Call):
            last = last_part(through.func)
            if last == "zip":
                parts = [ast.Subscript(one, ANY, ast.Load()) for one in through.args]
            elif last == "enumerate" and through.args:
                parts = [ast.Constant(0), ast.Subscript(through.args[0], ANY, ast.Load())]
            elif last == "items" and isinstance(through.func, ast.Attribute):
                base = through.func.value
                parts = [
                    ast.Subscript(base, ANY, ast.Load()),
                    ast.Subscript(base, ast.Constant(None), ast.Load()),
                ]
        if isinstance(target, ast.Tuple | ast.List) and len(parts) == len(target.elts):
            self.targets[id(target)] = through
            for one, part in zip(target.elts, parts, strict=True):
                self._give(one, part)
        else:
            self._give(target, ast.Subscript(through, ANY, ast.Load()))

    def _called(self, call: ast.Call) -> None:
        """What own functions are called with is what their parameters are given."""
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _CHANGERS:
                self.changed.add(dotted(call.func.value) or "")
            return
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name == "setattr" and call.args:
            self.written.add(dotted(call.args[0]) or "")
        for function in self.functions.get(name, ())[:1]:
            by_place = [*function.args.posonlyargs, *function.args.args]
            for one, value in zip(by_place, call.args, strict=False):
                self.given.setdefault(one.arg, []).append(value)
            for keyword in call.keywords:
                if keyword.arg:
                    self.given.setdefault(keyword.arg, []).append(keyword.value)


def _depth(node: ast.expr) -> int:
    depth = 0
    while isinstance(node, ast.Subscript) and depth <= MAX_ITEMS:
        node, depth = node.value, depth + 1
    return depth


def _same_places(target: ast.Tuple | ast.List, value: ast.Tuple | ast.List) -> bool:
    plain = not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    return plain and len(target.elts) == len(value.elts)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.arg]:
    """Every parameter of a function, those with stars included."""
    given = function.args
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from filter(None, [given.vararg, given.kwarg])
