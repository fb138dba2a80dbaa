"""Hidden checks of a7: a network of the student's own design for Fashion-MNIST."""

import pytest

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    MatchFailure,
    assert_accuracy,
    assert_callback,
    assert_loss,
    assert_output,
    assert_parameters,
    assert_same_predictions,
    assert_trained,
    assert_validation,
)
from autograder.matchers.labels import labels_given
from autograder.matchers.predictions import predicted

FILE = "fashion_model.keras"
BUDGET = 100_000
SIDE = 28
INK = 255
"""The pictures' pixels run from 0 to 255."""

COMPARED = 1_000
"""Held-out pictures on which the file is compared: other weights differ on nearly all of them."""


@pytest.fixture
def pictures(heldout):
    """The held-out pictures as agreed, pixels from 0 to 1; made once for all submissions."""
    return (heldout.x / INK).astype("float32")


@check(cell="check_build", points=1, hint="Print fashion_model.input_shape and .output_shape.")
def test_ten_numbers_for_one_picture(evidence):
    """`fashion_model` takes one picture and gives a probability or a score for each class."""
    model = evidence.model("fashion_model")
    assert_output(model, 10, ("softmax", "linear"))
    if len(model.input_shapes) != 1 or not _takes_pictures(model.input_shapes[0][1:]):
        raise MatchFailure(
            "fashion_model takes one picture of 28 by 28 pixels, as a table or as a row",
            " and ".join(str(shape[1:]) for shape in model.input_shapes) or "no input",
        )


@check(cell="check_build", points=2, hint="Look for the layer with the most parameters.")
def test_within_the_budget(evidence):
    """`fashion_model` has at most 100,000 parameters."""
    assert_parameters(evidence.model("fashion_model"), at_most=BUDGET)


@check(cell="check_train", points=1, hint="Does the loss know whether it gets scores?")
def test_loss_fits_the_head(evidence):
    """The loss is a cross-entropy that fits the last layer and the labels."""
    labels = labels_given(
        evidence, "fashion_model", before="check_build", after="check_train", history="history"
    )
    assert_loss(evidence.model("fashion_model"), "cross_entropy", labels=labels)


@check(cell="check_train", points=1, hint="fit takes validation data and a list of callbacks.")
def test_early_stopping_on_validation_data(evidence):
    """`history` is of a fit that EarlyStopping could end, by watching validation data."""
    history = evidence.history("history")
    assert_trained(history, model=evidence.model("fashion_model"))
    assert_validation(history)
    assert_callback(history, "EarlyStopping", monitor="val_")


@check(
    cell="check_train",
    points=2,
    hint="Does the model take pixels from 0 to 1, as agreed? Is the loss still falling at the end?",
)
def test_recognises_unseen_clothes(evidence, heldout, settings, pictures):
    """Pictures that the model has not seen are recognised."""
    model = evidence.model("fashion_model")
    predictions = predicted(model, _as_taken(model, pictures))
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=settings.thresholds["accuracy"],
        model=model,
        history=_history(evidence),
        not_trained_on=heldout.y_test,
    )


@check(cell="check_save", points=1, files=(FILE,), hint="save(...) writes the whole model.")
def test_file_can_be_loaded(evidence):
    """The notebook saves a model that Keras can load, as `fashion_model.keras`."""
    evidence.saved(FILE)


@check(
    cell="check_save",
    points=2,
    files=(FILE,),
    needs=("test_file_can_be_loaded",),
    hint="Was the file written before the last training, or from another model?",
)
def test_file_predicts_the_same(evidence, pictures):
    """The model in the file predicts what `fashion_model` predicts."""
    model = evidence.model("fashion_model")
    rows = _as_taken(model, pictures[:COMPARED])
    assert_same_predictions(evidence.saved(FILE), model, rows)


def _takes_pictures(shape):
    """Whether a picture has this shape; None is an axis that the model leaves open."""
    shapes = {1: (SIDE * SIDE,), 2: (SIDE, SIDE), 3: (SIDE, SIDE, 1)}
    wanted = shapes.get(len(shape), ())
    return bool(wanted) and all(n in (size, None) for n, size in zip(shape, wanted, strict=True))


def _as_taken(model, pictures):
    """The pictures with a channel where the model asks for one; a view, no copy."""
    channel = any(len(shape) == len((None, SIDE, SIDE, 1)) for shape in model.input_shapes)
    return pictures.reshape(len(pictures), SIDE, SIDE, 1) if channel else pictures


def _history(evidence):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None
