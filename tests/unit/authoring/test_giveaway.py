"""A diagnosis may have the words of a student, and none that only the solution has."""

import pytest

from autograder.authoring.giveaway import given_away

SOLUTION = [
    """
model = tf.keras.Sequential([tf.keras.Input((28, 28)), tf.keras.layers.Flatten()])
model.add(tf.keras.layers.Dense(10, activation="softmax"))
""",
    "model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
]
BARE = ["model = keras.Sequential([keras.layers.Dense(3)])", "model.compile('sgd', 'mse')"]


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Use a softmax.", ["softmax"]),
        ("Try Sparse categorical cross-entropy.", ["sparsecategoricalcrossentropy"]),
        ("The output needs 10 units.", ["10 units"]),
        ("A Flatten layer is missing.", ["Flatten"]),
        ("The rows have shape (28, 28).", ["(28, 28)"]),
        ("Adam would be better, and count the accuracy.", ["accuracy", "adam"]),
    ],
)
def test_what_only_the_solution_has_is_found(message: str, named: list[str]):
    assert given_away(message, SOLUTION, BARE) == named


@pytest.mark.parametrize(
    "message",
    [
        "The output has 3 units, linear; loss: mse.",
        "Labels are whole numbers from 0 to 10.",
        "Look at the activation of the last layer, and at madam's accusation.",
        "Where do the maps become flat?",
    ],
)
def test_other_words_are_no_answer(message: str):
    assert given_away(message, SOLUTION, BARE) == []


def test_what_the_student_wrote_may_be_said_however_it_is_spelled():
    attempt = [
        "model.add(keras.layers.Dense(10, activation=tf.nn.softmax))",
        "model.compile(loss=keras.losses.SparseCategoricalCrossentropy(), metrics=['acc'])",
    ]
    message = "loss: sparse categorical cross-entropy; output: 10 units, softmax; accuracy alone"
    assert given_away(message, SOLUTION, attempt) == []
    assert given_away("loss: mse", ["m.compile(loss='mse')"], ["loss = MeanSquaredError()"]) == []


def test_cells_that_do_not_parse_name_nothing():
    assert given_away("softmax", ["Dense(10, 'softmax'"], [""]) == []
