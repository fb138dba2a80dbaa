"""Labels that a loss is judged against: what was trained proves them, else the arrays tell."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import Evidence
from autograder.matchers.labels import labels_given
from autograder.recorder.snapshot import take_snapshot
from support.recorded import Kept

X = np.random.default_rng(3).random((20, 4), dtype="float32")
y = np.arange(20) % 3
ROWS = np.eye(3, dtype="float32")[y]

Run = Callable[..., str | None]


class _Memory(Kept):
    def predictions(self, ref: str, inputs: Any) -> Any:
        raise AssertionError("no prediction is needed to know the labels")


@pytest.fixture
def run(keras: Any) -> Run:
    """``labels_given`` of a notebook: a network compiled, looked at, trained, looked at."""

    def labels(train: Callable[[Any], dict[str, Any]], *, told: bool = True) -> str | None:
        memory = _Memory()
        start = [keras.Input((4,))] if told else []
        net = keras.Sequential([*start, keras.layers.Dense(3, activation="softmax")])
        net.compile("adam", "categorical_crossentropy")
        names: dict[str, Any] = {"net": net, "y_train": y}
        before = take_snapshot(names, memory)
        names |= train(net)
        snapshots = {"check_compile": before, "check_fit": take_snapshot(names, memory)}
        cells = [{"index": place, "grade_id": name} for place, name in enumerate(snapshots)]
        manifest = {"cells": cells, "snapshots": snapshots, "models": memory.models}
        evidence = Evidence("a", manifest, memory.blobs.__getitem__, {}, memory)
        return labels_given(
            evidence, "net", before="check_compile", after="check_fit", history="history"
        )

    return labels


def test_a_history_of_the_model_proves_the_pair_right(run: Run) -> None:
    assert run(lambda net: {"history": net.fit(X, ROWS, verbose=0)}) is None


@pytest.mark.parametrize("told", [True, False], ids=["built", "built by fit"])
def test_a_model_that_has_learnt_proves_it_without_its_history(run: Run, told: bool) -> None:
    assert run(lambda net: {"history": net.fit(X, ROWS, verbose=0).history}, told=told) is None


def test_whole_numbers_that_fit_refused_are_what_the_notebook_has(run: Run) -> None:
    def refused(net: Any) -> dict[str, Any]:
        with pytest.raises(ValueError, match="shape"):
            net.fit(X, y, verbose=0)
        return {}

    assert run(refused) == "sparse"
    assert run(refused, told=False) == "sparse"


def test_nothing_trained_but_one_hot_rows_at_hand(run: Run) -> None:
    assert run(lambda net: {"Y": ROWS}) is None
    assert run(lambda net: {"y_train": ROWS}) is None
    assert run(lambda net: {"X_train": X}) == "sparse"


def test_the_training_of_another_loss_proves_nothing(run: Run) -> None:
    def compiled_again(net: Any) -> dict[str, Any]:
        net.compile("adam", "sparse_categorical_crossentropy")
        return {"history": net.fit(X, y, verbose=0)}

    assert run(compiled_again) == "sparse"


def test_the_history_of_another_model_proves_nothing(run: Run, keras: Any) -> None:
    def another(net: Any) -> dict[str, Any]:
        other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
        other.compile("adam", "categorical_crossentropy")
        return {"history": other.fit(X, ROWS, verbose=0)}

    assert run(another) == "sparse"
