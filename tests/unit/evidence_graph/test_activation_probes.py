import math
from typing import Any

import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.graph import activation_from_probe, recognise_probe
from autograder.evidence.graph.activations import affine_from_probe, probe_grid, references


@pytest.mark.parametrize("name", sorted(references()))
def test_each_reference_is_recognised_in_float32(by_hand: Any, name: str) -> None:
    probe = by_hand.probe(lambda x: references()[name](x).astype(np.float32))
    assert activation_from_probe(probe) == name


@pytest.mark.parametrize(
    "near_miss",
    [
        lambda x: np.clip(x, 0, 19.0),
        lambda x: np.maximum(x, 0) + 0.01,
        lambda x: np.abs(x),
        lambda x: np.exp(x) / np.exp(x).sum(axis=0),
        lambda x: np.clip(0.2 * x + 0.5, 0, 1),
        lambda x: np.tanh(x / 2),
        lambda x: np.where(x > 0, x, 1.5 * x),
        lambda x: np.maximum(x, 0).T.reshape(12, 16),
    ],
)
def test_a_near_miss_is_unknown(by_hand: Any, near_miss: Any) -> None:
    assert activation_from_probe(by_hand.probe(near_miss)) == "unknown"


def test_slopes_of_leaky_relu_are_told_apart(by_hand: Any) -> None:
    for slope in (0.01, 0.2, 0.3):
        found = recognise_probe(by_hand.probe(lambda x, s=slope: np.where(x > 0, x, s * x)))
        assert found.name == "leaky_relu"
        assert found.config == {"negative_slope": pytest.approx(slope)}


def test_a_probe_that_is_not_finite_is_unknown() -> None:
    assert activation_from_probe({"shape": [12, 16], "values": ["nan"] * 192}) == "unknown"
    assert activation_from_probe(None) == "unknown"


def test_a_short_probe_is_refused() -> None:
    with pytest.raises(EvidenceError):
        activation_from_probe({"shape": [2], "values": [0.0, 1.0]})


def test_a_scale_is_recognised_and_a_square_is_not(by_hand: Any) -> None:
    found = affine_from_probe(by_hand.probe(lambda x: x / 255 + 1))
    assert found is not None and math.isclose(found[0], 1 / 255, rel_tol=1e-4)
    assert affine_from_probe(by_hand.probe(lambda x: x * x)) is None
    assert affine_from_probe(by_hand.probe(lambda x: 0 * x)) is None


def test_the_grid_reaches_twenty_on_both_sides() -> None:
    assert (probe_grid().min(), probe_grid().max()) == (-20.0, 20.0)
