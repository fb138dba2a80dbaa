"""A function that is the answer: as a lambda, with defaults, guards, hints, or another inside."""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import (
    exchanged,
    expression,
    functions,
    names,
    statements,
    written,
)


def _plain(view: View) -> Iterator[ast.FunctionDef]:
    """Functions at the top of a cell with nothing but ordinary arguments."""
    for function in functions(view.tree):
        arguments = function.args
        more = arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs
        if not more and not function.decorator_list:
            yield function


def _made(view: View, old: ast.FunctionDef, says: str, **changes: object) -> Edit:
    new = exchanged(old, {})
    for name, value in changes.items():
        setattr(new, name, value)
    return view.edit({id(old): [new]}, f"{old.name} {says}")


def _as_lambda(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        only = function.body[0]
        if len(function.body) == 1 and isinstance(only, ast.Return) and only.value is not None:
            bare = exchanged(function, {}).args
            for one in bare.args:
                one.annotation = None
            new = ast.Assign([ast.Name(function.name, ast.Store())], ast.Lambda(bare, only.value))
            yield view.edit({id(function): [new]}, f"{function.name} as a lambda")


def _from_lambda(view: View) -> Iterator[Edit]:
    for statement in view.tree.body:
        made = statement.value if isinstance(statement, ast.Assign) else None
        if isinstance(made, ast.Lambda) and isinstance(statement, ast.Assign):
            name, head = written(statement.targets[0]), written(made.args)
            lines = f"def {name}({head}):", f"    return {written(made.body)}"
            yield view.instead(statement, f"{name} by def", *lines)


def _last_default(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        if function.args.args and not function.args.defaults:
            arguments = exchanged(function.args, {})
            arguments.defaults = [ast.Constant(1)]
            says = f"with a default for {function.args.args[-1].arg}"
            yield _made(view, function, says, args=arguments)


def _extra_argument(keyword_only: bool) -> Edits:
    def edits(view: View) -> Iterator[Edit]:
        for function in _plain(view):
            own = ast.arg(view.fresh("verbose"))
            arguments = exchanged(function.args, {})
            if keyword_only:
                arguments.kwonlyargs, arguments.kw_defaults = [own], [ast.Constant(False)]
            else:
                arguments.args = [*arguments.args, own]
                arguments.defaults = [*arguments.defaults, ast.Constant(False)]
            yield _made(view, function, "with one more argument", args=arguments)

    return edits


def _guarded(view: View) -> Iterator[Edit]:
    """An early return that no sensible call ever takes."""
    for function in _plain(view):
        if function.args.args:
            first = function.args.args[0].arg
            guard = statements(f"if {first} is None:", "    return None")
            yield _made(view, function, "with a guard", body=[*guard, *function.body])


def _early(view: View) -> Iterator[Edit]:
    """The last line inside a condition that holds, so that the function returns from there."""
    for function in _plain(view):
        *rest, last = function.body
        if isinstance(last, ast.Return):
            inside = ast.If(expression("True"), [last], [])
            yield _made(view, function, "returns early", body=[*rest, inside])


def _docstring(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        if ast.get_docstring(function) is None:
            text = ast.Expr(ast.Constant("What it gives back is in its name."))
            yield _made(view, function, "with a docstring", body=[text, *function.body])


def _hints(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        if function.returns is None:
            arguments = exchanged(function.args, {})
            for one in arguments.args:
                one.annotation = expression("object")
            says = "with type hints"
            yield _made(view, function, says, args=arguments, returns=expression("object"))


def _inner(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        arguments = {one.arg for one in function.args.args}
        if any(isinstance(n.ctx, ast.Store) and n.id in arguments for n in names(function)):
            continue  # an argument that the body binds anew would be another variable inside
        name = view.fresh("inner")
        no_arguments = ast.parse("def f(): pass").body[0]
        assert isinstance(no_arguments, ast.FunctionDef)
        inside = exchanged(no_arguments, {})
        inside.name, inside.body = name, list(function.body)
        body = [inside, *statements(f"return {name}()")]
        yield _made(view, function, "with a function inside", body=body)


def _handed_on(view: View) -> Iterator[Edit]:
    """Another function does the work; keywords hand the arguments on."""
    for function in _plain(view):
        work = view.fresh("work")
        handed = ", ".join(f"{one.arg}={one.arg}" for one in function.args.args)
        worker = exchanged(function, {})
        worker.name = work
        outer = exchanged(function, {})
        outer.body = statements(f"return {work}({handed})")
        yield view.edit({id(function): [worker, outer]}, f"{function.name} hands on to {work}")


def _partial(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        work = view.fresh("work")
        worker = exchanged(function, {})
        worker.name = work
        lines = statements("import functools", f"{function.name} = functools.partial({work})")
        yield view.edit({id(function): [worker, *lines]}, f"{function.name} as a partial")


def _object(view: View) -> Iterator[Edit]:
    """An object that can be called."""
    for function in _plain(view):
        cls = view.fresh("Maker")
        method = exchanged(function, {})
        method.name = "__call__"
        method.args.args = [ast.arg("self"), *method.args.args]
        holder = ast.parse(f"class {cls}: pass").body[0]
        assert isinstance(holder, ast.ClassDef)
        made = exchanged(holder, {})
        made.body = [method]
        lines = statements(f"{function.name} = {cls}()")
        yield view.edit({id(function): [made, *lines]}, f"{function.name} as an object")


def _decorated(view: View) -> Iterator[Edit]:
    for function in _plain(view):
        own = view.fresh("noted")
        before = statements(
            "import functools",
            f"def {own}(function):",
            "    @functools.wraps(function)",
            "    def around(*args, **kwargs):",
            "        return function(*args, **kwargs)",
            "    return around",
        )
        new = exchanged(function, {})
        new.decorator_list = [expression(own)]
        yield view.edit({id(function): [*before, new]}, f"{function.name} decorated")


OPERATORS = (
    Operator("function-lambda", _as_lambda),
    Operator("function-def", _from_lambda),
    Operator("function-default", _last_default),
    Operator("function-extra-argument", _extra_argument(keyword_only=False)),
    Operator("function-keyword-only", _extra_argument(keyword_only=True)),
    Operator("function-guard", _guarded),
    Operator("function-early-return", _early),
    Operator("function-docstring", _docstring),
    Operator("function-hints", _hints),
    Operator("function-inner", _inner),
    Operator("function-handed-on", _handed_on),
    Operator("function-partial", _partial),
    Operator("function-object", _object),
    Operator("function-decorated", _decorated),
)
