"""One loss, one metric: under all the names, functions, objects and classes that Keras has."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.compiling import Compile, compiles
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import (
    constant,
    equal,
    expression,
    keyword,
    statements,
    written,
)

NAMES = {
    "mse": ("mse", "MSE", "mean_squared_error"),
    "mae": ("mae", "MAE", "mean_absolute_error"),
    "binary": ("binary_crossentropy", "bce", "BCE"),
    "categorical": ("categorical_crossentropy",),
    "sparse": ("sparse_categorical_crossentropy",),
}
"""The texts that Keras 3 knows each loss by."""

CLASSES = {
    "mse": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "binary": "BinaryCrossentropy",
    "categorical": "CategoricalCrossentropy",
    "sparse": "SparseCategoricalCrossentropy",
}
FUNCTIONS = {
    "mse": ("losses.MSE", "losses.mse", "metrics.mse"),
    "mae": ("losses.MAE", "losses.mae"),
    "binary": ("losses.binary_crossentropy", "metrics.binary_crossentropy"),
    "categorical": ("losses.categorical_crossentropy",),
    "sparse": ("losses.sparse_categorical_crossentropy",),
}
"""Where ``tf.keras`` has the function of each loss; ``keras`` alone has longer names for some."""

ACCURACIES = {
    "binary": "BinaryAccuracy",
    "categorical": "CategoricalAccuracy",
    "sparse": "SparseCategoricalAccuracy",
}
"""What ``"accuracy"`` stands for beside each loss."""

SHORT = ("accuracy", "acc")


def loss_kind(view: View, node: ast.expr | None) -> str:
    """Which loss an expression gives, with default settings: "mse", "sparse" and so on, or ""."""
    if node is None:
        return ""
    name = constant(node)
    for kind, texts in NAMES.items():
        if name == CLASSES[kind] or name in texts:
            return kind
    bare = isinstance(node, ast.Call) and not node.args and not node.keywords
    path = view.path(node.func if isinstance(node, ast.Call) and bare else node)
    for kind, cls in CLASSES.items():
        if path == f"keras.losses.{cls}":
            return kind
        if not bare and path in {f"keras.{tail}" for tail in FUNCTIONS[kind]}:
            return kind
    return ""


def losses_of(one: Compile) -> list[tuple[str | None, ast.expr]]:
    """(output, loss) of a compile; the output is None where there is only one loss."""
    loss = one.value("loss")
    if isinstance(loss, ast.Dict):
        pairs = zip(loss.keys, loss.values, strict=True)
        return [(str(constant(key)), value) for key, value in pairs]
    if isinstance(loss, ast.List):
        return [(str(n), value) for n, value in enumerate(loss.elts)]
    return [] if loss is None else [(None, loss)]


def _loss(*forms: str, saved: bool = True) -> Edits:
    """A loss in other forms: ``{name}``, ``{cls}``, ``{function}`` are filled in.

    ``saved``: Keras can write it into a file, which it cannot with a lambda or a class.
    """

    def edits(view: View) -> Iterator[Edit]:
        if view.notebook.saves and not saved:
            return
        for one in compiles(view):
            for _, node in losses_of(one):
                kind = loss_kind(view, node)
                texts = [text for form in forms for text in _filled(view, form, kind)]
                for text in texts:
                    new = expression(text)
                    if not equal(new, node):
                        yield view.edit({id(node): [new]}, f"{written(node)} as {text}")

    return edits


def _filled(view: View, form: str, kind: str) -> list[str]:
    """The form with each name or each function of a kind of loss."""
    if not kind:
        return []
    if "{name}" in form:
        fillings = [{"name": name} for name in NAMES[kind]]
    elif "{function}" in form:
        fillings = [{"function": view.keras(function)} for function in FUNCTIONS[kind]]
    else:
        fillings = [{}]
    home = view.keras("losses")
    return [form.format(cls=CLASSES[kind], home=home, **filling) for filling in fillings]


def _own_function(view: View) -> Iterator[Edit]:
    if view.notebook.saves:
        return
    for one in compiles(view):
        for _, node in losses_of(one):
            kind = loss_kind(view, node)
            if kind:
                own = view.fresh("my_loss")
                function = view.keras(FUNCTIONS[kind][0])
                lines = f"def {own}(y_true, y_pred):", f"    return {function}(y_true, y_pred)"
                before = statements(*lines)
                yield view.edit({id(node): [expression(own)]}, f"a function for {kind}", before)


def _without_logits(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        for _, node in losses_of(one):
            kind = loss_kind(view, node)
            if kind in ACCURACIES:
                text = f"{view.keras('losses')}.{CLASSES[kind]}(from_logits=False)"
                yield view.edit({id(node): [expression(text)]}, f"{kind} with from_logits=False")


def _one_in_list(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        for output, node in losses_of(one):
            if output is None and loss_kind(view, node):
                new = ast.List([node], ast.Load())
                yield view.edit({id(node): [new]}, f"loss=[{written(node)}]")


def metrics_of(view: View, one: Compile) -> Iterator[tuple[ast.expr, str]]:
    """(text, kind of the loss beside it) of each ``"accuracy"`` in a compile."""
    kinds = {output: loss_kind(view, node) for output, node in losses_of(one)}
    metrics = one.value("metrics")
    if isinstance(metrics, ast.Dict):
        for key, value in zip(metrics.keys, metrics.values, strict=True):
            listed = value.elts if isinstance(value, ast.List) else [value]
            yield from ((node, kinds.get(str(constant(key)), "")) for node in listed)
    elif isinstance(metrics, ast.List) and None in kinds:
        yield from ((node, kinds[None]) for node in metrics.elts)


def _metric(*forms: str, renames: bool = False, saved: bool = True) -> Edits:
    """``"accuracy"`` in another form. ``renames``: the history has it under another key then."""

    def edits(view: View) -> Iterator[Edit]:
        if view.notebook.saves and not saved:
            return
        for one in compiles(view):
            for node, kind in metrics_of(view, one):
                cls = ACCURACIES.get(kind, "") if constant(node) in SHORT else ""
                key = str(constant(node))
                if not cls or (renames and _asked_for(view, key)):
                    continue
                home = view.keras("metrics")
                for form in forms:
                    new = expression(form.format(cls=cls, home=home, key=key))
                    if not equal(new, node):
                        yield view.edit({id(node): [new]}, f"{key} as {written(new)}")

    return edits


def _asked_for(view: View, key: str) -> bool:
    """Whether the notebook reads a number by this key anywhere."""
    nodes = (node for tree in view.notebook.trees for node in ast.walk(tree))
    keys = (constant(node.slice) for node in nodes if isinstance(node, ast.Subscript))
    return any(isinstance(one, str) and one in (key, f"val_{key}") for one in keys)


def _nested_metrics(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        metrics = one.value("metrics")
        flat = isinstance(metrics, ast.List) and not any(
            isinstance(node, ast.List) for node in metrics.elts
        )
        if flat and metrics is not None and None in dict(losses_of(one)):
            new = ast.List([metrics], ast.Load())
            yield view.edit({id(metrics): [new]}, "a list of metrics for each output")


def _metric_tuple(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        metrics = keyword(one.call, "metrics")
        if isinstance(metrics, ast.List):
            yield view.edit({id(metrics): [ast.Tuple(metrics.elts, ast.Load())]}, "metrics=(...)")


OPERATORS = (
    Operator("loss-alias", _loss("'{name}'")),
    Operator("loss-class-name", _loss("'{cls}'")),
    Operator("loss-function", _loss("{function}")),
    Operator("loss-object", _loss("{home}.{cls}()")),
    Operator("loss-class", _loss("{home}.{cls}", saved=False)),
    Operator("loss-get", _loss("{home}.get('{name}')")),
    Operator("loss-object-named", _loss("{home}.{cls}(name='my_loss')")),
    Operator("loss-lambda", _loss("lambda y, p: {function}(y, p)", saved=False)),
    Operator("loss-own-function", _own_function),
    Operator("loss-without-logits", _without_logits),
    Operator("loss-in-list", _one_in_list),
    Operator("metric-acc", _metric("'acc'", "'accuracy'", renames=True)),
    Operator("metric-object", _metric("{home}.{cls}(name='{key}')")),
    Operator("metric-object-unnamed", _metric("{home}.{cls}()", renames=True)),
    Operator("metric-class", _metric("{home}.{cls}", renames=True, saved=False)),
    Operator("metric-class-name", _metric("'{cls}'", renames=True)),
    Operator("metrics-nested", _nested_metrics),
    Operator("metrics-tuple", _metric_tuple),
)
