"""Rules of the source audit about weights that no training has found.

Accuracy is derived again from the weights, so it is true of them; whether a training made them is a
claim. Numbers from elsewhere reach a model by a handful of doors, which these rules watch. Weights
that were read from a model go through every one of them without a reason.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.audit_parts import folded

_OF_WEIGHTS = frozenset({"weights", "trainable_weights", "variables", "trainable_variables",
                         "kernel", "bias", "non_trainable_weights"})  # fmt: skip
_ASSIGNS = frozenset({"assign", "assign_add", "assign_sub"})
_STEPS = frozenset({"apply", "apply_gradients"})
_GRADIENTS = frozenset({"GradientTape", "gradient", "gradients", "get_gradients"})
_STARTS = ("_initializer", "_constraint")
_FROM_NUMBERS = frozenset({"Constant", "constant", "deserialize"})


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


def weight_reasons(nodes: Iterable[ast.AST], kept: frozenset[str]) -> Iterator[str]:
    """Why weights of a notebook may come from elsewhere; ``kept`` as `kept_weights` gives it."""
    nodes = tuple(nodes)
    own = frozenset(node.name for node in nodes if isinstance(node, ast.ClassDef))
    names = frozenset([*_names_of_weights(nodes), *_handed_on(nodes)])
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    slopes = any(isinstance(n, ast.Attribute) and n.attr in _GRADIENTS for n in nodes)
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _set(node, kept, names)
            yield from _started(((k.arg, k.value) for k in node.keywords), own)
            if not slopes and _ends(node.func, *_STEPS) and _mentions(node):
                yield "takes steps without gradients (apply)"
        elif isinstance(node, ast.Attribute) and id(node) not in called:
            if node.attr == "set_weights" and isinstance(node.ctx, ast.Load):
                yield "sets weights by hand (set_weights)"
        elif isinstance(node, ast.Dict):
            keys = (folded(key) if key is not None else None for key in node.keys)
            yield from _started(zip(keys, node.values, strict=True), own)
        elif isinstance(node, ast.Assign):
            yield from _assigned(node, kept, own)


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


def _assigned(node: ast.Assign, kept: frozenset[str], own: frozenset[str]) -> Iterator[str]:
    value = node.value
    for target in node.targets:
        if isinstance(target, ast.Attribute):
            on_self = isinstance(target.value, ast.Name) and target.value.id == "self"
            if target.attr == "best_weights" and not (
                _gives(value) or _is_none(value) or ast.unparse(value) in kept
            ):
                yield "sets weights by hand (best_weights)"
            if not on_self:
                yield from _started([(target.attr, value)], own)
            if target.attr == "constraint" and not on_self:
                yield "sets a constraint of its own"
        elif isinstance(target, ast.Subscript):
            yield from _started([(folded(target.slice), value)], own)


def _started(given: Iterable[tuple[str | None, ast.expr]], own: frozenset[str]) -> Iterator[str]:
    """Arguments that decide where weights begin, or what becomes of them at every step."""
    for name, value in given:
        if name == "initializer" and isinstance(value, ast.Lambda):  # of add_weight
            yield "starts from weights of its own (initializer)"
        if name and name.endswith(_STARTS) and not _known_start(value, name, own):
            word = "starts from weights" if name.endswith(_STARTS[0]) else "has a constraint"
            yield f"{word} of its own ({name})"


def _known_start(value: ast.expr, name: str, own: frozenset[str]) -> bool:
    """A text, None, or a class or object of initializers made of plain numbers and texts.

    A bias may start from a number that was worked out, the logarithm of the classes' odds say.
    """
    if isinstance(value, ast.Constant | ast.Attribute):
        return True
    if isinstance(value, ast.List | ast.Tuple):
        return all(_known_start(one, name, own) for one in value.elts)
    if isinstance(value, ast.Name):
        # A class; anything else may hold numbers.
        return value.id[:1].isupper() and value.id not in own
    if not isinstance(value, ast.Call):
        return False
    made = value.func.id if isinstance(value.func, ast.Name) else ""
    parts = [*value.args, *(keyword.value for keyword in value.keywords)]
    numbers = _ends(value.func, *_FROM_NUMBERS) or made in _FROM_NUMBERS
    plain = ast.Constant if numbers and not name.startswith("bias") else ast.Constant | ast.Name
    return made not in own and all(isinstance(_unsigned(part), plain) for part in parts)


def _unsigned(node: ast.expr) -> ast.expr:
    return node.operand if isinstance(node, ast.UnaryOp) else node


def _ends(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names
