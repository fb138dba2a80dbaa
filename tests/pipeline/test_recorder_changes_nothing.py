"""The recorder watches a training and leaves every bit of it as it would have been."""

from typing import Any

import pytest

from autograder.jail.notebook import run_notebook
from autograder.nouns import CodeCell, Limits

pytestmark = pytest.mark.jail

CELLS = (
    CodeCell(0, "import hashlib\nimport keras\nimport numpy as np"),
    CodeCell(1, "x = np.random.rand(64, 4)\ny = x.sum(axis=1)"),
    CodeCell(
        2,
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, 'relu'),"
        " keras.layers.Dropout(0.2), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')",
    ),
    CodeCell(3, "model.count_params()", "check_build", is_grade=True),
    CodeCell(4, "history = model.fit(x, y, epochs=2, batch_size=16, verbose=0)"),
    CodeCell(5, "history.history['loss']", "check_fit", is_grade=True),
    CodeCell(6, "history = model.fit(x, y, epochs=1, verbose=0)"),
    CodeCell(
        7,
        "weights = b''.join(w.tobytes() for w in model.get_weights())\n"
        "print(hashlib.sha256(weights).hexdigest(), history.history['loss'],"
        " np.random.rand(), keras.random.uniform((1,)).numpy())",
    ),
)


def test_weights_losses_and_random_numbers_are_the_same_with_and_without(warm_parent):
    with_it, without = (_run(warm_parent, record) for record in (True, False))
    assert sorted(with_it["snapshots"]) == ["check_build", "check_fit"]
    assert without["snapshots"] == {}
    assert _printed(with_it) == _printed(without)
    assert len(_printed(with_it).split()[0]) == 64


def _run(parent: Any, record: bool) -> Any:
    parent.start()  # a test before this one may have ended it
    manifest = run_notebook(parent, CELLS, limits=Limits(), seed=7, record=record).manifest
    assert manifest["status"] == "completed", manifest
    return manifest


def _printed(manifest: Any) -> str:
    return "".join(output["text"] for output in manifest["cells"][7]["outputs"])
