"""Rules of the source audit about the way to an object: through names that its owner keeps private,
through another module, through a text, or by running somebody else's constructor on it.

Like `rules` they know no attack, only the steps that any spelling of one has to take.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.dotted import shortened
from autograder.evidence.source_audit.parts import plain_super

OWN = frozenset({"self", "cls"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

RECORDED = frozenset(
    ["_compile_loss", "_user_loss", "_user_loss_weights", "_flat_losses", "_compile_metrics",
     "_user_metrics", "_user_weighted_metrics", "_flat_metrics", "_flat_weighted_metrics",
     "_inputs_struct", "_outputs_struct", "_build_shapes_dict", "_inbound_nodes",
     "_outbound_nodes", "_keras_history", "_fn_kwargs", "_loss_tracker", "_callbacks_of_fit",
     "_model_of_fit", "_curves_of_fit", "_autograder_many_batches"]
)  # fmt: skip
"""Private attributes of Keras and of the recorder that evidence is read from. No class of a
student's has them of its own, so they are a reason on ``self`` too: a method can be called with any
object."""

_THROUGH = frozenset(
    ["builtins", "sys", "os", "gc", "ctypes", "inspect", "importlib", "marshal", "types",
     "operator", "signal", "atexit", "fcntl", "runpy", "pickle", "weakref", "traceback"]
)  # fmt: skip
"""Modules with names that the audit knows. ``inspect.builtins`` is ``builtins``."""


def canonical(name: str) -> str:
    """The name without the modules through which such a module was reached.

    >>> canonical("inspect.builtins.exec"), canonical("os.path.join")
    ('builtins.exec', 'os.path.join')
    """
    parts = name.split(".")
    for place in range(len(parts) - 1, 0, -1):
        if parts[place] in _THROUGH:
            return shortened(".".join(parts[place:]))
    return name


def own_attributes(nodes: Iterable[ast.AST]) -> frozenset[int]:
    """Identities of the attributes whose ``self`` or ``cls`` is a method's own first parameter."""
    found: set[int] = set()
    for node in nodes:
        for method in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(method, _FUNCTIONS) and _first(method) in OWN:
                found.update(id(n) for n in ast.walk(method) if isinstance(n, ast.Attribute))
    return frozenset(found)


BY_NAME = frozenset({"__setattr__", "__delattr__", "__getattribute__"})
"""Methods that are given the name of an attribute."""


def forwarded(nodes: Iterable[ast.AST]) -> frozenset[int]:
    """Identities of ``super().__setattr__`` and the like in the method of that name, where they
    hand on the name that it was given."""
    found: set[int] = set()
    for node in nodes:
        for method in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(method, ast.FunctionDef) and method.name in BY_NAME:
                found.update(_handed_on(method))
    return frozenset(found)


def _handed_on(method: ast.FunctionDef) -> Iterator[int]:
    given = [one.arg for one in [*method.args.posonlyargs, *method.args.args]][1:2]
    parts = list(ast.walk(method))
    bound = {
        one.id for one in parts if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    for call in parts:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args:
            name = getattr(call.args[0], "id", "")
            same = call.func.attr == method.name and plain_super(call.func.value)
            if same and name in given and name not in bound:
                yield id(call.func)


def _first(method: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    given = [*method.args.posonlyargs, *method.args.args]
    return given[0].arg if given else ""


def reach_reasons(node: ast.AST) -> Iterator[str]:
    """What is suspicious about a single node, whatever its names stand for."""
    if isinstance(node, ast.MatchClass):
        hidden = [name for name in node.kwd_attrs if name.startswith("_")]
        if hidden:
            yield f"uses {hidden[0][:60]}, an inside of another object"
    elif isinstance(node, ast.Name) and node.id in OWN and not isinstance(node.ctx, ast.Load):
        yield f"gives {node.id} another meaning"
    elif isinstance(node, ast.Call) and _begins_again(node):
        yield "runs a constructor on an object that exists (__init__)"


def _begins_again(call: ast.Call) -> bool:
    """``x.__init__(...)``, but for ``super().__init__()`` and ``Base.__init__(self)``."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "__init__":
        return False
    base = call.func.value
    if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "super":
        return len(base.args) > 1 and not _is_self(base.args[1])
    return not (call.args and _is_self(call.args[0]))


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in OWN
