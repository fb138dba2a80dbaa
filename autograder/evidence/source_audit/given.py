"""What may be given as an initializer, a constraint or a regularizer without a reason.

What the text tells to be Keras's own, made of plain numbers, is known; anything else may carry the
weights of a model that was trained elsewhere.
"""

import ast

from autograder.evidence.source_audit.layers import BY_TEXT, kind_of, known_text, of_keras
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import Sources, dotted
from autograder.evidence.source_audit.terms import Terms

_NUMERIC = frozenset({"numpy", "math", "builtins", "tensorflow", "keras"})
_TUNED = frozenset({"Choice", "Float", "Int", "Fixed", "Boolean"})
"""Methods of keras_tuner's settings."""


class Given:
    """Judges the expressions of one notebook."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.values = sources.values
        self.terms = Terms(sources)
        self.kept: set[str] = _kept_attributes(self)

    def known(self, value: ast.expr, name: str) -> bool:
        """Whether what an argument of such a name is given is Keras's own, or None."""
        waiting = [value]
        seen: set[str] = set()
        while waiting:
            one = waiting.pop()
            self.sources.left -= 1
            if self.sources.left < 0:
                return False
            if isinstance(one, ast.Name):
                if one.id in seen:
                    continue
                seen.add(one.id)
            if isinstance(one, ast.List | ast.Tuple):
                waiting += one.elts
                continue
            found = None if self._known_name(one, name) else self._meant(one, name)
            for other in found or ():
                if isinstance(other, ast.List | ast.Tuple):
                    waiting += other.elts
                elif not self._known_one(other, name):
                    return False
            if found is not None and not found:
                return False
            if isinstance(one, ast.Name) and one.id in self.sources.written and _makes(found):
                return False
        return True

    def _known_name(self, one: ast.expr, name: str) -> bool:
        """What a name stands for that cannot be followed, or need not be."""
        key = dotted(one) or ""
        if key.startswith("self.") and key.removeprefix("self.") in self.kept:
            return True
        if kind_of(name) == "regularizer" and self.terms.clean(one):
            return True
        if not name.startswith("bias") or not isinstance(one, ast.Name):
            return False
        # `if output_bias is not None: output_bias = Constant(output_bias)`, as in a tutorial: a
        # bias may be any number, so it may be a function's argument as well.
        given = [
            made
            for made in self.sources.given.get(one.id, ())
            if isinstance(made, ast.Call)
            and any(isinstance(part, ast.Name) and part.id == one.id for part in made.args)
        ]
        return bool(given) and all(self._known_one(made, name) for made in given)

    def _meant(self, one: ast.expr, name: str) -> tuple[ast.expr, ...]:
        if isinstance(one, ast.JoinedStr | ast.BinOp):
            return tuple(map(ast.Constant, self.values.texts(one) or ()))
        found = self.values.of(one)
        if found and any(isinstance(other, ast.Subscript | ast.Attribute) for other in found):
            found = tuple(leaf for other in found for leaf in self.sources.leaves(other))
        return found or ()

    def _known_one(self, value: ast.expr, name: str) -> bool:
        kind = kind_of(name)
        if isinstance(value, ast.Constant):
            text = value.value
            return text is None or (isinstance(text, str) and known_text(text, kind))
        if isinstance(value, ast.JoinedStr | ast.BinOp):
            return all(known_text(text, kind) for text in self.values.texts(value) or ("",))
        if isinstance(value, ast.Name | ast.Attribute):
            return self._of_keras(value, kind) or self._known_name(value, name)
        if not isinstance(value, ast.Call):
            return False
        if kind == "regularizer" and self.terms.clean(value):
            return True
        if _tuned(value, self.sources):
            return all(self.known(option, name) for option in _options(value))
        if not self._of_keras(value.func, kind):
            return False
        if last_part(value.func) in BY_TEXT or all(
            one.rpartition(".")[2] in BY_TEXT for one in self.sources.named(value.func)
        ):
            parts = [*value.args, *(keyword.value for keyword in value.keywords)]
            return bool(parts) and all(self.known(part, name) for part in parts)
        return all(
            self._plain(part, name, word, last_part(value.func)) for word, part in _parts(value)
        )

    def _of_keras(self, node: ast.expr, kind: str) -> bool:
        found = self.sources.named(node)
        return bool(found) and all(of_keras(one, kind) for one in found)

    def _plain(self, part: ast.expr, name: str, word: str, maker: str) -> bool:
        """Whether a class of Keras may be given this: an array of weights it may not."""
        if word == "seed" or self.values.texts(part) is not None or self.sources.number(part):
            return True
        if isinstance(part, ast.Call) and _tuned(part, self.sources):
            return True
        if kind_of(name) == "regularizer":
            return not any(map(self.sources.own_function, _leaves(part)))
        if not name.startswith("bias") or maker.lower() not in ("constant", "constant_initializer"):
            return False
        # A bias may start from a number that was worked out, the logarithm of the odds say.
        return all(map(self._worked_out, _leaves(part)))

    def _worked_out(self, leaf: ast.expr) -> bool:
        if isinstance(leaf, ast.Call):
            mean = isinstance(leaf.func, ast.Attribute) and leaf.func.attr in ("mean", "sum")
            logs = last_part(leaf.func) in ("log", "sqrt", "exp", "float", "len")
            return mean or (logs and self.sources.of_modules(leaf.func, _NUMERIC))
        return isinstance(leaf, ast.Name | ast.Constant) and not self.sources.own_function(leaf)


def _makes(found: tuple[ast.expr, ...] | None) -> bool:
    return any(isinstance(one, ast.Call) for one in found or ())


def _parts(call: ast.Call) -> list[tuple[str, ast.expr]]:
    return [("", one) for one in call.args] + [(str(k.arg), k.value) for k in call.keywords]


def _leaves(node: ast.expr) -> list[ast.expr]:
    """What an expression of numbers is made of; the calls in it, and what they are given."""
    found: list[ast.expr] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp):
            waiting += [one.left, one.right]
        elif isinstance(one, ast.UnaryOp):
            waiting.append(one.operand)
        elif isinstance(one, ast.List | ast.Tuple):
            waiting += one.elts
        elif isinstance(one, ast.Call):
            found.append(one)
            waiting += one.args
        else:
            found.append(one)
    return found


def _tuned(call: ast.Call, sources: Sources) -> bool:
    """Whether it is a setting of keras_tuner, ``hp.Choice(...)``: a text or a number that its
    arguments have in them. ``hp`` is the parameter of a function that the tuner calls."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _TUNED:
        return False
    own = function.attr in sources.functions or f"self.{function.attr}" in sources.stores
    return not own and sources.values.parameter(function.value)


def _options(call: ast.Call) -> list[ast.expr]:
    words = [k.value for k in call.keywords if k.arg in ("values", "value", "default", None)]
    return call.args[1:] + words


def _kept_attributes(given: Given) -> set[str]:
    """Attributes in which layers of one's own keep the parameter of the same name, as it is or
    through ``get``: it is judged where it is given."""
    kept: set[str] = set()
    odd: set[str] = set()
    for name, values in given.sources.given.items():
        if name.startswith("self."):
            attribute = name.removeprefix("self.")
            fine = all(keeps(attribute, value, given) for value in values)
            (kept if fine else odd).add(attribute)
    return kept - odd


def keeps(attribute: str, value: ast.expr | None, given: Given) -> bool:
    """Whether a layer of one's own keeps its parameter of this name, one that is judged."""
    kind = kind_of(attribute)
    if not kind or value is None:
        return False
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        found = given.sources.named(value.func)
        got = bool(found) and all(
            of_keras(one, kind) and one.rpartition(".")[2] in BY_TEXT for one in found
        )
        value = value.args[0] if got else value
    same = isinstance(value, ast.Name) and value.id == attribute
    return same and given.values.parameter(value)
