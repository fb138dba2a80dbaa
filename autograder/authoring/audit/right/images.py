"""Pictures in another of the shapes that hold the same numbers: as rows, or with a channel."""

import ast
import math
from collections.abc import Callable, Iterator

from autograder.authoring.audit.right.labels import everywhere
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Operator
from autograder.authoring.audit.right.rows import firsts, kind
from autograder.authoring.audit.right.trees import (
    argument,
    constant,
    expression,
    keyword,
    written,
)

_FED = ("fit", "evaluate", "predict")

Exchange = dict[int, list[ast.AST]]


def _reshaped(name: str, form: str, shaped: Callable[[View, int], Exchange | None]) -> Operator:
    """Every array that the model is fed gets another shape where it is made."""

    def edits(view: View) -> Iterator[Edit]:
        for place, (row, _, shape) in enumerate(firsts(view)):
            exchange = shaped(view, place)
            flat = kind(view, row.layers[1]) == "Flatten"
            arrays = _arrays(view, row.name) if row.name and flat else []
            if not arrays or exchange is None or not isinstance(shape, ast.Tuple):
                continue
            sizes = [constant(one) for one in shape.elts]
            size = math.prod(one for one in sizes if isinstance(one, int))
            np = view.numpy("x").removesuffix(".x")
            for value in arrays:
                text = form.format(np=np, value=written(value), size=size)
                exchange[id(value)] = [expression(text)]
            yield everywhere(view, exchange, f"{row.name} takes {name.replace('-', ' ')}")

    return Operator(name, edits)


def _arrays(view: View, model: str) -> list[ast.expr]:
    """The values of the variables that the model is fed; empty where one is used otherwise."""
    calls = [call for method in _FED for call in view.notebook.method_calls(model, method)]
    fed = [argument(call, 0, "x") for call in calls]
    uses = [node for node in view.notebook.uses(model) if isinstance(node.ctx, ast.Load)]
    free = [view.notebook.method_calls(model, method) for method in ("compile", "save", "summary")]
    all_seen = len(uses) == len(calls) + sum(map(len, free))
    validated = any(keyword(call, "validation_data") is not None for call in calls)
    names = {one.id for one in fed if isinstance(one, ast.Name)}
    if not all_seen or validated or not all(isinstance(one, ast.Name) for one in fed):
        return []
    values = [
        _made(view, name, sum(isinstance(o, ast.Name) and o.id == name for o in fed))
        for name in sorted(names)
    ]
    return [value for value in values if value is not None] if all(values) else []


def _made(view: View, name: str, fed: int) -> ast.expr | None:
    """What a student's cell binds a variable to, where nothing but the model uses it."""
    found = [
        statement.value
        for other in view.notebook.views
        for statement in other.tree.body
        if isinstance(statement, ast.Assign) and written(statement.targets[0]) == name
    ]
    return found[0] if len(found) == 1 and len(view.notebook.uses(name)) == fed + 1 else None


def _as_rows(view: View, place: int) -> Exchange | None:
    row, first, shape = list(firsts(view))[place]
    sizes = [constant(one) for one in shape.elts] if isinstance(shape, ast.Tuple) else [None]
    whole = [size for size in sizes if isinstance(size, int)]
    if len(whole) != len(sizes) or len(row.layers) < 3:
        return None
    new = view.keras_call("Input", shape=expression(f"({math.prod(whole)},)"))
    return {id(first): [new], id(row.layers[1]): []}


def _with_channel(view: View, place: int) -> Exchange | None:
    _, _, shape = list(firsts(view))[place]
    if not isinstance(shape, ast.Tuple) or len(shape.elts) != 2:
        return None
    return {id(shape): [ast.Tuple([*shape.elts, ast.Constant(1)], ast.Load())]}


OPERATORS = (
    _reshaped("images-as-rows", "{np}.reshape({value}, (-1, {size}))", _as_rows),
    _reshaped("images-with-channel", "{np}.expand_dims({value}, -1)", _with_channel),
)
