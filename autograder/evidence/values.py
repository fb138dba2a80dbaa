"""One recorded VALUE, read as what a check asked for.

Trusts nothing: a value was streamed by a process that ran student code. Whoever asks has compared
its kind already.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autograder.errors import AutograderError, EvidenceError
from autograder.evidence.arrays import Array, Blob, unpack
from autograder.evidence.callbacks import CallbackEvidence, callbacks_of
from autograder.evidence.fits import FitEvidence, fits_of
from autograder.evidence.model_view import NotJudgeable
from autograder.evidence.reading import as_list, as_mapping
from autograder.nouns import JSON

Value = Mapping[str, JSON]

KINDS = {
    "model": "a Keras model",
    "history": "what fit returns",
    "array": "a NumPy array",
    "scalar": "a single number, truth value or text",
    "function": "a function",
    "tuple": "several values",
    "other": "something else",
}


MAX_TYPE = 100
"""A type's name in a message."""


class NotAttempted(AutograderError):
    """The object that a check judges does not exist, or is of another kind."""

    def __init__(self, name: str, expected: str, found: str, hint: str = "") -> None:
        super().__init__(f"{name}: {expected} expected, {found}")
        self.name = name
        self.expected = expected
        self.found = found
        self.hint = hint


@dataclass(frozen=True)
class HistoryEvidence:
    """What ``fit`` returned. ``values`` has one number per epoch for every key (nan if not one).

    ``weights`` are the digests of the fitted model's weights. ``callbacks`` are those that ``fit``
    was given, None where nobody took them down. ``fits`` are all trainings of that model so far.
    ``by_hand`` tells that no fit has filled it, although fits were watched.
    """

    name: str
    values: Mapping[str, tuple[float, ...]]
    model_ref: str | None = None
    params: Mapping[str, JSON] = field(default_factory=dict)
    weights: tuple[str | None, ...] = ()
    callbacks: tuple[CallbackEvidence, ...] | None = None
    fits: tuple[FitEvidence, ...] = ()
    by_hand: bool = False

    @property
    def epochs(self) -> int:
        """How many epochs were run: the length of the loss, which Keras notes in every one."""
        curves = self.values
        return len(curves.get("loss") or max(curves.values(), key=len, default=()))


def described(value: Value) -> str:
    """What a value is, in words for a student."""
    kind = str(value.get("kind"))
    if kind == "other":
        found = str(value.get("type"))[:MAX_TYPE]
        return "None" if found == "NoneType" else f"an object of type {found}"
    if kind == "scalar":
        words = {"bool": "a truth value", "str": "a text"}
        return words.get(str(value.get("type")), "a number")
    if kind == "array":
        shape = ", ".join(str(n) for n in as_list(value.get("shape")))
        return f"an array of shape ({shape})"
    if kind == "tuple":
        return f"{len(as_list(value.get('items')))} values"
    return KINDS.get(kind, "something else")


def instead(value: Value, wanted: str) -> str:
    """What stands where a value of the kind ``wanted`` was expected, in words for a student."""
    kind = str(value.get("kind"))
    if kind != "other":
        return KINDS.get(kind, "something else")
    if wanted == "history" and value.get("type") == "dict":
        return "a dict, such as fit(...).history gives: leave .history out"
    return described(value)


def history_from(name: str, value: Value) -> HistoryEvidence:
    """The training history that the value records."""
    curves = as_mapping(value.get("history") or {})
    ref = value.get("model")
    return HistoryEvidence(
        name=name,
        values={key: tuple(number(n) for n in as_list(curves[key])) for key in curves},
        model_ref=ref if isinstance(ref, str) else None,
        params=as_mapping(value.get("params") or {}),
        callbacks=callbacks_of(value.get("callbacks")),
        fits=fits_of(value.get("fits")),
        by_hand="callbacks" in value and value["callbacks"] is None,
    )


def array_from(name: str, value: Value, blob: Callable[[str], Blob]) -> Array:
    """The array, read-only. Raises NotJudgeable for one that was too large to record."""
    digest = value.get("blob")
    if not isinstance(digest, str):
        raise NotJudgeable(f"{name} was too large to be recorded: shape {value.get('shape')}")
    return unpack(blob(digest))


def scalar_from(name: str, value: Value) -> bool | int | float | str:
    """The number, truth value or text."""
    found = value.get("value")
    if value.get("type") == "float" and isinstance(found, (int, float, str)):
        return number(found)
    if isinstance(found, (bool, int, float, str)):
        return found
    raise EvidenceError(f"a scalar expected for {name}, found {type(found).__name__}")


def number(value: JSON) -> float:
    """The number, or nan for what is none: text stands for nan and the infinities."""
    if isinstance(value, (int, float, str)):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return math.nan
    return math.nan
