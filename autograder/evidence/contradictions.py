"""Claims of a run that the executed source cannot have made true.

Compile settings and histories are recorded beside student code. Each claim is compared with the
syntax trees of the cells that ran; a contradiction asks for a person, it decides nothing.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.evidence.tree import nodes_of
from autograder.nouns import CodeCell

_COMPILES = frozenset({"compile", "load_model", "compile_from_config", "from_config",
                       "model_from_json", "clone_model", "deserialize_keras_object"})  # fmt: skip
_FITS = frozenset({"fit", "fit_generator", "train_on_batch", "History", "fit_transform"})
_CHANGES_WEIGHTS = frozenset({"load_weights", "load_model", "load_own_variables", "train_on_batch",
                              "GradientTape", "clone_model", "restore", "ModelCheckpoint",
                              "train_step", "quantize"})  # fmt: skip
"""What honestly changes a model's weights without a fit, or after it."""

_NOT_RUN = frozenset({"skipped", "not_run"})
_ALIASES = {
    "mse": "meansquarederror",
    "mae": "meanabsoluteerror",
    "mape": "meanabsolutepercentageerror",
    "msle": "meansquaredlogarithmicerror",
    "kld": "kldivergence",
    "kullbackleiblerdivergence": "kldivergence",
    "bce": "binarycrossentropy",
    "cce": "categoricalcrossentropy",
    "scce": "sparsecategoricalcrossentropy",
    "huberloss": "huber",
}


def contradictions(cells: Sequence[CodeCell], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What the manifest claims and the executed cells contradict, one sentence each.

    ``manifest`` is a raw run manifest; parts of another shape are passed over.
    """
    nodes = _executed(cells, manifest)
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    called = {_last(call.func) for call in calls}
    named = {n.attr for n in nodes if isinstance(n, ast.Attribute)} | called
    literals = _literals(calls)
    found: list[str] = []
    for name, value in _values(manifest):
        kind = value.get("kind")
        if kind == "history" and not named & _FITS:
            found.append(f"{name} is recorded as a training history, but no cell calls fit")
        if kind == "history" and value.get("changed") is True:
            found.append(f"{name} holds other numbers than those with which its fit ended")
        if kind == "history" and "EarlyStopping" in _callbacks(value) - _mentioned(nodes):
            found.append(f"{name} is recorded with EarlyStopping, which no cell mentions")
        if kind != "model":
            continue
        if _weights_changed(manifest, value) and not named & _CHANGES_WEIGHTS:
            found.append(f"{name} has other weights than its last fit ended with")
        settings = _compiled(manifest, value.get("ref"))
        if settings is None:
            continue
        if settings.get("changed") is True:
            found.append(f"{name} has another loss or optimizer than compile was given")
        if not named & _COMPILES:
            found.append(f"{name} is recorded as compiled, but no cell calls compile")
        for part, literal in literals.get(name, {}).items():
            recorded = _recorded(settings, part)
            if recorded and _canonical(literal) not in recorded:
                found.append(
                    f"{name} is compiled with {part} {literal[:40]!r}, another is recorded"
                )
    return tuple(dict.fromkeys([*_exchanged(manifest), *found]))


def _exchanged(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Functions of Keras, of the recorder and the like that were others at a grade cell."""
    snapshots = manifest.get("snapshots")
    for snapshot in snapshots.values() if isinstance(snapshots, dict) else ():
        names = snapshot.get("changed") if isinstance(snapshot, dict) else None
        for name in names if isinstance(names, list) else ():
            yield f"while the notebook ran, {str(name)[:200]} was exchanged"


def _executed(cells: Sequence[CodeCell], manifest: Mapping[str, Any]) -> list[ast.AST]:
    listed = manifest.get("cells")
    left = {
        item.get("index")
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, dict) and item.get("status") in _NOT_RUN
    }
    nodes: list[ast.AST] = []
    for cell in cells:
        if cell.index not in left:
            nodes.extend(nodes_of(cell.source))
    return nodes


def _callbacks(value: Mapping[str, Any]) -> set[str]:
    """The classes of the callbacks that were noted on a history."""
    listed = value.get("callbacks")
    records = listed if isinstance(listed, list) else []
    return {str(one.get("class_name")) for one in records if isinstance(one, dict)}


def _mentioned(nodes: Sequence[ast.AST]) -> set[str]:
    """Every name that the cells write: variables, attributes, and what they import."""
    found = {node.id for node in nodes if isinstance(node, ast.Name)}
    found |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return found | {node.name for node in nodes if isinstance(node, ast.alias)}


def _literals(calls: Sequence[ast.Call]) -> dict[str, dict[str, str]]:
    """Variable -> literal loss and optimizer of its only compile call."""
    by_name: dict[str, list[ast.Call]] = {}
    for call in calls:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == "compile":
            owner = function.value.id if isinstance(function.value, ast.Name) else ""
            by_name.setdefault(owner, []).append(call)
    found: dict[str, dict[str, str]] = {}
    for name, its in by_name.items():
        if name and len(its) == 1:
            given = dict(zip(("optimizer", "loss"), its[0].args, strict=False))
            given |= {k.arg: k.value for k in its[0].keywords if k.arg in ("optimizer", "loss")}
            found[name] = {
                part: value.value
                for part, value in given.items()
                if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return found


def _values(manifest: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    snapshots = manifest.get("snapshots")
    for snapshot in snapshots.values() if isinstance(snapshots, dict) else ():
        values = snapshot.get("values") if isinstance(snapshot, dict) else None
        for name, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, dict):
                found.append((str(name), value))
        calls = snapshot.get("calls") if isinstance(snapshot, dict) else None
        for record in calls.values() if isinstance(calls, dict) else ():
            if isinstance(record, dict):
                found.extend(_returned(record.get("value")))
    return found


def _returned(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What a function returned, under a name that no compile call can have."""
    items = value.get("items") if isinstance(value, dict) else None
    for item in items if isinstance(items, list) else [value]:
        if isinstance(item, dict):
            yield "what a function returned", item


def _weights_changed(manifest: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Whether both are known, and a model's weights are not those of the end of its last fit."""
    fits, models = value.get("fits"), manifest.get("models")
    last = fits[-1] if isinstance(fits, list) and fits else None
    ended = last.get("weights") if isinstance(last, dict) else None
    model = models.get(str(value.get("ref"))) if isinstance(models, dict) else None
    weights = model.get("weights") if isinstance(model, dict) else None
    if not isinstance(ended, list) or not isinstance(weights, list):
        return False
    now = [one.get("blob") if isinstance(one, dict) else None for one in weights]
    return None not in now and now != ended


def _compiled(manifest: Mapping[str, Any], ref: object) -> Mapping[str, Any] | None:
    models = manifest.get("models")
    model = models.get(ref) if isinstance(models, dict) and isinstance(ref, str) else None
    settings = model.get("compile") if isinstance(model, dict) else None
    return settings if isinstance(settings, dict) else None


def _recorded(settings: Mapping[str, Any], part: str) -> set[str]:
    value = settings.get(part)
    if not isinstance(value, dict):
        return set()
    names = [value.get("class_name"), value.get("spelling") if part == "loss" else None]
    return {_canonical(name) for name in names if isinstance(name, str) and name}


def _canonical(name: str) -> str:
    plain = name.lower().replace("_", "").rpartition(".")[2]
    return _ALIASES.get(plain, plain)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
