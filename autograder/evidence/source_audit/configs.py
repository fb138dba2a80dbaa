"""Configurations that models and layers are made from.

What ``get_config`` or ``to_json`` of another model gave is fine, and so is what is written out: its
items are judged where they stand. A configuration from a file can have an initializer in it.
"""

import ast

from autograder.evidence.source_audit.layers import kind_of
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import Sources

_GIVE = frozenset({"get_config", "to_json", "get_build_config", "serialize"})
_HAND_ON = frozenset({"dict", "copy", "deepcopy", "loads", "dumps", "pop", "get", "list", "items",
                      "replace"})  # fmt: skip
_INNER = frozenset({"config", "layers", "layer", "cell", "build_config", "backward_layer",
                    "forward_layer", "weights"})  # fmt: skip


def plain_config(node: ast.expr, sources: Sources, *, words: bool = False) -> bool:
    """Whether a configuration, or with ``words`` the arguments of a layer, comes from no file."""
    waiting = list(sources.leaves(node, called=True))
    while waiting:
        one = waiting.pop()
        sources.left -= 1
        if sources.left < 0:
            return False
        if isinstance(one, ast.Constant):
            continue
        if isinstance(one, ast.Dict):
            waiting += _inner(one, sources)
        elif isinstance(one, ast.DictComp):
            if _open(one, sources):
                return False
        elif isinstance(one, ast.List | ast.Tuple):
            waiting += one.elts
        elif isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
            waiting += [*sources.leaves(one.left), *sources.leaves(one.right)]
        elif isinstance(one, ast.Call):
            last = last_part(one.func)
            if last in _GIVE:
                continue
            if last not in _HAND_ON:
                return False
            base = [] if one.args and last != "pop" else [getattr(one.func, "value", one.func)]
            keywords = [k.value for k in one.keywords if k.arg is None or k.arg in _INNER]
            given = [] if last == "pop" else one.args[:1]
            if not one.keywords or given or keywords:
                more = [*keywords, *given] or base
                waiting += [leaf for part in more for leaf in sources.leaves(part, called=True)]
        elif isinstance(one, ast.Subscript):
            waiting += sources.leaves(one.value, called=True)
        elif not (isinstance(one, ast.Name) and _handed(one, sources, words)):
            return False
    return True


def _handed(name: ast.Name, sources: Sources, words: bool) -> bool:
    """Whether it is what a function is handed as it is: its callers are judged, by the names that
    they give; a ``from_config`` of one's own gets what another one got."""
    return sources.values.parameter(name) and (
        name.id in sources.starred or (not words and name.id in ("config", "cfg"))
    )


def _inner(node: ast.Dict, sources: Sources) -> list[ast.expr]:
    found: list[ast.expr] = []
    for key, value in zip(node.keys, node.values, strict=True):
        texts = None if key is None else sources.values.texts(key)
        if texts is None or any(text in _INNER for text in texts):
            found += sources.leaves(value, called=True)
    return found


def _open(node: ast.DictComp, sources: Sources) -> bool:
    """Whether a dict that is computed may have keys of which nobody knows."""
    texts = sources.values.texts(node.key)
    if texts is not None:
        return any(map(kind_of, texts))
    walked = [leaf for one in node.generators for leaf in sources.leaves(one.iter)]
    return not all(plain_config(one, sources) for one in walked if one is not node)
