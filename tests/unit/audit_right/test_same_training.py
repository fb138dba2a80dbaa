"""Soundness, by running it: the same losses after the same steps, the same numbers out of arrays.

All rows fit into one batch here, so that an epoch's loss does not depend on the order in which fit
shuffles them. With the same first weights, every spelling has to give the same curve.
"""

import os
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pytest

from autograder.authoring.audit.right import (
    compiling,
    evaluating,
    fitting,
    images,
    labels,
    losses,
    outputs,
    values,
)
from autograder.authoring.audit.right.notebook import Edit, Notebook
from autograder.authoring.audit.right.operators import Operator

pytestmark = pytest.mark.filterwarnings("ignore")  # TensorFlow's, about running without graphs

MODELS = {"row": "net", "pictures": "reader", "added": "adder", "branches": "fork"}
UNTIL_COMPILE = ("setup", "scale", "build", "fork", "compile")
UNTIL_FIT = (*UNTIL_COMPILE, "fork_fit", "fit")
COUNT = 12
"""Rows: fewer than a batch."""

Space = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def eagerly() -> Iterator[None]:
    """Without graphs: a step takes hundredths of a second then."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def run(notebook: Notebook, cells: Sequence[str], edit: Edit | None = None) -> Space:
    """The variables after some cells of a notebook; data and first weights are always the same."""
    import tensorflow as tf

    draw = np.random.default_rng(5)
    space: Space = {
        "__name__": "__main__",
        "rows": draw.normal(size=(COUNT, 6)).astype("float32"),
        "marks": np.arange(COUNT) % 2,
        "kinds": np.arange(COUNT) % 3,
        "images": draw.integers(0, 256, (COUNT, 4, 5)).astype("uint8"),
    }
    tf.keras.utils.set_random_seed(1)
    execute(notebook, [page.name for page in notebook.pages if page.name in cells], edit, space)
    return space


def execute(notebook: Notebook, cells: Sequence[str], edit: Edit | None, space: Space) -> None:
    texts = {page.name: page.text for page in notebook.pages} | dict(edit.texts if edit else {})
    for cell in cells:
        exec(compile(texts[cell], cell, "exec"), space)


def two_steps(name: str, space: Space) -> list[np.ndarray[Any, Any]]:
    """Losses and metrics of two steps of training, sorted: names of metrics are free."""
    rows, marks, kinds = space["rows"], space["marks"], space["kinds"]
    x: Any = {"row": rows, "added": rows, "pictures": space["images"] / 255}.get(name)
    y: Any = {"row": marks, "added": rows[:, :2], "pictures": kinds}.get(name)
    if name == "branches":
        x, y = {"left": rows[:, :3], "right": rows[:, 3:]}, {"sort": kinds, "odd": marks}
    model = space[MODELS[name]]
    steps = [model.train_on_batch(x, y, return_dict=True) for _ in range(2)]
    return [np.sort(np.asarray(list(step.values()), "float64")) for step in steps]


def curves(space: Space) -> dict[str, list[float]]:
    """The training curves; the accuracies have one name each, whatever their metrics' are."""
    found = {}
    for key, curve in space["log"].history.items():
        plain = key.replace("binary_", "").replace("sparse_categorical_", "")
        if not plain.startswith("val_"):
            found[plain] = curve
    return found


def operators(*modules: Any) -> list[Operator]:
    return [operator for module in modules for operator in module.OPERATORS]


def _named(operator: Operator) -> str:
    return operator.name


@pytest.mark.parametrize("operator", operators(compiling, losses), ids=_named)
def test_every_spelling_of_compile_takes_the_same_steps(
    notebooks: dict[str, Notebook], compiled: dict[str, Any], operator: Operator
) -> None:
    for name, expected in compiled.items():
        for edit in operator.made(notebooks[name], frozenset())[:1]:
            found = two_steps(name, _compiled(notebooks[name], name, edit))
            for one, other in zip(expected, found, strict=True):
                np.testing.assert_allclose(other, one, rtol=1e-4, err_msg=str(edit))


def test_all_names_of_a_loss_are_those_of_one_function() -> None:
    import tensorflow as tf

    one_hot = np.eye(3)[[0, 1, 2, 0]].astype("float32")
    guess = np.random.default_rng(1).dirichlet([1, 1, 1], 4).astype("float32")
    for kind, names in losses.NAMES.items():
        labels = np.array([0, 1, 2, 0]) if kind == "sparse" else one_hot
        home = tf.keras.losses
        reached = [attrgetter(path)(tf.keras) for path in losses.FUNCTIONS[kind]]
        forms = [home.get(losses.CLASSES[kind]), *map(home.get, names), *reached]
        found = [float(np.mean(form(labels, guess))) for form in forms]
        np.testing.assert_allclose(found, found[0], rtol=1e-5, err_msg=kind)


def _compiled(notebook: Notebook, name: str, edit: Edit | None) -> Space:
    """A model that is compiled; in ``branches`` the cell that compiles it fits it too."""
    if name != "branches":
        return run(notebook, UNTIL_COMPILE, edit)
    space = run(notebook, ("setup", "fork"), edit)
    texts = {"fork_fit": next(page.text for page in notebook.pages if page.name == "fork_fit")}
    text = (dict(edit.texts) if edit else texts).get("fork_fit", texts["fork_fit"])
    exec(compile(text.split("log = ")[0], "fork_fit", "exec"), space)
    return space


@pytest.fixture(scope="module")
def compiled(notebooks: dict[str, Notebook], eagerly: None) -> dict[str, Any]:
    return {name: two_steps(name, _compiled(notebooks[name], name, None)) for name in MODELS}


@pytest.fixture(scope="module")
def fitted(notebooks: dict[str, Notebook], eagerly: None) -> dict[str, Space]:
    return {name: run(notebooks[name], UNTIL_FIT) for name in ("row", "pictures", "branches")}


@pytest.mark.parametrize("operator", operators(fitting, labels, outputs, images), ids=_named)
def test_every_spelling_of_a_training_gives_the_same_curve(
    notebooks: dict[str, Notebook],
    fitted: dict[str, Space],
    operator: Operator,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = [
        (name, edit) for name in fitted for edit in operator.made(notebooks[name], frozenset())[:1]
    ]
    # Fits cost most of the time here, and one notebook's tells the others'.
    name, edit = made[0]
    found = curves(run(notebooks[name], UNTIL_FIT, edit))
    for key, curve in curves(fitted[name]).items():
        start = found[key][: len(curve)]  # a longer fit begins in the same way
        np.testing.assert_allclose(start, curve, rtol=1e-4, err_msg=f"{key}: {edit}")


@pytest.mark.parametrize("operator", operators(evaluating, values), ids=_named)
def test_every_spelling_of_a_number_gives_the_same_number(
    notebooks: dict[str, Notebook],
    fitted: dict[str, Space],
    operator: Operator,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, original in fitted.items():
        for edit in operator.made(notebooks[name], frozenset())[:2]:
            cells = list(edit.texts)
            expected, found = dict(original), dict(original)
            execute(notebooks[name], cells, None, expected)
            execute(notebooks[name], cells, edit, found)
            assert set(expected) <= set(found)
            for key in set(expected) - set(original) | {"small"} & set(expected):
                one, other = np.asarray(expected[key]), np.asarray(found[key])
                assert one.dtype.kind == other.dtype.kind, edit
                assert isinstance(found[key], np.ndarray) == isinstance(expected[key], np.ndarray)
                flat = one.ravel(), other.ravel()
                np.testing.assert_allclose(*flat, rtol=1e-4, err_msg=f"{key}: {edit}")
