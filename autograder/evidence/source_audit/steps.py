"""What an optimizer is told to apply: the gradients that a tape told, or numbers of one's own."""

import ast

from autograder.evidence.source_audit.layers import ROOTS
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import Sources, dotted

STEPS = frozenset({"apply", "apply_gradients", "stateless_apply"})
_GRADIENTS = frozenset({"gradient", "gradients", "get_gradients"})
_APPLIED = frozenset({"grads", "grads_and_vars", "gradients"})
_LISTED = frozenset({"list", "tuple", "iter", "sum", "reversed", "enumerate", "map", "len"})
_MODULES = frozenset({"tensorflow", "keras", "tf_keras", "builtins", "numpy", "math"})
_FUNCTIONS_OF = frozenset({"numpy", "builtins", "math", "statistics", "scipy", "pandas"})
_METHODS = frozenset({"fit_transform", "transform", "get", "lower", "strip", "split", "format"})
"""Methods that columns of a table are handed to."""
_EMPTY = frozenset({"zeros_like", "zeros"})


class Steps:
    """Tells which values come from gradients, and which variables are a notebook's own."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def applies(self, call: ast.Call) -> bool:
        """Whether ``apply`` is given gradients, or is that of a table of pandas."""
        given = call.args[0] if call.args else None
        for keyword in call.keywords:
            if given is None and keyword.arg in (_APPLIED | {None}):
                given = keyword.value
        if given is None:
            return not call.args
        if isinstance(call.func, ast.Attribute) and call.func.attr == "apply":
            found = tuple(self.sources.leaves(given, called=True))
            if found and all(map(self._is_function, found)):
                return True
        return self.of_gradients(given)

    def _is_function(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Lambda) or self.sources.values.texts(node) is not None:
            return True
        if isinstance(node, ast.Name) and (node.id in self.sources.functions):
            return not self.sources.stores.get(node.id) and node.id not in self.sources.arguments
        if isinstance(node, ast.Call):
            return last_part(node.func) == "partial"
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            return not {node.attr, f"self.{node.attr}"} & {*self.sources.stores} and (
                node.attr not in self.sources.set_outside
            )
        return self.sources.of_modules(node, _FUNCTIONS_OF)

    def of_gradients(self, node: ast.expr) -> bool:
        """Whether an expression is made of what a tape told, and of numbers."""
        waiting: list[tuple[ast.expr, bool]] = [(node, False)]
        seen: set[str] = set()
        found = False
        while waiting:
            one, listed = waiting.pop()
            self.sources.left -= 1
            if self.sources.left < 0:
                return False
            if isinstance(one, ast.List | ast.Tuple):
                pair = isinstance(one, ast.Tuple) and listed and len(one.elts) == 2
                waiting += [(part, True) for part in (one.elts[:1] if pair else one.elts)]
            elif isinstance(one, ast.ListComp | ast.GeneratorExp):
                waiting.append((one.elt, True))
            elif isinstance(one, ast.BinOp):
                waiting += [(one.left, False), (one.right, False)]
            elif isinstance(one, ast.UnaryOp):
                waiting.append((one.operand, False))
            elif isinstance(one, ast.Call):
                if self._told(one):
                    found = True
                    continue
                back = self.sources.back(one, called=True)
                parts = self._parts(one) if back is None else back
                if parts is None:
                    return False
                waiting += [(part, listed) for part in parts]
            elif not self._number(one, listed):
                name = dotted(one.value if isinstance(one, ast.Subscript) else one)
                key = f"{name} {getattr(getattr(one, 'slice', None), 'value', '')}"
                if name is not None and key in seen:
                    continue
                seen.add(key)
                parts = self._followed(one)
                if parts is None:
                    return False
                waiting += [(part, listed) for part in parts]
        return found

    def _followed(self, node: ast.expr) -> list[ast.expr] | None:
        found = self.sources.back(node, called=True)
        if found is None and isinstance(node, ast.Subscript):
            base = node.value
            # Pairs are walked through by ("g, v in pairs"): the first of each is the gradient.
            if isinstance(base, ast.Name) and base.id in self.sources.changed:
                return self.sources.given.get(base.id)
            return [base]
        return found

    def _number(self, node: ast.expr, listed: bool) -> bool:
        if isinstance(node, ast.Constant) and node.value is not ...:
            return not listed and isinstance(node.value, int | float)
        rate = last_part(node) in ("learning_rate", "lr", "rate", "batch_size", "alpha", "eta")
        return rate or self.sources.number(node)

    def _told(self, call: ast.Call) -> bool:
        """Whether it asks a tape for its gradients."""
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in _GRADIENTS:
            return False
        if function.attr in self.sources.functions:
            return False
        if self.sources.of_modules(function, ROOTS):  # tf.gradients
            return True
        made = tuple(self.sources.leaves(function.value, called=True))
        return bool(made) and all(
            isinstance(one, ast.Call)
            and last_part(one.func) == "GradientTape"
            and self.sources.of_modules(one.func, ROOTS)
            for one in made
        )

    def _parts(self, call: ast.Call) -> list[ast.expr] | None:
        last = last_part(call.func)
        if last == "zip":
            return call.args[:1]
        if isinstance(call.func, ast.Attribute) and last in ("append", "numpy", "copy"):
            return [call.func.value]
        if not self.sources.of_modules(call.func, _MODULES):
            return None
        if last in _EMPTY:
            return []
        if last == "map":
            return call.args[1:2]
        clipped = last.startswith("clip_by") or last in _LISTED
        return call.args[:1] if clipped else list(call.args)
