"""Operators on networks: a small cell in, the text that each variant must contain out."""

from collections.abc import Callable

import pytest

NET = """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(13,)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dense(3, activation="softmax"),
])
"""
LINEAR = "model = tf.keras.Sequential([tf.keras.Input((10,)), tf.keras.layers.Dense(1)])"
ADDED = """
model = keras.Sequential()
model.add(layers.Dense(n_hidden, "tanh", input_shape=(4, 4)))
model.add(layers.Flatten())
model.add(layers.Dense(n_classes))
model.add(layers.Softmax())
"""
FUNCTIONAL = """
inputs = Input(shape=(64,))
x = Dense(32, activation=tf.nn.relu)(inputs)
x = Dense(1)(x)
outputs = Activation("sigmoid")(x)
model = Model(inputs, outputs)
"""
BRANCHES = """
a = tf.keras.Input(shape=(8,), name="left")
b = tf.keras.Input(shape=(8,), name="right")
shared = tf.keras.layers.Dense(4, activation="relu", name="eye")
both = tf.keras.layers.Concatenate()([shared(a), shared(b)])
kind = tf.keras.layers.Dense(3, activation="softmax", name="kind")(both)
size = tf.keras.layers.Dense(1, name="size")(both)
net = tf.keras.Model(inputs=[a, b], outputs=[kind, size])
"""
UNNAMED = """
a, b = tf.keras.Input((8,)), tf.keras.Input((8,))
both = layers.concatenate([a, b])
one, two = layers.Dense(1), layers.Dense(2)
net = tf.keras.Model([a, b], [one(both), two(both)])
"""
BASE = "base = tf.keras.Sequential([tf.keras.Input((6,)), tf.keras.layers.Dense(5, 'relu')])"
WRAPPED = """
x = tf.keras.Input((6,))
net = tf.keras.Model(x, tf.keras.layers.Dense(1)(base(x)))
"""

CASES = [
    ("hidden-activation-changed", NET, ["Dense(16, activation='tanh')"]),
    ("hidden-activation-changed", ADDED, ["Dense(n_hidden, 'relu', input_shape=(4, 4))"]),
    ("hidden-activation-removed", NET, ["Dense(16)"]),
    ("hidden-activation-removed", ADDED, ["Dense(n_hidden, input_shape=(4, 4))"]),
    ("hidden-activation-removed", FUNCTIONAL, ["Dense(32)(inputs)"]),
    ("hidden-softmax", NET, ["Dense(16, activation='softmax')"]),
    ("head-activation-changed", NET, ["Dense(3, activation='sigmoid')"]),
    ("head-activation-changed", ADDED, ["model.add(layers.Activation('sigmoid'))"]),
    ("head-activation-changed", FUNCTIONAL, ["Activation('softmax')(x)"]),
    ("head-activation-changed", LINEAR, []),
    ("head-relu", NET, ["Dense(3, activation='relu')"]),
    ("head-activation-removed", NET, ["Dense(3)"]),
    ("head-activation-removed", ADDED, ["model.add(layers.Activation('linear'))"]),
    ("head-activation-added", LINEAR, ["1, activation='relu'", "1, activation='sigmoid'"]),
    ("head-activation-added", ADDED, []),
    ("softmax-misplaced", NET, ["activation='softmax'), tf.keras.layers.Dense(3)])"]),
    ("head-units-plus-one", NET, ["Dense(4, activation='softmax')"]),
    ("head-units-plus-one", ADDED, ["Dense(n_classes + 1)"]),
    ("head-units-halved", NET, ["Dense(1, activation='softmax')"]),
    ("head-units-halved", LINEAR, []),
    ("hidden-units-plus-one", NET, ["Dense(17, activation='relu')"]),
    ("hidden-units-halved", ADDED, ["Dense(n_hidden // 2, 'tanh'"]),
    ("parameter-budget-blown", NET, ["Dense(320, activation='relu')"]),
    ("input-shape-changed", NET, ["Input(shape=(14,))"]),
    ("input-shape-changed", ADDED, ["input_shape=(5, 4)"]),
    ("input-shape-changed", "model = Sequential([Input(shape=X.shape[1:]), Dense(1)])", []),
    ("hidden-layer-removed", NET, ["(shape=(13,)), tf.keras.layers.Dense(3"]),
    ("hidden-layer-removed", ADDED, ["keras.Sequential()\nmodel.add(layers.Flatten())"]),
    ("hidden-layer-removed", FUNCTIONAL, ["x = inputs\nx = Dense(1)(x)"]),
    ("hidden-layer-removed", LINEAR, []),
    ("head-removed", NET, ["Dense(16, activation='relu')])"]),
    ("hidden-layer-added", LINEAR, ["tf.keras.layers.Dense(16, 'relu'), tf.keras.layers.Dense(1)"]),
    ("hidden-layer-added", FUNCTIONAL, ["Dense(1)(tf.keras.layers.Dense(16, 'relu')(x))"]),
    ("layers-swapped", NET, ["Dense(3, activation='softmax'), tf.keras.layers.Dense(16"]),
    ("layers-swapped", FUNCTIONAL, ["x = Dense(1)(inputs)\nx = Dense(32"]),
    ("flatten-removed", ADDED, ["(4, 4)))\nmodel.add(layers.Dense(n_classes))"]),
    (
        "dropout-added",
        ADDED,
        ["model.add(layers.Dropout(0.5))\nmodel.add(layers.Dense(n_classes))"],
    ),
    ("batch-normalization-added", FUNCTIONAL, ["(tf.keras.layers.BatchNormalization()(x))"]),
    ("regularizer-added", NET, ["Dense(16, activation='relu', kernel_regularizer='l2')"]),
    ("bias-left-out", NET, ["Dense(3, activation='softmax', use_bias=False)"]),
    ("layer-frozen", NET, ["Dense(16, activation='relu', trainable=False)"]),
    ("shared-layer-split", BRANCHES, ["tf.keras.layers.Dense(4, activation='relu')(b)])"]),
    ("shared-layer-split", NET, []),
    ("same-input-twice", BRANCHES, ["([shared(a), shared(a)])"]),
    ("same-input-twice", UNNAMED, ["layers.concatenate([a, a])"]),
    ("merged-otherwise", BRANCHES, ["tf.keras.layers.Add()([shared(a), shared(b)])"]),
    ("merged-otherwise", UNNAMED, ["both = layers.add([a, b])"]),
    ("one-branch-read", BRANCHES, ["name='kind')(shared(a))", "name='size')(shared(a))"]),
    ("output-left-out", BRANCHES, ["outputs=kind)"]),
    ("outputs-swapped", BRANCHES, []),  # the names tell them apart, so the order is free
    ("outputs-swapped", UNNAMED, ["[two(both), one(both)])"]),
    (
        "sequential-for-functional",
        FUNCTIONAL,
        [
            "model = tf.keras.Sequential([Input(shape=(64,)), "
            "Dense(32, activation=tf.nn.relu), Dense(1), Activation('sigmoid')])"
        ],
    ),
    ("sequential-for-functional", BRANCHES, []),
    ("input-name-removed", BRANCHES, ["a = tf.keras.Input(shape=(8,))"]),
    ("output-name-removed", BRANCHES, ["Dense(3, activation='softmax')(both)"]),
    ("layer-name-removed", BRANCHES, ["shared = tf.keras.layers.Dense(4, activation='relu')\n"]),
    ("input-name-changed", BRANCHES, ["name='right_1'"]),
    ("output-name-changed", BRANCHES, ["name='size_1'"]),
    ("layer-name-changed", BRANCHES, ["name='eye_1'"]),
    ("input-names-swapped", BRANCHES, ["a = tf.keras.Input(shape=(8,), name='right')"]),
    ("output-names-swapped", BRANCHES, ["activation='softmax', name='size')(both)"]),
    ("nested-model-cloned", BASE + WRAPPED, ["(tf.keras.models.clone_model(base)(x))"]),
    (
        "nested-layers-made-anew",
        BASE + WRAPPED,
        ["Dense(1)(tf.keras.layers.Dense(5, 'relu')(x))"],
    ),
    ("nested-model-left-out", BASE + WRAPPED, ["tf.keras.layers.Dense(1)(x))"]),
    ("nested-model-cloned", BASE + "\nrows = base(X_train)", []),
]


@pytest.mark.parametrize(("operator", "cell", "expected"), CASES)
def test_each_variant_has_the_one_change(
    made: Callable[..., list[str]], operator: str, cell: str, expected: list[str]
) -> None:
    texts = made(operator, cell)
    assert len(texts) == len(expected), texts
    for text, fragment in zip(texts, expected, strict=True):
        assert fragment in text


def test_nothing_but_the_one_place_is_changed(made: Callable[..., list[str]]) -> None:
    (text,) = made("hidden-units-plus-one", NET)
    assert text == (
        "model = tf.keras.Sequential([tf.keras.Input(shape=(13,)), "
        "tf.keras.layers.Dense(17, activation='relu'), "
        "tf.keras.layers.Dense(3, activation='softmax')])"
    )


def test_two_places_at_most_in_one_cell(made: Callable[..., list[str]]) -> None:
    deep = "model = Sequential([" + "Dense(9, 'relu'), " * 5 + "Dense(1)])"
    assert len(made("hidden-activation-removed", deep)) == 2


def test_layers_of_a_subclass_have_their_roles(made: Callable[..., list[str]]) -> None:
    subclass = """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = tf.keras.layers.Dense(4, activation="relu")
        self.last = tf.keras.layers.Dense(2, activation="softmax")
    def call(self, x):
        return self.last(self.first(x))
"""
    (text,) = made("hidden-activation-removed", subclass)
    assert "self.first = tf.keras.layers.Dense(4)\n" in text


def test_a_model_of_a_cell_above_is_found(made: Callable[..., list[str]]) -> None:
    (text,) = made("nested-layers-made-anew", WRAPPED, data=BASE)
    assert "tf.keras.layers.Dense(5, 'relu')(x)" in text
