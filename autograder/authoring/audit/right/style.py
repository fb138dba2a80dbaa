"""The same statements in other clothes: helper functions, blocks, noise, unused models."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.fitting import fits
from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.rows import kind, makes, rows
from autograder.authoring.audit.right.trees import (
    called,
    calls,
    names,
    statements,
    written,
)


def _bindings(view: View) -> Iterator[tuple[ast.Assign, str]]:
    """(statement, variable) of the plain assignments of calls at the top of a cell."""
    for statement in view.tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and isinstance(statement.value, ast.Call):
                yield statement, target.id


def _bound(operator: str, form: str) -> Operator:
    """An assignment ``{name} = {value}`` in another form; ``{own}`` is a new name."""

    def edits(view: View) -> Iterator[Edit]:
        for statement, name in _bindings(view):
            text = form.format(name=name, value=written(statement.value), own=view.fresh("make"))
            says = f"{name} by a {operator.removeprefix('style-').replace('-', ' ')}"
            yield view.instead(statement, says, text)

    return Operator(operator, edits)


def _hinted(view: View) -> Iterator[Edit]:
    for statement, name in _bindings(view):
        model = any(makes(view, statement.value, maker) for maker in ("Sequential", "Model"))
        hint = view.keras("Model") if model else "object"
        text = f"{name}: {hint} = {written(statement.value)}"
        yield view.instead(statement, f"{name}: {hint}", text)


def _around(head: str, *tail: str, lines: tuple[str, ...] = ()) -> Edits:
    """A block around one statement at the top of the cell. ``{tf}`` is TensorFlow's name."""

    def edits(view: View) -> Iterator[Edit]:
        for statement in view.tree.body:
            if isinstance(statement, ast.Assign | ast.Expr):
                first = _filled(view, head)
                inside = (*lines, *written(statement).splitlines())
                body = "\n".join(f"    {line}" for line in inside)
                says = f"{first.splitlines()[-1]} around a line"
                yield view.instead(statement, says, "\n".join([first, body, *tail]))

    return edits


def _top(*lines: str) -> Edits:
    """Lines at the top of the cell. ``{np}``, ``{tf}`` and ``{keras}`` are the libraries' names."""

    def edits(view: View) -> Iterator[Edit]:
        texts = [_filled(view, line) for line in lines]
        yield view.rewritten([*statements(*texts), *view.tree.body], texts[-1][:60])

    return edits


def _bottom(*lines: str) -> Edits:
    """Lines at the end of the cell, for each variable ``{name}`` that it binds at its top."""

    def edits(view: View) -> Iterator[Edit]:
        for name in [name for _, name in _bindings(view)] if "{name}" in lines[-1] else [""]:
            own = view.fresh("same_thing")
            texts = [line.replace("{name}", name).replace("{own}", own) for line in lines]
            body = [*view.tree.body, *statements(*texts)]
            yield view.rewritten(body, texts[-1][:60])

    return edits


def _filled(view: View, text: str) -> str:
    homes = (("{np}", view.numpy), ("{tf}", view.tensorflow), ("{keras}", view.keras))
    for letters, spell in homes:
        if letters in text:
            text = text.replace(letters, spell("x").removesuffix(".x"))
    return text


def _summary(view: View) -> Iterator[Edit]:
    for row in rows(view):
        if row.name and row.statement in view.tree.body:
            body = [*view.tree.body, *statements(f"{row.name}.summary()")]
            yield view.rewritten(body, f"{row.name}.summary()")


def _evaluated(view: View) -> Iterator[Edit]:
    """A trailing evaluate on the very data of the fit."""
    for fit in fits(view):
        x, y = fit.x, fit.y
        ended = any(node is fit.call for part in view.tree.body for node in _top_parts(part))
        if x is not None and y is not None and ended:
            line = f"{fit.model}.evaluate({written(x)}, {written(y)}, verbose=0)"
            yield view.rewritten([*view.tree.body, *statements(line)], line)


def _top_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
        yield from ast.walk(statement)


def _sketch(*lines: str) -> Edits:
    """Models that nobody uses, built before the cell's own; automatic names count on."""

    def edits(view: View) -> Iterator[Edit]:
        if any(kind(view, call) for call in calls(view.tree, lambda call: True)):
            own = view.fresh("sketch")
            texts = [_filled(view, line).replace("{own}", own) for line in lines]
            yield view.rewritten([*statements(*texts), *view.tree.body], "an unused model before")

    return edits


def _session_cleared(view: View) -> Iterator[Edit]:
    """Keras's automatic names begin anew, where all layers of the model are made in this cell."""
    for row in rows(view):
        own = all(kind(view, one) or makes(view, one, "Input") for one in row.layers)
        if own and row.statement is view.tree.body[0]:
            first = ast.Expr(called(view.keras("backend.clear_session")))
            yield view.rewritten([first, *view.tree.body], "clear_session() before")


def _string_names(view: View) -> Iterator[Edit]:
    """What is printed as a formatted text."""
    for statement, name in _bindings(view):
        used = {node.id for node in names(statement.value)}
        if name not in used:
            line = f"print(f'{name} is a {{type({name}).__name__}}')"
            yield view.rewritten([*view.tree.body, *statements(line)], line)


_EXTRA = "{own} = {keras}.Sequential([{keras}.Input((3,)), {keras}.layers.Dense(4)])"

OPERATORS = (
    _bound("style-helper-function", "def {own}():\n    return {value}\n{name} = {own}()"),
    _bound("style-helper-lambda", "{own} = lambda: {value}\n{name} = {own}()"),
    _bound("style-walrus", "({name} := {value})"),
    _bound("style-chained", "{own} = {name} = {value}"),
    _bound("style-unpacked", "{name}, {own} = ({value}, None)"),
    _bound("style-loop-once", "for {own} in range(1):\n    {name} = {value}"),
    _bound("style-condition", "{name} = ({value}) if True else None"),
    Operator("style-type-hint", _hinted),
    Operator("style-if", _around("if __name__:")),
    Operator("style-try", _around("try:", "finally:", "    pass")),
    Operator("style-with-device", _around("with {tf}.device('CPU:0'):")),
    Operator("style-with-context", _around("import contextlib\nwith contextlib.nullcontext():")),
    Operator(
        "style-with-warnings",
        _around(
            "import warnings\nwith warnings.catch_warnings():",
            lines=("warnings.simplefilter('ignore')",),
        ),
    ),
    Operator("style-print", _bottom("print('done')")),
    Operator("style-print-name", _string_names),
    Operator("style-shown", _bottom("{name}")),
    Operator("style-alias", _bottom("{own} = {name}")),
    Operator("style-stderr", _bottom("import sys", "print('still here', file=sys.stderr)")),
    Operator("style-warning", _top("import warnings", "warnings.warn('only a remark')")),
    Operator("style-logging", _top("import logging", "logging.warning('only a remark')")),
    Operator("style-docstring", _top("'What this cell does.'")),
    Operator("style-assert", _bottom("assert {name} is not None")),
    Operator("style-timed", _top("import time", "began = time.time()")),
    Operator("style-summary", _summary),
    Operator("style-evaluate", _evaluated),
    Operator("style-extra-model", _sketch(_EXTRA)),
    Operator("style-extra-model-deleted", _sketch(_EXTRA, "del {own}")),
    Operator(
        "style-extra-model-fed",
        _sketch(_EXTRA, "{own}({np}.zeros((2, 3), 'float32'))"),
    ),
    Operator("style-clear-session", _session_cleared),
    Operator("seed-again", _top("{keras}.utils.set_random_seed(7)")),
    Operator("seed-numpy", _top("{np}.random.seed(11)")),
)
