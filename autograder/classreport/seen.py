"""What a class report keeps of one submission: small facts, so that a class fits into memory.

Runs on the trusted side, on stored evidence; nothing is executed. Trusts nobody: evidence came out
of a process that ran student code, so what cannot be read is left out, and sizes are capped.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.cell_names import grade_id_of
from autograder.errors import AutograderError
from autograder.evidence.graph import CanonicalGraph, canonical_loss
from autograder.evidence.graph.render import describe, render
from autograder.evidence.key import meaning
from autograder.evidence.view import Evidence, ModelEvidence
from autograder.grading.desk import Graded
from autograder.nouns import JSON, CheckOutcome, Result

MAX_LAYERS = 60
"""Lines of one network as text; more are no help to a reader."""

MAX_LINE = 200
MAX_EPOCHS = 10_000
MAX_ANSWER = 4_000
"""Characters of an answer that are kept as an example."""

Curves = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Network:
    """A model as a check met it. Equal digests mean equal canonical graphs, however spelled.

    ``losses`` has the canonical name of each loss that it was compiled with, by its spelling.
    """

    variable: str
    digest: str
    layers: str
    losses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """One submission. ``networks`` are those that a check asked for, by the check's id.

    ``histories`` are by grade cell and variable, ``values`` has a digest of each recorded variable
    by the same. ``answers`` holds the student's own text above each grade cell, ``code`` a digest
    of all code without comments and layout. ``missing`` says why there is no run of it.
    """

    student: str
    result: Result
    networks: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    histories: Mapping[tuple[str, str], Curves] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    missing: str = ""


def seen(graded: Graded, evidence: Evidence | None) -> Seen:
    """The facts of a graded submission. ``evidence`` is None where no notebook of it has run."""
    student, result = str(graded.prepared.student), graded.result
    if graded.faults:
        return Seen(student, result, missing="; ".join(graded.faults.values()))
    if evidence is None:
        return Seen(student, result)
    return Seen(
        student,
        result,
        networks=dict(_networks(result.checks, evidence)),
        histories=dict(_histories(result.checks, evidence)),
        values=dict(_values(result.cells, evidence)),
        answers=_answers(graded),
        code=_code(graded),
    )


def digest_of(graph: CanonicalGraph) -> str:
    """A digest that equal graphs share: names do not count, as when graphs are compared."""
    told = [
        [[one.id, one.shape] for one in graph.inputs],
        [
            [n.id, n.kind, n.layer, n.activation, n.config, n.inputs, n.output_shape, n.parameters,
             n.trainable, n.recognised, n.activation_config]
            for n in graph.nodes
        ],
        graph.outputs,
    ]  # fmt: skip
    return _digest(told)


def layers_of(graph: CanonicalGraph) -> str:
    """The network for a reader: a line for each layer of a plain row, else all its links."""
    above = [one.inputs[0].node for one in graph.nodes if len(one.inputs) == 1]
    ids = [one.id for one in graph.nodes]
    row = len(graph.inputs) == 1 and len(above) == len(ids) and above == [0, *ids][: len(ids)]
    if row and len({one.layer for one in graph.nodes}) == len(ids):
        shape = ", ".join("?" if n is None else str(n) for n in graph.inputs[0].shape[1:])
        lines = [f"Input({shape})", *(describe(one) for one in graph.nodes)]
    else:
        lines = render(graph).splitlines()
    more = [f"and {len(lines) - MAX_LAYERS} more"] if len(lines) > MAX_LAYERS else []
    return "\n".join([line[:MAX_LINE] for line in lines[:MAX_LAYERS]] + more)


def _networks(
    checks: tuple[CheckOutcome, ...], evidence: Evidence
) -> Iterator[tuple[str, tuple[Network, ...]]]:
    known: dict[tuple[str, str], Network | None] = {}
    for check in checks:
        found = []
        for name in check.asked:
            place = (check.cell, name)
            if place not in known:
                known[place] = _network(evidence.at(check.cell), name)
            if (network := known[place]) is not None:
                found.append(network)
        if found:
            yield check.id, tuple(found)


def _network(evidence: Evidence, name: str) -> Network | None:
    try:
        model = evidence.model(name)
        graph = model.graph
    except AutograderError:
        return None  # no model, or one whose layers are not known: the check's words must do
    return Network(name, digest_of(graph), layers_of(graph), _losses(model))


def _losses(model: ModelEvidence) -> dict[str, str]:
    try:
        settings = model.compile
        records = list(settings.losses.values()) if settings is not None else []
        named = [(str(one.get("spelling")), canonical_loss(dict(one)).name) for one in records]
        return {spelled[:MAX_LINE]: name for spelled, name in named if name != "unknown"}
    except AutograderError:
        return {}  # a loss that nobody recognises goes by its spelling


def _histories(
    checks: tuple[CheckOutcome, ...], evidence: Evidence
) -> Iterator[tuple[tuple[str, str], Curves]]:
    for place in dict.fromkeys((check.cell, name) for check in checks for name in check.asked):
        cell, name = place
        try:
            values = evidence.at(cell).history(name).values
        except AutograderError:
            continue
        yield place, {key: curve[:MAX_EPOCHS] for key, curve in values.items()}


def _values(cells: Iterable[str], evidence: Evidence) -> Iterator[tuple[tuple[str, str], str]]:
    for cell in cells:
        home = evidence.at(cell)
        manifest: Any = home.manifest  # Any: each part is looked at as what it claims to be
        for name, value in manifest["snapshots"].get(home.cell, {}).get("values", {}).items():
            told = _told(value, manifest["models"])
            if told is not None:
                yield (cell, name), _digest(told)


def _told(value: Any, models: Mapping[str, Any]) -> JSON:
    """What makes two recorded variables the same; None for what tells nothing.

    Of a model the weights: bit for bit the same numbers come of the same training, whatever its
    layers are called.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "model":
        record = models.get(value.get("ref")) or {}
        return [kind, [[w.get("shape"), w.get("blob")] for w in record.get("weights") or []]]
    if kind == "history":
        return [kind, value.get("history")]
    if kind == "array":
        return [kind, value.get("dtype"), value.get("shape"), value.get("blob"), value.get("facts")]
    if kind == "scalar":
        return [kind, value.get("type"), value.get("value")]
    return None


def _answers(graded: Graded) -> dict[str, str]:
    """What the student wrote above each grade cell, by the cell's name."""
    found: dict[str, str] = {}
    cells = graded.result.cells.items()
    names = {(cell.notebook, grade_id_of(name)): name for name, cell in cells}
    for part in graded.prepared.notebooks:
        own: list[str] = []
        for cell in (part.notebook or {}).get("cells", []):
            facts = cell["metadata"].get("nbgrader", {})
            if cell["cell_type"] == "code" and not facts.get("locked"):
                own.append(str(cell["source"]).strip("\n"))
            if facts.get("grade"):
                name = names[part.name, facts["grade_id"]]
                found[name] = "\n\n".join(own)[:MAX_ANSWER]
                own = []
    return found


def _code(graded: Graded) -> str:
    parts = graded.prepared.notebooks
    return _digest([[c.grade_id, meaning(c.source)] for part in parts for c in part.cells])


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def finite(curve: tuple[float, ...]) -> bool:
    """Whether something of a curve can be drawn."""
    return any(math.isfinite(value) for value in curve)
