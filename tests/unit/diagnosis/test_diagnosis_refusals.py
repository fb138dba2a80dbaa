"""What Keras itself refuses is told in a student's words: each error is a real one of Keras."""

import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from autograder.diagnosis import case_of, examine
from autograder.student import diagnose

layers = keras.layers
X = np.random.default_rng(0).random((40, 8, 8)).astype("float32")
FLAT = X.reshape(40, 64)
Y = np.arange(40) % 10
ONE_HOT = np.eye(10)[Y]


def net(shape: tuple[int, ...], *parts: Any, loss: str = "sparse_categorical_crossentropy") -> Any:
    model = keras.Sequential([keras.Input(shape), *parts])
    model.compile("adam", loss)
    return model


def classes(count: int = 10) -> Any:
    return layers.Dense(count, "softmax")


CASES: dict[str, tuple[str, str, Callable[[], object]]] = {
    "another rank": ("K1", "(None, 8, 8)", lambda: net((64,), classes()).fit(X, Y, verbose=0)),
    "another width": ("K1", "60", lambda: net((60,), classes()).fit(FLAT, Y, verbose=0)),
    "no channels": ("K1", "4 axes", lambda: net((8, 8), layers.Conv2D(3, 3))),
    "one-hot": ("K2", "(None, 10)", lambda: net((64,), classes()).fit(FLAT, ONE_HOT, verbose=0)),
    "integers": (
        "K2",
        "(None,)",
        lambda: net((64,), classes(), loss="categorical_crossentropy").fit(FLAT, Y, verbose=0),
    ),
    "two numbers for ten": (
        "K2",
        "[?,4]",
        lambda: net((64,), layers.Dense(10), loss="mse").fit(FLAT, ONE_HOT[:, :4], verbose=0),
    ),
    "rows left out": ("K3", "40 inputs", lambda: net((64,), classes()).fit(FLAT, Y[:9], verbose=0)),
    "too few outputs": ("K4", "outputs", lambda: net((64,), classes(5)).fit(FLAT, Y, verbose=0)),
    "a misspelled loss": (
        "K5",
        "'crossentropi'",
        lambda: net((64,), classes(), loss="crossentropi").fit(FLAT, Y, verbose=0),
    ),
    "a misspelled activation": ("K5", "'sofmax'", lambda: layers.Dense(3, "sofmax")),
    "lists": ("K6", "x is a list", lambda: net((2,), classes(2)).fit([[0.0, 1.0]], [1], verbose=0)),
    "labels in a list": (
        "K6",
        "numpy.ndarray, which it takes: so it is y",
        lambda: net((64,), classes()).fit(FLAT, list(map(int, Y)), verbose=0),
    ),
    "a word too many": (
        "D9",
        "the number 9; an Embedding for numbers from 0 to 8",
        lambda: net((3,), layers.Embedding(9, 2), layers.Flatten(), classes()).fit(
            np.array([[1, 2, 9]]), Y[:1], verbose=0
        ),
    ),
    "no compile": ("C1", "compile", lambda: keras.Sequential([classes()]).evaluate(FLAT, Y)),
}


@pytest.mark.parametrize("name", CASES)
def test_an_error_of_keras_is_explained(name: str) -> None:
    rule, words, raises = CASES[name]
    with pytest.raises(Exception) as caught:
        raises()
    text = f"{type(caught.value).__name__}: {caught.value}"
    (found,) = examine(case_of(None, error=text))
    assert found.id == rule
    assert words in found.message


def test_an_error_that_is_not_keras_own_is_not_explained() -> None:
    assert examine(case_of(None, error="NameError: name 'x' is not defined")) == ()


def test_where_the_rows_are_known_the_rule_on_them_speaks_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = net((64,), classes())
    with pytest.raises(ValueError, match="rank") as caught:
        model.fit(FLAT, ONE_HOT, verbose=0)
    monkeypatch.setattr("sys.last_value", caught.value, raising=False)
    told = [one.id for one in diagnose(model, x=FLAT, y=ONE_HOT).findings]
    assert told[0] == "O6"
    assert "K2" not in told
    assert [one.id for one in diagnose(model).findings if one.id.startswith("K")] == ["K2"]


def test_an_error_is_not_told_of_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, mended = net((60,), classes()), net((64,), classes())
    with pytest.raises(ValueError, match="incompatible") as caught:
        broken.fit(FLAT, Y, verbose=0)
    monkeypatch.setattr("sys.last_value", caught.value, raising=False)
    assert [one.id for one in diagnose(broken).findings] == ["K1"]
    assert [one.id for one in diagnose().findings] == ["K1"], "no model: Keras made none"
    assert diagnose(mended).findings == ()


def test_an_error_that_a_later_fit_has_settled_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setattr("sys.last_value", None, raising=False)
    monkeypatch.setattr(InteractiveShell, "showtraceback", lambda *_, **__: _noted())
    shell = InteractiveShell.instance()
    try:
        shell.push({"model": net((64,), classes()), "x": FLAT, "y": Y, "diagnose": diagnose})
        asked = "found = [one.id for one in diagnose(model).findings]"
        for cell, expected in (
            ("model.fit(x[:, :60], y, verbose=0)", ["K1"]),
            ("x.shape", ["K1"]),
            ("model.fit(x, y, verbose=0)", []),
        ):
            shell.run_cell(cell, store_history=True)
            shell.run_cell(asked, store_history=True)
            assert shell.user_ns["found"] == expected, cell
    finally:
        InteractiveShell.clear_instance()


def _noted() -> None:
    """As IPython does, without its colours in the tests' output."""
    sys.last_value = sys.exc_info()[1]
