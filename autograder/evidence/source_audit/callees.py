"""Which layers of Keras the calls of a notebook can make."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from autograder.evidence.source_audit.layers import PLACES, kind_of
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import Sources

_FEW = 4
"""So many arguments by their place have no initializer among them."""


class Callees:
    """Tells what is called, and with which arguments by their place."""

    def __init__(self, sources: Sources, nodes: Iterable[ast.AST]) -> None:
        self.sources = sources
        self.own_places: dict[str, Mapping[int, str]] = {}
        self.bases: dict[str, list[ast.expr]] = {}
        for name, made in sources.classes.items():
            self.bases[name] = [base for one in made for base in one.bases]
            for one in made:
                self.own_places.setdefault(name, {}).update(_own_places(one))  # type: ignore[attr-defined]
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        self.loose = sorted(
            {last_part(node) for node in nodes if id(node) not in called and _is_layer(node)}
        )
        """Layers that are handed on, or kept in lists: what is called later may be any of them."""

    def places(self, call: ast.Call) -> Iterator[tuple[str, list[ast.expr]]]:
        """The layers that a call may make, each with its arguments by their place."""
        yield from ((layer, call.args) for layer in self.layers(call.func))
        for made in self._partials(call.func):
            given = [*made.args[1:], *call.args]
            yield from ((layer, given) for layer in self.layers(made.args[0]))
        # partial(Dense, 1, ...) takes the places that come after the layer.
        for first in call.args[:1]:
            if isinstance(first, ast.Name | ast.Attribute):
                yield from ((layer, call.args[1:]) for layer in self.layers(first))
        if self._unclear(call.func) and any(map(self.sources.own_function, call.args)):
            own = [one if self._may_start(one) else ast.Constant(None) for one in call.args]
            yield from ((layer, own) for layer in self.loose)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
            supers = isinstance(call.func.value, ast.Call)
            heirs = [base for bases in self.bases.values() for base in bases[:20]]
            owners = heirs[:200] if supers else [call.func.value]
            given = call.args if supers else call.args[1:]
            known = {layer for one in owners for layer in self.layers(one)}
            yield from ((layer, given) for layer in sorted(known))

    def layers(self, function: ast.expr) -> list[str]:
        """The names of layers, Keras's or heirs of theirs, that are called."""
        found: list[str] = []
        waiting = [*self.sources.leaves(function)]
        waiting += self.sources.values.of(function) or ()
        seen: set[str] = set()
        while waiting:
            last = last_part(one := waiting.pop())
            if isinstance(one, ast.Name) and one.id in self.own_places and one.id not in seen:
                seen.add(one.id)
                found += [one.id] if self.own_places[one.id] else []
                waiting += [] if self.own_places[one.id] else self.bases[one.id]
            elif last in PLACES:
                found.append(last)
        return list(dict.fromkeys(found))

    def layer(self, call: ast.Call) -> bool:
        """Whether a call makes a layer of Keras, its model's applications aside."""
        made = [call.func, *(call.args[:1] if last_part(call.func) == "partial" else ())]
        made += [one.args[0] for one in self._partials(call.func)]
        return any(map(self.layers, made))

    def _partials(self, function: ast.expr) -> list[ast.Call]:
        """The calls of ``partial`` that gave a function."""
        return [
            one
            for one in self.sources.leaves(function)
            if isinstance(one, ast.Call) and last_part(one.func) == "partial" and one.args
        ]

    def plain_class(self, function: ast.expr) -> bool:
        """Whether it is a class of the notebook's own that derives from nothing."""
        name = last_part(function) if isinstance(function, ast.Name) else ""
        return name in self.sources.classes and not self.bases[name]

    def spread(self, given: list[ast.expr]) -> Iterator[list[ast.expr] | None]:
        """Arguments by their place with ``*settings`` written out, in every way that it may be;
        None where it may be anything."""
        starred = [n for n, one in enumerate(given) if isinstance(one, ast.Starred)]
        if not starred:
            yield given
            return
        first = given[starred[0]]
        found = self._written(first.value) if isinstance(first, ast.Starred) else None
        if found is None or len(starred) > 1:
            yield None
            return
        before, after = given[: starred[0]], given[starred[0] + 1 :]
        for items in found[:50]:
            yield [*before, *items, *after]

    def _written(self, node: ast.expr) -> list[list[ast.expr]] | None:
        if isinstance(node, ast.Name) and node.id in self.sources.changed:
            return None
        found = [*self.sources.leaves(node, called=True)]
        if all(isinstance(one, ast.Tuple | ast.List) for one in found):
            return [list(one.elts) for one in found if isinstance(one, ast.Tuple | ast.List)]
        return None

    def _unclear(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Subscript | ast.Call | ast.IfExp):
            return True
        return (
            isinstance(function, ast.Name)
            and function.id not in self.sources.functions
            and function.id not in self.sources.classes
            and not self.sources.values.imported(function)
        )

    def _may_start(self, node: ast.expr) -> bool:
        return not isinstance(node, ast.Constant) and self.sources.own_function(node)


def _is_layer(node: ast.AST) -> bool:
    named = isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    return named and last_part(node) in PLACES


def _own_places(node: ast.ClassDef) -> dict[int, str]:
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            given = [*one.args.posonlyargs, *one.args.args][1:]
            return {n: arg.arg for n, arg in enumerate(given) if kind_of(arg.arg)}
    return {}
