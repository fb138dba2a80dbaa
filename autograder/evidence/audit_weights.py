"""Rules of the source audit about weights that no training has found.

Accuracy is derived again from the weights, so it is true of them; whether a training made them is a
claim. Numbers from elsewhere reach a model by a handful of doors, which these rules watch. Weights
that were read from a model go through every one of them without a reason.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.audit_parts import folded
from autograder.evidence.audit_starts import start_reasons
from autograder.evidence.audit_values import Values

_OF_WEIGHTS = frozenset({"weights", "trainable_weights", "variables", "trainable_variables",
                         "kernel", "bias", "non_trainable_weights"})  # fmt: skip
_ASSIGNS = frozenset({"assign", "assign_add", "assign_sub"})
_STEPS = frozenset({"apply", "apply_gradients"})
_GRADIENTS = frozenset({"GradientTape", "gradient", "gradients", "get_gradients"})


def kept_weights(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names and attributes that hold what ``get_weights`` returned and were used for nothing else.

    Keeping the best weights of a training and setting them again is an honest habit; a name that is
    read anywhere else may have been changed in place.
    """
    uses: dict[str, int] = {}
    fine: dict[str, int] = {}
    held: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = ast.unparse(node)
            uses[name] = uses.get(name, 0) + 1
        for target in _kept_in(node):
            fine[target] = fine.get(target, 0) + 1
            held |= {target} if isinstance(node, ast.Assign) and _gives(node.value) else set()
    return frozenset(name for name in held if uses.get(name) == fine[name])


def _kept_in(node: ast.AST) -> Iterator[str]:
    """The names that a step keeps or sets weights by."""
    if isinstance(node, ast.Assign) and (_gives(node.value) or _is_none(node.value)):
        yield from map(ast.unparse, node.targets)
    elif isinstance(node, ast.Compare) and all(map(_is_none, node.comparators)):
        yield ast.unparse(node.left)
    elif isinstance(node, ast.Call) and _ends(node.func, "set_weights") and len(node.args) == 1:
        yield ast.unparse(node.args[0])


def _gives(value: ast.expr) -> bool:
    """Whether it is a call of ``get_weights``."""
    return isinstance(value, ast.Call) and _ends(value.func, "get_weights") and not value.args


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def weight_reasons(nodes: Iterable[ast.AST], kept: frozenset[str], values: Values) -> Iterator[str]:
    """Why weights of a notebook may come from elsewhere; ``kept`` as `kept_weights` gives it, and
    ``values`` over the notebook's own cells and those of the course."""
    nodes = tuple(nodes)
    names = frozenset([*_names_of_weights(nodes), *_handed_on(nodes)])
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    slopes = any(isinstance(n, ast.Attribute) and n.attr in _GRADIENTS for n in nodes)
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _set(node, kept, names)
            if not slopes and _ends(node.func, *_STEPS) and _mentions(node):
                yield "takes steps without gradients (apply)"
        elif isinstance(node, ast.Attribute) and id(node) not in called:
            if node.attr == "set_weights" and isinstance(node.ctx, ast.Load):
                yield "sets weights by hand (set_weights)"
        elif isinstance(node, ast.Assign):
            yield from _best(node, kept)
    yield from start_reasons(nodes, values)


def _names_of_weights(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that are bound to weights of a model: by assignment, by unpacking, by a loop."""
    for node in nodes:
        if isinstance(node, ast.Assign) and _mentions(node.value):
            targets, computed = node.targets, isinstance(node.value, ast.BinOp)
        elif isinstance(node, (ast.For, ast.comprehension)) and _mentions(node.iter):
            targets, computed = [node.target], False
        else:
            continue
        if not computed:
            parts = (part for target in targets for part in ast.walk(target))
            names = (part for part in parts if isinstance(part, ast.Name))
            yield from (name.id for name in names if isinstance(name.ctx, ast.Store))


def _handed_on(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Parameters of the notebook's own functions that are called with weights of a model."""
    nodes = tuple(nodes)
    own = {node.name: node.args for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            own |= {t.id: node.value.args for t in node.targets if isinstance(t, ast.Name)}
    for node in nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = own.get(node.func.id)
        handed = [*node.args, *(keyword.value for keyword in node.keywords)]
        if given is not None and any(map(_mentions, handed)):
            yield from (one.arg for one in [*given.posonlyargs, *given.args, *given.kwonlyargs])


def _mentions(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _OF_WEIGHTS for n in ast.walk(node))


def _set(node: ast.Call, kept: frozenset[str], names: frozenset[str]) -> Iterator[str]:
    """Weights that a call sets: copied from another model they are no reason."""
    if not isinstance(node.func, ast.Attribute):
        return
    last, base = node.func.attr, node.func.value
    copied = [a for a in node.args if _gives(a) or ast.unparse(a) in kept]
    if last == "set_weights" and not copied:
        yield "sets weights by hand (set_weights)"
    named = isinstance(base, ast.Name) and base.id in names
    if last.startswith("assign") and (_mentions(node.func) or (last in _ASSIGNS and named)):
        yield f"sets weights by hand ({last})"
    raw = any(isinstance(n, ast.Attribute) and n.attr == "raw_ops" for n in ast.walk(base))
    if raw and "Assign" in last:
        yield f"sets weights by hand ({last})"
    if last == "File" and isinstance(base, ast.Name) and base.id == "h5py" and not _reads(node):
        yield "writes a file of weights itself (h5py)"


def _reads(node: ast.Call) -> bool:
    modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    return all(folded(mode) == "r" for mode in modes)


def _best(node: ast.Assign, kept: frozenset[str]) -> Iterator[str]:
    value = node.value
    fine = _gives(value) or _is_none(value) or ast.unparse(value) in kept
    if not fine and any(_ends(target, "best_weights") for target in node.targets):
        yield "sets weights by hand (best_weights)"


def _ends(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names
