"""What a hidden check sees of one submission, read from the manifest that its run left behind.

Trusts the manifest's outer frame, which the trusted side wrote, and nothing inside the snapshots:
they were streamed by a process that ran student code, so every value is a claim of a stated kind.
"""

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from autograder.errors import AutograderError, EvidenceError
from autograder.evidence.arrays import Array, Blob, unpack
from autograder.evidence.model_view import (
    CompileSettings,
    ModelEvidence,
    NotJudgeable,
    Parameters,
    PredictionPending,
    Predictor,
    as_list,
    as_mapping,
)
from autograder.nouns import JSON

__all__ = [
    "CompileSettings",
    "Evidence",
    "HistoryEvidence",
    "ModelEvidence",
    "NotAttempted",
    "NotJudgeable",
    "Parameters",
    "PredictionPending",
    "Predictor",
]

_KINDS = {
    "model": "a Keras model",
    "history": "what fit returns",
    "array": "a NumPy array",
    "scalar": "a single number, truth value or text",
    "function": "a function",
    "other": "something else",
}


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
    """What ``fit`` returned. ``values`` has one number per epoch for every key (nan if not one)."""

    name: str
    values: Mapping[str, tuple[float, ...]]
    model_ref: str | None = None
    params: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """How many epochs were run: the length of the longest curve."""
        return max((len(curve) for curve in self.values.values()), default=0)


@dataclass(frozen=True)
class Evidence:
    """One submission's evidence. ``at`` binds it to the snapshot that a grade cell is judged by."""

    assignment: str
    manifest: Mapping[str, JSON]
    blob: Callable[[str], Blob]
    sources: Mapping[str, str]
    predictor: Predictor
    cell: str = ""

    def at(self, cell: str) -> "Evidence":
        """The same evidence, as it stood just before the grade cell ran."""
        return replace(self, cell=cell)

    def has(self, name: str) -> bool:
        """Whether the variable existed just before the grade cell."""
        return name in self._snapshot()

    def model(self, name: str) -> ModelEvidence:
        """The model under the variable ``name``.

        A model that got its input shape only later (by ``fit``, say) is judged as it was built
        then, if it still has the same layers: how the shape was given is free.
        """
        ref = str(self._value(name, "model").get("ref", ""))
        raw = self._record(ref)
        if raw.get("built") is not True or raw.get("graph") is None:
            later = self._built_later(name, raw)
            if later is not None:
                ref, raw = later[0], {**later[1], "compile": raw.get("compile")}
        return ModelEvidence(name, ref, raw, self.predictor)

    def history(self, name: str) -> HistoryEvidence:
        """The ``History`` under the variable ``name``."""
        value = self._value(name, "history")
        curves = as_mapping(value.get("history") or {})
        ref = value.get("model")
        return HistoryEvidence(
            name=name,
            values={key: tuple(_number(n) for n in as_list(curves[key])) for key in curves},
            model_ref=ref if isinstance(ref, str) else None,
            params=as_mapping(value.get("params") or {}),
        )

    def array(self, name: str) -> Array:
        """The array under the variable ``name``, read-only.

        Raises NotJudgeable for one that was too large to record.
        """
        value = self._value(name, "array")
        digest = value.get("blob")
        if not isinstance(digest, str):
            raise NotJudgeable(f"{name} was too large to be recorded: shape {value.get('shape')}")
        return unpack(self.blob(digest))

    def scalar(self, name: str) -> bool | int | float | str:
        """The number, truth value or text under the variable ``name``."""
        record = self._value(name, "scalar")
        value = record.get("value")
        if record.get("type") == "float" and isinstance(value, (int, float, str)):
            return _number(value)
        if isinstance(value, (bool, int, float, str)):
            return value
        raise EvidenceError(f"a scalar expected for {name}, found {type(value).__name__}")

    def source(self, cell: str) -> str:
        """The student's text of the cell with this grade id. Raises NotAttempted without one."""
        if cell not in self.sources:
            raise NotAttempted(cell, "a cell of the notebook", "it is not in the submission")
        return self.sources[cell]

    def _snapshot(self) -> Mapping[str, JSON]:
        snapshots = as_mapping(self.manifest.get("snapshots") or {})
        return as_mapping(as_mapping(snapshots.get(self.cell) or {}).get("values") or {})

    def _value(self, name: str, kind: str) -> Mapping[str, JSON]:
        values = self._snapshot()
        if name not in values:
            raise NotAttempted(name, _KINDS[kind], self._absence(), _similar(name, values))
        value = as_mapping(values[name])
        found = str(value.get("kind", "other"))
        if found != kind:
            what = _KINDS.get(found, "something else")
            raise NotAttempted(name, _KINDS[kind], f"it holds {what}")
        return value

    def _absence(self) -> str:
        if self.cell in as_mapping(self.manifest.get("snapshots") or {}):
            return "this variable does not exist"
        return "the notebook's run ended before this cell was reached"

    def _record(self, ref: str) -> Mapping[str, JSON]:
        models = as_mapping(self.manifest.get("models") or {})
        if ref not in models:
            raise EvidenceError(f"the record of model {ref[:12]!r} is missing from the manifest")
        return as_mapping(models[ref])

    def _built_later(
        self, name: str, raw: Mapping[str, JSON]
    ) -> tuple[str, Mapping[str, JSON]] | None:
        for snapshot in self._later_snapshots():
            value = as_mapping(snapshot.get("values") or {}).get(name)
            if not isinstance(value, dict) or value.get("kind") != "model":
                continue
            ref = str(value.get("ref", ""))
            record = self._record(ref)
            same = all(record.get(key) == raw.get(key) for key in ("class", "name", "layers"))
            if same and record.get("built") is True and record.get("graph") is not None:
                return ref, record
        return None

    def _later_snapshots(self) -> list[Mapping[str, JSON]]:
        snapshots = as_mapping(self.manifest.get("snapshots") or {})
        cells = [as_mapping(cell) for cell in as_list(self.manifest.get("cells"))]
        order = [c.get("grade_id") for c in cells if c.get("grade_id") in snapshots]
        after = order[order.index(self.cell) + 1 :] if self.cell in order else []
        return [as_mapping(snapshots[str(cell)]) for cell in after]


def _number(value: JSON) -> float:
    if isinstance(value, (int, float, str)):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return math.nan
    return math.nan


def _similar(name: str, values: Mapping[str, JSON]) -> str:
    close = difflib.get_close_matches(name, list(values), n=1, cutoff=0.75)
    return f"There is a variable {close[0]!r}: is one of the names misspelled?" if close else ""
