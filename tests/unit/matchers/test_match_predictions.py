"""Predictions that a student kept, against those of the model."""

from typing import Any

import numpy as np
import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import (
    MatchFailure,
    assert_classes,
    assert_predictions,
    assert_probabilities,
    assert_same_predictions,
)
from autograder.student.live import evidence_of

RANDOM = np.random.default_rng(5)
ROWS = RANDOM.normal(size=(40, 4)).astype("float32")


@pytest.fixture(scope="module")
def network(keras: Any) -> Any:
    """Makes a network of 4 columns with random weights, and its evidence."""

    def make(*last: Any, name: str = "net", shape: tuple[int, ...] = (4,)) -> Any:
        flat = [] if len(shape) == 1 else [keras.layers.Flatten()]
        head = last or (keras.layers.Dense(3, "softmax"),)
        model = keras.Sequential([keras.Input(shape), *flat, *head])
        model.set_weights([w + RANDOM.normal(size=w.shape) for w in model.get_weights()])
        return model, evidence_of(model, name)

    return make


@pytest.fixture(scope="module")
def softmax(network: Any) -> tuple[Any, ModelEvidence]:
    return network()  # type: ignore[no-any-return]


def test_the_models_own_predictions_pass_rounded_or_as_float64(softmax: Any) -> None:
    model, net = softmax
    found = model.predict(ROWS, verbose=0)
    for array in (found, found.astype("float64"), found.round(4)):
        assert_predictions(array, net, ROWS, name="predictions")


def test_predictions_of_another_model_fail(network: Any, softmax: Any) -> None:
    other = network()[0].predict(ROWS, verbose=0)
    with pytest.raises(MatchFailure, match="0 of 40 rows are the same") as raised:
        assert_predictions(other, softmax[1], ROWS, name="predictions")
    assert "predictions is what net predicts" in raised.value.expected


def test_labels_for_probabilities_fail_and_are_named(softmax: Any) -> None:
    model, net = softmax
    chances = model.predict(ROWS, verbose=0)
    labels = chances.argmax(axis=1)
    for array in (labels, labels[:, None], labels.astype("float32"), np.eye(3)[labels]):
        with pytest.raises(MatchFailure, match="labels where"):
            assert_predictions(array, net, ROWS, name="predictions")


@pytest.mark.parametrize("rows", [39, 41])
def test_another_number_of_rows_fails(rows: int, softmax: Any) -> None:
    array = np.full((rows, 3), 1 / 3)
    with pytest.raises(MatchFailure, match="one row for each example"):
        assert_predictions(array, softmax[1], ROWS)


def test_not_a_number_and_texts_fail(softmax: Any) -> None:
    for array in (np.full((40, 3), np.nan), np.zeros((40, 3), bool), np.float64(3.0)):
        with pytest.raises(MatchFailure):
            assert_predictions(array, softmax[1], ROWS)


def test_one_column_may_be_flat_and_rounded_ones_are_labels(keras: Any, network: Any) -> None:
    model, net = network(keras.layers.Dense(1, "sigmoid"))
    found = model.predict(ROWS, verbose=0)
    assert_predictions(found, net, ROWS)
    assert_predictions(found[:, 0], net, ROWS)
    with pytest.raises(MatchFailure, match="labels where"):
        assert_predictions((found > 0.5).astype("float32"), net, ROWS)


def test_the_softmax_of_scores_passes_where_the_model_gives_scores(
    keras: Any, network: Any
) -> None:
    model, net = network(keras.layers.Dense(3))
    scores = model.predict(ROWS, verbose=0)
    assert_predictions(scores, net, ROWS)
    assert_predictions(np.asarray(keras.ops.softmax(scores)), net, ROWS)
    with pytest.raises(MatchFailure):
        assert_predictions(np.asarray(keras.ops.sigmoid(scores)), net, ROWS)


def test_images_may_be_given_flat_or_square_to_either_model(network: Any) -> None:
    model, net = network(shape=(2, 2))
    found = model.predict(ROWS.reshape(-1, 2, 2), verbose=0)
    assert_predictions(found, net, ROWS)
    assert net.misfit(ROWS[:, :3]) == "examples of shape (2, 2), where the data have (3,)"
    with pytest.raises(MatchFailure, match="where the data have"):
        assert_predictions(found, net, ROWS[:, :3])


def test_a_model_that_is_not_built_fails_and_is_not_built_by_the_question(keras: Any) -> None:
    model = keras.Sequential([keras.layers.Dense(3)])
    with pytest.raises(MatchFailure, match="not built"):
        assert_predictions(np.ones((40, 3)), evidence_of(model, "net"), ROWS)
    assert not model.built


def test_probabilities_add_up_to_one_in_each_row(softmax: Any) -> None:
    found = softmax[0].predict(ROWS, verbose=0)
    assert_probabilities(found, name="predictions", classes=3)
    assert_probabilities(found.round(4))
    for array in (found * 1.1, found - 0.2, found.argmax(axis=1), found > 0.5, found[:, :2]):
        with pytest.raises(MatchFailure):
            assert_probabilities(array, name="predictions", classes=3)


def test_sigmoids_side_by_side_are_no_probabilities_of_one_class() -> None:
    with pytest.raises(MatchFailure, match="1 in all"):
        assert_probabilities(1 / (1 + np.exp(-ROWS)))


def test_classes_are_the_place_of_the_largest_number(softmax: Any) -> None:
    found = softmax[0].predict(ROWS, verbose=0)
    labels = found.argmax(axis=1)
    for array in (labels, labels[:, None], labels.astype("uint8"), labels.astype("float64")):
        assert_classes(array, found, name="digits")
    wrong = labels.copy()
    wrong[7] = (wrong[7] + 1) % 3
    for array in (wrong, labels + 5, -labels - 1, found, labels + 0.5, found.max(axis=1)):
        with pytest.raises(MatchFailure):
            assert_classes(array, found, name="digits")


def test_classes_of_one_column_are_divided_at_one_half_and_ties_go_either_way() -> None:
    assert_classes(np.array([0, 1, 1]), np.array([[0.1], [0.9], [0.5]]))
    assert_classes(np.array([0, 1, 0]), np.array([0.1, 0.9, 0.5]))
    with pytest.raises(MatchFailure, match="2 of 3 rows"):
        assert_classes(np.array([0, 0, 0]), np.array([0.1, 0.9, 0.5]))


def test_a_twin_with_the_same_weights_predicts_the_same(network: Any, softmax: Any) -> None:
    twin = network()[0]
    twin.set_weights(softmax[0].get_weights())
    assert_same_predictions(evidence_of(twin, "net.keras"), softmax[1], ROWS)


def test_a_file_from_before_the_training_is_told_from_another_network(
    keras: Any, network: Any, softmax: Any
) -> None:
    before = network(name="net.keras")[1]
    with pytest.raises(MatchFailure, match="same layers with other weights") as raised:
        assert_same_predictions(before, softmax[1], ROWS)
    assert "after its training" in raised.value.hint
    larger = network(keras.layers.Dense(7), keras.layers.Dense(3, "softmax"))[1]
    with pytest.raises(MatchFailure, match="another network"):
        assert_same_predictions(larger, softmax[1], ROWS)
    wider = network(keras.layers.Dense(5))[1]
    with pytest.raises(MatchFailure, match="outputs of shape"):
        assert_same_predictions(wider, softmax[1], ROWS)
