"""The same compile: optimizers by name or as objects, settings by place, by keyword, in a dict."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import (
    all_statements,
    argument,
    call_with,
    calls,
    constant,
    expression,
    keyword,
    plain,
    written,
)

_ORDER = ("optimizer", "loss", "loss_weights", "metrics")
"""The first parameters of ``Model.compile`` in Keras 3."""


@dataclass(frozen=True)
class Compile:
    """One call of compile."""

    call: ast.Call
    model: str

    def value(self, name: str) -> ast.expr | None:
        """The value of one of the four settings."""
        return argument(self.call, _ORDER.index(name), name)


def compiles(view: View, tree: ast.AST | None = None) -> Iterator[Compile]:
    """The calls ``NAME.compile(...)`` of a model in a cell (or in another tree)."""
    for call in calls(tree or view.tree, plain):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == "compile":
            owner = function.value
            given = len(call.args) > 1 or keyword(call, "loss") is not None
            if isinstance(owner, ast.Name) and given and not view.full(function):
                yield Compile(call, owner.id)


def _by_place(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        optimizer, loss = one.value("optimizer"), one.value("loss")
        if not one.call.args and optimizer is not None and loss is not None:
            rest = call_with(one.call, optimizer=None, loss=None).keywords
            new = ast.Call(one.call.func, [optimizer, loss], rest)
            yield view.edit({id(one.call): [new]}, "optimizer and loss by place")


def _by_keyword(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        if one.call.args:
            named = dict(zip(_ORDER, one.call.args, strict=False))
            new = call_with(ast.Call(one.call.func, [], one.call.keywords), **named)
            yield view.edit({id(one.call): [new]}, "all settings by keyword")


def _turned(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        if len(one.call.keywords) > 1:
            new = ast.Call(one.call.func, one.call.args, one.call.keywords[::-1])
            yield view.edit({id(one.call): [new]}, "the settings in the opposite order")


def _more(**settings: str) -> Edits:
    """Settings at their default values, said aloud."""

    def edits(view: View) -> Iterator[Edit]:
        for one in compiles(view):
            if not any(keyword(one.call, name) for name in settings):
                says = ", ".join(f"{name}={value}" for name, value in settings.items())
                yield view.edit({id(one.call): [call_with(one.call, **settings)]}, says)

    return edits


def _dictionary(view: View) -> Iterator[Edit]:
    """The settings in a dictionary, handed over with ``**``."""
    for statement, one in _alone(view):
        if one.call.keywords:
            settings = view.fresh("settings")
            pairs = ", ".join(f"{k.arg}={written(k.value)}" for k in one.call.keywords)
            args = "".join(f"{written(value)}, " for value in one.call.args)
            lines = f"{settings} = dict({pairs})", f"{one.model}.compile({args}**{settings})"
            yield view.instead(statement, "settings in a dictionary", *lines)


def _twice(view: View) -> Iterator[Edit]:
    for statement, one in _alone(view):
        text = written(statement)
        yield view.instead(statement, f"{one.model} compiled twice", text, text)


def _alone(view: View) -> Iterator[tuple[ast.Expr, Compile]]:
    """(statement, compile) where compile is all that the statement does."""
    found = {id(one.call): one for one in compiles(view)}
    for statement in all_statements(view.tree):
        if isinstance(statement, ast.Expr) and id(statement.value) in found:
            yield statement, found[id(statement.value)]


def _weighted(view: View) -> Iterator[Edit]:
    for one in compiles(view):
        loss = one.value("loss")
        if one.value("loss_weights") is not None or loss is None:
            continue
        if isinstance(loss, ast.Dict):
            keys = [written(key) for key in loss.keys if key is not None]
            weights = "{" + ", ".join(f"{key}: 1.0" for key in keys) + "}"
        else:
            count = len(loss.elts) if isinstance(loss, ast.List) else 1
            weights = "[" + ", ".join(["1.0"] * count) + "]"
        new = call_with(one.call, loss_weights=weights)
        yield view.edit({id(one.call): [new]}, f"loss_weights={weights}")


_OPTIMIZERS = {
    "adam": "Adam",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adamw": "AdamW",
    "nadam": "Nadam",
    "adagrad": "Adagrad",
}
_RATES = {"adam": "0.001", "sgd": "0.01", "rmsprop": "0.001", "adamw": "0.001"}
"""The default learning rates of Keras 3."""


def _named_optimizer(*forms: str) -> Edits:
    """An optimizer that is given by its name, as an object with the same defaults."""

    def edits(view: View) -> Iterator[Edit]:
        for one in compiles(view):
            value = one.value("optimizer")
            name = str(constant(value)).lower()
            if value is None or name not in _OPTIMIZERS:
                continue
            for form in forms:
                if "{rate}" in form and name not in _RATES:
                    continue
                text = form.format(cls=_OPTIMIZERS[name], name=name, rate=_RATES.get(name))
                text = text.replace("keras.", view.keras(""))
                if text != written(value):
                    yield view.edit({id(value): [expression(text)]}, f"{written(value)} as {text}")

    return edits


def _objects(view: View) -> Iterator[tuple[ast.Call, str]]:
    """(object, class) of optimizers that are given as an object."""
    for one in compiles(view):
        value = one.value("optimizer")
        path = view.path(value.func) if isinstance(value, ast.Call) else ""
        name = path.removeprefix("keras.optimizers.")
        if isinstance(value, ast.Call) and name in _OPTIMIZERS.values() and plain(value):
            yield value, name


def _by_name(view: View) -> Iterator[Edit]:
    for value, name in _objects(view):
        if not value.args and not value.keywords:
            yield view.edit({id(value): [ast.Constant(name.lower())]}, f"{name}() by name")


def _rate_by_place(view: View) -> Iterator[Edit]:
    for value, name in _objects(view):
        rate = keyword(value, "learning_rate")
        if rate is not None and not value.args:
            new = ast.Call(value.func, [rate], call_with(value, learning_rate=None).keywords)
            yield view.edit({id(value): [new]}, f"the learning rate of {name} by place")


def _built_from(form: str) -> Edits:
    """An optimizer with a learning rate alone, in another form; ``B`` is the optimizer's home."""

    def edits(view: View) -> Iterator[Edit]:
        for value, name in _objects(view):
            rate = argument(value, 0, "learning_rate")
            if rate is not None and len(value.args) + len(value.keywords) == 1:
                text = form.format(cls=name, rate=written(rate), home=view.keras("optimizers"))
                if "tensorflow." in text:
                    text = text.replace("tensorflow.", view.tensorflow(""))
                yield view.edit({id(value): [expression(text)]}, f"{name} as {text}")

    return edits


OPERATORS = (
    Operator("compile-by-place", _by_place),
    Operator("compile-by-keyword", _by_keyword),
    Operator("compile-order", _turned),
    Operator("compile-dictionary", _dictionary),
    Operator("compile-twice", _twice),
    Operator("compile-defaults", _more(run_eagerly="False", steps_per_execution="1")),
    Operator("compile-no-jit", _more(jit_compile="False")),
    Operator("loss-weights-one", _weighted),
    Operator("optimizer-object", _named_optimizer("keras.optimizers.{cls}()")),
    Operator("optimizer-default-rate", _named_optimizer("keras.optimizers.{cls}({rate})")),
    Operator("optimizer-capitals", _named_optimizer("'{cls}'")),
    Operator("optimizer-get", _named_optimizer("keras.optimizers.get('{name}')")),
    Operator("optimizer-name", _by_name),
    Operator("optimizer-rate-by-place", _rate_by_place),
    Operator(
        "optimizer-dictionary",
        _built_from("{{'class_name': '{cls}', 'config': {{'learning_rate': {rate}}}}}"),
    ),
    Operator("optimizer-short-home", _built_from("tensorflow.optimizers.{cls}({rate})")),
    Operator(
        "optimizer-constant-schedule",
        _built_from("{home}.{cls}({home}.schedules.ExponentialDecay({rate}, 1000, 1.0))"),
    ),
    Operator("optimizer-named", _built_from("{home}.{cls}(learning_rate={rate}, name='steps')")),
)
