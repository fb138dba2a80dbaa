"""What evaluate and predict give back, taken apart in other ways."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.compiling import compiles
from autograder.authoring.audit.right.fitting import Fit, fits
from autograder.authoring.audit.right.losses import loss_kind, losses_of
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Bound, Edits, Operator, rewriting
from autograder.authoring.audit.right.rows import head_units
from autograder.authoring.audit.right.trees import (
    all_statements,
    call_with,
    constant,
    keyword,
    names,
    written,
)

_FLATTENING = ("ravel", "flatten", "reshape")


def _unpacked(view: View) -> Iterator[tuple[ast.Assign, Fit, list[str]]]:
    """(statement, call, variables) of ``loss, metric = model.evaluate(...)``."""
    found = {id(one.call): one for one in fits(view, method="evaluate")}
    for statement in all_statements(view.tree):
        if isinstance(statement, ast.Assign) and id(statement.value) in found:
            target = statement.targets[0]
            if isinstance(target, ast.Tuple) and all(isinstance(t, ast.Name) for t in target.elts):
                names_of = [written(one) for one in target.elts]
                yield statement, found[id(statement.value)], names_of


def _by_place(view: View) -> Iterator[Edit]:
    for statement, one, variables in _unpacked(view):
        scores = view.fresh("scores")
        lines = [f"{name} = {scores}[{place}]" for place, name in enumerate(variables)]
        says = "evaluate's list, one by one"
        yield view.instead(statement, says, f"{scores} = {written(one.call)}", *lines)


def _list_target(view: View) -> Iterator[Edit]:
    for statement, one, variables in _unpacked(view):
        line = f"[{', '.join(variables)}] = {written(one.call)}"
        yield view.instead(statement, "evaluate's list into a list", line)


def _dictionary(view: View) -> Iterator[Edit]:
    for statement, one, variables in _unpacked(view):
        keys = _keys(view, one.model)
        if len(keys) == len(variables) and keyword(one.call, "return_dict") is None:
            scores = view.fresh("scores")
            call = written(call_with(one.call, return_dict="True"))
            lines = [
                f"{name} = {scores}['{key}']" for key, name in zip(keys, variables, strict=True)
            ]
            yield view.instead(statement, "return_dict=True", f"{scores} = {call}", *lines)


def _keys(view: View, model: str) -> list[str]:
    """The keys of evaluate's dictionary for a model with one metric of a known name."""
    found = [one for other in view.notebook.views for one in compiles(other) if one.model == model]
    metrics = found[0].value("metrics") if len(found) == 1 else None
    if not isinstance(metrics, ast.List) or len(metrics.elts) != 1:
        return []
    [metric] = metrics.elts
    name = constant(keyword(metric, "name")) if isinstance(metric, ast.Call) else constant(metric)
    return ["loss", name] if isinstance(name, str) else []


def _in_batches(method: str, size: int) -> Edits:
    def edits(view: View) -> Iterator[Edit]:
        for one in fits(view, method=method):
            if keyword(one.call, "batch_size") is None:
                new = call_with(one.call, batch_size=str(size))
                yield view.edit({id(one.call): [new]}, f"{method} in batches of {size}")

    return edits


def _predicting(view: View, bound: Bound) -> bool:
    """Whether A is a model that this notebook compiles."""
    model = bound["A"]
    return isinstance(model, ast.Name) and bool(view.notebook.method_calls(model.id, "compile"))


def from_predict(view: View, node: ast.expr) -> str:
    """The model whose ``predict`` an expression comes from, as it is or flattened, or ""."""
    seen: set[str] = set()
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr == "predict":
                return owner.id if isinstance(owner, ast.Name) else ""
            if node.func.attr not in _FLATTENING:
                return ""
            node = owner
        elif isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            made = _bound_to(view, node.id)
            if len(made) != 1:
                return ""
            node = made[0]
        else:
            return ""


def _bound_to(view: View, name: str) -> list[ast.expr]:
    """Everything that the notebook assigns to a variable."""
    return [
        statement.value
        for tree in view.notebook.trees
        for statement in all_statements(tree)
        if isinstance(statement, ast.Assign)
        and any(found.id == name for target in statement.targets for found in names(target))
    ]


def one_column(view: View, bound: Bound) -> bool:
    """Whether A is the untouched predictions of a model with one unit: of shape (n, 1)."""
    node = bound["A"]
    model = from_predict(view, node)
    made = [node, *(_bound_to(view, node.id) if isinstance(node, ast.Name) else [])]
    touched = any(word in written(one) for one in made for word in (*_FLATTENING, "["))
    return bool(model) and not touched and head_units(view, model) == 1


def probabilities(view: View, bound: Bound) -> bool:
    """Whether A holds probabilities of a yes: from a model with a plain binary cross-entropy."""
    model = from_predict(view, bound["A"])
    kinds = [
        loss_kind(view, loss)
        for other in view.notebook.views
        for one in compiles(other)
        if one.model == model
        for _, loss in losses_of(one)
    ]
    return bool(model) and kinds == ["binary"]


def a_table(view: View, bound: Bound) -> bool:
    """Whether A is what some model predicts, (n, classes), so that axis 1 is the last one."""
    model = from_predict(view, bound["A"])
    return bool(model) and head_units(view, model) > 1


def _flat_at_once(view: View) -> Iterator[Edit]:
    """A column of predictions as a row from the start, where it is flattened at every use."""
    for statement in all_statements(view.tree):
        value = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            continue
        name, model = written(statement.targets[0]), from_predict(view, value)  # type: ignore
        flat = [
            node
            for tree in view.notebook.trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in ("ravel", "flatten")
            and written(node.value) == name
        ]
        everywhere = len(view.notebook.uses(name)) == len(flat) + 1
        if value.func.attr == "predict" and head_units(view, model) == 1 and flat and everywhere:
            new = ast.Call(ast.Attribute(value, "flatten", ast.Load()), [], [])
            yield view.edit({id(value): [new]}, f"{name} flat from the start")


OPERATORS = (
    Operator("predict-flattened", _flat_at_once),
    Operator("evaluate-one-by-one", _by_place),
    Operator("evaluate-into-list", _list_target),
    Operator("evaluate-dictionary", _dictionary),
    Operator("evaluate-batch-size", _in_batches("evaluate", 256)),
    rewriting(
        "predict-call", "A.predict(B, verbose=0)", "A(B, training=False).numpy()", when=_predicting
    ),
    rewriting("predict-array", "A.predict(B, verbose=0)", "numpy.asarray(A(B))", when=_predicting),
    rewriting(
        "predict-on-batch", "A.predict(B, verbose=0)", "A.predict_on_batch(B)", when=_predicting
    ),
    rewriting("predict-keyword", "A.predict(B, verbose=0)", "A.predict(x=B)", when=_predicting),
    rewriting(
        "predict-batch-size",
        "A.predict(B, verbose=0)",
        "A.predict(B, batch_size=100, verbose=0)",
        when=_predicting,
    ),
)
