"""What authors write into ``grader.check(name=...)``: one factory for each kind of answer."""

from collections.abc import Mapping

from autograder.errors import UsageError
from autograder.matchers.patterns import Pattern
from autograder.student.expected import (
    KINDS,
    ArrayExpected,
    Expectation,
    NumberExpected,
    TrainedExpected,
    TruthExpected,
)
from autograder.student.expected_function import FunctionExpected, Nothing
from autograder.student.expected_model import Head, ModelExpected, Names, Shape

NOTHING = Nothing()
"""The default of ``function(gives=)``: no result is stated."""


def model(
    *layers: Pattern,
    input_shape: Shape | Mapping[str, Shape] | None = None,
    parameters: int | None = None,
    at_most: int | None = None,
    output: Head | Mapping[str, Head] | None = None,
    compiled: bool = False,
    loss: str | Names | Mapping[str, str | Names] | None = None,
    optimizer: str | Names | None = None,
    metrics: str | Names | Mapping[str, str | Names] | None = None,
    inputs: Names | None = None,
    outputs: Names | None = None,
    saved_as: str | None = None,
) -> ModelExpected:
    """A Keras model; everything that is not given is free.

    ``layers`` are patterns in order, ``input_shape`` is that of one example, ``parameters`` counts
    all weights and ``at_most`` bounds them, ``output`` is (units, activation). ``loss``,
    ``optimizer`` and ``metrics`` are names as the matchers take them ("mse", "cross_entropy",
    "adam", "accuracy"), a tuple of losses or optimizers meaning any of them, of metrics all. For
    several inputs or outputs, ``inputs`` and ``outputs`` are their names, and ``input_shape``,
    ``output``, ``loss`` and ``metrics`` may be mappings by name. ``saved_as`` is a file that must
    hold the model as it is.
    """
    return ModelExpected(
        layers=layers,
        input_shape=input_shape,
        parameters=parameters,
        at_most=at_most,
        output=output,
        compiled=compiled,
        loss=loss,
        optimizer=optimizer,
        metrics=metrics,
        inputs=inputs,
        outputs=outputs,
        saved_as=saved_as,
    )


def trained(model: str | None = None, *, validation: bool = False) -> TrainedExpected:
    """What ``fit`` returns, with a loss that is a number.

    ``model`` is the *name* of the variable whose fit it must be; ``validation`` asks for a
    validation curve.
    """
    return TrainedExpected(model, validation)


def array(
    shape: Shape | tuple[Shape, ...] | None = None,
    *,
    kind: str | None = None,
    low: float | None = None,
    high: float | None = None,
    rows_sum_to: float | None = None,
) -> ArrayExpected:
    """An array (or list, or tensor) of numbers.

    ``shape`` is one shape or several allowed ones, None standing for any length; ``kind`` is
    "float", "int" or "bool"; ``low`` and ``high`` bound every number; ``rows_sum_to`` is what the
    last axis adds up to.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"kind: one of {', '.join(KINDS)} expected, found {kind!r}")
    return ArrayExpected(shape, kind, low, high, rows_sum_to)


def number(*, low: float | None = None, high: float | None = None) -> NumberExpected:
    """A single number, not below ``low`` and not above ``high``."""
    return NumberExpected(low, high)


def truth() -> TruthExpected:
    """True or False, whichever it is."""
    return TruthExpected()


def function(
    *args: object,
    gives: object = NOTHING,
    returns: Expectation | tuple[Expectation, ...] | None = None,
) -> FunctionExpected:
    """A function. Without arguments and results it is not called.

    ``gives`` is what the call with ``args`` must give, shown to the student; ``returns`` is a
    factory's expectation of the result, or a tuple of them for a function that returns several.
    """
    return FunctionExpected(args, gives, returns)
