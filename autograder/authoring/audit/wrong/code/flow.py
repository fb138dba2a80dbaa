"""What flows into what in cells of the Functional API, followed through variables."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from autograder.authoring.audit.wrong.code.calls import dotted, last


def consumed(tree: ast.Module, weighted: Collection[str], kinds: Collection[str]) -> frozenset[int]:
    """The ids of the calls that make a layer whose output reaches a later layer with weights."""
    flow = _Flow(weighted, kinds)
    flow.follow(tree.body)
    return frozenset(flow.consumed)


@dataclass
class _Flow:
    """Which layers lie behind each variable, statement by statement: names are often used anew."""

    weighted: Collection[str]
    kinds: Collection[str]
    consumed: set[int] = field(default_factory=set)
    layers: dict[str, ast.Call] = field(default_factory=dict)
    behind: dict[str, frozenset[int]] = field(default_factory=dict)

    def follow(self, body: list[ast.stmt]) -> None:
        for statement in body:
            for part in _expressions(statement):
                found = self.upstream(part)
                if isinstance(statement, ast.Assign):
                    self._bind(statement.targets, part, found)
            for name in ("body", "orelse", "finalbody"):
                self.follow(getattr(statement, name, []))

    def upstream(self, node: ast.AST) -> frozenset[int]:
        """The layers that this expression depends on."""
        if isinstance(node, ast.Name):
            return self.behind.get(node.id, frozenset())
        if isinstance(node, ast.Call) and (layer := self._layer(node.func)) is not None:
            before = self._all(node.args)
            if last(layer.func) in self.weighted:
                self.consumed |= before
            return before | {id(layer)}
        return self._all(ast.iter_child_nodes(node))

    def _all(self, nodes: Collection[ast.AST] | Iterator[ast.AST]) -> frozenset[int]:
        return frozenset().union(*(self.upstream(node) for node in nodes))

    def _layer(self, func: ast.expr) -> ast.Call | None:
        if isinstance(func, ast.Call) and last(func.func) in self.kinds:
            return func
        return self.layers.get(dotted(func))

    def _bind(self, targets: list[ast.expr], value: ast.expr, found: frozenset[int]) -> None:
        for target in targets:
            several = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            for name in filter(None, map(dotted, several)):
                self.behind[name] = found
                self.layers.pop(name, None)
                if isinstance(value, ast.Call) and last(value.func) in self.kinds:
                    self.layers[name] = value


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
            yield child
