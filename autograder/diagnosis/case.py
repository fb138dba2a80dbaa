"""All that is known of one training, as rules see it. What is not known is None or empty.

Trusts nobody: in grading the facts come from a process that ran student code. A diagnosis explains
and never changes points.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.diagnosis.signals import Signals
from autograder.diagnosis.source import Source
from autograder.errors import AutograderError
from autograder.evidence.given import Rows
from autograder.evidence.graph import CanonicalGraph, CanonicalLoss, canonical_loss
from autograder.evidence.graph.nodes import Shape
from autograder.evidence.view import ModelEvidence
from autograder.matchers.heads import Head, head_of
from autograder.matchers.links import scores_are_found


@dataclass(frozen=True)
class Output:
    """One output of the model with what it is trained on.

    ``found`` tells that Keras finds the scores behind the last activation; ``metrics`` are class
    names in lower case, as ``sparsecategoricalaccuracy``, and ``spelled`` is how they were written.
    """

    name: str
    head: Head | None
    shape: Shape
    loss: CanonicalLoss | None = None
    found: bool = False
    metrics: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()
    target: Rows | None = None

    @property
    def units(self) -> int:
        """The length of the last axis; 0 where it is open or unknown."""
        return (self.shape[-1] or 0) if self.shape else 0

    @property
    def activation(self) -> str:
        """The effective activation; empty where nobody knows."""
        return self.head.activation if self.head is not None else ""


@dataclass(frozen=True)
class Case:
    """One training. ``curves`` has a number for each epoch; ``rate`` is that of the first epoch.

    ``inputs`` are the rows of each input in the model's order, ``tests`` the same of a test set
    that was shown. ``error`` is what Keras said when it gave up.
    """

    model: ModelEvidence | None = None
    graph: CanonicalGraph | None = None
    outputs: tuple[Output, ...] = ()
    inputs: tuple[Rows | None, ...] = ()
    tests: tuple[Rows | None, ...] = ()
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    optimizer: str = ""
    rate: float = math.nan
    compiled: bool = False
    source: Source | None = None
    signals: Signals | None = None
    error: str = ""

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.curves.get("loss", ()))


def case_of(
    model: ModelEvidence | None,
    *,
    inputs: Sequence[Rows | None] = (),
    targets: Sequence[Rows | None] = (),
    tests: Sequence[Rows | None] = (),
    curves: Mapping[str, tuple[float, ...]] | None = None,
    source: Source | None = None,
    signals: Signals | None = None,
    error: str = "",
) -> Case:
    """The case of a recorded or live model with the rows of its fit, as far as they are known."""
    curves = curves or {}
    if model is None:
        return Case(
            inputs=tuple(inputs),
            tests=tuple(tests),
            curves=curves,
            source=source,
            error=error,
            outputs=tuple(Output("", None, (), target=target) for target in targets),
        )
    graph = _graph(model)
    settings = model.compile
    config = settings.optimizer.get("config") if settings is not None else None
    optimizer = settings.optimizer.get("class_name") if settings is not None else None
    return Case(
        model=model,
        graph=graph,
        outputs=_outputs(model, graph, targets),
        inputs=tuple(inputs),
        tests=tuple(tests),
        curves=curves,
        optimizer=str(optimizer or ""),
        rate=_rate(config if isinstance(config, dict) else {}, curves),
        compiled=settings is not None,
        source=source,
        signals=signals,
        error=error,
    )


def _graph(model: ModelEvidence) -> CanonicalGraph | None:
    try:
        return model.graph if model.built else None
    except AutograderError:
        return None  # a model of the student's own: rules that need its layers are silent


def _outputs(
    model: ModelEvidence, graph: CanonicalGraph | None, targets: Sequence[Rows | None]
) -> tuple[Output, ...]:
    if graph is None:
        return ()
    names = graph.output_names
    several = len(graph.outputs) > 1
    found = []
    for place in range(len(graph.outputs)):
        name = names[place] if place < len(names) else ""
        head = _head(model, name if several else None)
        metrics = _metrics(model, name, several)
        found.append(
            Output(
                name=name,
                head=head,
                shape=head.shape if head is not None else (),
                loss=_loss(model, name if several else ""),
                found=_linked(model, name if several else None),
                metrics=tuple(kind for kind, _ in metrics),
                spelled=tuple(text for _, text in metrics),
                target=targets[place] if len(targets) == len(graph.outputs) else None,
            )
        )
    return tuple(found)


def _head(model: ModelEvidence, name: str | None) -> Head | None:
    try:
        return head_of(model, name)
    except AutograderError:
        return None


def _loss(model: ModelEvidence, name: str) -> CanonicalLoss | None:
    settings = model.compile
    record = settings.loss_of(name) if settings is not None else None
    try:
        return canonical_loss(dict(record)) if record is not None else None
    except AutograderError:
        return None


def _linked(model: ModelEvidence, name: str | None) -> bool:
    try:
        return scores_are_found(model, name)
    except AutograderError:
        return False


def _metrics(model: ModelEvidence, name: str, several: bool) -> list[tuple[str, str]]:
    settings = model.compile
    found = []
    for metric in settings.metrics if settings is not None else ():
        own = metric.get("output")
        if several and own not in (name, None):
            continue
        kind = str(metric.get("class_name") or "").replace("_", "").lower()
        found.append((kind, str(metric.get("name") or kind)))
    return found


def _rate(config: Mapping[str, object], curves: Mapping[str, tuple[float, ...]]) -> float:
    """The first learning rate: a callback may have changed it since."""
    noted = curves.get("learning_rate") or curves.get("lr")
    if noted:
        return noted[0]
    rate = config.get("learning_rate")
    if isinstance(rate, dict):
        inner = rate.get("config")
        rate = inner.get("initial_learning_rate") if isinstance(inner, dict) else None
    return float(rate) if isinstance(rate, int | float) else math.nan
