"""Where an operator must keep its hands off: the near miss of each condition."""

from collections.abc import Callable

import pytest

from autograder.authoring.audit.right.catalogue import OPERATORS
from autograder.authoring.audit.right.notebook import Notebook
from autograder.authoring.audit.variants import Cell, Solution

BY_NAME = {operator.name: operator for operator in OPERATORS}
MODEL = (
    "net = tf.keras.Sequential([tf.keras.Input(shape=(6,)), "
    "tf.keras.layers.Dense(3, activation='softmax')])"
)
COMPILE = "net.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])"
FIT = "log = net.fit(rows, kinds, epochs=2)"

Write = Callable[..., Solution]


def texts(solution: Solution, *names: str) -> list[str]:
    notebook = Notebook.of(solution)
    made = [edit for name in names for edit in BY_NAME[name].made(notebook, frozenset())]
    return [text for edit in made for text in edit.texts.values()]


@pytest.mark.parametrize(
    "name",
    [
        "activation-lambda",
        "activation-own-function",
        "activation-tensorflow",
        "loss-class",
        "loss-lambda",
        "loss-own-function",
        "metric-class",
        "model-class",
        "sequential-class",
    ],
)
def test_nothing_of_ones_own_goes_into_a_model_that_is_saved(write: Write, name: str) -> None:
    assert texts(write(build=MODEL, compile=COMPILE), name)
    assert not texts(write(build=MODEL, compile=COMPILE, save="net.save('net.keras')"), name)


def test_a_name_stays_with_the_layer_that_has_it(write: Write) -> None:
    named = MODEL.replace("'softmax'", "'softmax', name='kinds'")
    split = ("activation-layer", "activation-own-layer", "noop-identity", "layer-named")
    assert texts(write(build=MODEL), *split)
    assert not texts(write(build=named), *split)


def test_outputs_that_are_told_apart_get_no_names(write: Write) -> None:
    fork = (
        "left = tf.keras.Input(shape=(3,))\n"
        "one = tf.keras.layers.Dense(2)(left)\n"
        "fork = tf.keras.Model(left, [one, tf.keras.layers.Dense(1)(left)])"
    )
    assert not texts(write(build=fork), "layer-named")


def test_a_model_without_input_is_not_made_functional(write: Write) -> None:
    deferred = "net = tf.keras.Sequential([tf.keras.layers.Dense(3)])"
    functional = ("sequential-functional", "sequential-functional-chain", "model-class")
    assert texts(write(build=deferred), "sequential-add")
    assert not texts(write(build=deferred), *functional)


@pytest.mark.parametrize(
    "between",
    ["net.summary()", "print(net.count_params())", "other = net", "before = net.predict(rows)"],
)
def test_an_input_stays_where_the_model_is_looked_at_before_fit(write: Write, between: str) -> None:
    assert texts(write(build=MODEL, compile=COMPILE, fit=FIT), "input-deferred")
    looked = write(build=MODEL, compile=COMPILE, look=between, fit=FIT)
    assert not texts(looked, "input-deferred")
    assert not texts(write(build=MODEL, compile=COMPILE), "input-deferred")


@pytest.mark.parametrize(
    "more",
    [
        "net.evaluate(rows, np.asarray(kinds))",
        "other = net",
        "net.fit(data)",
        "def score(model):\n    return model.evaluate(rows, kinds)\nscore(net)",
        "run = net.evaluate\nrun(rows, kinds)",
    ],
)
def test_labels_stay_where_one_of_their_uses_cannot_be_seen(write: Write, more: str) -> None:
    cells = {"build": MODEL, "compile": COMPILE, "fit": FIT}
    assert texts(write(**cells, more="net.evaluate(rows, kinds)"), "labels-one-hot")
    assert not texts(write(**cells, more=more), "labels-one-hot")


def test_labels_stay_where_a_locked_cell_uses_them(write: Write) -> None:
    solution = write(build=MODEL, compile=COMPILE, fit=FIT)
    locked = Cell("locked", "net.evaluate(rows, kinds)", solution=False)
    assert not texts(Solution("written", (*solution.cells, locked)), "labels-one-hot")


def test_labels_stay_beside_a_metric_that_is_tied_to_them(write: Write) -> None:
    tied = COMPILE.replace("'accuracy'", "tf.keras.metrics.SparseCategoricalAccuracy()")
    assert not texts(write(build=MODEL, compile=tied, fit=FIT), "labels-one-hot")


def test_one_hot_labels_go_into_every_cell_at_once(write: Write) -> None:
    cells = {"build": MODEL, "compile": COMPILE, "fit": FIT}
    solution = write(**cells, end="net.evaluate(more_rows, more_kinds)")
    [edit] = BY_NAME["labels-one-hot"].made(Notebook.of(solution), frozenset())
    assert list(edit.texts) == ["compile", "fit", "end"]
    assert "categorical_crossentropy" in edit.texts["compile"]
    assert "to_categorical(more_kinds, int(kinds.max()) + 1)" in edit.texts["end"]


def test_a_metric_keeps_its_key_where_the_history_is_read_by_it(write: Write) -> None:
    renaming = ("metric-acc", "metric-object-unnamed", "metric-class")
    reads = "print(log.history['val_accuracy'])"
    assert texts(write(build=MODEL, compile=COMPILE, fit=FIT), *renaming)
    assert not texts(write(build=MODEL, compile=COMPILE, fit=FIT, read=reads), *renaming)
    assert texts(write(build=MODEL, compile=COMPILE, fit=FIT, read=reads), "metric-object")


def test_a_split_is_of_arrays_alone(write: Write) -> None:
    split = FIT.replace("epochs=2", "epochs=2, validation_split=0.2")
    assert not texts(write(build=MODEL, compile=COMPILE, fit=split), "fit-dataset")
    listed = FIT.replace("rows", "[rows, rows]")
    assert not texts(write(build=MODEL, compile=COMPILE, fit=listed), "fit-dataset")


def test_round_is_for_probabilities_and_columns_for_one_unit(write: Write) -> None:
    cells = {
        "build": MODEL,
        "compile": COMPILE,
        "end": "said = (net.predict(rows, verbose=0).ravel() > 0.5).astype(int)",
    }
    assert texts(write(**cells), "labels-where", "flat-flatten")
    assert not texts(write(**cells), "labels-round", "flat-column", "predict-flattened")


def test_only_keras_through_tensorflow_is_imported_otherwise(write: Write) -> None:
    """The two names for one class keep their two ways where that is the exercise."""
    compared = "import keras\nsame = tf.keras.layers.Dense is keras.layers.Dense"
    [text] = texts(write(same=compared), "import-classes")
    assert text.startswith("from tensorflow.keras.layers import Dense\nimport keras\n")
    assert text.endswith("same = Dense is keras.layers.Dense")
    assert not texts(write(same=compared), "import-keras", "import-from-tensorflow")


def test_names_that_keras_alone_does_not_have_stay_with_tensorflow(write: Write) -> None:
    short = "net.compile('adam', tf.keras.losses.MSE)"
    assert texts(write(build=MODEL, compile=short), "import-from-tensorflow")
    changed = texts(write(build=MODEL, compile=short), "import-keras")
    assert not any("keras.losses.MSE" in text for text in changed)


def test_new_variables_have_new_names(write: Write) -> None:
    busy = f"inputs = x = layer = stack = make = 1\n{MODEL}"
    [text] = texts(write(build=busy), "sequential-functional")
    assert "inputs_2 = tf.keras.Input" in text
    assert "x_2 = tf.keras.layers.Dense" in text


def test_a_chain_with_a_side_branch_is_no_sequential(write: Write) -> None:
    side = (
        "start = tf.keras.Input(shape=(6,))\n"
        "middle = tf.keras.layers.Dense(4)(start)\n"
        "net = tf.keras.Model(start, tf.keras.layers.Dense(2)(middle))\n"
        "probe = tf.keras.Model(start, middle)"
    )
    assert not texts(write(build=side), "functional-sequential")


def test_parts_that_a_shape_depends_on_keep_their_order(write: Write) -> None:
    parts = (
        "one = tf.keras.Input(shape=(6,))\n"
        "two = tf.keras.layers.Dense(6)(one)\n"
        "both = tf.keras.layers.Concatenate()([one, two])\n"
        "net = tf.keras.Model(one, tf.keras.layers.{reader}(both))"
    )
    dense = parts.format(reader="Dense(2)")
    assert texts(write(build=dense), "concatenate-order")
    reshaped = parts.format(reader="Reshape((3, 4))")
    assert not texts(write(build=reshaped), "concatenate-order")


def test_cells_of_magics_and_locked_cells_are_left_alone(write: Write) -> None:
    assert not texts(write(build=f"%%time\n{MODEL}"), *BY_NAME)
    locked = Solution("written", (Cell("build", MODEL, solution=False),))
    assert not texts(locked, *BY_NAME)


def test_a_function_that_binds_its_argument_anew_stays_whole(write: Write) -> None:
    bound = "def make(table):\n    table = np.asarray(table)\n    return table.shape"
    assert not texts(write(make=bound), "function-inner")
    assert texts(write(make=bound), "function-guard")


def test_without_tensorflow_in_the_notebook_nothing_of_it_is_written(write: Write) -> None:
    alone = MODEL.replace("tf.keras", "keras")
    solution = write(setup="import keras", build=alone)
    assert not texts(solution, "activation-tensorflow", "style-with-device")
    assert any("keras.layers.Identity()" in text for text in texts(solution, "noop-identity"))
