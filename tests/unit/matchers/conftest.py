"""Real Keras models through the real recorder, as the matchers meet them."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.arrays import Array
from autograder.evidence.model_ref import model_ref
from autograder.evidence.view import HistoryEvidence, ModelEvidence, PredictionPending
from support.recorded import Kept


class _NoPredictor:
    def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        raise PredictionPending(ref, inputs)


@pytest.fixture(scope="session")
def keras() -> Any:
    """Keras itself."""
    return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def recorded(keras: Any) -> Callable[..., ModelEvidence]:
    """Records a live model under the name ``net``."""
    from autograder.recorder.models import record_model

    def record(model: Any) -> ModelEvidence:
        raw = record_model(model, Kept())
        return ModelEvidence("net", model_ref(raw), raw, _NoPredictor())

    return record


@pytest.fixture(scope="session")
def sequential(keras: Any, recorded: Callable[..., ModelEvidence]) -> Callable[..., ModelEvidence]:
    """Records a Sequential of 4 columns and the given layers, compiled with the settings."""

    def build(*layers: Any, **compile_settings: Any) -> ModelEvidence:
        model = keras.Sequential([keras.Input((4,)), *layers])
        if compile_settings:
            model.compile(**compile_settings)
        return recorded(model)

    return build


@pytest.fixture
def history() -> Callable[..., HistoryEvidence]:
    """A history with this loss curve."""

    def make(*loss: float, **more: Any) -> HistoryEvidence:
        return HistoryEvidence("history", {"loss": tuple(loss), **more})

    return make
