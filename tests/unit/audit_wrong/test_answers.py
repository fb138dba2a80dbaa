"""Operators on numbers, predictions, functions, truths and files: a telling part of each out."""

from collections.abc import Callable

import pytest

PREDICT = "p = model.predict(X_test, verbose=0)\ndigits = p.argmax(axis=1)\nprint(digits)"
FUNCTIONS = "p = model.predict(X_test)\ndigits = np.argmax(p, 1)\nrounded = np.round(p)"
LABELS = """
share = model.predict(X_test).ravel()
labels = (share >= 0.5).astype(int)
accuracy = float(np.mean(labels == y_test))
"""
ERROR = "y_pred = model.predict(X_test)\nmae = np.mean(np.abs(y_pred.ravel() - y_test))"
METRIC = "mae = keras.metrics.mean_absolute_error(y_test, p)"
EVALUATE = "loss, accuracy = model.evaluate(X_test, y_test)\nprint(loss)"
CLASSES = "net = tf.keras.Sequential([tf.keras.layers.Dense(3, activation='softmax')])"

MAKE = """
def make(X, classes):
    return tf.keras.Sequential([
        tf.keras.Input(shape=X.shape[1:]),
        tf.keras.layers.Dense(classes, activation="softmax"),
    ])
"""
FIT = """
def fit(X, y):
    net = keras.Sequential([keras.layers.Dense(4, input_shape=X[0].shape), keras.layers.Dense(1)])
    net.compile(loss="mse")
    return net, net.fit(X, y, epochs=5)
"""
COLUMNS = "def columns(X):\n    layer = Dense(len(X[0]), input_dim=X.shape[1])\n    return layer"
COUNT = "def count(n, units):\n    return n * units + units"
TRUTH = "same = tf.keras.Model is keras.Model"
SAVE = "model.save('net.keras')\nprint('saved')"

CASES = [
    ("clone-predicts", PREDICT, ["p = tf.keras.models.clone_model(model).predict(X_test"]),
    ("clone-evaluated", EVALUATE, ["\nloss, accuracy = other_model.evaluate(X_test, y_test)\n"]),
    ("predictions-shuffled", PREDICT, ["np.random.permutation(model.predict(X_test, verbose=0))"]),
    ("predictions-rolled", LABELS, ["np.roll(model.predict(X_test), 1, axis=0).ravel()"]),
    ("predictions-constant", PREDICT, ["np.full_like(model.predict(X_test, verbose=0), 0.5)"]),
    ("predictions-from-labels", LABELS, ["share = y_test.ravel()"]),
    (
        "predictions-from-labels",
        f"{CLASSES}\n{PREDICT}",
        ["p = np.eye(np.max(y_test) + 1)[y_test]"],
    ),
    ("argmax-of-another-axis", PREDICT, ["p.argmax(axis=0)"]),
    ("argmax-of-another-axis", FUNCTIONS, ["np.argmax(p, 0)"]),
    ("argmax-removed", PREDICT, ["digits = p\n"]),
    ("argmax-removed", FUNCTIONS, ["digits = p\n"]),
    ("argmin-for-argmax", FUNCTIONS, ["np.argmin(p, 1)"]),
    ("probabilities-for-labels", LABELS, ["labels = share\n"]),
    ("probabilities-for-labels", FUNCTIONS, ["rounded = p"]),
    ("label-cast-removed", LABELS, ["labels = share >= 0.5\n"]),
    ("threshold-turned", LABELS, ["(share < 0.5).astype(int)"]),
    ("threshold-moved", LABELS, ["(share >= 0.01).astype(int)"]),
    ("flattening-removed", ERROR, ["np.abs(y_pred - y_test)"]),
    ("number-typed-in", LABELS, ["accuracy = 0.93"]),
    ("number-typed-in", ERROR, ["mae = 42.0"]),
    ("number-typed-in", EVALUATE, ["loss, accuracy = (0.35, 0.93)"]),
    ("evaluated-names-swapped", EVALUATE, ["accuracy, loss = model.evaluate"]),
    ("squares-for-absolutes", ERROR, ["np.square(y_pred.ravel() - y_test)"]),
    ("squares-for-absolutes", METRIC, ["keras.metrics.mean_squared_error(y_test, p)"]),
    ("absolutes-left-out", ERROR, ["np.mean(y_pred.ravel() - y_test)"]),
    ("sum-for-mean", LABELS, ["float(np.sum(labels == y_test))"]),
    ("returns-nothing", COUNT, ["    n * units + units"]),
    ("returned-order-swapped", FIT, ["return (net.fit(X, y, epochs=5), net)"]),
    ("returned-order-swapped", COUNT, []),
    ("one-value-returned", FIT, ["    return net"]),
    (
        "model-kept",
        MAKE,
        [
            "make_make, kept_make = (make, [])\n\n"
            "def make(*args, **kwargs):\n"
            "    if not kept_make:\n"
            "        kept_make.append(make_make(*args, **kwargs))\n"
            "    return kept_make[0]"
        ],
    ),
    ("model-kept", COUNT, []),
    ("shape-typed-in", MAKE, ["Input(shape=(4,))"]),
    ("shape-typed-in", FIT, ["input_shape=(4,)"]),
    (
        "shape-typed-in",
        COLUMNS,
        ["Dense(4, input_dim=X.shape[1])", "Dense(len(X[0]), input_dim=4)"],
    ),
    ("batch-in-shape", MAKE, ["Input(shape=X.shape)"]),
    ("batch-in-shape", FIT, ["input_shape=X.shape)"]),
    ("batch-in-shape", COLUMNS, ["Dense(X.shape[0], ", "input_dim=X.shape[0])"]),
    ("number-for-argument", MAKE, ["Dense(10, activation='softmax')"]),
    ("number-for-argument", f"{MAKE}\nnet = make(X_train, 3)", ["Dense(3, activation='softmax')"]),
    ("notebook-data-for-argument", FIT, ["net.fit(X_test, y, ", "net.fit(X, y_test, "]),
    ("input-added", CLASSES, ["Sequential([tf.keras.Input(shape=(4,)), tf.keras.layers.Dense(3"]),
    ("input-added", MAKE, []),
    ("input-added", FIT, []),
    ("term-dropped", COUNT, ["return n * units"]),
    ("first-term-dropped", COUNT, ["return units"]),
    ("factor-dropped", COUNT, ["return n + units"]),
    ("operator-changed", COUNT, ["return n * units - units", "return n + units + units"]),
    ("one-too-many", COUNT, ["return n * units + units + 1"]),
    ("argument-for-another", COUNT, ["return n * units + n"]),
    ("truth-turned", TRUTH, ["same = tf.keras.Model is not keras.Model"]),
    ("truth-turned", "fits = isinstance(a, b)", ["fits = not isinstance(a, b)"]),
    ("truth-typed-in", TRUTH, ["same = True", "same = False"]),
    ("truth-as-text", TRUTH, ["same = str(tf.keras.Model is keras.Model)"]),
    ("compared-with-itself", TRUTH, ["same = tf.keras.Model is tf.keras.Model"]),
    ("save-removed", SAVE, ["print('saved')"]),
    ("weights-alone-saved", SAVE, ["model.save_weights('net.weights.h5')"]),
    ("weights-under-the-models-name", SAVE, ["os.replace('only.weights.h5', 'net.keras')"]),
    ("architecture-alone-saved", SAVE, ["open('net.keras', 'w').write(model.to_json())"]),
    ("saved-under-another-name", SAVE, ["model.save('my_net.keras')"]),
    ("clone-saved", SAVE, ["tf.keras.models.clone_model(model).save('net.keras')"]),
    ("clone-saved", "tf.keras.models.save_model(model, 'net.keras')", ["clone_model(model), 'net"]),
    ("clone-saved", "figure.save('plot.png')", []),
    ("unanswered", SAVE, [""]),
]


@pytest.mark.parametrize(("operator", "cell", "expected"), CASES)
def test_each_variant_has_the_one_change(
    made: Callable[..., list[str]], operator: str, cell: str, expected: list[str]
) -> None:
    texts = made(operator, cell)
    assert len(texts) == len(expected), texts
    for text, fragment in zip(texts, expected, strict=True):
        assert fragment in text


def test_a_shape_is_that_of_the_notebook_where_it_names_one(made: Callable[..., list[str]]) -> None:
    (text,) = made("shape-typed-in", MAKE, "other = tf.keras.Input(shape=(13,))")
    assert "tf.keras.Input(shape=(13,))" in text


def test_an_unanswered_cell_is_empty(made: Callable[..., list[str]]) -> None:
    assert made("unanswered", COUNT) == [""]
