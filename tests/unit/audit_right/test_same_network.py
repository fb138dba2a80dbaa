"""Soundness, by running it: a re-spelled cell builds the same network.

Each edit is executed beside the original. Networks get the same weights and have to give the same
outputs; functions get the same arguments and have to give the same results.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.authoring.audit.right import (
    activations,
    functional,
    functions,
    imports,
    inputs,
    models,
    noops,
    steps,
    style,
)
from autograder.authoring.audit.right.notebook import Notebook
from autograder.authoring.audit.right.operators import Operator

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras warns of some spellings that are right

ANSWERS = {
    ("row", "build"): "net",
    ("pictures", "build"): "reader",
    ("added", "build"): "adder",
    ("added", "told"): "teller",
    ("branches", "chain"): "chain",
    ("branches", "fork"): "fork",
    ("branches", "joined"): "joined",
    ("branches", "around"): "around",
    ("functions", "make"): "make",
    ("functions", "plain"): "plain",
    ("functions", "count"): "count",
    ("functions", "twice"): "twice",
}
"""What each cell that builds something is about."""

NEEDS = {"around": ("chain",)}
ROWS = np.random.default_rng(3).normal(size=(4, 6)).astype("float32")
TABLES = np.random.default_rng(4).normal(size=(4, 4, 5)).astype("float32")


@pytest.fixture(scope="module", autouse=True)
def keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    return tf.keras


def run(notebook: Notebook, cell: str, text: str = "") -> dict[str, Any]:
    """The variables after set-up, the cells that this one needs, and its text."""
    texts = {page.name: page.text for page in notebook.pages}
    space: dict[str, Any] = {"__name__": "__main__"}
    for source in (texts["setup"], *map(texts.get, NEEDS.get(cell, ())), text or texts[cell]):
        exec(compile(str(source), cell, "exec"), space)
    return space


@pytest.fixture(scope="module")
def originals(notebooks: dict[str, Notebook], keras: Any) -> dict[tuple[str, str], Any]:
    return {
        (name, cell): run(notebooks[name], cell)[answer] for (name, cell), answer in ANSWERS.items()
    }


def outputs(model: Any, fed: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Output arrays by name; one output has the name ""."""
    found = model(fed)
    if isinstance(found, dict):
        return {key: np.asarray(value) for key, value in found.items()}
    if isinstance(found, list):
        named = zip(model.output_names, found, strict=True)
        return {key: np.asarray(value) for key, value in named}
    return {"": np.asarray(found)}


def same_model(one: Any, other: Any, fed: Any, turned: bool = False) -> None:
    """Both models have weights of the same shapes, and with the same weights the same outputs."""
    expected, _ = outputs(one, fed), other.built or other(fed)
    weights = one.get_weights()
    if [w.shape for w in weights] != [w.shape for w in other.get_weights()]:
        # Two outputs in the other order: the layers have names there.
        named = {variable.path: variable for variable in one.weights}
        weights = [named[variable.path].numpy() for variable in other.weights]
    if turned:
        half = len(weights[-2]) // 2
        weights = [
            np.concatenate([w[half:], w[:half]]) if len(w) == 2 * half and w.ndim == 2 else w
            for w in weights
        ]
    other.set_weights(weights)
    found = outputs(other, fed)
    assert set(expected) == set(found)
    for key, array in expected.items():
        np.testing.assert_allclose(found[key], array, atol=1e-5)


def same_answer(name: str, one: Any, other: Any, turned: bool) -> None:
    if name == "count":
        assert other(3, outer=4) == other(inner=3, outer=4) == one(3, 4) == 16
        assert other(np.int64(7), np.int64(2)) == 16
    elif name == "twice":
        assert other(21) == one(21) == 42
    elif name == "make":
        assert other(ROWS, 3) is not other(ROWS, 3)
        for fed in (ROWS, TABLES):
            same_model(one(fed, 3), other(fed, classes=3), fed)
    elif name == "plain":
        assert not other(2).built
        same_model(one(2), other(2), ROWS)
    else:
        halves = {"left": ROWS[:, :3], "right": ROWS[:, 3:]}
        fed = halves if name == "fork" else TABLES if name == "reader" else ROWS
        same_model(one, other, fed, turned)


def edits(
    notebooks: dict[str, Notebook], operator: Operator, limit: int
) -> Iterator[tuple[str, str, str]]:
    """(solution, cell, text) of the first edits of each cell that builds something."""
    for name, notebook in notebooks.items():
        counts: dict[str, int] = {}
        for edit in operator.made(notebook, frozenset()):
            [cell, *more] = edit.texts
            counts[cell] = counts.get(cell, 0) + 1
            if (name, cell) in ANSWERS and not more and counts[cell] <= limit:
                yield name, cell, edit.texts[cell]


def operators(*modules: Any) -> list[Operator]:
    return [operator for module in modules for operator in module.OPERATORS]


def _named(operator: Operator) -> str:
    return operator.name


@pytest.mark.parametrize(
    "operator",
    operators(models, functional, inputs, activations, noops, functions, imports),
    ids=_named,
)
def test_a_model_or_function_stays_what_it_is(
    notebooks: dict[str, Notebook], originals: dict[tuple[str, str], Any], operator: Operator
) -> None:
    check(notebooks, originals, operator)


@pytest.mark.parametrize("operator", operators(steps, style), ids=_named)
def test_other_clothes_change_nothing(
    notebooks: dict[str, Notebook], originals: dict[tuple[str, str], Any], operator: Operator
) -> None:
    """These treat all statements alike, whatever is in them: one notebook is enough."""
    check({"row": notebooks["row"]}, originals, operator)


def check(
    notebooks: dict[str, Notebook], originals: dict[tuple[str, str], Any], operator: Operator
) -> None:
    turned = operator.name == "concatenate-order"
    for name, cell, text in edits(notebooks, operator, limit=1):
        answer = ANSWERS[name, cell]
        try:
            other = run(notebooks[name], cell, text)[answer]
            same_answer(answer, originals[name, cell], other, turned)
        except Exception as error:
            error.add_note(text)
            raise


@pytest.mark.parametrize("operator", operators(activations), ids=_named)
def test_every_form_of_an_activation_is_that_activation(
    notebooks: dict[str, Notebook], originals: dict[tuple[str, str], Any], operator: Operator
) -> None:
    row = {"row": notebooks["row"]}
    for name, cell, text in edits(row, operator, limit=99):
        same_model(originals[name, cell], run(row[name], cell, text)["net"], ROWS)


def test_the_comparison_itself_tells_a_wrong_network(
    notebooks: dict[str, Notebook], originals: dict[tuple[str, str], Any]
) -> None:
    """A near miss, so that the comparison above is known to look."""
    row = notebooks["row"]
    [page] = [page for page in row.pages if page.name == "build"]

    def fails(change: Callable[[str], str]) -> None:
        other = run(row, "build", change(page.text))["net"]
        with pytest.raises(AssertionError):
            same_model(originals["row", "build"], other, ROWS)

    fails(lambda text: text.replace("'relu'", "'tanh'"))
    fails(lambda text: text.replace("'sigmoid'", "'linear'"))
