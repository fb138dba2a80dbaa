"""What a visible check can expect of a variable, and how a live value is compared with it."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from autograder import matchers
from autograder.errors import AutograderError
from autograder.evidence.arrays import Array
from autograder.evidence.view import ModelEvidence
from autograder.matchers import MatchFailure
from autograder.student import taken

Scope = Mapping[str, object]
"""The notebook's variables."""

Step = Callable[[], None]
"""One comparison: returns, or raises MatchFailure, or NotJudgeable."""

KINDS = {"float": "f", "int": "iu", "bool": "b"}
"""How an author names the numbers of an array, and NumPy's letters for them."""

SUM_TOLERANCE = 1e-3
"""A softmax over some hundred float32 columns adds up to 1 within 1e-5."""


@dataclass(frozen=True)
class Seen:
    """What a comparison found: right when there are no failures."""

    failures: tuple[MatchFailure, ...] = ()
    remarks: tuple[str, ...] = ()

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(self.failures + other.failures, self.remarks + other.remarks)


@runtime_checkable
class Expectation(Protocol):
    """One factory's result. ``wanted`` says in words what the variable is to hold."""

    @property
    def wanted(self) -> str:
        """What the variable is to hold, for a student who has not written it yet."""
        ...

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        """Compares ``value``, which stands under ``name`` or came out of a call."""
        ...


@dataclass(frozen=True)
class TrainedExpected:
    """What ``fit`` returns, of the model under the variable ``model`` when one is named."""

    model: str | None
    validation: bool
    wanted: ClassVar[str] = "what fit returns"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        def step() -> None:
            history = taken.a_history(value, name)
            model = None
            if self.model is not None:
                model = self._model(name, self.model, scope)
            matchers.assert_trained(history, model, validation=self.validation)

        return first(step)

    def _model(self, name: str, model: str, scope: Scope) -> ModelEvidence:
        if is_unwritten(scope.get(model)):
            raise MatchFailure(f"{name} is what the fit of {model} returned", f"no {model} yet")
        return taken.a_model(scope.get(model), model)


@dataclass(frozen=True)
class ArrayExpected:
    """Numbers of a shape, a kind and a range."""

    shape: tuple[int | None, ...] | tuple[tuple[int | None, ...], ...] | None
    kind: str | None
    low: float | None
    high: float | None
    rows_sum_to: float | None
    wanted: ClassVar[str] = "an array of numbers"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        def step() -> None:
            array = taken.an_array(value, name)
            letters = None if self.kind is None else KINDS[self.kind]
            matchers.assert_array(
                array,
                name=name,
                shape=self.shape,
                dtype_kind=letters,
                low=self.low,
                high=self.high,
            )
            if self.rows_sum_to is not None:
                _assert_sums(array, name, self.rows_sum_to)

        return first(step)


@dataclass(frozen=True)
class NumberExpected:
    """A single number in a range."""

    low: float | None
    high: float | None
    wanted: ClassVar[str] = "a single number"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        def step() -> None:
            number = taken.a_number(value, name)
            if isinstance(number, bool):
                raise MatchFailure(f"{name} is a single number", "a truth value")
            if self.low is not None and not number >= self.low:
                raise MatchFailure(f"{name} is at least {self.low:g}", f"{number:.6g}")
            if self.high is not None and not number <= self.high:
                raise MatchFailure(f"{name} is at most {self.high:g}", f"{number:.6g}")

        return first(step)


@dataclass(frozen=True)
class TruthExpected:
    """True or False, whichever it is."""

    wanted: ClassVar[str] = "True or False"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        def step() -> None:
            if not isinstance(taken.a_number(value, name), bool):
                raise MatchFailure(f"{name} is True or False", taken.kind_of(value))

        return first(step)


def first(*steps: Step) -> Seen:
    """Runs the steps up to the first that fails: what comes after would only follow from it."""
    found = Seen()
    for step in steps:
        found += _taken_step(step)
        if found.failures:
            break
    return found


def every(steps: Iterable[Step]) -> Seen:
    """Runs all the steps: they fail for reasons of their own."""
    found = Seen()
    for step in steps:
        found += _taken_step(step)
    return found


def _assert_sums(array: Array, name: str, wanted: float) -> None:
    off = np.abs(array.astype(np.float64).sum(axis=-1) - wanted)
    wrong = int(np.sum(~(off <= SUM_TOLERANCE)))
    if wrong:
        raise MatchFailure(
            f"the numbers in each row of {name} add up to {wanted:g}",
            f"{wrong} of {off.size} rows that do not",
        )


def _taken_step(step: Step) -> Seen:
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", matchers.MatchRemark)
        try:
            step()
        except MatchFailure as failure:
            return Seen(failures=(failure,))
        except AutograderError as reason:
            # NotJudgeable, or evidence that our own recorder could not make of this object.
            return Seen(remarks=(f"This cannot be checked here: {reason}",))
    return Seen(remarks=tuple(str(remark.message) for remark in remarks))


def is_unwritten(value: object) -> bool:
    """Whether a variable holds only what a blank leaves there: ``None`` or ``...``."""
    return value is None or value is Ellipsis
