"""Rules of the source audit that name no library: how an object is reached, changed, or disguised.

A table of names knows only the spellings that somebody thought of. These rules look at the ways in
which any spelling has to end: a private attribute of another object, a special name inside a text,
a class that answers for Keras, a file of Python that the notebook wrote itself.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from autograder.evidence.dotted import Aliases
from autograder.evidence.source_audit.parts import folded, last_part, plain_super
from autograder.evidence.source_audit.reach import RECORDED

_PUBLIC = frozenset(
    {"_asdict", "_replace", "_fields", "_make", "_field_defaults", "_repr_html_", "_"}
    | {"_create_default_https_context", "_create_unverified_context"}
)
"""Names with an underscore that are public by their documentation, and a well-known idiom."""

_SPECIAL = re.compile(r"__[a-z]+(?:_[a-z]+)*__")
_ORDINARY = frozenset(
    ["__main__", "__name__", "__init__", "__version__", "__doc__", "__file__", "__call__",
     "__len__", "__repr__", "__str__", "__getitem__", "__iter__", "__next__", "__enter__",
     "__exit__", "__add__", "__mul__", "__eq__", "__hash__", "__future__", "__all__"]
)  # fmt: skip
_CODE_FILE = re.compile(r"[\w./ -]{1,200}\.(?:py|pyc|pth|so)")

_ANSWERED = frozenset(
    ["loss", "optimizer", "compiled", "weights", "trainable_weights", "non_trainable_weights",
     "variables", "layers", "history", "epoch", "params", "built", "inputs", "outputs", "fit",
     "evaluate", "predict", "compile", "count_params", "get_weights", "set_weights", "summary",
     "compute_loss", "train_step", "make_train_function", "model", "__dict__", "__class__",
     "update_step", "apply_gradients", "compute_metrics", "get_metrics_result",
     "__module__", "__name__"]
)  # fmt: skip
"""What is recorded of Keras's objects, and what decides it; get_config is for saving."""

_LAYER_MAY = frozenset({"weights", "built", "params", "model"})
_KERAS = frozenset({"keras", "tensorflow", "tf_keras"})

_TEXT_RUNNERS = frozenset({"timeit.timeit", "timeit.repeat", "timeit.Timer"})
_BRANCHES = (ast.If, ast.IfExp, ast.While, ast.Match, ast.Try, ast.BoolOp)
_BRANCHING = frozenset({"cond", "case", "switch_case", "executing_eagerly", "inside_function"})


def private_reason(node: ast.Attribute, own: bool) -> str:
    """Why a private attribute of another object is looked at; '' for others.

    ``own``: it is an attribute of the object whose method this is.
    """
    name = node.attr
    if not name.startswith("_") or name.startswith("__") or name in _PUBLIC:
        return ""
    harmless = (own or plain_super(node.value)) and name not in RECORDED
    return "" if harmless else f"uses {name[:60]}, an inside of another object"


def text_reason(text: str) -> str:
    """Why a literal text looks like code: a special name in it, or the name of a file of code."""
    special = [name for name in _SPECIAL.findall(text) if name not in _ORDINARY]
    if special:
        return f"writes {special[0][:60]} in a text"
    return f"names a file of code ({text[:60]})" if _CODE_FILE.fullmatch(text) else ""


def keras_classes(trees: Iterable[ast.AST], aliases: Aliases) -> frozenset[str]:
    """The notebook's own classes that are Keras's by one of their bases, directly or not."""
    classes = [node for node in trees if isinstance(node, ast.ClassDef)]
    local = {node.name for node in classes}
    derived: dict[str, list[str]] = {}
    waiting: list[str] = []
    for node in classes:
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in local:
                derived.setdefault(base.id, []).append(node.name)
            elif _is_keras(base, aliases):
                waiting.append(node.name)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += derived.get(name, [])
    return frozenset(found)


def _is_keras(base: ast.expr, aliases: Aliases) -> bool:
    names = aliases.meanings(base)
    # A base that nobody can name may be anything.
    return not names or any(name.split(".")[0] in _KERAS for name in names)


def disguises(node: ast.ClassDef, keras: frozenset[str]) -> Iterator[str]:
    """What a class that derives from Keras answers, or does, in Keras's place."""
    if node.name not in keras:
        return
    own_layer = any(isinstance(base, ast.Attribute) and base.attr == "Layer" for base in node.bases)
    for name in _defined(node):
        if name in _ANSWERED and not (own_layer and name in _LAYER_MAY):
            yield f"defines {name} of a class of Keras anew"
        if name.startswith("_") and not name.startswith("__") and name in _INSIDES:
            yield f"defines {name} of a class of Keras anew"


_INSIDES = frozenset(
    {"_compile_loss", "_compile_metrics", "_functional", "_layers", "_inputs_struct", "_model"}
    | {"_outputs_struct", "_callbacks_of_fit", "_model_of_fit", "_curves_of_fit"}
)


def _defined(node: ast.ClassDef) -> Iterator[str]:
    for item in node.body:
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield item.name
        elif isinstance(item, (ast.Assign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            yield from (t.id for t in targets if isinstance(t, ast.Name))


def call_reasons(node: ast.Call, names: Sequence[str]) -> Iterator[str]:
    """What is suspicious about the arguments of a call; ``names`` are what is called, in full."""
    meant = [last_part(node.func), *(name.rpartition(".")[2] for name in names)]
    for last in dict.fromkeys(meant if isinstance(node.func, ast.Name) else meant[:1]):
        yield from _arguments(node, last)
    words = {keyword.arg for keyword in node.keywords}
    if "eval_str" in words:
        yield "runs code from text (eval_str)"
    for name in names:
        if name in _TEXT_RUNNERS and not _only_functions(node):
            yield f"runs code from text ({name})"


def _arguments(node: ast.Call, last: str) -> Iterator[str]:
    words = {keyword.arg for keyword in node.keywords}
    wraps = last in ("update_wrapper", "wraps") and len(node.args) > (last == "update_wrapper") + 1
    if wraps or words & {"assigned", "updated"}:
        yield f"sets attributes by their names ({last})"
    into = words & {"namespace", "values"} or len(node.args) > 1
    if last in ("parse_args", "parse_known_args", "parse_intermixed_args") and into:
        yield "sets attributes by their names (namespace of argparse)"
    if last in ("query", "eval") and any("@" in (folded(part) or "") for part in node.args):
        yield f"runs code from text ({last})"


def _only_functions(node: ast.Call) -> bool:
    given = [*node.args[:2], *(k.value for k in node.keywords if k.arg in ("stmt", "setup"))]
    return bool(given) and all(isinstance(one, (ast.Lambda, ast.Name)) for one in given)


def _ends(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def fickle_losses(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Own losses that branch, or read what changes: what a probe saw need not be what the training
    used."""
    nodes = tuple(nodes)
    made = {n.name: n for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    moving = _moving(nodes)
    judged: set[int] = set()
    for call in (n for n in nodes if isinstance(n, ast.Call) and _ends(n.func, "compile")):
        given = [k.value for k in call.keywords if k.arg == "loss"] + call.args[1:2]
        for value in given:
            target = value.func if isinstance(value, ast.Call) else value
            body = made.get(target.id) if isinstance(target, ast.Name) else target
            looked = isinstance(body, (ast.FunctionDef, ast.ClassDef, ast.Lambda))
            if body is None or not looked or id(body) in judged:
                continue
            judged.add(id(body))
            if _branches(body) or _read(body) & moving:
                yield "trains with a loss of its own that is not the same in every case"


def _moving(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names whose object is changed in place, or that are bound to several."""
    bound: dict[str, int] = {}
    changed: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value if node.func.attr.startswith("assign") else None
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            still = isinstance(node.ctx, ast.Load) or getattr(node, "attr", "") == "trainable"
            holder = None if still else node.value
        else:
            holder = None
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound[node.id] = bound.get(node.id, 0) + 1
        if isinstance(holder, ast.Name):
            changed.add(holder.id)
    return frozenset(changed | {name for name, times in bound.items() if times > 1})


def _read(body: ast.AST) -> frozenset[str]:
    """Names that a function or class reads and does not bind itself."""
    names = [node for node in ast.walk(body) if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in ast.walk(body) if isinstance(node, ast.arg)}
    return frozenset(node.id for node in names) - own


def _branches(body: ast.AST) -> bool:
    for node in ast.walk(body):
        if isinstance(node, _BRANCHES):
            return True
        if isinstance(node, ast.Attribute) and node.attr in _BRANCHING:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript):
            return True  # a table of functions
    return False


def logs_changed(node: ast.Subscript) -> bool:
    """Whether a callback overwrites what a training reports as its loss."""
    key = folded(node.slice) or ""
    named = isinstance(node.value, ast.Name) and node.value.id == "logs"
    return named and not isinstance(node.ctx, ast.Load) and key.endswith("loss")
