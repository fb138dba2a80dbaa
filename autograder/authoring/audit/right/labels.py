"""Whole-number labels as one-hot rows, with the loss that goes with them, in every cell at once."""

import ast
from collections.abc import Iterator, Sequence

from autograder.authoring.audit.right.compiling import Compile, compiles
from autograder.authoring.audit.right.fitting import fits
from autograder.authoring.audit.right.losses import SHORT, loss_kind, losses_of, metrics_of
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import (
    constant,
    exchanged,
    expression,
    keyword,
    written,
)

_FEEDING = ("fit", "evaluate", "train_on_batch", "test_on_batch")
_HARMLESS = frozenset([*_FEEDING[:2], "compile", "predict", "save", "summary", "add", "layers"])

_FORMS = (
    "{keras}.utils.to_categorical({y}, int({known}.max()) + 1)",
    "{np}.eye(int({known}.max()) + 1)[{y}]",
    "{tf}.one_hot({y}, int({known}.max()) + 1)",
)


def _one_hot(form: str) -> Edits:
    def edits(view: View) -> Iterator[Edit]:
        for one in compiles(view):
            for output, loss in losses_of(one):
                found = _labels(view, one.model, output)
                if loss_kind(view, loss) != "sparse" or not found or not _known(view, one):
                    continue
                # Test labels may lack the last class: the width is that of the training labels.
                width = written(found[0])
                exchange: dict[int, list[ast.AST]] = {
                    id(label): [expression(_filled(view, form, written(label), width))]
                    for label in found
                }
                exchange[id(loss)] = [ast.Constant("categorical_crossentropy")]
                yield everywhere(view, exchange, f"labels of {one.model} as one-hot rows")

    return edits


def _filled(view: View, form: str, label: str, known: str) -> str:
    homes = {
        "keras": view.keras("x").removesuffix(".x"),
        "np": view.numpy("x").removesuffix(".x"),
        "tf": view.tensorflow("x").removesuffix(".x"),
    }
    return form.format(y=label, known=known, **homes)


def _known(view: View, one: Compile) -> bool:
    """Whether all that is done with the model is in sight, and no metric is tied to the labels."""
    methods: dict[int, str] = {}
    called: set[int] = set()
    for node in (node for tree in view.notebook.trees for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute):
            methods[id(node.value)] = node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called.add(id(node.func.value))
    reads = [use for use in view.notebook.uses(one.model) if isinstance(use.ctx, ast.Load)]
    seen = all(
        methods.get(id(use)) in _HARMLESS
        and (id(use) in called or methods[id(use)] not in (*_FEEDING, "compile"))
        for use in reads
    )
    loose = all(constant(node) in SHORT for node, _ in metrics_of(view, one))
    single = len(view.notebook.method_calls(one.model, "compile")) == 1
    tied = one.value("metrics") is None or any(True for _ in metrics_of(view, one))
    return seen and loose and single and tied


def _labels(view: View, model: str, output: str | None) -> list[ast.Name]:
    """The label arrays of one output in every fit and evaluate; empty where one is not plain."""
    found: list[ast.Name] = []
    fed = [view.notebook.method_calls(model, method) for method in _FEEDING]
    mine = {id(page.tree) for page in view.notebook.pages if page.solution}
    for tree in view.notebook.trees:
        for fit in (one for method in _FEEDING for one in fits(view, tree, method)):
            if fit.model != model:
                continue
            values = [fit.y]
            data = keyword(fit.call, "validation_data")
            if data is not None:
                pair = data.elts if isinstance(data, ast.Tuple) else []
                values.append(pair[1] if len(pair) == 2 else None)
            arrays = [_of_output(value, output) for value in values]
            if id(tree) not in mine or not all(isinstance(one, ast.Name) for one in arrays):
                return []
            found += [one for one in arrays if isinstance(one, ast.Name)]
    fitted = len(fed[0]) > 0 and len(found) >= sum(map(len, fed))
    return found if fitted else []


def _of_output(value: ast.expr | None, output: str | None) -> ast.expr | None:
    if output is None:
        return None if isinstance(value, ast.Dict) else value
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        return next((found for key, found in pairs if constant(key) == output), None)
    return None


def everywhere(view: View, exchange: dict[int, list[ast.AST]], says: str) -> Edit:
    """An edit of all cells that hold one of the nodes, this one first."""
    texts: dict[str, str] = {}
    pages = sorted(view.notebook.pages, key=lambda page: page.name != view.name)
    for page in pages:
        if page.tree is not None and _holds(page.tree, list(exchange)):
            texts[page.name] = written(exchanged(page.tree, exchange))
    return Edit(texts, says)


def _holds(tree: ast.AST, ids: Sequence[int]) -> bool:
    return any(id(node) in ids for node in ast.walk(tree))


OPERATORS = (
    Operator("labels-one-hot", _one_hot(_FORMS[0])),
    Operator("labels-one-hot-rows", _one_hot(_FORMS[1])),
    Operator("labels-one-hot-tensor", _one_hot(_FORMS[2])),
)
