"""The same training: arrays or a dataset, by keyword or place, with callbacks that only watch."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator, filled
from autograder.authoring.audit.right.trees import (
    argument,
    call_with,
    calls,
    constant,
    exchanged,
    expression,
    keyword,
    plain,
    statements,
    written,
)

PATIENCE = 1000
"""Epochs that an EarlyStopping waits which is never to stop."""


@dataclass(frozen=True)
class Fit:
    """One call of fit (or of evaluate, which takes x and y alike)."""

    call: ast.Call
    model: str

    @property
    def x(self) -> ast.expr | None:
        """The inputs."""
        return argument(self.call, 0, "x")

    @property
    def y(self) -> ast.expr | None:
        """The labels."""
        return argument(self.call, 1, "y")


def fits(view: View, tree: ast.AST | None = None, method: str = "fit") -> Iterator[Fit]:
    """The calls ``NAME.fit(x, y, ...)`` of a model that this notebook compiles."""
    for call in calls(tree or view.tree, plain):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == method:
            owner = function.value
            if isinstance(owner, ast.Name) and view.notebook.method_calls(owner.id, "compile"):
                yield Fit(call, owner.id)


def labelled(view: View) -> Iterator[tuple[Fit, ast.expr, ast.expr]]:
    """The fits that are given inputs and labels apart."""
    for fit in fits(view):
        if fit.x is not None and fit.y is not None and len(fit.call.args) <= 2:
            yield fit, fit.x, fit.y


def _simple(*values: ast.expr) -> bool:
    """Whether values are variables, which may be written twice."""
    return all(isinstance(value, ast.Name) for value in values)


def _by_keyword(view: View) -> Iterator[Edit]:
    for fit, x, y in labelled(view):
        if fit.call.args:
            new = call_with(ast.Call(fit.call.func, [], fit.call.keywords), x=x, y=y)
            yield view.edit({id(fit.call): [new]}, "x= and y=")


def _by_place(view: View) -> Iterator[Edit]:
    for fit, x, y in labelled(view):
        if not fit.call.args:
            rest = call_with(fit.call, x=None, y=None).keywords
            new = ast.Call(fit.call.func, [x, y], rest)
            yield view.edit({id(fit.call): [new]}, "x and y by place")


def _labels_by_keyword(view: View) -> Iterator[Edit]:
    for fit, x, y in labelled(view):
        if len(fit.call.args) == 2:
            new = call_with(ast.Call(fit.call.func, [x], fit.call.keywords), y=y)
            yield view.edit({id(fit.call): [new]}, "y= alone")


def _dataset(view: View) -> Iterator[Edit]:
    """Batches of a tf.data.Dataset, shuffled as fit shuffles arrays."""
    arrays_only = ("validation_split", "sample_weight", "shuffle", "class_weight")
    for fit, x, y in labelled(view):
        # A list of arrays would be taken for one array with an axis more.
        listed = isinstance(x, ast.List) or isinstance(y, ast.List)
        if listed or any(keyword(fit.call, name) is not None for name in arrays_only):
            continue
        size = keyword(fit.call, "batch_size") or ast.Constant(32)
        slices = (
            f"{view.tensorflow('data.Dataset')}.from_tensor_slices(({written(x)}, {written(y)}))"
        )
        data = f"{slices}.shuffle(10000).batch({written(size)})"
        rest = call_with(fit.call, x=None, y=None, batch_size=None).keywords
        new = ast.Call(fit.call.func, [expression(data)], rest)
        yield view.edit({id(fit.call): [new]}, f"{fit.model} fitted to a dataset")


def _wrapped(part: str, form: str) -> Edits:
    """Inputs or labels, a variable ``A``, in another type of array."""

    def edits(view: View) -> Iterator[Edit]:
        for _, x, y in labelled(view):
            value = x if part == "x" else y
            if isinstance(value, ast.Name):
                new = filled(view, form, {"A": value})
                yield view.edit({id(value): [new]}, f"{part} as {written(new)}")

    return edits


def _more(name: str, value: str) -> Edits:
    """An argument at its default value, said aloud."""

    def edits(view: View) -> Iterator[Edit]:
        for fit, x, y in labelled(view):
            if keyword(fit.call, name) is None:
                text = value.format(x=written(x), y=written(y))
                if "numpy." in text:
                    text = text.replace("numpy.", view.numpy(""))
                if "{" not in value or _simple(x, y):
                    new = call_with(fit.call, **{name: text})
                    yield view.edit({id(fit.call): [new]}, f"{name}={text}")

    return edits


def _verbose(view: View) -> Iterator[Edit]:
    for fit in fits(view):
        for value in ("2", "1", "'auto'"):
            if written(keyword(fit.call, "verbose") or ast.Constant(1)) != value:
                new = call_with(fit.call, verbose=value)
                yield view.edit({id(fit.call): [new]}, f"verbose={value}")


def _slices(view: View) -> Iterator[Edit]:
    """The rows that ``validation_split`` sets aside, the last ones, as validation data."""
    for fit, x, y in labelled(view):
        share = keyword(fit.call, "validation_split")
        if share is None or not _simple(x, y):
            continue
        cut = view.fresh("cut")
        before = statements(f"{cut} = int(len({written(x)}) * (1 - {written(share)}))")
        rest = call_with(fit.call, x=None, y=None, validation_split=None)
        rows = [expression(f"{written(one)}[:{cut}]") for one in (x, y)]
        held = f"({written(x)}[{cut}:], {written(y)}[{cut}:])"
        new = call_with(ast.Call(fit.call.func, rows, rest.keywords), validation_data=held)
        if any(part is fit.call for stmt in view.tree.body for part in _direct(stmt)):
            yield _before(view, fit.call, new, before, "validation_data in place of a split")


def _direct(statement: ast.stmt) -> Iterator[ast.AST]:
    """The value of a statement at the top of a cell, and the parts that it is made of."""
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr) and statement.value is not None:
        yield from ast.walk(statement.value)


def _before(view: View, old: ast.Call, new: ast.Call, lines: list[ast.stmt], says: str) -> Edit:
    """An edit of a call, with lines just before the statement that it is part of."""
    body: list[ast.stmt] = []
    for statement in view.tree.body:
        if any(part is old for part in _direct(statement)):
            body += [*lines, exchanged(statement, {id(old): [new]})]
        else:
            body.append(statement)
    return view.rewritten(body, says)


def _validated(view: View) -> Iterator[Edit]:
    """A validation curve where none was asked for, on the training rows themselves."""
    for fit, x, y in labelled(view):
        given = [one.arg for one in fit.call.keywords if one.arg]
        if not any(name.startswith("validation") for name in given):
            new = call_with(fit.call, validation_data=f"({written(x)}, {written(y)})")
            yield view.edit({id(fit.call): [new]}, "validation data added")


def _callback(form: str) -> Edits:
    """A callback that changes nothing."""

    def edits(view: View) -> Iterator[Edit]:
        text = form.replace("keras.", view.keras(""))
        for fit in fits(view):
            listed = keyword(fit.call, "callbacks")
            if listed is None:
                new = call_with(fit.call, callbacks=f"[{text}]")
                yield view.edit({id(fit.call): [new]}, f"a callback: {form}")
            elif isinstance(listed, ast.List) and form.split("(")[0][6:] not in written(listed):
                added = ast.List([*listed.elts, expression(text)], ast.Load())
                yield view.edit({id(listed): [added]}, f"one more callback: {form}")

    return edits


def _longer(view: View) -> Iterator[Edit]:
    for fit in fits(view):
        value = keyword(fit.call, "epochs")
        epochs = constant(value)
        if value is not None and isinstance(epochs, int):
            more = epochs + max(1, epochs // 5)
            yield view.edit({id(value): [ast.Constant(more)]}, f"{more} epochs")


OPERATORS = (
    Operator("fit-by-keyword", _by_keyword),
    Operator("fit-by-place", _by_place),
    Operator("fit-labels-by-keyword", _labels_by_keyword),
    Operator("fit-dataset", _dataset),
    Operator("fit-float64", _wrapped("x", "numpy.asarray(A, dtype='float64')")),
    Operator("fit-asarray", _wrapped("x", "numpy.asarray(A)")),
    Operator("fit-tensor", _wrapped("x", "tensorflow.convert_to_tensor(A)")),
    Operator("fit-labels-asarray", _wrapped("y", "numpy.array(A)")),
    Operator("fit-labels-float", _wrapped("y", "numpy.array(A, 'float32')")),
    Operator("fit-batch-size", _more("batch_size", "32")),
    Operator("fit-shuffle", _more("shuffle", "True")),
    Operator("fit-initial-epoch", _more("initial_epoch", "0")),
    Operator("fit-no-weights", _more("class_weight", "None")),
    Operator("fit-sample-weight", _more("sample_weight", "numpy.ones(len({y}))")),
    Operator("fit-verbose", _verbose),
    Operator("fit-validation-data", _slices),
    Operator("fit-validation-added", _validated),
    Operator("fit-callback-history", _callback("keras.callbacks.History()")),
    Operator("fit-callback-nan", _callback("keras.callbacks.TerminateOnNaN()")),
    Operator(
        "fit-callback-lambda",
        _callback("keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)"),
    ),
    Operator(
        "fit-callback-early-stopping",
        _callback(f"keras.callbacks.EarlyStopping('loss', patience={PATIENCE})"),
    ),
    Operator("fit-longer", _longer),
)
