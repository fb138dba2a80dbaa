"""Rules of the source audit about where weights begin and what draws on them at every step:
initializers, constraints and regularizers.

What the text tells to be Keras's own, made of plain numbers, is no reason; anything else may carry
the weights of a model that was trained elsewhere.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from autograder.evidence.audit_parts import chain, folded
from autograder.evidence.audit_values import Values

_WORDS = {
    "_initializer": "starts from weights of its own",
    "_constraint": "has a constraint of its own",
    "_regularizer": "has a regularizer of its own",
}
_ENDINGS = tuple(_WORDS)
_CONVOLUTION = {9: "kernel_initializer", 10: "bias_initializer", 11: "kernel_regularizer",
                14: "kernel_constraint"}  # fmt: skip
_BY_PLACE = {
    "Dense": {3: "kernel_initializer", 4: "bias_initializer", 5: "kernel_regularizer",
              6: "bias_regularizer", 8: "kernel_constraint", 9: "bias_constraint"},
    "Conv1D": _CONVOLUTION,
    "Conv2D": _CONVOLUTION,
    "Conv3D": _CONVOLUTION,
    "Embedding": {2: "embeddings_initializer", 3: "embeddings_regularizer"},
    "SimpleRNN": {3: "kernel_initializer", 4: "recurrent_initializer"},
    "LSTM": {4: "kernel_initializer", 5: "recurrent_initializer"},
    "GRU": {4: "kernel_initializer", 5: "recurrent_initializer"},
}  # fmt: skip
"""The arguments of Keras's layers that are given by their place."""

_WRITERS = frozenset({"update", "setdefault", "__setitem__"})

_PARTS = frozenset({"value", "mean", "stddev", "minval", "maxval", "gain", "scale"})
"""Attributes of Keras's initializers that may be arrays."""


def start_reasons(nodes: Iterable[ast.AST], values: Values) -> Iterator[str]:
    """Why weights may begin, or be drawn, where no training has led."""
    nodes = tuple(nodes)
    given = _simply_given(nodes)
    initializers = any(map(_speaks_of_initializers, nodes))
    for node in nodes:
        if isinstance(node, ast.Call):
            for name, argument in _arguments(node, values):
                yield from _judged(name, argument, values)
        elif isinstance(node, ast.Dict):
            keys = (folded(key) if key is not None else None for key in node.keys)
            for key, item in zip(keys, node.values, strict=True):
                yield from _judged(key, item, values)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            for key in _keys(node):
                yield from _judged(key, given.get(id(node)), values)
        for target, name, value in _attributes_set(node, given):
            own = isinstance(target, ast.Name) and target.id == "self"
            if not (own and _kept(value, values)):
                yield from _judged(name, value, values)
            if not own and name == "constraint":
                yield "sets a constraint of its own"
            if not own and name in _PARTS and initializers and not _is_number(value, values):
                yield f"changes an initializer (.{name})"


def _attributes_set(
    node: ast.AST, given: Mapping[int, ast.expr]
) -> Iterator[tuple[ast.expr, str, ast.expr | None]]:
    """Whose attribute a node sets, which, and to what."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.value, node.attr, given.get(id(node))
    elif isinstance(node, ast.Call) and _last(node.func) == "setattr" and len(node.args) == 3:
        yield node.args[0], folded(node.args[1]) or "", node.args[2]


def _simply_given(nodes: Iterable[ast.AST]) -> dict[int, ast.expr]:
    """What targets of assignments are given, by their identity; those of loops, say, are not in."""
    found: dict[int, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            found |= {id(target): node.value for target in node.targets}
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found[id(node.target)] = node.value
    return found


def _arguments(call: ast.Call, values: Values) -> Iterator[tuple[str, ast.expr]]:
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
    # partial(Dense, 1, ...) takes the places that come after the layer.
    places_of = [(call.func, call.args), *((one, call.args[1:]) for one in call.args[:1])]
    for layer, given in places_of:
        for last in map(_last, _meant(layer, values)):
            places = _BY_PLACE.get(last, {})
            yield from ((name, given[n]) for n, name in places.items() if n < len(given))
    if _last(call.func) in _WRITERS and isinstance(call.func, ast.Attribute):
        yield from ((key, call) for key in _keys(call.func))


def _meant(node: ast.expr, values: Values) -> tuple[ast.expr, ...]:
    return (values.of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None) or ()


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _keys(node: ast.AST) -> list[str]:
    """The texts that items are asked by, in ``config["kernel_initializer"]["config"]``."""
    items = (one for one in chain(node) if isinstance(one, ast.Subscript))
    return [key for one in items if (key := folded(one.slice))]


def _judged(name: str | None, value: ast.expr | None, values: Values) -> Iterator[str]:
    """A reason for what an argument, an item or an attribute of such a name is given."""
    if name == "initializer" and isinstance(value, ast.Lambda):  # of add_weight
        yield "starts from weights of its own (initializer)"
    if name and name.endswith(_ENDINGS) and (value is None or not _known(value, name, values)):
        yield f"{_WORDS['_' + name.rpartition('_')[2]]} ({name})"


def _known(value: ast.expr, name: str, values: Values) -> bool:
    """A text, None, or a class or object of Keras made of plain numbers and texts.

    A bias may start from a number that was worked out, the logarithm of the classes' odds say.
    """
    found = values.of(value)
    if not found:
        return False
    made = any(isinstance(one, ast.Call) for one in found)
    if made and not values.untouched(value):
        return False
    return all(_known_one(one, name, values) for one in found)


def _known_one(value: ast.expr, name: str, values: Values) -> bool:
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.List | ast.Tuple):
        return all(_known(one, name, values) for one in value.elts)
    if isinstance(value, ast.Name | ast.Attribute):
        return values.imported(value)
    if not isinstance(value, ast.Call) or not _imported(value.func, values):
        return False
    by_text = _last(value.func) in ("get", "deserialize")
    if not by_text and not name.endswith("_initializer"):
        return not any(isinstance(one, ast.Lambda) for one in ast.walk(value))
    parts = [*value.args, *(k.value for k in value.keywords if k.arg != "seed" or by_text)]
    return all(_plain(part, name, values) for part in parts)


def _imported(function: ast.expr, values: Values) -> bool:
    found = values.of(function)
    return bool(found) and all(map(values.imported, found or ()))


def _plain(part: ast.expr, name: str, values: Values) -> bool:
    odds = name.startswith("bias") and isinstance(part, ast.Name)
    return odds or values.texts(part) is not None or values.number(part)


def _is_number(value: ast.expr | None, values: Values) -> bool:
    return value is not None and values.number(value)


def _kept(value: ast.expr | None, values: Values) -> bool:
    """Whether a layer of one's own keeps what it was given, as it is or through ``get``."""
    got = isinstance(value, ast.Call) and _imported(value.func, values) and len(value.args) == 1
    return values.parameter(value.args[0] if got and isinstance(value, ast.Call) else value)


def _speaks_of_initializers(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").endswith("initializers")
    return isinstance(node, ast.Attribute) and (
        node.attr.endswith("_initializer") or node.attr == "initializers"
    )
