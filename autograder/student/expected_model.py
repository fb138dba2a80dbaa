"""What a visible check can expect of a model: its network, its compile settings, its saved file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from autograder import matchers
from autograder.evidence.view import ModelEvidence
from autograder.matchers import MatchFailure
from autograder.matchers.patterns import Pattern
from autograder.student import taken
from autograder.student.expected import Scope, Seen, Step, every, first

Names = tuple[str, ...]
Shape = tuple[int | None, ...]
Head = tuple[int, str | Names | None]
"""Units, and the activation (one, one of several, None for any)."""


@dataclass(frozen=True)
class ModelExpected:
    """A Keras model. Settings that differ between inputs or outputs are mappings by their name."""

    layers: tuple[Pattern, ...]
    input_shape: Shape | Mapping[str, Shape] | None
    parameters: int | None
    at_most: int | None
    output: Head | Mapping[str, Head] | None
    compiled: bool
    loss: str | Names | Mapping[str, str | Names] | None
    optimizer: str | Names | None
    metrics: str | Names | Mapping[str, str | Names] | None
    inputs: Names | None
    outputs: Names | None
    saved_as: str | None
    wanted: ClassVar[str] = "a Keras model"

    def judge(self, name: str, value: object, scope: Scope) -> Seen:
        try:
            model = taken.a_model(value, name)
        except MatchFailure as failure:
            return Seen(failures=(failure,))
        network, settings = list(self._network(model)), list(self._settings(model))
        found = Seen()
        if model.built:
            found += first(*network)
        elif network:
            found += Seen(remarks=(_unbuilt(name),))
        if settings or self.compiled:
            found += first(partial(assert_compiled, model))
        if settings and model.compile is not None:
            found += every(settings)
        if self.saved_as is not None:
            found += first(partial(assert_saved, value, name, self.saved_as))
        return found

    def _network(self, model: ModelEvidence) -> Iterator[Step]:
        if self.inputs is not None:
            yield partial(assert_names, model, "input", model.input_names, self.inputs)
        if self.outputs is not None:
            yield partial(assert_names, model, "output", model.output_names, self.outputs)
        for where, shape in _by_name(self.input_shape):
            yield partial(matchers.assert_input_shape, model, shape, input=where)
        if self.layers:
            yield partial(matchers.assert_layers, model, *self.layers)
        for where, (units, activation) in _by_name(self.output):
            yield partial(matchers.assert_output, model, units, activation, output=where)
        if self.parameters is not None:
            yield partial(matchers.assert_parameters, model, self.parameters)
        if self.at_most is not None:
            yield partial(matchers.assert_parameters, model, at_most=self.at_most)

    def _settings(self, model: ModelEvidence) -> Iterator[Step]:
        # Loss and head are judged together, so the loss has to wait until there is a head.
        for where, names in _by_name(self.loss if model.built else None):
            yield partial(matchers.assert_loss, model, *_all(names), output=where)
        if self.optimizer is not None:
            yield partial(matchers.assert_optimizer, model, *_all(self.optimizer))
        for where, names in _by_name(self.metrics):
            yield partial(matchers.assert_metrics, model, *_all(names), output=where)


def assert_compiled(model: ModelEvidence) -> None:
    """Passes after ``compile``. Raises MatchFailure before."""
    if model.compile is None:
        raise MatchFailure(
            f"{model.name} is compiled", "it is not", hint="Run the cell that calls compile."
        )


def assert_names(model: ModelEvidence, what: str, found: Names, wanted: Names) -> None:
    """Passes when the inputs or outputs (``what``) have these names, in whatever order."""
    if sorted(found) != sorted(wanted):
        raise MatchFailure(
            f"{model.name} has the {what}s {', '.join(wanted)}",
            ", ".join(found) or f"no {what}",
            hint=f"Names are given with name=: to an Input, and to the layer that gives an {what}."
            if what == "output"
            else "Names are given to an Input with name=.",
        )


def assert_saved(model: Any, name: str, file: str) -> None:
    """Passes when ``file`` holds the model as it is now. Any: Keras ships without types.

    Reads a file that the notebook's own owner wrote, in their own kernel; the grader never does it
    this way.
    """
    from autograder.recorder.saved import NoModel, saved_model

    path = Path(file)
    if not path.is_file():
        raise MatchFailure(
            f"a file {file} beside the notebook",
            "no file of this name",
            hint=f"Save {name} under exactly this name, and run that cell.",
        )
    try:
        weights = saved_model(path).get_weights()
    except NoModel as refusal:
        raise MatchFailure(
            f"a model in {file} that Keras can load",
            str(refusal),
            refusal.why,
            refusal.hint or f"Save {name} with its method save, and run that cell.",
        ) from None
    here = model.get_weights()
    if len(weights) != len(here) or not all(map(np.array_equal, weights, here)):
        raise MatchFailure(
            f"{file} holds {name} as it is now",
            "other weights than those of the model",
            "the file keeps the weights of the moment at which it was saved.",
            "Save after the training, and run the cells from the top.",
        )


def _by_name(value: Any) -> Iterator[tuple[str | None, Any]]:
    """(name of the input or output, setting): one without a name unless it is a mapping.

    Any: each setting has its own type.
    """
    if isinstance(value, Mapping):
        yield from value.items()
    elif value is not None:
        yield None, value


def _all(names: str | Names) -> Names:
    return (names,) if isinstance(names, str) else tuple(names)


def _unbuilt(name: str) -> str:
    return (
        f"{name} has no weights until it is told its input shape or sees data; "
        "its layers can be checked only then."
    )
