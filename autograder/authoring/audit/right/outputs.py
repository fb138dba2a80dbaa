"""Several inputs or outputs: data, losses and metrics by list in place of dictionaries by name."""

import ast
from collections.abc import Iterator, Sequence

from autograder.authoring.audit.right.compiling import compiles
from autograder.authoring.audit.right.fitting import fits
from autograder.authoring.audit.right.functional import ends, fed_by_name, own_name
from autograder.authoring.audit.right.labels import everywhere
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Operator
from autograder.authoring.audit.right.trees import argument, constant, keyword


def _ordered(value: ast.expr | None, names: Sequence[str]) -> ast.List | None:
    """A dictionary's values as a list in the order of names; None where it has others."""
    if not isinstance(value, ast.Dict):
        return None
    found = {str(constant(key)): one for key, one in zip(value.keys, value.values, strict=True)}
    if set(found) != set(names):
        return None
    return ast.List([found[name] for name in names], ast.Load())


def _inputs(view: View) -> Iterator[Edit]:
    for model, listed in ends(view, 0, "inputs"):
        names = [own_name(view, one) for one in listed.elts]
        values = [argument(call, 0, "x") for call in view.notebook.method_calls(model, "fit")]
        yield from _by_list(view, model, names, values, "inputs")


def _outputs(view: View) -> Iterator[Edit]:
    """Losses, metrics, weights and labels together: Keras takes them in one form or the other."""
    for model, listed in ends(view, 1, "outputs"):
        names = [own_name(view, one) for one in listed.elts]
        values: list[ast.expr | None] = []
        for tree in view.notebook.trees:
            for one in compiles(view, tree):
                if one.model == model:
                    given = [one.value(name) for name in ("loss", "metrics", "loss_weights")]
                    values += [value for value in given if value is not None]
            values += [fit.y for fit in fits(view, tree) if fit.model == model]
        yield from _by_list(view, model, names, values, "outputs")


def _by_list(
    view: View, model: str, names: list[str], values: list[ast.expr | None], end: str
) -> Iterator[Edit]:
    lists = [_ordered(value, names) for value in values]
    calls = view.notebook.method_calls(model, "fit")
    validated = any(keyword(call, "validation_data") is not None for call in calls)
    if all(names) and all(lists) and values and not validated and fed_by_name(view, model):
        exchange: dict[int, list[ast.AST]] = {
            id(value): [new] for value, new in zip(values, lists, strict=True) if new is not None
        }
        yield everywhere(view, exchange, f"what belongs to the {end} of {model} in lists")


OPERATORS = (
    Operator("inputs-by-list", _inputs),
    Operator("outputs-by-list", _outputs),
)
