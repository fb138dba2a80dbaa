"""Is a wrong answer's run the same as the solution's? Then the answer is not wrong.

Some transformations change the text and nothing else: another name for the same loss, a clone that
is trained in the model's place and bound to its name. What the checks could see is compared:
every variable of the solution, every call and file, in every snapshot. Names of layers and models
do not count, nor variables that the solution does not have.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autograder.errors import EvidenceError
from autograder.evidence.graph import canonical
from autograder.grading.execute import Manifest

_NAMES = frozenset(["name", "path", "names", "registered_name", "spelling"])


def same_evidence(solution: Manifest, other: Manifest) -> bool:
    """Whether all that was recorded of ``other`` is what was recorded of the solution."""
    if solution["snapshots"].keys() != other["snapshots"].keys():
        return False
    return all(
        _snapshot(solution, snapshot, snapshot["values"])
        == _snapshot(other, other["snapshots"][cell], snapshot["values"])
        for cell, snapshot in solution["snapshots"].items()
    )


def _snapshot(manifest: Manifest, snapshot: Mapping[str, Any], names: Iterable[str]) -> Any:
    values = {name: _value(manifest, snapshot["values"].get(name)) for name in names}
    calls = {
        key: [call["status"], *(_value(manifest, call[part]) for part in ("value", "fed"))]
        for key, call in snapshot.get("calls", {}).items()
    }
    files = {name: _file(manifest, file) for name, file in snapshot.get("files", {}).items()}
    return {"values": values, "calls": calls, "files": files}


def _value(manifest: Manifest, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get("kind") == "model":
        return ["model", _model(manifest, value.get("ref")), sorted(value.get("holds") or [])]
    if value.get("kind") == "history":
        told = {key: value.get(key) for key in ("history", "epoch", "params")}
        callbacks = [_plain(one) for one in value.get("callbacks") or []]
        return ["history", told, _model(manifest, value.get("model")), callbacks]
    if value.get("kind") == "tuple":
        return [_value(manifest, item) for item in value["items"]]
    if value.get("kind") == "function":
        return ["function"]  # what it does shows in the calls
    return value


def _model(manifest: Manifest, ref: Any) -> Any:
    record = manifest["models"].get(ref)
    if record is None:
        return ref
    try:
        graph: Any = canonical(record)
        layers: Any = (graph.inputs, graph.nodes, graph.outputs)
    except EvidenceError:
        layers = _plain(record.get("layers"))
    weights = [[w["shape"], w["trainable"], w["blob"]] for w in record["weights"]]
    return [record["class"], layers, weights, _plain(record["compile"])]


def _file(manifest: Manifest, file: Mapping[str, Any]) -> Any:
    saved = manifest.get("saved", {}).get(file.get("blob"))
    if saved is None:
        return file.get("reason")
    return [saved["reason"], _model(manifest, saved["model"])]


def _plain(value: Any) -> Any:
    """The value without names, which Keras numbers in the order in which things were made."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in _NAMES}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
