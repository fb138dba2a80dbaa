"""``Diagnose()``: a Keras callback that says why a training fails while it runs.

It speaks before the first step of what is provable, after the first epochs, and at the end; of each
cause once. It changes no number of the training.
"""

import inspect
from collections.abc import Callable
from typing import Any  # Keras has no type information

import numpy as np

from autograder.diagnosis import Finding, Level, examine, shown
from autograder.student.diagnose import Diagnosis, arrays_of, live_case

FIRST_EPOCHS = 2
"""After so many a loss that is lost, or does not move, can be seen."""


def _base() -> type[Any]:
    import keras

    return keras.callbacks.Callback  # type: ignore[no-any-return]  # Keras has no types


def Diagnose(x: Any = None, y: Any = None, *, say: Callable[[str], None] = print) -> Any:
    """A callback for ``fit(callbacks=[Diagnose()])``; a class would import Keras at once.

    ``x`` and ``y`` are the training rows, where ``fit`` is called in another way than by its own
    arguments. ``say`` gets the text.
    """
    return _made()(x, y, say)


def _made() -> type[Any]:
    class Watcher(_base()):  # type: ignore[misc]  # its base is known when it runs
        def __init__(self, x: Any, y: Any, say: Callable[[str], None]) -> None:
            super().__init__()
            self._given, self._say = (x, y), say
            self._curves: dict[str, list[float]] = {}
            self._told: set[str] = set()
            self._begun: list[Any] = []

        def on_train_begin(self, logs: Any = None) -> None:
            if self._given[0] is None:
                self._given = _rows_of_fit()
            self._begun = [np.array(weight) for weight in self.model.weights]
            self._tell(lambda one: one.level is Level.ERROR and not one.rule.symptom)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            for name, value in (logs or {}).items():
                self._curves.setdefault(name, []).append(float(value))
            if epoch + 1 == FIRST_EPOCHS:
                self._tell(lambda one: one.level is not Level.HINT)

        def on_train_end(self, logs: Any = None) -> None:
            self._tell(lambda one: True)

        def _tell(self, wanted: Callable[[Finding], bool]) -> None:
            inputs, targets = arrays_of(*self._given)
            curves = {name: tuple(curve) for name, curve in self._curves.items()}
            case = live_case(
                self.model, curves, inputs, targets, unchanged=self._unchanged() if curves else None
            )
            new = [one for one in examine(case) if one.id not in self._told and wanted(one)]
            if new:
                self._told |= {one.id for one in shown(new)}
                self._say(repr(Diagnosis(tuple(new))))

        def _unchanged(self) -> bool:
            weights = [np.asarray(weight) for weight in self.model.weights]
            same = len(weights) == len(self._begun) and all(
                np.array_equal(a, b) for a, b in zip(weights, self._begun, strict=True)
            )
            return same and bool(weights)

    return Watcher


def _rows_of_fit() -> tuple[Any, Any]:
    """What Keras's own ``fit``, which called us, was given: a callback is not told."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if frame.f_code.co_name == "fit" and module.split(".")[0] in ("keras", "tf_keras"):
            x, y = frame.f_locals.get("x"), frame.f_locals.get("y")
            return (
                (x, y) if isinstance(x, list | dict | tuple) or hasattr(x, "shape") else (None,) * 2
            )
        frame = frame.f_back
    return None, None
