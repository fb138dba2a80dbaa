"""Where in the cell a part stands: its statement, and the body that holds the statement."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.authoring.audit.wrong.code.scene import Pair


@dataclass(frozen=True)
class Place:
    """A statement by the list that it stands in and its number there."""

    body: list[ast.stmt]
    index: int

    @property
    def statement(self) -> ast.stmt:
        """The statement itself."""
        return self.body[self.index]

    @property
    def target(self) -> ast.expr | None:
        """What the statement assigns to, if that is one target."""
        statement = self.statement
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            return statement.targets[0]
        return None

    @property
    def returns(self) -> bool:
        """Whether nothing that stands behind the statement can run."""
        return isinstance(self.statement, ast.Return)

    def replaced(self, *new: ast.stmt) -> Pair:
        """The body with other statements in place of this one."""
        body = [*self.body[: self.index], *new, *self.body[self.index + 1 :]]
        return self.body, body or [ast.Pass()]


def places(tree: ast.AST) -> Iterator[Place]:
    """Every statement in the order of the text, those of inner bodies behind their own."""
    for body in _bodies(tree):
        for index, statement in enumerate(body):
            yield Place(body, index)
            yield from places(statement)


def place_of(tree: ast.AST, node: ast.AST) -> Place:
    """The innermost statement that holds the node. Raises LookupError."""
    holding = [place for place in places(tree) if _holds(place.statement, node)]
    if not holding:
        raise LookupError("the node stands in no statement of this tree")
    return holding[-1]


def assignments(tree: ast.AST) -> Iterator[tuple[Place, str, ast.expr]]:
    """The statements ``name = value``."""
    for place in places(tree):
        if isinstance(place.target, ast.Name) and isinstance(place.statement, ast.Assign):
            yield place, place.target.id, place.statement.value


def without(body: list[ast.stmt], gone: Sequence[ast.stmt]) -> Pair:
    """The body without some of its statements."""
    kept = [statement for statement in body if not any(statement is one for one in gone)]
    return body, kept or [ast.Pass()]


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for inner in value:  # the handlers of a try, the cases of a match
                if isinstance(inner, (ast.ExceptHandler, ast.match_case)):
                    yield from _bodies(inner)


def _holds(outer: ast.AST, node: ast.AST) -> bool:
    return any(inner is node for inner in ast.walk(outer))
