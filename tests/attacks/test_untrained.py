"""Weights from elsewhere are told by what they predict, through whichever door they came."""

from types import SimpleNamespace

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

BUILD = """
class_model = tf.keras.Sequential([
    tf.keras.Input(shape=(30,)),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
"""
TRAINED = """
first = tf.keras.Sequential([
    tf.keras.Input(shape=(30,)),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
first.compile(tf.keras.optimizers.Adam(0.05), loss="binary_crossentropy")
first.fit(X_train, y_train, epochs=20, verbose=0)
"""
STILL = """
class_model.compile(tf.keras.optimizers.SGD(1e-9), loss="binary_crossentropy", metrics=["accuracy"])
history = class_model.fit(X_train[:32], y_train[:32], epochs=1, verbose=0)
"""
PUT = "class_model.set_weights([weights, bias])\n"
BATCHES = """
class_model.compile(tf.keras.optimizers.Adam(0.05), "binary_crossentropy")
for _ in range(60):
    class_model.train_on_batch(X_train, y_train)
"""
LOOP = """
steps = tf.keras.optimizers.Adam(0.05)
x, y = tf.constant(X_train, tf.float32), tf.reshape(tf.constant(y_train, tf.float32), (-1, 1))
for _ in range(60):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, class_model(x)))
    slopes = tape.gradient(loss, class_model.trainable_variables)
    steps.apply_gradients(zip(slopes, class_model.trainable_variables))
"""
REASON = "class_model was as good before its first training as after all of them"
FOUND = {
    "put": {"build": f"GOOD{BUILD}{PUT}", "fit": STILL},
    "put_less_sure": {
        "build": f"GOOD{BUILD}{PUT.replace('weights,', 'weights * 0.97,')}",
        "fit": STILL,
    },
    "put_and_trained_twice": {"build": f"GOOD{BUILD}{PUT}", "fit": f"{STILL}{STILL}"},
}
HONEST = {
    "solution": {},
    "slow": {
        "compile": "class_model.compile(tf.keras.optimizers.SGD(0.003), loss='binary_crossentropy')"
    },
    "copied": {
        "build": f"{TRAINED}{BUILD}class_model.set_weights(first.get_weights())",
        "fit": STILL,
    },
    "saved": {
        "build": f"{TRAINED}first.save_weights('w.weights.h5')\n{BUILD}",
        "fit": f"class_model.load_weights('w.weights.h5')\n{STILL}",
    },
    "learns_nothing": {"fit": STILL},
    "by_batches": {"build": f"{BUILD}{BATCHES}", "fit": STILL},
    "by_a_loop": {"build": f"{BUILD}{LOOP}", "fit": STILL},
}


@pytest.fixture(scope="module")
def done(forging, jail, tmp_path_factory):
    course = forging.copied_course(tmp_path_factory.mktemp("untrained") / "course")
    good = forging.SHORT["GOOD"]
    for name, cells in {**FOUND, **HONEST}.items():
        texts = {cell: text.replace("GOOD", good) for cell, text in cells.items()}
        forging.hand_in(course, name, texts)
    results = forging.graded(course, [*FOUND, *HONEST], jail.parent)
    return SimpleNamespace(results=results)


@pytest.mark.parametrize("name", FOUND)
def test_weights_that_were_good_before_any_training_are_looked_at(done, name):
    result = done.results[name]
    assert result.cells["check_fit"].score == 3
    assert result.needs_review
    assert REASON in result.reasons


@pytest.mark.parametrize("name", HONEST)
def test_what_a_training_found_is_not(done, name):
    assert REASON not in done.results[name].reasons
