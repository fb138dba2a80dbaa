"""Rules of the source audit about what a notebook does in the place of Keras: steps of an
optimizer, variables of a layer, losses that a layer adds."""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.source_audit.given import Given
from autograder.evidence.source_audit.parts import last_part
from autograder.evidence.source_audit.sources import FUNCTIONS, Sources, dotted
from autograder.evidence.source_audit.steps import STEPS
from autograder.evidence.source_audit.variables import Variables

_OPTIMIZERS = frozenset({"Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl",
                         "Lamb", "Lion", "LossScaleOptimizer", "Muon", "Nadam", "Optimizer",
                         "RMSprop", "SGD", "MultiOptimizer", "ScheduleFreeAdamW"})  # fmt: skip
_ANEW = frozenset({"apply", "apply_gradients", "update_step"})
_LAYERS_ANEW = frozenset({"add_weight", "add_variable", "load_own_variables"})


def own_reasons(nodes: Iterable[ast.AST], given: Given) -> Iterator[str]:
    """Why a step of a training may not be what its gradients say."""
    sources, variables = given.sources, Variables(given)
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield from _defined(node, sources)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in STEPS:
                if not variables.steps.applies(node):
                    yield f"takes steps without gradients ({node.func.attr})"
            elif last_part(node.func) == "Variable" and not variables.fresh_within_class(node):
                yield "keeps weights of its own in a layer (Variable)"
            if last_part(node.func) == "add_loss" and not _adds(node, given):
                yield "draws weights to others (add_loss)"
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if node.attr in _ANEW | _LAYERS_ANEW:
                yield f"assigns .{node.attr} of an object"
            elif dotted(node.value) == "self" and not variables.keeps_fresh(node):
                yield "keeps weights of its own in a layer (Variable)"


def _defined(node: ast.ClassDef, sources: Sources) -> Iterator[str]:
    """What an heir of an optimizer, or of anything, does in its place."""
    names = {one.name for one in node.body if isinstance(one, FUNCTIONS)}
    for one in node.body:
        if isinstance(one, ast.Assign):
            names |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    for name in sorted(names & _LAYERS_ANEW if node.bases else ()):
        yield f"defines {name} of a class of Keras anew"
    if names & _ANEW and any(_optimizes(base, sources) for base in node.bases):
        yield f"defines {min(names & _ANEW)} of an optimizer anew"


def _optimizes(base: ast.expr, sources: Sources) -> bool:
    waiting, seen = [base], set[str]()
    while waiting:
        one = waiting.pop()
        last = last_part(one)
        if last in _OPTIMIZERS or not last:
            return True
        if isinstance(one, ast.Name) and last not in seen:
            seen.add(last)
            waiting += [b for made in sources.classes.get(last, ()) for b in made.bases]
            waiting += sources.given.get(last, [])
        sources.left -= 1
        if sources.left < 0:
            return True
    return False


def _adds(call: ast.Call, given: Given) -> bool:
    """Whether what a layer adds to the loss is made of what it was given."""
    function = given.sources.owner.get(id(call))
    if not isinstance(function, FUNCTIONS):
        return True
    parts = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(given.terms.added(one, function) for one in parts)
