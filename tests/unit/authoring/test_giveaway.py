"""A diagnosis may have the words of a student, and none that only the solution has."""

import json
from pathlib import Path

import pytest

from autograder.authoring.giveaway import given_away, named_answers
from autograder.nouns import Diagnosis, Result, Status

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


def _notebook(folder: Path, answer: str) -> Path:
    given = {"cell_type": "code", "metadata": {}, "source": "from keras.layers import Dense"}
    own = {"cell_type": "code", "metadata": {"nbgrader": {"solution": True}}, "source": answer}
    folder.mkdir()
    (folder / "lesson.ipynb").write_text(json.dumps({"cells": [given, own]}))
    return folder


def test_a_result_is_held_against_the_cells_that_were_filled_in(tmp_path: Path):
    solution = _notebook(tmp_path / "solution", "m.add(Dense(10, activation='softmax'))")
    attempt = _notebook(tmp_path / "attempt", "m.add(Dense(10))")
    told = [Diagnosis("O1", "error", text, "check_m") for text in ("10 units", "a softmax")]
    result = Result("a", None, Status.COMPLETED, {}, diagnosis=tuple(told))
    (found,) = named_answers(result, solution, attempt)
    assert found.startswith("check_m: the diagnosis O1 names softmax")
