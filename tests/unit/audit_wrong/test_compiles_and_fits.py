"""Operators on compile, fit and the rows: a small cell in, a telling part of each variant out."""

from collections.abc import Callable

import pytest

COMPILE = "model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['acc'])"
OBJECTS = """
rate = tf.keras.optimizers.Adam(0.01)
model.compile(rate, loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=["mae"])
print("compiled")
"""
OUTPUTS = """
model.compile(
    optimizer="sgd",
    loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
    metrics={"kind": ["accuracy"]},
)
"""
ONE_HOT = "model.compile(loss=keras.losses.CategoricalCrossentropy(), optimizer=RMSprop())"
FIT = "history = model.fit(X_train, y_train, epochs=5, validation_split=0.1)\nprint('done')"
ROWS = "X_train, y_train, X_test, y_test, top_train, top_test = load()"
DICTS = "model.fit({'top': top_train}, {'kind': y_train}, validation_data=0, epochs=9)"
WATCHED = """
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=2)
unseen = (X_test, y_test)
history = model.fit(x=X_train, y=y_train, epochs=n, callbacks=[stop], validation_data=unseen)
"""
SCALED = """
X_train_scaled = (X_train / 255).astype("float32")
model.fit(X_train_scaled, y_train, epochs=2)
"""
BOTH = "A = X_train / 16.0\nB = X_test / 16.0"

CASES = [
    ("loss-to-mse", COMPILE, ["loss='mse'"]),
    ("loss-to-mse", OBJECTS, ["model.compile(rate, loss='mse', metrics=['mae'])"]),
    ("loss-to-mse", OUTPUTS, ["{'kind': 'mse', 'size': 'mse'}"]),
    ("loss-to-mae", OUTPUTS, ["'kind': 'mae'"]),
    ("loss-to-hinge", COMPILE, ["loss='hinge'"]),
    ("loss-to-huber", OUTPUTS, ["'size': 'huber'"]),
    ("loss-for-other-labels", COMPILE, ["loss='categorical_crossentropy'"]),
    ("loss-for-other-labels", ONE_HOT, ["loss='sparse_categorical_crossentropy'"]),
    ("loss-to-binary", ONE_HOT, ["loss='binary_crossentropy'"]),
    (
        "from-logits-flipped",
        COMPILE,
        ["lambda y, p: tf.keras.losses.sparse_categorical_crossentropy(y, 1.0 * p, from_logits=T"],
    ),
    ("from-logits-flipped", OBJECTS, ["BinaryCrossentropy(from_logits=False)"]),
    ("losses-swapped", OUTPUTS, ["{'kind': 'mse', 'size': 'sparse_categorical_crossentropy'}"]),
    ("output-without-loss", OUTPUTS, ["{'kind': None, 'size': 'mse'}", "'size': None}"]),
    ("learning-rate-tiny", COMPILE, ["tf.keras.optimizers.Adam(learning_rate=1e-07)"]),
    ("learning-rate-tiny", OBJECTS, ["rate = tf.keras.optimizers.Adam(1e-07)"]),
    ("learning-rate-huge", ONE_HOT, ["optimizer=RMSprop(learning_rate=10.0)"]),
    ("learning-rate-zero", COMPILE, ["optimizer=tf.keras.optimizers.SGD(learning_rate=0.0)"]),
    ("another-optimizer", OUTPUTS, ["optimizer='adadelta'"]),
    ("metrics-removed", COMPILE, ["loss='sparse_categorical_crossentropy')"]),
    ("another-metric", COMPILE, ["metrics=['mae']"]),
    ("another-metric", OBJECTS, ["metrics=['accuracy']"]),
    ("another-metric", OUTPUTS, ["{'kind': ['mae']}"]),
    ("compile-removed", OBJECTS, ["Adam(0.01)\nprint('compiled')"]),
    ("compile-removed", COMPILE, []),  # nothing would be left: that is another operator
    ("fit-removed", FIT, ["print('done')"]),
    ("history-not-kept", FIT, ["model.fit(X_train, y_train, epochs=5, validation_split=0.1)\n"]),
    ("history-not-kept", DICTS, []),
    ("history-is-the-model", FIT, ["validation_split=0.1)\nhistory = model\nprint"]),
    ("one-epoch", FIT, ["epochs=1, validation_split=0.1"]),
    ("one-epoch", "model.fit(X_train, y_train, epochs=1)", []),
    ("few-rows", FIT, ["fit(X_train[:8], y_train[:8], epochs=1, validation_split=0.1)"]),
    ("few-rows", DICTS, ["{'top': top_train[:8]}, {'kind': y_train[:8]}"]),
    ("validation-removed", FIT, ["fit(X_train, y_train, epochs=5)"]),
    ("validation-removed", WATCHED, ["epochs=n, callbacks=[stop])"]),
    ("callbacks-removed", WATCHED, ["epochs=n, validation_data=unseen)"]),
    ("training-loss-watched", WATCHED, ["EarlyStopping(monitor='loss', patience=2)"]),
    ("few-steps", FIT, ["validation_split=0.1, steps_per_epoch=1)"]),
    (
        "clone-trained-instead",
        FIT,
        [
            "other_model = tf.keras.models.clone_model(model)\n"
            "other_model.compile_from_config(model.get_compile_config())\n"
            "history = other_model.fit(X_train, y_train, epochs=5, validation_split=0.1)\n"
        ],
    ),
    (
        "history-of-another-model",
        FIT,
        [
            "\nmodel.fit(X_train, y_train, epochs=5, validation_split=0.1)\n"
            "history = other_model.fit(X_train, y_train, epochs=5, validation_split=0.1)\n"
        ],
    ),
    ("weights-reset-after-fit", FIT, ["model.set_weights(tf.keras.models.clone_model(model).get"]),
    ("model-made-anew-after-fit", FIT, ["\nmodel = tf.keras.models.clone_model(model)\nprint"]),
    ("model-made-anew-after-fit", "def f(m, X, y):\n    return m.fit(X, y, epochs=2)", []),
    ("fitted-on-test-rows", FIT, ["model.fit(X_test, y_test, epochs=5"]),
    ("fitted-on-test-rows", DICTS, ["{'top': top_test}, {'kind': y_test}"]),
    ("fitted-on-test-rows", SCALED, ["(X_test / 255).astype('float32')\nmodel.fit(X_train_scaled"]),
    (
        "evaluated-on-training-rows",
        "loss, share = model.evaluate(X_test, y_test)",
        ["model.evaluate(X_train, y_train)"],
    ),
    (
        "predicted-on-training-rows",
        "p = model.predict(X_test)\nerror = np.mean(p - y_test)",
        ["p = model.predict(X_train)\nerror = np.mean(p - y_train)"],
    ),
    ("train-and-test-swapped", BOTH, ["A = X_test / 16.0\nB = X_train / 16.0"]),
    ("train-and-test-swapped", FIT, []),
    ("labels-shuffled", FIT, ["fit(X_train, np.random.permutation(y_train), epochs"]),
    ("labels-rolled", DICTS, ["{'kind': np.roll(y_train, 1, axis=0)}"]),
    ("labels-rescaled", WATCHED, ["y=y_train / 2"]),
    ("labels-constant", FIT, ["np.zeros_like(y_train)"]),
    ("labels-constant", "model.fit(dataset, epochs=3)", []),
    ("inputs-unscaled", FIT, ["fit(X_train * 255, y_train"]),
    ("inputs-unscaled", "model.fit(X - 1, y)", ["fit((X - 1) * 255, y)"]),
    ("inputs-zeroed", DICTS, ["{'top': np.zeros_like(top_train)}"]),
    ("not-scaled", BOTH, ["A = X_train\nB = X_test / 16.0", "A = X_train / 16.0\nB = X_test"]),
    ("scaled-otherwise", BOTH, ["A = X_train / 100", "B = X_test / 100"]),
    ("integer-division", BOTH, ["A = X_train // 16.0"]),
    ("integer-division", "half = (a + b) / 2", []),
    ("scaled-twice", SCALED, ["(X_train / 255 / 255).astype"]),
    ("rows-reversed", SCALED, ["(X_train[::-1] / 255).astype"]),
    ("cast-to-whole-numbers", SCALED, [".astype('int32')"]),
]


@pytest.mark.parametrize(("operator", "cell", "expected"), CASES)
def test_each_variant_has_the_one_change(
    made: Callable[..., list[str]], operator: str, cell: str, expected: list[str]
) -> None:
    texts = made(operator, cell, data=ROWS)
    assert len(texts) == len(expected), texts
    for text, fragment in zip(texts, expected, strict=True):
        assert fragment in text


def test_no_name_is_taken_that_the_notebook_does_not_have(made: Callable[..., list[str]]) -> None:
    assert made("fitted-on-test-rows", FIT, data="X_train, y_train = load()") == []


def test_a_scaler_or_a_pattern_is_no_model(made: Callable[..., list[str]]) -> None:
    others = "scaler.fit(X_train)\nword = re.compile('a')\nprint(word)"
    for operator in ("fit-removed", "compile-removed", "labels-shuffled", "learning-rate-zero"):
        assert made(operator, others) == []


def test_fits_in_functions_are_found(made: Callable[..., list[str]]) -> None:
    function = "def train(net, X, y):\n    past = net.fit(X, y, epochs=7)\n    return net, past"
    (text,) = made("model-made-anew-after-fit", function)
    assert "    net = tf.keras.models.clone_model(net)\n    return (net, past)" in text
