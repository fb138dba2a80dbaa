"""What came of a declared call of a student's function, as a check sees it.

The record was streamed by a process that ran the function: the result is a claim of a stated kind,
like any other value. That a call ended the process is the trusted side's own observation.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from autograder.evidence.arrays import Array, Blob
from autograder.evidence.calls import Call
from autograder.evidence.model_view import (
    CallFailed,
    ModelEvidence,
    NotJudgeable,
    Predictor,
)
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.values import (
    KINDS,
    HistoryEvidence,
    Value,
    array_from,
    described,
    history_from,
    scalar_from,
)
from autograder.nouns import JSON

MAX_TEXT = 300
"""An exception's text in a message; the recorder sends no more of an honest one."""


@dataclass(frozen=True)
class Records:
    """Where the content of values lies: arrays and models by their names."""

    blob: Callable[[str], Blob]
    model: Callable[[str], Mapping[str, JSON]]
    predictor: Predictor


@dataclass(frozen=True)
class CallEvidence:
    """A call's result, or one item of it. ``name`` is the call as messages show it.

    Each view raises CallFailed when the result is of another kind.
    """

    name: str
    value: Value
    records: Records
    after: Callable[[], ModelEvidence]

    @property
    def kind(self) -> str:
        """``scalar``, ``array``, ``model``, ``history``, ``tuple``, ``function`` or ``other``."""
        found = self.value.get("kind")
        return found if isinstance(found, str) and found in KINDS else "other"

    def scalar(self) -> bool | int | float | str:
        """The number, truth value or text that was returned."""
        return scalar_from(self.name, self._of("scalar"))

    def array(self) -> Array:
        """The array that was returned, read-only. Raises NotJudgeable for one too large."""
        return array_from(self.name, self._of("array"), self.records.blob)

    def model(self) -> ModelEvidence:
        """The model that was returned, as it was then."""
        ref = str(self._of("model").get("ref", ""))
        return ModelEvidence(self.name, ref, self.records.model(ref), self.records.predictor)

    def history(self) -> HistoryEvidence:
        """The training history that was returned."""
        return history_from(self.name, self._of("history"))

    def fed(self) -> ModelEvidence:
        """The model that was returned, after ``then`` called it on its arrays.

        Raises NotJudgeable for a call without ``then``.
        """
        self._of("model")
        return self.after()

    @property
    def items(self) -> int:
        """How many values were returned together."""
        return len(as_list(self._of("tuple").get("items")))

    def __getitem__(self, place: int) -> "CallEvidence":
        found = as_list(self._of("tuple").get("items"))
        if not 0 <= place < len(found):
            raise CallFailed(
                f"{self.name} returns at least {place + 1} values", f"{len(found)} values"
            )
        name = f"{self.name}[{place}]"
        return CallEvidence(name, as_mapping(found[place]), self.records, _not_fed(name))

    def __iter__(self) -> Iterator["CallEvidence"]:
        return (self[place] for place in range(self.items))

    def _of(self, kind: str) -> Value:
        if self.kind != kind:
            raise CallFailed(f"{self.name} returns {KINDS[kind]}", _returned(self.value))
        return self.value


def called(call: Call, record: Mapping[str, JSON], records: Records) -> CallEvidence:
    """The evidence of a call that was made. Raises CallFailed when nothing came back."""
    value, after = record.get("value"), record.get("fed")
    failure = CallFailed(f"{call.name} returns a result", _ending(record))
    if not isinstance(value, dict):
        raise failure

    def fed() -> ModelEvidence:
        if not call.fed:
            raise NotJudgeable(f"{call.name} was declared without then(...)")
        if not isinstance(after, dict) or after.get("kind") != "model":
            raise CallFailed(f"what {call.name} returns can be called on data", _ending(record))
        ref = str(after.get("ref", ""))
        name = f"{call.name} after it saw data"
        return ModelEvidence(name, ref, records.model(ref), records.predictor)

    return CallEvidence(call.name, value, records, fed)


def _returned(value: Value) -> str:
    found = described(value)
    return f"{found}: does the function end in a return?" if found == "None" else found


def _ending(record: Mapping[str, JSON]) -> str:
    """How a call ended that gave no result: one line."""
    error = as_mapping(record.get("error") or {})
    kind, text = (str(error.get(part) or "").strip()[:MAX_TEXT] for part in ("type", "text"))
    if record.get("status") == "error":
        return f"it raised {kind or 'an error'}" + (f": {text}" if text else "")
    return text or "it did not come to its end"


def _not_fed(name: str) -> Callable[[], ModelEvidence]:
    def fed() -> ModelEvidence:
        raise NotJudgeable(f"{name} is one of several values: then(...) calls the whole result")

    return fed
