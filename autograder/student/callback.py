"""``Diagnose()``: a Keras callback that says why a training fails while it runs.

It speaks before the first step of what is provable, after the first epochs of causes and of what is
lost for good, after some more of what does not get on, and at the end; of each cause once. It
changes no number of the training, and where it fails itself the training goes on.
"""

import contextlib
import inspect
from collections.abc import Callable
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import Finding, Level, Rows, examine, rows_of, shown
from autograder.student.diagnose import (
    Diagnosis,
    arrays_of,
    broken,
    curves_of,
    live_case,
    number,
)

FIRST_EPOCHS = 2
"""After so many a loss that is lost can be seen, and weights that do not move."""

LATER_EPOCHS = 5
"""Many a sound network begins slowly: earlier nobody can say that a loss hardly falls."""


def _base() -> type[Any]:
    import keras

    return keras.callbacks.Callback  # type: ignore[no-any-return]  # Keras has no types


def Diagnose(x: Any = None, y: Any = None, *, say: Callable[[str], None] = print) -> Any:
    """A callback for ``fit(callbacks=[Diagnose()])``; a class would import Keras at once.

    ``x`` and ``y`` are the training rows, where ``fit`` is called in another way than by its own
    arguments: arrays, or a ``tf.data.Dataset`` over arrays. ``say`` gets the text.
    """
    return _made()(x, y, say)


def _made() -> type[Any]:
    class Watcher(_base()):  # type: ignore[misc]  # its base is known when it runs
        def __init__(self, x: Any, y: Any, say: Callable[[str], None]) -> None:
            super().__init__()
            self._own, self._say = (x, y), say
            self._given: tuple[Any, Any] = (None, None)
            self._curves: dict[str, list[float | None]] = {}
            self._told: set[str] = set()
            self._begun: list[Any] = []
            self._seen: dict[int, tuple[Any, Rows | None]] = {}
            self._last: Any = None
            self._failed = False

        def on_train_begin(self, logs: Any = None) -> None:
            self._curves, self._seen = {}, {}  # of this fit alone
            if self.model is not self._last:
                self._last, self._told, self._failed = self.model, set(), False
            self._edge(self._begin)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self._edge(lambda: self._note(logs))

        def on_train_end(self, logs: Any = None) -> None:
            self._edge(lambda: self._tell(lambda one: True))

        def _begin(self) -> None:
            self._given = _rows_of_fit() if self._own[0] is None else self._own
            self._begun = [np.array(weight) for weight in self.model.weights]
            self._tell(lambda one: one.level is Level.ERROR and not one.rule.symptom)

        def _note(self, logs: Any) -> None:
            for name, value in (logs or {}).items():
                self._curves.setdefault(str(name), []).append(number(value))
            epochs = len(self._curves.get("loss", ()))
            if epochs == FIRST_EPOCHS:
                self._tell(lambda one: one.level is not Level.HINT and not _needs_time(one))
            elif epochs == LATER_EPOCHS:
                self._tell(lambda one: one.level is not Level.HINT)

        def _tell(self, wanted: Callable[[Finding], bool]) -> None:
            inputs, targets = arrays_of(*self._given, draw=False)
            curves = curves_of(self._curves)
            case = live_case(
                self.model,
                curves,
                inputs,
                targets,
                unchanged=self._unchanged() if curves else None,
                facts=self._facts,
            )
            new = [one for one in examine(case) if one.id not in self._told and wanted(one)]
            if new:
                self._told |= {one.id for one in shown(new)}
                self._say(repr(Diagnosis(tuple(new))))

        def _edge(self, step: Callable[[], None]) -> None:
            """An hour of training is not lost for a diagnosis that fails. It is said once."""
            try:
                step()
            except Exception as error:
                if not self._failed:
                    self._failed = True
                    with contextlib.suppress(Exception):
                        self._say(broken(error))

        def _facts(self, array: Any) -> Rows | None:
            """Looked at once: in a large array that takes longer than all the rest."""
            if id(array) not in self._seen:  # kept with its array: no other one gets its id
                self._seen[id(array)] = (array, rows_of(array))
            return self._seen[id(array)][1]

        def _unchanged(self) -> bool:
            weights = [np.asarray(weight) for weight in self.model.weights]
            same = len(weights) == len(self._begun) and all(
                np.array_equal(a, b) for a, b in zip(weights, self._begun, strict=True)
            )
            return same and bool(weights)

    return Watcher


def _needs_time(finding: Finding) -> bool:
    return finding.rule.symptom and finding.level is not Level.ERROR


def _rows_of_fit() -> tuple[Any, Any]:
    """What Keras's own ``fit``, which called us, was given: a callback is not told."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if frame.f_code.co_name == "fit" and module.split(".")[0] in ("keras", "tf_keras"):
            x, y = frame.f_locals.get("x"), frame.f_locals.get("y")
            known = isinstance(x, list | dict | tuple) or hasattr(x, "shape")
            return (x, y) if known or hasattr(x, "element_spec") else (None, None)
        frame = frame.f_back
    return None, None
