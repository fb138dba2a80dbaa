"""Variables that a notebook makes and changes itself: those of its own loops are no reason, and
neither are counters of a layer; a layer's weights from elsewhere are."""

import ast

from autograder.evidence.source_audit.given import Given
from autograder.evidence.source_audit.layers import ROOTS
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import FUNCTIONS, dotted
from autograder.evidence.source_audit.steps import Steps

_MODULES = frozenset({"tensorflow", "keras", "tf_keras", "builtins", "numpy", "math"})
_VARIABLES = frozenset({"Variable", "add_weight", "add_variable"})
_DRAWN = frozenset({"normal", "uniform", "truncated_normal", "randn", "rand", "random", "zeros",
                    "ones", "zeros_like", "ones_like", "eye", "standard_normal"})  # fmt: skip
_BY_SHAPE = frozenset({"randn", "rand", "random", "zeros", "ones", "zeros_like", "ones_like",
                       "eye", "standard_normal"})  # fmt: skip
_SHAPES = frozenset({"shape", "size", "dtype", "seed", "name"})
_KEPT_AS = frozenset({"cast", "constant", "convert_to_tensor", "float32", "array", "sqrt", "float"})


class Variables:
    """Judges how the variables of one notebook begin and change."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.sources = given.sources
        self.steps = Steps(given.sources)

    def variable(self, node: ast.expr) -> bool:
        """Whether a name stands for variables that the notebook made outside of any model."""
        found = list(self.sources.leaves(node, called=True))
        waiting, own = found, False
        while waiting:
            one = waiting.pop()
            self.sources.left -= 1
            if self.sources.left < 0:
                return False
            if isinstance(one, ast.Subscript):
                waiting += self.sources.leaves(one.value, called=True)
            elif isinstance(one, ast.List | ast.Tuple):
                waiting += [leaf for part in one.elts for leaf in self.sources.leaves(part)]
            elif isinstance(one, ast.Call) and last_part(one.func) in _VARIABLES:
                own = True
            else:
                return False
        return own

    def changes_own(self, call: ast.Call) -> bool:
        """Whether ``assign`` changes a variable of the notebook's own, or takes a gradient's
        step."""
        if not isinstance(call.func, ast.Attribute):
            return False
        base, last = call.func.value, call.func.attr
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if last == "assign_sub" and given and self.steps.of_gradients(given[0]):
            return True
        if isinstance(base, ast.Attribute) and dotted(base) == f"self.{base.attr}":
            counts = last != "assign" and all(_whole_number(one) for one in given)
            function = self.sources.owner.get(id(call))
            if not isinstance(function, FUNCTIONS):
                return False
            if counts and base.attr not in ("kernel", "bias"):
                return True
            own = self._counts(dotted(base) or "")
            return own and all(self.given.terms.added(one, function) for one in given)
        return isinstance(base, ast.Name | ast.Subscript) and self.variable(base)

    def _counts(self, name: str) -> bool:
        """Whether an attribute is a variable that no training changes, or one of a metric."""
        made = self.sources.given.get(name, [])
        return bool(made) and all(
            isinstance(one, ast.Call)
            and last_part(one.func) in _VARIABLES
            and (self._not_trained(one) or self._of_metric(one) or not self._in_keras(one))
            for one in made
        )

    def _not_trained(self, call: ast.Call) -> bool:
        return any(
            k.arg == "trainable" and isinstance(k.value, ast.Constant) and k.value.value is False
            for k in call.keywords
        )

    def _class_of(self, node: ast.AST) -> ast.ClassDef | None:
        owner = self.sources.owner.get(id(node))
        while owner is not None and not isinstance(owner, ast.ClassDef):
            owner = self.sources.owner.get(id(owner))
        return owner

    def _of_metric(self, node: ast.AST) -> bool:
        made = self._class_of(node)
        return made is not None and any(last_part(base) == "Metric" for base in made.bases)

    def _in_keras(self, node: ast.AST) -> bool:
        """Whether it stands in a class with a base other than TensorFlow's plain module."""
        made = self._class_of(node)
        return made is not None and any(last_part(base) != "Module" for base in made.bases)

    def fresh_within_class(self, call: ast.Call) -> bool:
        """Whether a variable of a class begins with numbers, zeros, or by chance."""
        return not self._in_keras(call) or self._fresh(call)

    def keeps_fresh(self, node: ast.Attribute) -> bool:
        """Whether an attribute of a class is given no variable with weights from elsewhere."""
        given = self.sources.targets.get(id(node))
        if not isinstance(given, ast.Name) or not self._in_keras(node):
            return True
        made = self.sources.leaves(given, called=True)
        variables = (
            one for one in made if isinstance(one, ast.Call) and last_part(one.func) == "Variable"
        )
        return all(map(self._fresh, variables))

    def _fresh(self, call: ast.Call) -> bool:
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        given = call.args[0] if call.args else words.get("initial_value", words.get("initializer"))
        return given is not None and self._begins(given)

    def _begins(self, node: ast.expr) -> bool:
        sources = self.sources
        waiting = [node]
        while waiting:
            one = waiting.pop()
            sources.left -= 1
            if sources.left < 0:
                return False
            if sources.number(one) or sources.values.texts(one) is not None:
                continue
            if isinstance(one, ast.BinOp):
                waiting += [one.left, one.right]
            elif isinstance(one, ast.Call):
                last = last_part(one.func)
                method = last in ("astype", "numpy") and isinstance(one.func, ast.Attribute)
                if method and isinstance(one.func, ast.Attribute):
                    waiting.append(one.func.value)
                elif self._starts(one):
                    continue
                elif last in _KEPT_AS and sources.of_modules(one.func, _MODULES) and one.args:
                    waiting.append(one.args[0])
                elif not self._drawn(one):
                    return False
            elif isinstance(one, ast.Name):
                found = list(sources.leaves(one))
                if one in found or not found:
                    return False
                waiting += found
            else:
                return False
        return True

    def _starts(self, call: ast.Call) -> bool:
        """Whether it asks an initializer of Keras for weights."""
        made = list(self.sources.leaves(call.func))
        return bool(made) and all(self.given.known(one, "weight_initializer") for one in made)

    def _drawn(self, call: ast.Call) -> bool:
        last = last_part(call.func)
        generator = isinstance(call.func, ast.Attribute) and last in _DRAWN
        modules = self.sources.of_modules(call.func, _MODULES)
        if last not in _DRAWN or not (modules or self._generator(call.func if generator else None)):
            return False
        shape_first = self.sources.of_modules(call.func, ROOTS)
        if last in _BY_SHAPE:
            return True
        parts = call.args[1:] if shape_first else call.args
        words = [k.value for k in call.keywords if k.arg not in _SHAPES]
        return all(
            isinstance(one, ast.Tuple | ast.List) or self.sources.number(one)
            for one in [*parts, *words]
        )

    def _generator(self, function: ast.expr | None) -> bool:
        if not isinstance(function, ast.Attribute):
            return False
        made = list(self.sources.leaves(function.value))
        return bool(made) and all(
            isinstance(one, ast.Call)
            and last_part(one.func) in ("default_rng", "RandomState")
            and self.sources.of_modules(one.func, _MODULES)
            for one in made
        )


def _whole_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)
