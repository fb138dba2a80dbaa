"""Loss and head, judged as one: together they decide what is trained.

Facts of Keras 3 (backend/tensorflow/nn.py, ``_get_logits``): a cross-entropy that is handed the
result of a Keras or TensorFlow softmax or sigmoid finds the scores before it and trains on those,
whatever ``from_logits`` says. The link is lost behind an operation after the activation, behind
an activation of the student's own, and in a loss of the student's own that makes another tensor of
what it gets. So each pair is judged by the loss that is really computed.
"""

import warnings
from collections.abc import Mapping

from autograder.evidence.graph import CanonicalLoss, canonical_loss
from autograder.evidence.graph.losses import NAMES
from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers.compiling import compiled
from autograder.matchers.failure import MatchFailure, MatchRemark
from autograder.matchers.heads import Head, decided, head_of
from autograder.matchers.links import scores_are_found
from autograder.nouns import JSON

BINARY = "binary_crossentropy"
SPARSE = "sparse_categorical_crossentropy"
ONE_HOT = "categorical_crossentropy"
AUTOMATIC = "crossentropy"  # Keras chooses by the labels' shape

_CROSS_ENTROPIES = frozenset([BINARY, SPARSE, ONE_HOT, AUTOMATIC])
_LABELS = {"sparse": (SPARSE, AUTOMATIC), "one_hot": (ONE_HOT, AUTOMATIC)}


def assert_loss(
    model: ModelEvidence,
    *one_of: str,
    labels: str | None = None,
    output: str | None = None,
    asked: str | None = None,
) -> None:
    """Passes when the loss is one of the named, in any spelling, and fits the head.

    "cross_entropy" stands for the one that fits the head: binary for one column, categorical for
    several, for integer labels ("sparse") or "one_hot" ones (``labels`` None: either). Right with a
    remark (MatchRemark): ``from_logits=True`` after a softmax or sigmoid in which Keras finds the
    scores. ``asked`` is the activation that an exercise before has asked the last layer for: where
    it has another one, that was lost there, and here the loss is judged by its name alone. Raises
    MatchFailure.
    """
    settings = compiled(model)
    record = settings.loss_of(output or "")
    found = CanonicalLoss("none")
    if record is not None:
        found = canonical_loss(dict(record), _columns(model, output))
    wanted = _wanted(model, one_of, labels, output)
    if found.name not in wanted:
        raise _other_loss(model, one_of, found, record, output)
    if found.name in _CROSS_ENTROPIES:
        head = head_of(model, output)
        _judge_settings(model, head, found)
        if asked is None or head.activation == asked:
            _judge_pair(model, head, found, scores_are_found(model, output))


def gives_logits(model: ModelEvidence, output: str | None = None) -> bool:
    """Whether one linear column is trained as a score: 0, not 0.5, divides the classes."""
    settings = model.compile
    record = settings.loss_of(output or "") if settings is not None else None
    if record is None:
        return False
    found = canonical_loss(dict(record))
    linear = head_of(model, output).activation == "linear"
    return linear and found.name in (BINARY, AUTOMATIC) and found.from_logits


def _columns(model: ModelEvidence, output: str | None) -> int | None:
    """The columns of the output, None where they are not known: it is not built, or not clear."""
    try:
        return head_of(model, output).units
    except (MatchFailure, NotJudgeable):
        return None


def _wanted(
    model: ModelEvidence, one_of: tuple[str, ...], labels: str | None, output: str | None
) -> frozenset[str]:
    names: set[str] = set()
    for name in one_of:
        if name != "cross_entropy":
            names.add(NAMES.get(name.replace("_", "").lower(), name))
        elif head_of(model, output).units == 1:
            names.update((BINARY, AUTOMATIC))
        else:
            names.update(_LABELS[labels] if labels else (SPARSE, ONE_HOT, AUTOMATIC))
    return frozenset(names)


def _judge_settings(model: ModelEvidence, head: Head, loss: CanonicalLoss) -> None:
    """A cross-entropy may be told to look along another axis, or to pass over a class."""
    axis, ignored = loss.config.get("axis"), loss.config.get("ignore_class")
    found = ""
    if axis not in (None, -1, len(head.shape) - 1) and loss.name in (SPARSE, ONE_HOT):
        found = f"{loss.name.replace('_', ' ')} along axis {axis}, where the classes do not lie"
    elif isinstance(ignored, int) and 0 <= ignored < (head.units or 0):
        found = f"a cross-entropy that passes over all examples of the class {ignored}"
    if found:
        raise MatchFailure(
            f"the loss of {model.name} compares the classes of every example",
            found,
            "what the loss does not look at is not learnt.",
            "Leave out the arguments of the loss that the exercise does not ask for.",
        )


def _judge_pair(model: ModelEvidence, head: Head, loss: CanonicalLoss, linked: bool) -> None:
    decided(model, head)
    binary = loss.name == BINARY or head.units == 1
    own = "sigmoid" if binary else "softmax"
    if head.units == 1 and loss.name in (SPARSE, ONE_HOT):
        raise _wrong_pair(model, head, loss)
    if head.activation == "linear":
        if not loss.from_logits:
            raise _scores_as_probabilities(model)
        return
    if head.activation not in ("sigmoid", "softmax") or (
        head.units == 1 and own != head.activation
    ):
        raise _no_probabilities(model, head)
    if head.activation == own and not loss.from_logits:
        return
    found = linked and head.activation in loss.behind
    if not found or (binary and head.activation == "softmax"):
        raise _wrong_pair(model, head, loss)
    warnings.warn(_remark(model, head, loss), MatchRemark, stacklevel=3)


def _remark(model: ModelEvidence, head: Head, loss: CanonicalLoss) -> str:
    if head.activation == "sigmoid" and head.units != 1 and loss.name != BINARY:
        return (
            f"{model.name}: this loss trains on the scores before the sigmoid, as for a softmax, "
            "but the outputs themselves do not add up to 1."
        )
    return (
        f"{model.name}: from_logits=True says that the outputs are scores, but the "
        f"{head.activation} has already made probabilities of them. Keras notices and trains on "
        "the scores; leave one of the two out."
    )


def _other_loss(
    model: ModelEvidence,
    one_of: tuple[str, ...],
    found: CanonicalLoss,
    record: Mapping[str, JSON] | None,
    output: str | None,
) -> MatchFailure:
    spelled = str((record or {}).get("spelling") or found.name)[:80]
    named = NAMES.get(spelled.replace("_", "").lower(), found.name)
    # A function of the student's own may bear the name of the loss that was asked for.
    other = ", which computes another loss than its name says" if named != found.name else ""
    wanted = " or ".join(name.replace("_", " ") for name in one_of)
    crossed = found.name in _CROSS_ENTROPIES and "cross_entropy" in one_of
    where = f" for its output {output}" if output else ""
    return MatchFailure(
        f"{model.name} is compiled with a loss that fits{where}: {wanted}",
        f"the loss {spelled}{other}",
        "there is a cross-entropy for two classes, one for several classes with integer labels, "
        "and one for several classes with one-hot labels."
        if crossed
        else "the loss says what a wrong prediction costs, and so what is learnt.",
        "Look at one row of the labels and at what the last layer gives for one example."
        if crossed
        else "Is a number predicted, or a class?",
    )


def _scores_as_probabilities(model: ModelEvidence) -> MatchFailure:
    return MatchFailure(
        f"the loss of {model.name} gets what it takes outputs for",
        "a last layer without activation, and a loss that takes its outputs for probabilities",
        "the logarithm of a score that is no probability means nothing.",
        "Either the last layer gives probabilities, or the loss is told that it gets scores.",
    )


def _no_probabilities(model: ModelEvidence, head: Head) -> MatchFailure:
    return MatchFailure(
        f"{model.name} gives what its cross-entropy needs: probabilities",
        f"{head.units} columns with the activation {head.activation}",
        "a cross-entropy takes the logarithm of the probability of the right class.",
        "Which activation gives numbers that can be read as the probabilities of the classes?",
    )


def _wrong_pair(model: ModelEvidence, head: Head, loss: CanonicalLoss) -> MatchFailure:
    scores = " with from_logits=True" if loss.from_logits else ""
    return MatchFailure(
        f"the last layer and the loss of {model.name} fit each other",
        f"{head.activation} over {head.units} columns, with {loss.name.replace('_', ' ')}{scores}",
        "together they train on other numbers than the probabilities of the classes.",
        "Say for each of the two whether it works with scores or with probabilities.",
    )
