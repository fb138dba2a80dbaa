"""One recorded model as checks and matchers see it: graph, compile settings, predictions.

Trusts nobody: the record came out of a process that ran student code. Predictions are asked of a
``Predictor``, which re-derives them in a fresh jail, and never of the record.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeAlias, Union

import numpy as np
import numpy.typing as npt

from autograder.errors import AutograderError, EvidenceError
from autograder.evidence.arrays import Array, pack
from autograder.evidence.fits import FitEvidence
from autograder.evidence.graph import CanonicalGraph, canonical
from autograder.evidence.model_ref import model_ref
from autograder.evidence.reading import as_list, as_mapping
from autograder.evidence.rows import as_taken, misfit
from autograder.nouns import JSON

Inputs: TypeAlias = Union[Array, Sequence[Array], Mapping[str, Array]]  # noqa: UP007
Floats = npt.NDArray[np.float64]


PREDICT, OBSERVE, MEMORISE = "predict", "observe", "memorise"
"""What a fresh jail can be asked of a recorded model: its answers; what its weights do to some
training rows (`replay.observe`); whether it can learn a few rows by heart (`replay.memorise`)."""

NO_ROWS = "an output has no row for each example"
"""A replay's word for a network that mixes its examples up: its own fault, nobody need look."""


class NotJudgeable(AutograderError):
    """The evidence exists but cannot be judged: a person must look. Its text says why."""


class CallFailed(AutograderError):
    """What the student made is there, and broke or gave something else when it was used."""

    def __init__(self, expected: str, found: str, hint: str = "") -> None:
        super().__init__(f"{expected} expected, found: {found}")
        self.expected = expected
        self.found = found
        self.hint = hint

    @property
    def message(self) -> str:
        """Expected and found, for the student, without the hint."""
        return f"Expected: {self.expected}\nFound: {self.found}"


class PredictionPending(AutograderError):
    """A prediction that has not been made yet; whoever runs the checks makes it, then asks again.

    ``submission`` is filled in by the one who collects these, and is empty before. ``model`` is the
    record, where the one who asks has it.
    """

    def __init__(self, ref: str, inputs: tuple[Array, ...], task: str = PREDICT) -> None:
        super().__init__(f"predictions of model {ref[:12]} have not been made yet")
        self.ref = ref
        self.inputs = inputs
        self.task = task
        self.submission = ""
        self.model: Mapping[str, JSON] | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The model's reference, every input's digest, and what other task it is than to predict:
        equal keys, equal answers."""
        other = () if self.task == PREDICT else (self.task,)
        return (self.ref, *(pack(x).digest for x in self.inputs), *other)


class Predictor(Protocol):
    """Where predictions of a recorded model come from."""

    def predictions(
        self, ref: str, inputs: tuple[Array, ...], task: str = PREDICT
    ) -> tuple[Array, ...]:
        """One array for each output of the model ``ref``; for another task, what that gives.

        Raises PredictionPending when it is not known yet, EvidenceError when it cannot be made.
        """
        ...


@dataclass(frozen=True)
class Parameters:
    """How many numbers a model's weights hold."""

    trainable: int
    other: int

    @property
    def total(self) -> int:
        """Trainable and other parameters together."""
        return self.trainable + self.other


@dataclass(frozen=True)
class CompileSettings:
    """What a model was compiled with. ``losses`` has one record, or one for each output's name."""

    optimizer: Mapping[str, JSON]
    losses: Mapping[str, Mapping[str, JSON]]
    metrics: tuple[Mapping[str, JSON], ...]

    def loss_of(self, output: str) -> Mapping[str, JSON] | None:
        """The loss record of the output; one that is not an output's own serves them all.

        Without a name the only record counts, whatever its output is called.
        """
        found = self.losses.get(output) or self.losses.get("")
        if found is None and not output and len(self.losses) == 1:
            return next(iter(self.losses.values()))
        return found


@dataclass(frozen=True)
class ModelEvidence:
    """A model under the variable ``name``. ``raw`` is the record that ``ref`` names.

    ``holds`` names the variables whose models are layers of this one: the objects themselves.
    ``shares`` names those that have a weight in common with it. ``fits`` are the trainings of this
    object that were seen to begin.
    """

    name: str
    ref: str
    raw: Mapping[str, JSON]
    predictor: Predictor
    holds: frozenset[str] = frozenset()
    fits: tuple[FitEvidence, ...] = ()
    shares: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """``Sequential``, ``Functional`` or ``Subclass``."""
        return str(self.raw.get("class", ""))

    @property
    def built(self) -> bool:
        """Whether the model has its weights."""
        return self.raw.get("built") is True

    @cached_property
    def graph(self) -> CanonicalGraph:
        """The canonical graph of operations. Raises NotJudgeable where none was recorded."""
        if not isinstance(self.raw.get("graph"), dict):
            reason = str(self.raw.get("reason") or "no graph was recorded")[:300]
            raise NotJudgeable(f"the operations of {self.name} are not known: {reason}")
        return canonical(dict(self.raw))

    @cached_property
    def compile(self) -> CompileSettings | None:
        """What the model was compiled with, or None before ``compile``."""
        raw = self.raw.get("compile")
        if not isinstance(raw, dict):
            return None
        return compile_settings(raw, self.output_names)

    @cached_property
    def parameters(self) -> Parameters:
        """Parameters counted from the recorded weights' shapes."""
        counts = {True: 0, False: 0}
        for weight in as_list(self.raw.get("weights")):
            record = as_mapping(weight)
            shape = [_size(n) for n in as_list(record.get("shape"))]
            counts[record.get("trainable") is True] += math.prod(shape)
        return Parameters(counts[True], counts[False])

    @property
    def weights(self) -> tuple[str | None, ...]:
        """The digest of each weight array in order, None for one that was not recorded."""
        return weight_digests(self.raw)

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs, in the order in which the model takes them."""
        return tuple(str(as_mapping(i).get("name", "")) for i in as_list(self._ends.get("inputs")))

    @property
    def input_shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """The shape of every input, the batch (None) first; none for an unbuilt model."""
        return tuple(
            tuple(None if n is None else _size(n) for n in as_list(as_mapping(i).get("shape")))
            for i in as_list(self._ends.get("inputs"))
        )

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the outputs, in order."""
        names = self._ends.get("output_names")
        if names is None:
            names = [as_mapping(one).get("name") for one in as_list(self._ends.get("outputs"))]
        return tuple(str(name) for name in as_list(names))

    @property
    def by_behaviour(self) -> bool:
        """Whether only what the model computes is known, and not of which layers it consists."""
        return self._ends is self.raw.get("behaviour")

    @property
    def _ends(self) -> Mapping[str, JSON]:
        for key in ("graph", "behaviour"):
            found = self.raw.get(key)
            if isinstance(found, dict):
                return found
        return {}

    def predict(self, x: Inputs) -> Floats:
        """Predictions (float64) of a model with one output, for rows ``x``.

        ``x`` is one array, several in the order of the inputs, or a mapping by input name; rows
        are brought into the model's shape where only that differs (images and flat rows). Raises
        PredictionPending when they have to be made first, NotJudgeable for several outputs,
        CallFailed for a network that does not take such rows, or whose output has none for each.
        """
        found = self._predictions(x)
        if len(found) != 1:
            raise NotJudgeable(f"one output of {self.name} expected, found {len(found)}")
        return found[0]

    def predict_all(self, x: Inputs) -> dict[str, Floats]:
        """Predictions (float64) of every output, by output name, in order."""
        found = self._predictions(x)
        names = self.output_names
        if len(names) != len(found) or len(set(names)) != len(names):
            raise NotJudgeable(f"{len(found)} outputs of {self.name} have the names {names}")
        return dict(zip(names, found, strict=True))

    def predict_each(self, x: Inputs) -> tuple[Floats, ...]:
        """Predictions (float64) of every output, in order."""
        return self._predictions(x)

    def asked(self, task: str, x: Inputs, y: Sequence[Array]) -> tuple[Floats, ...]:
        """What comes of ``task``, OBSERVE or MEMORISE, with training rows ``x`` and ``y``.

        ``y`` has the targets of each output. Raises PredictionPending when that has to be made
        first, NotJudgeable for what cannot be.
        """
        arrays = (*self._arranged(x), *(np.asarray(one) for one in y))
        return self._answered(lambda: self.predictor.predictions(self.ref, arrays, task))

    def with_weights(self, digests: Sequence[str | None]) -> "ModelEvidence":
        """The same network with other arrays as its weights, one digest for each, in order."""
        weights = as_list(self.raw.get("weights"))
        changed: list[JSON] = [
            {**as_mapping(weight), "blob": digest}
            for weight, digest in zip(weights, digests, strict=True)
        ]
        raw = {**self.raw, "weights": changed}
        return replace(self, ref=model_ref(raw), raw=raw)

    def misfit(self, x: Inputs) -> str:
        """Why ``x`` is no input of this model, in words for the student, or an empty string."""
        shapes = self.input_shapes
        return misfit(self._ordered(x), shapes) if shapes else ""

    def _predictions(self, x: Inputs) -> tuple[Floats, ...]:
        # The solution takes these rows, as verify proves; a network that does not is wrong.
        if other := self.misfit(x):
            raise CallFailed(
                f"{self.name} takes the examples of this exercise",
                other,
                "The input shape is that of one example, without the number of examples.",
            )
        arrays = self._arranged(x)
        try:
            return self._answered(lambda: self.predictor.predictions(self.ref, arrays))
        except NotJudgeable as error:
            if NO_ROWS not in str(error):
                raise
            raise CallFailed(
                f"{self.name} gives one row of numbers for each example",
                "an output whose rows are not those of the examples",
                "Axis 0 counts the examples: layers that join numbers do it along the last axis.",
            ) from None

    def _answered(self, ask: Callable[[], tuple[Array, ...]]) -> tuple[Floats, ...]:
        try:
            return tuple(np.asarray(array, dtype=np.float64) for array in ask())
        except PredictionPending as pending:
            pending.model = self.raw
            raise

    def _arranged(self, x: Inputs) -> tuple[Array, ...]:
        """The arrays in the order of the inputs, brought into the model's shape."""
        arrays, shapes = self._ordered(x), self.input_shapes
        if len(arrays) != len(shapes):
            return arrays
        return tuple(as_taken(array, shape) for array, shape in zip(arrays, shapes, strict=True))

    def _ordered(self, x: Inputs) -> tuple[Array, ...]:
        if isinstance(x, Mapping):
            missing = sorted(set(self.input_names) ^ set(x))
            if missing:
                raise NotJudgeable(f"{self.name} has the inputs {self.input_names}, not {list(x)}")
            return tuple(np.asarray(x[name]) for name in self.input_names)
        if isinstance(x, np.ndarray):
            return (x,)
        return tuple(np.asarray(array) for array in x)


def weight_digests(model: Mapping[str, JSON]) -> tuple[str | None, ...]:
    """The digest of each weight array of a recorded model; equal digests, equal numbers."""
    found = [as_mapping(weight).get("blob") for weight in as_list(model.get("weights"))]
    return tuple(digest if isinstance(digest, str) else None for digest in found)


def _size(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise EvidenceError(f"a size expected, found {str(value)[:40]!r}")
    return value


def compile_settings(raw: Mapping[str, JSON], outputs: tuple[str, ...]) -> CompileSettings:
    """``outputs`` are the names to which a list of losses belongs, in order, where known."""
    loss = raw.get("loss")
    losses: dict[str, JSON] = {}
    if isinstance(loss, dict):
        losses = {"": loss} if isinstance(loss.get("spelling"), str) else loss
    elif isinstance(loss, list):
        named = len(outputs) == len(loss)
        losses = {outputs[i] if named else str(i): one for i, one in enumerate(loss)}
    return CompileSettings(
        optimizer=as_mapping(raw.get("optimizer") or {}),
        losses={name: found for name, one in losses.items() if (found := _loss(one)) is not None},
        metrics=tuple(as_mapping(metric) for metric in as_list(raw.get("metrics"))),
    )


def _loss(record: JSON) -> Mapping[str, JSON] | None:
    """A loss record; None for no loss, and the only one of a list that holds one."""
    if isinstance(record, list) and len(record) == 1:
        record = record[0]
    if record is None or (isinstance(record, dict) and record.get("spelling") == ""):
        return None
    return as_mapping(record)
