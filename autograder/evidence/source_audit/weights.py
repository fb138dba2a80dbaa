"""Rules of the source audit about weights that no training has found.

Accuracy is derived again from the weights, so it is true of them; whether a training made them is a
claim. Numbers from elsewhere reach a model by a handful of doors, which these rules watch. Weights
that were read from a model go through every one of them without a reason.
"""

import ast
from collections.abc import Iterable, Iterator

from autograder.evidence.dotted import Aliases
from autograder.evidence.source_audit.configs import plain_config
from autograder.evidence.source_audit.given import Given
from autograder.evidence.source_audit.own import own_reasons
from autograder.evidence.source_audit.parts import folded, last_part
from autograder.evidence.source_audit.sources import Sources, dotted
from autograder.evidence.source_audit.starts import start_reasons
from autograder.evidence.source_audit.values import Values
from autograder.evidence.source_audit.variables import Variables
from autograder.evidence.source_audit.views import as_attributes

_ASSIGNS = frozenset({"assign", "assign_add", "assign_sub"})
_DOORS = frozenset({"set_weights", "load_own_variables", "set_state_tree", "batch_set_value"})
_CONFIGURED = frozenset({"from_config", "model_from_json", "model_from_config", "deserialize"})
_RAW = ("Assign", "ResourceApply", "ResourceScatter", "ResourceSparseApply",
        "ResourceStridedSliceAssign")  # fmt: skip


def kept_weights(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names and attributes that hold what ``get_weights`` returned and were used for nothing else.

    Keeping the best weights of a training and setting them again is an honest habit; a name that is
    read anywhere else may have been changed in place.
    """
    uses: dict[str, int] = {}
    fine: dict[str, int] = {}
    held: set[str] = set()
    for node in nodes:
        name = dotted(node)
        if name is not None:
            uses[name] = uses.get(name, 0) + 1
        for target in filter(None, map(dotted, _kept_in(node))):
            fine[target] = fine.get(target, 0) + 1
            held |= {target} if isinstance(node, ast.Assign) and _gives(node.value) else set()
    return frozenset(name for name in held if uses.get(name) == fine[name])


def _kept_in(node: ast.AST) -> Iterator[ast.expr]:
    """The names that a step keeps or sets weights by."""
    if isinstance(node, ast.Assign) and (_gives(node.value) or _is_none(node.value)):
        yield from node.targets
    elif isinstance(node, ast.Compare) and all(map(_is_none, node.comparators)):
        yield node.left
    elif isinstance(node, ast.Call) and _ends(node.func, "set_weights") and len(node.args) == 1:
        yield node.args[0]


def _gives(value: ast.expr) -> bool:
    """Whether it is a call of ``get_weights``."""
    return isinstance(value, ast.Call) and _ends(value.func, "get_weights") and not value.args


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def weight_reasons(
    nodes: Iterable[ast.AST], kept: frozenset[str], values: Values, aliases: Aliases
) -> Iterator[str]:
    """Why weights of a notebook may come from elsewhere; ``kept`` as `kept_weights` gives it, and
    ``values`` and ``aliases`` over the notebook's own cells and those of the course."""
    nodes = tuple(nodes)
    sources = Sources(nodes, values, aliases)
    given = Given(sources)
    variables = Variables(given)
    seen = as_attributes(nodes, values, aliases)
    called = {id(node.func) for node in seen if isinstance(node, ast.Call)}
    for node in seen:
        if isinstance(node, ast.Call):
            yield from _set(node, kept)
            yield from _assigned(node, variables)
            if last_part(node.func) in _CONFIGURED and not _from_model(node, sources):
                yield f"makes a model or layer from a configuration ({last_part(node.func)})"
        elif isinstance(node, ast.Attribute):
            yield from _reached(node, id(node) in called)
            if node.attr == "best_weights" and isinstance(node.ctx, ast.Store):
                yield from _best(sources.targets.get(id(node)), kept)
        elif isinstance(node, ast.ClassDef):
            yield from _best_of_class(node)
    yield from start_reasons(seen, given)
    yield from own_reasons(seen, given)


def _reached(node: ast.Attribute, called: bool) -> Iterator[str]:
    """A method that sets weights, handed on."""
    if not called and isinstance(node.ctx, ast.Load) and node.attr in (_DOORS | _ASSIGNS):
        yield f"sets weights by hand ({node.attr})"


def _set(node: ast.Call, kept: frozenset[str]) -> Iterator[str]:
    """Weights that a call sets: copied from another model they are no reason."""
    last = last_part(node.func)
    if last == "setattr" and len(node.args) == 3 and folded(node.args[1]) == "best_weights":
        yield from _best(node.args[2], kept)
    if not isinstance(node.func, ast.Attribute):
        return
    copied = [a for a in node.args if _gives(a) or dotted(a) in kept]
    if last in _DOORS and not (last == "set_weights" and copied):
        yield f"sets weights by hand ({last})"
    base = node.func.value
    if last == "File" and isinstance(base, ast.Name) and not _reads(node):
        yield "writes a file of weights itself (h5py)"


def _assigned(node: ast.Call, variables: Variables) -> Iterator[str]:
    """What a variable is given: those that the notebook made itself are its own matter, and
    ``DataFrame.assign`` names columns."""
    last = last_part(node.func)
    if last.startswith(_RAW):
        yield f"sets weights by hand ({last})"
    if not isinstance(node.func, ast.Attribute):
        return
    scattered = last.startswith(("scatter_", "batch_scatter_")) and not (
        variables.sources.of_modules(node.func, frozenset({"tensorflow", "keras"}))
    )
    if not scattered and last not in _ASSIGNS:
        return
    columns = not node.args and last == "assign" and not _by_value(node)
    if not columns and not variables.changes_own(node):
        yield f"sets weights by hand ({last})"


def _by_value(node: ast.Call) -> bool:
    """Whether keywords are those of a variable's ``assign`` and not a table's columns."""
    words: set[str | None] = set()
    for keyword in node.keywords:
        words.add(keyword.arg)
        if isinstance(keyword.value, ast.Dict):
            words |= {folded(key) for key in keyword.value.keys if key is not None}
    return "value" in words


def _from_model(node: ast.Call, sources: Sources) -> bool:
    given = node.args[:1] or [k.value for k in node.keywords if k.arg in ("config", "json_string")]
    if not given or (last_part(node.func) == "deserialize" and not _may_be_model(node, sources)):
        return True
    return plain_config(given[0], sources)


def _may_be_model(node: ast.Call, sources: Sources) -> bool:
    """Whether ``deserialize`` is not that of losses, of metrics, or of another library."""
    free = frozenset({"losses", "metrics", "optimizers", "activations"})
    found = sources.named(node.func)
    return not found or not all(free & set(name.split(".")) for name in found)


def _reads(node: ast.Call) -> bool:
    modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    return all(folded(mode) == "r" for mode in modes)


def _best(value: ast.expr | None, kept: frozenset[str]) -> Iterator[str]:
    fine = value is not None and (_gives(value) or _is_none(value) or dotted(value) in kept)
    if not fine:
        yield "sets weights by hand (best_weights)"


def _best_of_class(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.Assign) and not _is_none(one.value):
            names = [target.id for target in one.targets if isinstance(target, ast.Name)]
            if "best_weights" in names and node.bases:
                yield "sets weights by hand (best_weights)"


def _ends(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names
