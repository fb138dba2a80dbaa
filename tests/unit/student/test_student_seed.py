"""The grader's seed where there is one, a literal otherwise."""

import keras
import numpy as np
import pytest

from autograder.student import seed
from autograder.student.seed import DEFAULT_SEED, VARIABLE, chosen_seed


def weights() -> np.ndarray:
    seed()
    layer = keras.layers.Dense(3)
    layer.build((None, 4))
    return np.asarray(layer.kernel)


def test_the_graders_seed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "17")
    assert chosen_seed() == 17


@pytest.mark.parametrize("given", ["", "abc", "-1", "1.5", "99999999999", "٣"])
def test_what_is_no_seed_gives_the_literal(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(VARIABLE, given)
    assert chosen_seed() == DEFAULT_SEED


def test_one_seed_gives_equal_weights_and_another_gives_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    first, again = weights(), weights()
    monkeypatch.setenv(VARIABLE, "2")
    other = weights()
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
