"""Hidden checks of a5: MNIST from the raw pixels to the predicted digits."""

import math

import numpy as np
import pytest

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_accuracy,
    assert_classes,
    assert_evaluation,
    assert_layers,
    assert_loss,
    assert_metrics,
    assert_output,
    assert_parameters,
    assert_predictions,
    assert_trained,
    assert_validation,
)
from autograder.matchers.predictions import predicted

SIDE = 28
INK = 255
"""MNIST's pixels run from 0 to 255."""

TOP = 0.9
"""Dividing by 255 or 256 puts the strongest ink at 1 or a hair below; 1,000, say, is no scale."""

SAME = 1e-3
"""Dividing in float16 is off by 5e-4 at most."""


@pytest.fixture
def scaled():
    """Published images, (n, 28, 28), on the scale that a submission brought its own to.

    Each scale is made once for all submissions: 10,000 images are 31 MB.
    """
    known = {}

    def as_scaled(evidence, name, images):
        facts = evidence.facts(f"{name}_scaled" if evidence.has(f"{name}_scaled") else name)
        values = _values(facts, evidence.facts(name))
        key = (name, values.tobytes())
        if key not in known:
            known[key] = values[images]
        return known[key]

    return as_scaled


@check(cell="check_scale", points=1, hint="Print X_train_scaled.dtype, .min() and .max().")
def test_training_images_from_0_to_1(evidence):
    """The training images are floating-point numbers from 0 to 1."""
    published = evidence.facts("X_train")
    first = published.head / published.maximum
    _assert_scaled(evidence.facts("X_train_scaled"), first, rows=published.shape[0])


@check(cell="check_scale", points=1, hint="Do with the test images what you did with the others.")
def test_test_images_are_scaled_alike(evidence, heldout):
    """The test images are scaled in the same way as the training images."""
    scaled = evidence.facts("X_test_scaled")
    first = heldout.x_test[: len(scaled.head)] / INK
    _assert_scaled(scaled, first, rows=len(heldout.x_test))
    if not evidence.has("X_train_scaled"):
        return
    train = evidence.facts("X_train_scaled")
    if not math.isclose(scaled.maximum, train.maximum, rel_tol=SAME):
        raise MatchFailure(
            "X_test_scaled and X_train_scaled are divided by the same number",
            f"the strongest ink at {train.maximum:.4g} in one, {scaled.maximum:.4g} in the other",
            "the model has to see new images as it saw those that it was trained on.",
        )


@check(
    cell="check_build",
    points=2,
    hint="Compare model.summary() with the text, layer by layer, activations too.",
)
def test_two_relu_layers_and_a_softmax(evidence):
    """Two relu layers transform the pixels, and a softmax gives ten class probabilities."""
    model = evidence.model("mnist_model")
    head = Dense(10, "softmax")
    assert_layers(model, Dense(100, "relu"), Dense(30, "relu"), head, allow=("Flatten", "Reshape"))
    assert_output(model, 10, "softmax")


@check(cell="check_build", points=1, needs=("test_two_relu_layers_and_a_softmax",))
def test_parameters_for_784_pixels(evidence):
    """The three layers have 81,840 parameters for 784 pixels."""
    assert_parameters(evidence.model("mnist_model"), total=81_840)


@check(cell="check_compile", points=1, hint="Look at one label: a whole number, or a row of ten?")
def test_cross_entropy_that_fits_the_labels(evidence):
    """The loss is a cross-entropy that fits the labels."""
    # Keras refuses to fit a wrong pair, so a finished fit proves that the student's labels fit.
    fitted = _history(evidence.at("check_fit")) is not None
    assert_loss(evidence.model("mnist_model"), "cross_entropy", labels=None if fitted else "sparse")


@check(cell="check_compile", points=1)
def test_accuracy_is_watched(evidence):
    """The accuracy is among the metrics."""
    assert_metrics(evidence.model("mnist_model"), "accuracy")


@check(cell="check_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`history` is what fit gave back for `mnist_model`."""
    assert_trained(evidence.history("history"), model=evidence.model("mnist_model"))


@check(cell="check_fit", points=1, needs=("test_history_of_the_training",))
def test_validation_curve(evidence):
    """`history` has a validation loss for every epoch."""
    assert_validation(evidence.history("history"))


@check(cell="check_fit", points=2, hint="Is the loss still falling after the last epoch?")
def test_reads_unseen_digits(evidence, heldout, settings, scaled):
    """Digits that the model has not seen are read correctly."""
    model = evidence.model("mnist_model")
    predictions = predicted(model, scaled(evidence, "X_train", heldout.x))
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=settings.thresholds["accuracy"],
        model=model,
        history=_history(evidence),
    )


@check(cell="check_evaluate", points=1, hint="evaluate gives the loss first, then the metrics.")
def test_loss_on_the_test_images(evidence, heldout, scaled):
    """`test_loss` is the model's loss on the test images."""
    model = evidence.model("mnist_model")
    rows = scaled(evidence, "X_test", heldout.x_test)
    assert_evaluation(model, rows, heldout.y_test, loss=evidence.scalar("test_loss"))


@check(cell="check_evaluate", points=1, hint="evaluate gives the loss first, then the metrics.")
def test_share_of_right_digits(evidence, heldout, scaled):
    """`test_accuracy` is the share of test images that the model reads correctly."""
    model = evidence.model("mnist_model")
    rows = scaled(evidence, "X_test", heldout.x_test)
    assert_evaluation(model, rows, heldout.y_test, accuracy=evidence.scalar("test_accuracy"))


@check(cell="check_predict", points=1, hint="predict gives ten numbers for each image: keep all.")
def test_probabilities_of_the_model(evidence, heldout, scaled):
    """`predictions` holds the probabilities that the model gives for the test images."""
    model = evidence.model("mnist_model")
    rows = scaled(evidence, "X_test", heldout.x_test)
    found = evidence.facts("predictions")
    if len(found.shape) > 1 and found.shape != (len(rows), 10):
        # Checked before the array is asked for: one that is far too large was not recorded.
        raise MatchFailure(f"predictions of shape ({len(rows)}, 10)", f"shape {found.shape}")
    assert_predictions(evidence.array("predictions"), model, rows, name="predictions")


@check(cell="check_predict", points=1, hint="In which column of its row is the largest number?")
def test_digits_of_the_model(evidence, heldout, scaled):
    """`predicted_digits` holds the digit that the model reads in each test image."""
    model = evidence.model("mnist_model")
    found = predicted(model, scaled(evidence, "X_test", heldout.x_test))
    assert_classes(evidence.array("predicted_digits"), found, name="predicted_digits")


def _values(scaled, published):
    """What each pixel from 0 to 255 became, float32 (256,): what Keras computes with.

    Read off the first rows; a pixel that is not among them lies between its neighbours. What is
    no function of the pixel alone is taken for a line from the smallest number to the largest.
    """
    rows = min(len(scaled.head), len(published.head))
    pixels, numbers = published.head[:rows].reshape(-1), scaled.head[:rows].reshape(-1)
    line = np.linspace(scaled.minimum, scaled.maximum, INK + 1)
    if pixels.shape != numbers.shape or pixels.dtype != np.uint8 or numbers.dtype.kind not in "iuf":
        return line.astype("float32")
    values = np.full(INK + 1, np.nan)
    values[pixels] = numbers
    if not np.array_equal(values[pixels], numbers, equal_nan=True):
        return line.astype("float32")
    seen = np.flatnonzero(np.isfinite(values))
    if len(seen) < 2:
        return line.astype("float32")
    return np.interp(np.arange(INK + 1), seen, values[seen]).astype("float32")


def _assert_scaled(scaled, images, *, rows):
    """All ``rows`` images, divided, in an allowed shape; ``images``, from 0 to 1, are the first."""
    name = scaled.name
    shapes = [(rows, SIDE, SIDE), (rows, SIDE, SIDE, 1), (rows, SIDE * SIDE)]
    if scaled.shape not in shapes:
        raise MatchFailure(
            f"{name} of shape {' or '.join(str(shape) for shape in shapes)}", f"{scaled.shape}"
        )
    if scaled.kind != "float" or not scaled.finite:
        raise MatchFailure(f"{name} holds floating-point numbers", f"dtype {scaled.dtype}")
    if not (scaled.minimum >= 0 and TOP <= scaled.maximum <= 1 + SAME):
        raise MatchFailure(
            f"{name} runs from 0 (paper) to 1 or a hair below (the strongest ink)",
            f"numbers from {scaled.minimum:.4g} to {scaled.maximum:.4g}",
            "the first weights are made for inputs that are about as large as 1.",
        )
    known = min(len(scaled.head), len(images))
    found = scaled.head[:known].reshape(known, -1)
    wanted = images[:known].reshape(known, -1) * scaled.maximum
    if not np.allclose(found, wanted, rtol=0, atol=SAME):
        raise MatchFailure(f"{name} holds the images, divided, in their order", "other numbers")


def _history(evidence):
    """The history, if there is one: a missing one costs its own points, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None
