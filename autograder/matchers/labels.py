"""Which labels a loss is judged against: they come in at fit, and no check sees them there.

Keras refuses to train a loss for one-hot rows on whole numbers, and the other way round. So a
network that was trained proves its pair right, whatever became of the record of its training. Where
nothing was trained, the arrays of the notebook say what was meant.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from autograder.evidence.arrays import unpack
from autograder.evidence.graph import canonical_loss
from autograder.evidence.model_view import weight_digests
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.view import Evidence, NotAttempted
from autograder.matchers.training import belongs
from autograder.nouns import JSON


def labels_given(
    evidence: Evidence,
    name: str,
    *,
    before: str,
    after: str,
    history: str,
    labels: str = "y_train",
) -> str | None:
    """The ``labels`` that ``assert_loss`` is to take for the model ``name``: "sparse", or None.

    ``before`` and ``after`` are the grade cells around its training, ``history`` and ``labels`` the
    variables of the exercise. "sparse" means that nothing was trained, that ``labels`` are whole
    numbers, and that no array holds one-hot rows.
    """
    early, late = evidence.at(before), evidence.at(after)
    if _same_loss(early, late, name) and (
        _recorded(late, name, history) or _has_learnt(early, late, name)
    ):
        return None
    for there in (late, early):
        if there.has(labels):
            whole = _columns(_values(there)[labels]) == 1
            return "sparse" if whole and not any(_one_hot(there)) else None
    return None


def _same_loss(early: Evidence, late: Evidence, name: str) -> bool:
    """Whether the loss that is judged is the one that was trained: compile may be called again."""
    found = []
    for there in (early, late):
        settings = there.model(name).compile if _model(there, name) else None
        record = settings.loss_of("") if settings is not None else None
        if record is not None:
            found.append(canonical_loss(dict(record)).name)
    return len(set(found)) < 2


def _recorded(evidence: Evidence, name: str, history: str) -> bool:
    try:
        found = evidence.history(history)
        return found.epochs > 0 and belongs(found, evidence.model(name))
    except NotAttempted:
        return False


def _has_learnt(early: Evidence, late: Evidence, name: str) -> bool:
    """Whether the weights are others than those that the model began with.

    Of a model that was built or made between the two nobody knows these: but a bias begins at 0.
    """
    one, other = _model(early, name), _model(late, name)
    if other is None:
        return False
    if one is not None and one.get("built") is True and one.get("layers") == other.get("layers"):
        return weight_digests(one) != weight_digests(other)
    return any(
        isinstance(weight.get("blob"), str)
        and str(weight.get("path")).endswith("bias")
        and bool(np.any(unpack(late.blob(str(weight["blob"])))))
        for weight in map(as_mapping, as_list(other.get("weights")))
    )


def _one_hot(evidence: Evidence) -> Iterator[bool]:
    for name, value in _values(evidence).items():
        if as_mapping(value).get("kind") != "array" or _columns(value) < 2:
            continue
        head = evidence.facts(name).head
        if head is not None and head.ndim == 2 and len(head):
            yield bool(np.isin(head, (0, 1)).all() and (head.sum(axis=1) == 1).all())


def _columns(value: JSON) -> int:
    """How many columns an array has: 1 for a single row of numbers, 0 for what is no table."""
    shape = as_list(as_mapping(value).get("shape"))
    width = shape[1] if len(shape) == 2 else len(shape) == 1
    return width if isinstance(width, int) else 0


def _model(evidence: Evidence, name: str) -> Mapping[str, JSON] | None:
    """The record of a model as it was then: ``evidence.model`` gives one that was built later."""
    value = as_mapping(_values(evidence).get(name) or {})
    models = as_mapping(evidence.manifest.get("models") or {})
    return as_mapping(models.get(str(value.get("ref"))) or {}) or None


def _values(evidence: Evidence) -> Mapping[str, JSON]:
    snapshots = as_mapping(evidence.manifest.get("snapshots") or {})
    snapshot = as_mapping(snapshots.get(evidence.cell) or {})
    return as_mapping(snapshot.get("values") or {})
