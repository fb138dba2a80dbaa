"""What a hidden check sees of one submission, read from the manifest that its run left behind.

Trusts the manifest's outer frame, which the trusted side wrote, and nothing inside the snapshots:
they were streamed by a process that ran student code, so every value is a claim of a stated kind.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from autograder.errors import CheckError, EvidenceError
from autograder.evidence.absence import broken_near, ending
from autograder.evidence.arrays import Array, Blob
from autograder.evidence.called import CallEvidence, Records, called
from autograder.evidence.calls import Call
from autograder.evidence.facts import ArrayFacts, facts_of
from autograder.evidence.fits import FitEvidence, fits_of
from autograder.evidence.model_view import (
    CallFailed,
    CompileSettings,
    ModelEvidence,
    NotJudgeable,
    Parameters,
    PredictionPending,
    Predictor,
    weight_digests,
)
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.saved import saved_ref
from autograder.evidence.values import (
    KINDS,
    HistoryEvidence,
    NotAttempted,
    array_from,
    history_from,
    instead,
    scalar_from,
)
from autograder.nouns import JSON

__all__ = [
    "ArrayFacts",
    "CallEvidence",
    "CallFailed",
    "CompileSettings",
    "Evidence",
    "HistoryEvidence",
    "Home",
    "ModelEvidence",
    "NotAttempted",
    "NotJudgeable",
    "Parameters",
    "PredictionPending",
    "Predictor",
]


@dataclass(frozen=True)
class Home:
    """Where a grade cell stands: the run and the sources of its notebook, and its id there.

    ``sources`` has the notebook's own cells in run order, then those of the assignment's others.
    """

    manifest: Mapping[str, JSON]
    sources: Mapping[str, str]
    cell: str


@dataclass(frozen=True)
class Evidence:
    """One submission's evidence. ``at`` binds it to the snapshot that a grade cell is judged by.

    ``sources`` has the text of every code cell in run order, by grade id where it has one.
    ``homes`` has the grade cells of an assignment of several notebooks, by name.
    ``asked`` are the variables of models and histories that were asked for since ``at``.
    """

    assignment: str
    manifest: Mapping[str, JSON]
    blob: Callable[[str], Blob]
    sources: Mapping[str, str]
    predictor: Predictor
    cell: str = ""
    asked: list[str] = field(default_factory=list, compare=False)
    homes: Mapping[str, Home] = field(default_factory=dict)

    def at(self, cell: str) -> "Evidence":
        """The same evidence, as it stood just before the grade cell ran, of its notebook alone."""
        home = self.homes.get(cell) or Home(self.manifest, self.sources, cell)
        return replace(self, manifest=home.manifest, sources=home.sources, cell=home.cell, asked=[])

    def has(self, name: str) -> bool:
        """Whether the variable existed just before the grade cell."""
        return name in self._snapshot()

    def names(self, kind: str) -> tuple[str, ...]:
        """The variables of this kind ("model", "history", ...) just before the grade cell."""
        found = self._snapshot().items()
        return tuple(name for name, one in found if as_mapping(one).get("kind") == kind)

    def model(self, name: str) -> ModelEvidence:
        """The model under the variable ``name``.

        A model that got its input shape only later (by ``fit``, say) is judged as it was built
        then, if it still has the same layers: how the shape was given is free.
        """
        self.asked.append(name)
        value = self._value(name, "model")
        ref = str(value.get("ref", ""))
        raw = self._record(ref)
        if raw.get("built") is not True or raw.get("graph") is None:
            later = self._built_later(name, raw)
            if later is not None:
                value, built = later
                ref, raw = str(value.get("ref", "")), {**built, "compile": raw.get("compile")}
        parts, shares = (frozenset(map(str, as_list(value.get(k)))) for k in ("holds", "shares"))
        fits = fits_of(value.get("fits"))
        return ModelEvidence(name, ref, raw, self.predictor, parts, fits, shares)

    def history(self, name: str) -> HistoryEvidence:
        """The ``History`` under the variable ``name``."""
        self.asked.append(name)
        found = history_from(name, self._value(name, "history"))
        models = as_mapping(self.manifest.get("models") or {})
        fitted = as_mapping(models.get(found.model_ref or "") or {})
        return replace(found, weights=weight_digests(fitted))

    def array(self, name: str) -> Array:
        """The array under the variable ``name``, read-only.

        Raises NotJudgeable for one that was too large to record.
        """
        return array_from(name, self._value(name, "array"), self.blob)

    def facts(self, name: str) -> ArrayFacts:
        """Shape, dtype and range of the array ``name``, also of one too large to be recorded."""
        return facts_of(name, self._value(name, "array"), self.blob)

    def saved(self, name: str) -> ModelEvidence:
        """The model in the file ``name``, as the notebook had saved it before the grade cell.

        It was loaded in a jail of its own, and is judged like any model. Raises NotAttempted where
        there is no such file, CallFailed for one that Keras cannot load, CheckError for a file that
        no check of the cell declares (``@check(files=...)``).
        """
        ref = saved_ref(self.manifest, self.cell, name)
        return ModelEvidence(name, ref, self._record(ref), self.predictor)

    def scalar(self, name: str) -> bool | int | float | str:
        """The number, truth value or text under the variable ``name``."""
        return scalar_from(name, self._value(name, "scalar"))

    def called(self, call: Call) -> CallEvidence:
        """What the student's function gave, called just before the grade cell.

        Raises NotAttempted when there was no such function, CallFailed when nothing came back,
        CheckError for a call that no check of the cell declares (``@check(calls=...)``).
        """
        snapshot = self._whole()
        record = as_mapping(snapshot.get("calls") or {}).get(call.key)
        if not snapshot or (isinstance(record, dict) and record.get("status") == "missing"):
            self._value(call.function, "function")
            raise NotAttempted(call.function, KINDS["function"], "it cannot be called")
        if record is None:
            raise CheckError(
                f"{call.name} was not called before {self.cell}: a call has to stand in calls= of "
                "a check of the same cell"
            )
        return called(call, as_mapping(record), Records(self.blob, self._record, self.predictor))

    def later_fits(self, name: str) -> tuple[FitEvidence, ...]:
        """The trainings that the model under this variable has behind it at later grade cells."""
        for snapshot in self._later_snapshots():
            value = as_mapping(snapshot.get("values") or {}).get(name)
            if isinstance(value, dict) and value.get("kind") == "model" and value.get("fits"):
                return fits_of(value.get("fits"))
        return ()

    def source(self, cell: str) -> str:
        """The student's text of the cell with this grade id. Raises NotAttempted without one."""
        if cell not in self.sources:
            raise NotAttempted(cell, "a cell of the notebook", "it is not in the submission")
        return self.sources[cell]

    def sources_before(self, cell: str) -> tuple[str, ...]:
        """The texts of all code cells above the one with this grade id, in run order.

        Cells of the student's own are among them. Raises NotAttempted without such a cell.
        """
        self.source(cell)
        names = list(self.sources)
        return tuple(self.sources[name] for name in names[: names.index(cell)])

    def broken(self) -> str:
        """How the exercise's own cell went wrong, in a sentence for the student, or nothing."""
        found = broken_near(self.manifest, self.cell)
        return f"Before that, {found}." if found else ""

    def _whole(self) -> Mapping[str, JSON]:
        snapshots = as_mapping(self.manifest.get("snapshots") or {})
        return as_mapping(snapshots.get(self.cell) or {})

    def _snapshot(self) -> Mapping[str, JSON]:
        return as_mapping(self._whole().get("values") or {})

    def _value(self, name: str, kind: str) -> Mapping[str, JSON]:
        values = self._snapshot()
        if name not in values:
            raise NotAttempted(name, KINDS[kind], self._absence(name), _similar(name, values))
        value = as_mapping(values[name])
        if str(value.get("kind", "other")) != kind:
            raise NotAttempted(name, KINDS[kind], f"it holds {instead(value, kind)}")
        return value

    def _absence(self, name: str) -> str:
        if self.cell in as_mapping(self.manifest.get("snapshots") or {}):
            why = ending(self.manifest, self.sources, self.cell, name)
            return "this variable does not exist" + (f": {why}" if why else "")
        return "the notebook's run ended before this cell was reached"

    def _record(self, ref: str) -> Mapping[str, JSON]:
        models = as_mapping(self.manifest.get("models") or {})
        if ref not in models:
            raise EvidenceError(f"the record of model {ref[:12]!r} is missing from the manifest")
        return as_mapping(models[ref])

    def _built_later(
        self, name: str, raw: Mapping[str, JSON]
    ) -> tuple[Mapping[str, JSON], Mapping[str, JSON]] | None:
        """The value of a later snapshot that has the model with its weights, and its record."""
        for snapshot in self._later_snapshots():
            value = as_mapping(snapshot.get("values") or {}).get(name)
            if not isinstance(value, dict) or value.get("kind") != "model":
                continue
            record = self._record(str(value.get("ref", "")))
            same = all(record.get(key) == raw.get(key) for key in ("class", "name", "layers"))
            if same and record.get("built") is True and record.get("graph") is not None:
                return value, record
        return None

    def _later_snapshots(self) -> list[Mapping[str, JSON]]:
        snapshots = as_mapping(self.manifest.get("snapshots") or {})
        cells = [as_mapping(cell) for cell in as_list(self.manifest.get("cells"))]
        order = [c.get("grade_id") for c in cells if c.get("grade_id") in snapshots]
        after = order[order.index(self.cell) + 1 :] if self.cell in order else []
        return [as_mapping(snapshots[str(cell)]) for cell in after]


def _similar(name: str, values: Mapping[str, JSON]) -> str:
    close = difflib.get_close_matches(name, list(values), n=1, cutoff=0.75)
    return f"There is a variable {close[0]!r}: is one of the names misspelled?" if close else ""
