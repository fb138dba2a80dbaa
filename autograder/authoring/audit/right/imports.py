"""Ways to come to Keras: by the long dotted name, by modules, by classes, by names of one's own.

They are operators apart from all others, since an exercise may be about the import itself.
"""

import ast
from collections.abc import Iterator

from autograder.authoring.audit.right.notebook import Edit, View, canonical
from autograder.authoring.audit.right.operators import Edits, Operator
from autograder.authoring.audit.right.trees import exchanged, expression, functions, statements

_THROUGH = "tensorflow.keras"
_HERE_ALONE = frozenset(["losses.mse", "losses.MSE", "metrics.mse", "losses.mae", "losses.MAE"])
"""Names under ``tf.keras`` that ``keras`` itself has under longer ones only."""

_MODULES = ("layers", "models", "losses", "optimizers", "metrics", "activations", "callbacks")


def _reached(view: View, tree: ast.AST, start: str) -> dict[int, str]:
    """Of the longest dotted names in a tree that begin at ``start.``: the rest of the path."""
    found: dict[int, str] = {}
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            path = view.full(node)
            if path.startswith(start + ".") and isinstance(node.ctx, ast.Load):
                found[id(node)] = path[len(start) + 1 :]
                inner.update(id(part) for part in ast.walk(node))
    return found


def _bound_in_cell(view: View, name: str) -> bool:
    nodes = list(ast.walk(view.tree))
    imported = {
        alias.asname or alias.name.split(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return name in imported | used | arguments


def _module(line: str, name: str, tail: str) -> Edits:
    """Everything under ``tensorflow.keras[.tail]`` through one name, which ``line`` binds."""

    def edits(view: View) -> Iterator[Edit]:
        found = _reached(view, view.tree, f"{_THROUGH}.{tail}" if tail else _THROUGH)
        alone = name == "keras" and not _HERE_ALONE.isdisjoint(found.values())
        if found and not alone and not _bound_in_cell(view, name):
            exchange = {node: [expression(f"{name}.{rest}")] for node, rest in found.items()}
            yield view.edit(exchange, f"`{line}` on top", statements(line))

    return edits


def _free_module(view: View, name: str) -> bool:
    """Whether a name is bound nowhere, or to this very module."""
    return name not in view.notebook.words or view.notebook.aliases.resolve(
        ast.Name(name, ast.Load())
    ) in (f"{_THROUGH}.{name}", f"keras.{name}")


def _classes(view: View) -> Iterator[Edit]:
    found = _reached(view, view.tree, _THROUGH)
    lines = _from_lines(view, found)
    if lines:
        exchange = {node: [expression(rest.split(".")[-1])] for node, rest in found.items()}
        yield view.edit(exchange, "each class of Keras imported", statements(*lines))


def _inside(view: View) -> Iterator[Edit]:
    """The classes that a function uses, imported in its body."""
    for function in functions(view.tree):
        found = {
            node: rest
            for statement in function.body
            for node, rest in _reached(view, statement, _THROUGH).items()
        }
        lines = _from_lines(view, found)
        if lines:
            exchange: dict[int, list[ast.AST]] = {
                node: [expression(rest.split(".")[-1])] for node, rest in found.items()
            }
            exchange[id(function.body[0])] = [
                *statements(*lines),
                exchanged(function.body[0], exchange),
            ]
            yield view.edit(exchange, f"imports inside {function.name}")


def _from_lines(view: View, found: dict[int, str]) -> list[str]:
    """``from tensorflow.keras... import ...`` for all of them, or nothing where a name is taken."""
    homes: dict[str, set[str]] = {}
    for rest in found.values():
        module, _, name = rest.rpartition(".")
        homes.setdefault(f"{_THROUGH}.{module}" if module else _THROUGH, set()).add(name)
    all_names = [name for names in homes.values() for name in names]
    taken = any(_bound_in_cell(view, name) for name in all_names)
    if taken or len(set(all_names)) < len(all_names) or not all(map(str.isidentifier, all_names)):
        return []
    known = view.notebook.aliases
    for home, names in homes.items():
        for name in names:
            meaning = known.resolve(ast.Name(name, ast.Load()))
            if meaning is not None and canonical(meaning) != canonical(f"{home}.{name}"):
                return []
    return [f"from {home} import {', '.join(sorted(names))}" for home, names in homes.items()]


def _dotted(view: View) -> Iterator[Edit]:
    """The reverse: long dotted names through TensorFlow, and no import of Keras in the cell."""
    imports = [
        node
        for node in view.tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tensorflow")
    ]
    bound = {alias.asname or alias.name for node in imports for alias in node.names}
    roots = [
        node
        for node in ast.walk(view.tree)
        if isinstance(node, ast.Name) and node.id in bound and isinstance(node.ctx, ast.Load)
    ]
    paths = {id(node): view.full(node) for node in roots}
    if imports and roots and all(path.startswith("tensorflow.") for path in paths.values()):
        exchange: dict[int, list[ast.AST]] = {
            node: [expression(view.tensorflow(path.split(".", 1)[1]))]
            for node, path in paths.items()
        }
        exchange.update({id(node): [] for node in imports})
        yield view.edit(exchange, "the long dotted names")


def _again(view: View) -> Iterator[Edit]:
    name = view.tensorflow("x").split(".")[0]
    lines = statements(f"import tensorflow as {name}")
    yield view.rewritten([*lines, *view.tree.body], "TensorFlow imported once more")


def _pointed(view: View, wish: str, module: str) -> Iterator[Edit]:
    name = view.fresh(wish)
    yield from _module(f"{name} = {view.keras(module).rstrip('.')}", name, module)(view)


def _modules_named(view: View) -> Iterator[Edit]:
    """``layers = tf.keras.layers`` and its like."""
    for module in _MODULES:
        if _free_module(view, module):
            yield from _module(f"{module} = {view.keras(module)}", module, module)(view)
        yield from _pointed(view, module[0].upper(), module)


def _as(view: View) -> Iterator[Edit]:
    name = view.fresh("K")
    yield from _module(f"import {_THROUGH} as {name}", name, "")(view)


def _modules_imported(view: View) -> Iterator[Edit]:
    for module in _MODULES:
        if _free_module(view, module):
            yield from _module(f"from {_THROUGH} import {module}", module, module)(view)


OPERATORS = (
    Operator("import-keras", _module("import keras", "keras", "")),
    Operator("import-from-tensorflow", _module("from tensorflow import keras", "keras", "")),
    Operator("import-as", _as),
    Operator("import-modules", _modules_imported),
    Operator("import-by-assignment", _modules_named),
    Operator("import-classes", _classes),
    Operator("import-inside-function", _inside),
    Operator("import-dotted-names", _dotted),
    Operator("import-again", _again),
)
