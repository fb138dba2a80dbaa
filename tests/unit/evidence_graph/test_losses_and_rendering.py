from typing import Any

import pytest

from autograder.errors import EvidenceError
from autograder.evidence.graph import canonical, canonical_loss, render


def written(name: str | None, **config: Any) -> dict[str, Any]:
    module = "keras.losses" if name else ""
    return {"spelling": "s", "class_name": name, "module": module, "config": config, "probe": None}


@pytest.mark.parametrize("name", ["mean_squared_error", "MeanSquaredError", "mse"])
def test_spellings_of_mse_are_one_loss(name: str) -> None:
    assert canonical_loss(written(name)).name == "mse"


def test_from_logits_is_kept() -> None:
    found = canonical_loss(written("BinaryCrossentropy", from_logits=True))
    assert (found.name, found.from_logits) == ("binary_crossentropy", True)


def test_a_class_of_another_module_is_not_keras_own() -> None:
    assert canonical_loss({**written("mse"), "module": "", "probe": None}).name == "unknown"


def test_malformed_losses_are_refused() -> None:
    for bad in (None, "mse", [], {"config": 3}, {**written(None), "probe": 3}):
        with pytest.raises(EvidenceError):
            canonical_loss(bad)


def test_a_graph_is_rendered_one_line_a_node(by_hand: Any) -> None:
    ops = [by_hand.dense(1, 0, 8, 4, activation="relu"), by_hand.dense(2, 1, 3, 8)]
    assert render(canonical(by_hand.model(ops))).splitlines() == [
        "%0 = Input (?, 4)",
        "%1 = Dense(units=8, activation='relu') on %0 -> (?, 8)",
        "%2 = Dense(units=3) on %1 -> (?, 3)",
        "output %2",
    ]
