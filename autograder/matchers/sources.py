"""What a cell's text says, for the rare exercise whose point is how something is written.

Judged on the syntax tree, so that comments, names and layout are free. Nothing here proves that a
text is honest; it tells an answer that was worked out from one that was typed in.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence

from autograder.evidence.dotted import Aliases
from autograder.evidence.tree import magic_of, parse_cell, python_in
from autograder.matchers.failure import MatchFailure

_IMPORTERS = frozenset(["__import__", "import_module", "find_spec"])


def assert_computed(
    source: str, name: str, *, roots: Sequence[str], mentions: str, given: Sequence[str] = ()
) -> None:
    """Passes when the cell works ``name`` out from ``mentions`` of each library in ``roots``.

    The last assignment counts, with the tests and loops around it and everything that the names in
    it were made of. ``given`` are cells above, which tell what names mean. Raises MatchFailure.

    >>> cell = "import keras, tensorflow as tf\\nsame = tf.keras.Model is keras.Model"
    >>> assert_computed(cell, "same", roots=("tensorflow", "keras"), mentions="Model")
    """
    tree = _tree(source, name)
    aliases = _aliases([*map(_statements, given), tree])
    bindings = [found for found in _bindings(tree) if found[0] == name]
    if not bindings:
        raise MatchFailure(
            f"{name} gets its value in the cell of this exercise",
            "no assignment to it there",
            hint=f"Write {name} = ... in the cell under the exercise.",
        )
    last = max(bindings, key=lambda found: found[1])
    used = list(_sliced(last[2], tree))
    words = frozenset(_words(used, aliases))
    missing = [root for root in roots if not any(_root(word) == root for word in words)]
    if missing or not any(mentions in word.split(".") for word in words):
        raise MatchFailure(
            f"{name} is computed from {mentions} of " + " and of ".join(roots),
            "a value that was typed in"
            if len(missing) == len(roots)
            else "a comparison that leaves " + " and ".join(missing or [mentions]) + " out",
            "a value that is typed in stays the same when the libraries change.",
            f"Let Python look at both and compare: {name} = ...",
        )


def assert_reached_through(
    source: str, name: str, *, library: str, instead_of: str, given: Sequence[str] = ()
) -> None:
    """Passes when the cell uses ``library`` and neither imports nor uses ``instead_of`` alone.

    Every form is free that begins at ``library``: ``import a.b as c``, ``from a import b``,
    ``b = a.b`` and the long dotted name. ``given`` are cells above. Raises MatchFailure.

    >>> cell = "from tensorflow import keras\\ndef build():\\n    return keras.Sequential()"
    >>> assert_reached_through(cell, "build", library="tensorflow", instead_of="keras")
    """
    tree = _tree(source, name)
    modules = [module for node in ast.walk(tree) for module in _imports(node)]
    imported = next((module for module in modules if _root(module) == instead_of), "")
    own = _aliases([tree])
    above = _aliases([*map(_statements, given), tree])
    bound = {found[0] for found in _bindings(tree)}
    borrowed = next(
        (
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and node.id not in bound
            and own.resolve(node) is None
            and _root(above.resolve(node) or "") == instead_of
        ),
        "",
    )
    if imported or borrowed:
        raise MatchFailure(
            f"the cell of {name} comes to Keras through {library}",
            f"an import of {imported}"
            if imported
            else f"the name {borrowed}, which a cell above imported as a library of its own",
            "this course takes everything from one place, so that no two versions can meet.",
            "Which name did the set-up cell give to TensorFlow, and what do you find behind it?",
        )
    if not any(_root(word) == library for word in [*modules, *_words([tree], above)]):
        raise MatchFailure(
            f"the cell of {name} comes to Keras through {library}",
            f"nothing of {library} in it",
            hint="The set-up cell imports what is needed: use it, or import from there.",
        )


def _tree(source: str, name: str) -> ast.Module:
    parsed = parse_cell(source)
    if parsed.tree is None:
        raise MatchFailure(
            f"the cell of {name} is Python that can be run",
            "a syntax error" if parsed.invalid else "a text that cannot be read",
            "Python reads the whole cell before it runs the first line of it.",
            "Run the cell: Python points at the place where it stopped to understand.",
        )
    return _with_magics(parsed.tree)


def _with_magics(tree: ast.Module) -> ast.Module:
    """The tree and, behind it, the Python that stands under ``%%time`` and its like."""
    magics = [
        magic for node in ast.walk(tree) if isinstance(node, ast.Call) and (magic := magic_of(node))
    ]
    inner = [parse_cell(text).tree for magic in magics for text in python_in(magic)]
    return ast.Module([*tree.body, *(s for found in inner if found for s in found.body)], [])


def _statements(source: str) -> ast.Module:
    """A cell above; one that is no Python gave nothing a meaning."""
    return _with_magics(parse_cell(source).tree or ast.Module([], []))


def _aliases(trees: Iterable[ast.Module]) -> Aliases:
    aliases = Aliases()
    for tree in trees:
        aliases.learn(ast.walk(tree))
    return aliases


def _imports(node: ast.AST) -> Iterator[str]:
    """The modules that a node imports: by a statement, or by a call with the name as a text."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield node.module or ""
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in _IMPORTERS:
            yield str(node.args[0].value)


def _bindings(
    tree: ast.AST, around: tuple[ast.AST, ...] = ()
) -> Iterator[tuple[str, tuple[int, int], tuple[ast.AST, ...]]]:
    """(name, place, the expressions it is made of) of whatever gives a name something."""
    for node in ast.iter_child_nodes(tree):
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        for target, made_of in _given(node):
            for name in _names_of(target):
                yield name, place, (made_of, *around)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, place, (node, *around)
        yield from _bindings(node, (*around, *_decides(node)))


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AugAssign):
        yield node.target, node
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        # classes.append(Dense): what a list or set holds comes in through its methods.
        yield node.value.func.value, node.value


def _names_of(target: ast.AST) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _names_of(part)
    elif isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from _names_of(target.value)


def _decides(node: ast.AST) -> tuple[ast.AST, ...]:
    """The expressions on which it depends whether, and how often, the statements inside run."""
    if isinstance(node, (ast.If, ast.While)):
        return (node.test,)
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return (node.iter,)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return tuple(item.context_expr for item in node.items)
    if isinstance(node, ast.Try):
        return tuple(part.test for part in node.body if isinstance(part, ast.Assert))
    return (node.subject,) if isinstance(node, ast.Match) else ()


def _sliced(start: Iterable[ast.AST], tree: ast.Module) -> Iterator[ast.AST]:
    """The start and everything in the tree that the names in it were made of."""
    made_of: dict[str, list[ast.AST]] = {}
    for name, _, nodes in _bindings(tree):
        made_of.setdefault(name, []).extend(nodes)
    waiting = list(start)
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                waiting.extend(made_of.get(part.id, ()))


def _words(nodes: Iterable[ast.AST], aliases: Aliases) -> Iterator[str]:
    """The dotted paths, attributes and texts that the expressions mention."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                yield aliases.resolve(part) or f"?.{part.attr}"
            elif isinstance(part, ast.Name):
                yield aliases.resolve(part) or part.id
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _root(path: str) -> str:
    return path.split(".", 1)[0]
