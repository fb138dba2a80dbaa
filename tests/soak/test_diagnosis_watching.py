"""The callback beside every program of the corpus: same weights, few words, and never in the way.

AUTOGRADER_SOAK_INPUTS programs, by a fixed order that AUTOGRADER_SOAK_SEED mixes.
"""

import contextlib
import importlib
import io
import os
import random
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from autograder.student import Diagnose

PROGRAMS = int(os.environ.get("AUTOGRADER_SOAK_INPUTS", "60"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1"))
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SCREEN = 1600


def _corpus() -> ModuleType:
    sys.path.append(str(BENCHMARKS))
    try:
        return importlib.import_module("corpus")
    finally:
        sys.path.remove(str(BENCHMARKS))


CORPUS = _corpus()
CHOSEN = [one for part in CORPUS.PARTS for one in CORPUS.programs(part)]
random.Random(SEED).shuffle(CHOSEN)


def run(text: str, watch: Any = None) -> tuple[dict[str, Any], str]:
    """The variables of a program and its error; with ``watch`` in each of its fits."""
    keras.backend.clear_session()
    own = keras.Model.fit

    def fit(self: Any, *given: Any, **named: Any) -> Any:
        named["callbacks"] = [*(named.get("callbacks") or []), watch]
        return own(self, *given, **named)

    names: dict[str, Any] = {"__name__": "__main__"}
    quiet = io.StringIO()
    patch = pytest.MonkeyPatch()
    if watch is not None:
        patch.setattr(keras.Model, "fit", fit)
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(text, "program", "exec"), names)
        except Exception as error:
            return names, type(error).__name__
        finally:
            patch.undo()
    return names, ""


@pytest.mark.parametrize("program", CHOSEN[:PROGRAMS], ids=lambda one: one.name)
def test_a_program_trains_to_the_same_weights_with_the_callback(program: Any) -> None:
    said: list[str] = []
    alone, error = run(program.text)
    watched, other = run(program.text, Diagnose(say=said.append))
    assert error == other
    assert not any("looking failed" in one for one in said)
    assert len(said) <= 6 and all(len(one) < SCREEN for one in said)
    model, twin = alone.get("model"), watched.get("model")
    if model is None or twin is None:
        return
    pairs = zip(model.weights, twin.weights, strict=True)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
