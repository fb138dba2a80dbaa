"""The layers that a cell makes, each with its role and the way that it stands in its model.

A layer stands in a list (``Sequential([...])``), in an ``add``, in a call of the Functional API, or
in a variable of its own. It is of the head if no layer with weights comes after it.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.authoring.audit.wrong.code.calls import argument, calls, expression, last, receiver
from autograder.authoring.audit.wrong.code.flow import consumed
from autograder.authoring.audit.wrong.code.places import Place, places
from autograder.authoring.audit.wrong.code.scene import Pair

_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "SeparableConv2D", "Conv2DTranspose")
UNITS: Mapping[str, str] = {
    "Dense": "units",
    "LSTM": "units",
    "GRU": "units",
    "SimpleRNN": "units",
    **dict.fromkeys(_CONVOLUTIONS, "filters"),
}
"""Layers with weights, and what their number of columns is called."""

ACTIVATIONS = frozenset(["Activation", "ReLU", "Softmax", "LeakyReLU", "ELU"])
INPUTS = frozenset(["Input", "InputLayer"])
MERGES = frozenset(["Concatenate", "Add", "Multiply", "Average", "Maximum", "Subtract"])
_POOLING = frozenset(["MaxPooling1D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"])
_OTHERS = frozenset(
    [
        "Flatten",
        "Reshape",
        "Dropout",
        "BatchNormalization",
        "Rescaling",
        "Normalization",
        "Embedding",
    ]
)
KINDS = frozenset(UNITS) | ACTIVATIONS | INPUTS | MERGES | _POOLING | _OTHERS


class Role(StrEnum):
    """Whether the answer comes out of a layer or other layers follow."""

    HIDDEN = "hidden"
    HEAD = "head"


@dataclass(frozen=True)
class InList:
    """An element of a list of layers."""

    elements: list[ast.expr]
    index: int

    def replaced(self, *new: ast.expr) -> Pair:
        """The list with other layers in place of this one."""
        return self.elements, [*self.elements[: self.index], *new, *self.elements[self.index + 1 :]]


@dataclass(frozen=True)
class InAdd:
    """The argument of ``model.add(...)``."""

    place: Place
    call: ast.Call

    def replaced(self, *new: ast.expr) -> Pair:
        """One ``add`` for each of the new layers."""
        return self.place.replaced(*(ast.Expr(ast.Call(self.call.func, [n], [])) for n in new))


@dataclass(frozen=True)
class InCall:
    """A layer called on the spot: ``Dense(10)(hidden)``."""

    call: ast.Call

    def replaced(self, *new: ast.expr) -> Pair:
        """The new layers called one after another, the first on what this one was called on."""
        result = self.call.args[0]
        for layer in new:
            result = ast.Call(layer, [result], [])
        return self.call, result


@dataclass(frozen=True)
class Layer:
    """A call that makes a layer. ``row`` tells the models of one cell apart."""

    call: ast.Call
    role: Role
    row: int
    stands: InList | InAdd | InCall | None

    @property
    def kind(self) -> str:
        """The name of its class."""
        return last(self.call.func)

    @property
    def weighted(self) -> bool:
        """Whether it has units."""
        return self.kind in UNITS

    @property
    def units(self) -> ast.expr | None:
        """The number of its columns as it is written."""
        return argument(self.call, UNITS[self.kind], 0) if self.weighted else None


_Found = tuple[ast.Call, InList | InAdd | InCall | None]


def layers_of(tree: ast.Module) -> tuple[Layer, ...]:
    """All layers of the cell, model by model, in the order of the text."""
    rows = [*_lists(tree), *_added(tree)]
    taken = {id(call) for row in rows for call, _ in row}
    found = [layer for n, row in enumerate(rows) for layer in _in_a_row(row, n)]
    loose = [(call, stands) for call, stands in _called(tree) if id(call) not in taken]
    hidden = consumed(tree, frozenset(UNITS), KINDS)
    for call, stands in loose:
        role = Role.HIDDEN if id(call) in hidden else Role.HEAD
        found.append(Layer(call, role, len(rows), stands))
    return tuple(sorted(found, key=lambda at: (at.row, at.call.lineno, at.call.col_offset)))


def is_layer(node: ast.AST) -> bool:
    """Whether the node makes a layer, Input included."""
    return isinstance(node, ast.Call) and last(node.func) in KINDS


def layer_class(keras: str, kind: str, like: ast.Call) -> ast.expr:
    """Another class of layers, by the prefix of this layer or else by the notebook's Keras."""
    if isinstance(like.func, ast.Attribute) and last(like.func) not in INPUTS:
        return ast.Attribute(like.func.value, kind)
    return expression(f"{keras}.layers.{kind}")


def _in_a_row(row: Sequence[_Found], number: int) -> Iterator[Layer]:
    weighted = [place for place, (call, _) in enumerate(row) if last(call.func) in UNITS]
    head = weighted[-1] if weighted else 0
    for place, (call, stands) in enumerate(row):
        yield Layer(call, Role.HEAD if place >= head else Role.HIDDEN, number, stands)


def _lists(tree: ast.Module) -> Iterator[list[_Found]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.List) and any(is_layer(one) for one in node.elts):
            yield [
                (one, InList(node.elts, index))
                for index, one in enumerate(node.elts)
                if isinstance(one, ast.Call) and is_layer(one)
            ]


def _added(tree: ast.Module) -> Iterator[list[_Found]]:
    rows: dict[tuple[int, str], list[_Found]] = {}
    for place in places(tree):
        call = place.statement.value if isinstance(place.statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or last(call.func) != "add" or len(call.args) != 1:
            continue
        (layer,) = call.args
        if isinstance(layer, ast.Call) and is_layer(layer):
            row = rows.setdefault((id(place.body), ast.dump(receiver(call))), [])
            row.append((layer, InAdd(place, call)))
    yield from rows.values()


def _called(tree: ast.Module) -> Iterator[_Found]:
    """Layers called on the spot, then those that are kept in a variable or passed on."""
    all_calls = calls(tree)
    on_the_spot = {id(c.func): c for c in all_calls if is_layer(c.func) and len(c.args) == 1}
    for call in all_calls:
        if is_layer(call):
            outer = on_the_spot.get(id(call))
            yield call, InCall(outer) if outer else None
