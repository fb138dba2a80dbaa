"""Rules of the source audit about where weights begin and what draws on them at every step:
initializers, constraints and regularizers.

What the text tells to be Keras's own, made of plain numbers, is no reason; anything else may carry
the weights of a model that was trained elsewhere.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.source_audit.callees import Callees
from autograder.evidence.source_audit.configs import plain_config
from autograder.evidence.source_audit.given import Given, keeps
from autograder.evidence.source_audit.layers import KINDS, PLACES, ROOTS, kind_of, known_text
from autograder.evidence.source_audit.parts import chain, last_part
from autograder.evidence.source_audit.texts import told_texts

_TOLD = {
    "initializer": "starts from weights of its own",
    "constraint": "has a constraint of its own",
    "regularizer": "has a regularizer of its own",
}
_WRITERS = frozenset({"update", "setdefault", "__setitem__"})
_NAMED_OBJECTS = frozenset({"custom_object_scope", "CustomObjectScope", "get_custom_objects",
                            "register_keras_serializable"})  # fmt: skip

_PARTS = frozenset({"value", "mean", "stddev", "minval", "maxval", "gain", "scale"})
"""Attributes of Keras's initializers that may be arrays."""

_ADDS = frozenset({"add_weight", "add_variable"})


def start_reasons(nodes: Iterable[ast.AST], given: Given) -> Iterator[str]:
    """Why weights may begin, or be drawn, where no training has led."""
    nodes = tuple(nodes)
    sources, rules = given.sources, _Starts(given, nodes)
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from rules.call(node)
        elif isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                for text in rules.texts(key):
                    yield from rules.judged(text, item)
                    yield from rules.registered(text, item)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            for text in rules.keys(node):
                yield from rules.judged(text, sources.targets.get(id(node)))
                yield from rules.registered(text, sources.targets.get(id(node)))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from rules.set(node.value, node.attr, sources.targets.get(id(node)))
    yield from told_texts(nodes, sources)


class _Starts:
    """The rules over the names of one notebook."""

    def __init__(self, given: Given, nodes: tuple[ast.AST, ...]) -> None:
        self.given = given
        self.sources = given.sources
        self.values = given.values
        self.callees = Callees(given.sources, nodes)
        self.initializers = any(map(_speaks_of_initializers, nodes))
        self.custom = any(last_part(node) in _NAMED_OBJECTS for node in nodes) or any(
            isinstance(node, ast.keyword) and node.arg == "custom_objects" for node in nodes
        )

    def call(self, call: ast.Call) -> Iterator[str]:
        """What the arguments of a call are, by their names and by their places."""
        for keyword in call.keywords:
            if keyword.arg:
                yield from self.judged(keyword.arg, keyword.value)
        for layer, given in self.callees.places(call):
            for argument in self.placed(layer, given):
                yield from argument
        if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITERS:
            for text in self.keys(call.func):
                yield from self.judged(text, call)
            if len(call.args) == 2:
                for text in self.texts(call.args[0]):
                    yield from self.judged(text, call.args[1])
        if last_part(call.func) == "setattr" and len(call.args) == 3:
            for text in self.texts(call.args[1]):
                yield from self.set(call.args[0], text, call.args[2])
        if last_part(call.func) in _ADDS:
            yield from self._added(call)
        if self.callees.layer(call):
            yield from self._layer(call)

    def placed(self, layer: str, given: list[ast.expr]) -> Iterator[Iterator[str]]:
        """The arguments that a layer is given by their place, those of ``*settings`` too."""
        for arguments in self.callees.spread(given):
            if arguments is None:
                yield iter([f"hands on what weights start from (* of {layer})"])
                continue
            places = PLACES.get(layer) or self.callees.own_places.get(layer, {})
            for n, name in places.items():
                if n < len(arguments):
                    yield self.judged(name, arguments[n])

    def judged(self, name: str | None, value: ast.expr | None) -> Iterator[str]:
        """A reason for what an argument, an item or an attribute of such a name is given."""
        kind = kind_of(name)
        if kind and name and (value is None or not self.given.known(value, name)):
            yield f"{_TOLD[kind]} ({name})"

    def set(self, target: ast.expr, name: str, value: ast.expr | None) -> Iterator[str]:
        """What an attribute of an object is set to."""
        own = isinstance(target, ast.Name) and target.id == "self"
        if not (own and keeps(name, value, self.given)):
            yield from self.judged(name, value)
        if not own and name == "constraint":
            yield "sets a constraint of its own"
        number = value is not None and self.sources.number(value)
        part = name in _PARTS and not own and self.initializers
        if part and not number and not self._of_others(target):
            yield f"changes an initializer (.{name})"

    def texts(self, node: ast.expr | None) -> tuple[str, ...]:
        return () if node is None else self.values.texts(node) or ()

    def keys(self, node: ast.AST) -> list[str]:
        """The texts that items are asked by, in ``config["kernel_initializer"]["config"]``."""
        items = [one for one in chain(node)[:20] if isinstance(one, ast.Subscript)]
        return [text for one in items for text in self.texts(one.slice)]

    def registered(self, name: str, value: ast.expr | None) -> Iterator[str]:
        """An own function under the name of one of Keras's."""
        own = value is None or self.sources.own_function(value)
        if self.custom and own and any(known_text(name, kind) for kind in KINDS):
            yield f"gives a name of Keras another meaning ({name})"

    def _of_others(self, target: ast.expr) -> bool:
        """Whether an object is made by something else than Keras, or by a plain class."""
        made = self.values.of(target) or ()
        calls = [one.func for one in made if isinstance(one, ast.Call)]
        if not calls or len(calls) < len(made):
            return False
        names = [self.sources.named(one) for one in calls]
        return all(
            (found and not any(name.split(".")[0] in ROOTS for name in found))
            or self.callees.plain_class(one)
            for one, found in zip(calls, names, strict=True)
        )

    def _added(self, call: ast.Call) -> Iterator[str]:
        """What a layer of one's own adds as a weight."""
        words = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        for n in (1, 3):  # by Keras 3 and by Keras 2
            if n < len(call.args) and not self._type_or_shape(call.args[n]):
                words.setdefault(f"{n}", call.args[n])
        for word, value in words.items():
            kind = word if word in KINDS else "initializer" if word.isdigit() else ""
            if kind and not self.given.known(value, f"weight_{kind}"):
                yield f"{_TOLD[kind]} ({kind})"
        for keyword in call.keywords:
            if keyword.arg is None and not plain_config(keyword.value, self.sources, words=True):
                yield f"{_TOLD['initializer']} (**)"

    def _type_or_shape(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value.startswith(("float", "int", "bool", "bfloat"))
        return isinstance(node, ast.Tuple | ast.List) or self.sources.number(node)

    def _layer(self, call: ast.Call) -> Iterator[str]:
        for keyword in call.keywords:
            if keyword.arg == "weights":
                fine = self.values.texts(keyword.value) is not None
                if not fine and not self.sources.number(keyword.value):
                    yield "sets weights by hand (weights)"
            if keyword.arg is None and not plain_config(keyword.value, self.sources, words=True):
                yield f"{_TOLD['initializer']} (**)"


def _speaks_of_initializers(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        named = (alias.name for alias in node.names)
        return (node.module or "").endswith("initializers") or "initializers" in named
    if isinstance(node, ast.Import):
        return any(alias.name.endswith("initializers") for alias in node.names)
    if isinstance(node, ast.keyword | ast.arg):
        return kind_of(node.arg) == "initializer"
    name = last_part(node)
    return name.endswith("_initializer") or name in ("initializers", "Initializer")
