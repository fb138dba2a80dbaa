"""Hidden checks of a5: MNIST from the raw pixels to the predicted digits."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from autograder.checks import check
from autograder.evidence.view import CallFailed, NotAttempted, NotJudgeable
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
from autograder.matchers.labels import labels_given
from autograder.matchers.predictions import predicted

SIDE = 28
INK = 255
"""MNIST's pixels run from 0 to 255."""

TOP = 0.9
"""Dividing by 255 or 256 puts the strongest ink at 1 or a hair below; 1,000, say, is no scale."""

SAME = 1e-3
"""Dividing in float16 is off by 5e-4 at most."""

EQUAL = 2e-5
"""A mean loss of thousands of rows, summed in another order; that of other rows is farther off."""


@pytest.fixture
def scaled(heldout):
    """``scaled(evidence, part)``: heldout's images, on the scale to which a submission brought its
    own of "X_train" or "X_test"; None where that scale is not known.

    Each is made once for all submissions: 10,000 images are 31 MB.
    """
    images = {"X_train": heldout.x, "X_test": heldout.x_test}
    known = {}

    def as_scaled(evidence, part):
        values = _scale(evidence, part, heldout)
        if values is None:
            return None
        key = (part, values.tobytes())
        if key not in known:
            known[key] = values[images[part]]
        return known[key]

    return as_scaled


@pytest.fixture
def seen(heldout, scaled):
    """``seen(evidence, part)``: the model, images for it, and the labels of these.

    Where the images cannot be made again as the model saw them (each place of the picture had a
    scale of its own, say), the first test images are there as the notebook scaled them. If
    `predictions` holds what the model gives for these, it is believed for the others: they are
    then the images, and the model answers with it.
    """
    labels = {"X_train": heldout.y, "X_test": heldout.y_test}

    def as_seen(evidence, part):
        model, rows = evidence.model("mnist_model"), scaled(evidence, part)
        if rows is not None:
            return model, rows, labels[part]
        answers = _answers(evidence, model, heldout)
        if answers is None:
            raise NotJudgeable(
                "X_test_scaled does not follow from the pixels, and predictions is not what "
                "mnist_model gives for its first rows: nobody knows how the images were scaled"
            )
        return replace(model, predictor=_Told(answers)), heldout.x_test, heldout.y_test

    return as_seen


@check(cell="check_scale", points=1, hint="Print X_train_scaled.dtype, .min() and .max().")
def test_training_images_from_0_to_1(evidence):
    """The training images are floating-point numbers from 0 to 1."""
    scaled, published = evidence.facts("X_train_scaled"), _published(evidence)
    if published is not None:
        _assert_scaled(scaled, published.head / INK, rows=published.shape[0])
        return
    # X_train is another array by now, so the images themselves are not here to compare with.
    rows = evidence.facts("y_train").shape[0] if evidence.has("y_train") else scaled.shape[0]
    _assert_scaled(scaled, None, rows=rows)


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
    labels = labels_given(
        evidence, "mnist_model", before="check_compile", after="check_fit", history="history"
    )
    model = evidence.model("mnist_model")
    assert_loss(model, "cross_entropy", labels=labels, asked="softmax")


@check(cell="check_compile", points=1)
def test_accuracy_is_watched(evidence):
    """The accuracy is among the metrics."""
    assert_metrics(evidence.model("mnist_model"), "accuracy")


@check(cell="check_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`history` is what fit gave back for `mnist_model`."""
    assert_trained(evidence.history("history"), model=evidence.model("mnist_model"))


@check(cell="check_fit", points=1, needs=("test_history_of_the_training",))
def test_validation_curve(evidence, heldout, scaled):
    """`history` has a validation loss for every epoch, of rows that are not the test rows."""
    history = evidence.history("history")
    assert_validation(history)
    rows = scaled(evidence, "X_test")
    if rows is not None:
        found = predicted(evidence.model("mnist_model"), rows)
        _assert_other_rows(history, found, heldout.y_test)


@check(cell="check_fit", points=2, hint="Is the loss still falling after the last epoch?")
def test_reads_unseen_digits(evidence, heldout, settings, seen):
    """Digits that the model has not seen are read correctly."""
    model, rows, labels = seen(evidence, "X_train")
    assert_accuracy(
        predicted(model, rows),
        labels,
        at_least=settings.thresholds["accuracy"],
        model=model,
        history=_history(evidence),
        not_trained_on=heldout.y_test,
    )


@check(cell="check_evaluate", points=1, hint="evaluate gives the loss first, then the metrics.")
def test_loss_on_the_test_images(evidence, seen):
    """`test_loss` is the model's loss on the test images."""
    loss = evidence.scalar("test_loss")
    assert_evaluation(*seen(evidence, "X_test"), loss=loss)


@check(cell="check_evaluate", points=1, hint="evaluate gives the loss first, then the metrics.")
def test_share_of_right_digits(evidence, seen):
    """`test_accuracy` is the share of test images that the model reads correctly."""
    accuracy = evidence.scalar("test_accuracy")
    assert_evaluation(*seen(evidence, "X_test"), accuracy=accuracy)


@check(cell="check_predict", points=1, hint="predict gives ten numbers for each image: keep all.")
def test_probabilities_of_the_model(evidence, heldout, scaled):
    """`predictions` holds the probabilities that the model gives for the test images."""
    model, rows = evidence.model("mnist_model"), scaled(evidence, "X_test")
    found, wanted = evidence.facts("predictions"), (len(heldout.x_test), 10)
    if len(found.shape) > 1 and found.shape != wanted:
        # Checked before the array is asked for: one that is far too large was not recorded.
        raise MatchFailure(f"predictions of shape {wanted}", f"shape {found.shape}")
    array = evidence.array("predictions")
    if rows is None and len(found.shape) > 1:
        rows = _first_scaled(evidence, heldout)
        array = array[: len(rows)]
    assert_predictions(array, model, heldout.x_test if rows is None else rows, name="predictions")


@check(cell="check_predict", points=1, hint="In which column of its row is the largest number?")
def test_digits_of_the_model(evidence, seen):
    """`predicted_digits` holds the digit that the model reads in each test image."""
    found = evidence.array("predicted_digits")
    model, rows, _ = seen(evidence, "X_test")
    assert_classes(found, predicted(model, rows), name="predicted_digits")


def _scale(evidence, part, heldout):
    """What each pixel from 0 to 255 became in the images of ``part``, float32 (256,), or None.

    Of the other part where this one is in another order or has nothing to compare it with.
    """
    first = {"X_train": _published(evidence), "X_test": heldout.x_test}
    heads = {name: getattr(images, "head", images) for name, images in first.items()}
    other = "X_test" if part == "X_train" else "X_train"
    found = _arrays(evidence, part)
    for facts in found:
        if (values := _values(facts, heads[part])) is not None:
            return values
    for facts in _arrays(evidence, other):
        values = _values(facts, heads[other])
        if values is not None and (not found or any(_spans(values, own) for own in found)):
            return values
    return None


def _arrays(evidence, part):
    """The scaled images of ``part`` as they are now and as the scale cell left them; raw ones where
    there are none."""
    times = (evidence, evidence.at("check_scale"))
    found = [_facts(at, f"{part}_scaled") for at in times]
    if found == [None, None]:
        found = [_facts(at, part) for at in times]
    return [facts for facts in found if facts is not None]


def _facts(evidence, name):
    try:
        return evidence.facts(name)
    except NotAttempted:
        return None


def _published(evidence):
    """The facts of X_train if it is still what the data cell loaded, else None."""
    facts = _facts(evidence.at("check_scale"), "X_train")
    kept = facts is not None and facts.dtype == "uint8" and facts.shape[1:] == (SIDE, SIDE)
    return facts if kept else None


def _values(scaled, published):
    """What each pixel became, read off the first rows; None for what is no function of the pixel.

    A pixel that is not among them lies between its neighbours.
    """
    if scaled.head is None or published is None:
        return None
    rows = min(len(scaled.head), len(published))
    pixels, numbers = published[:rows].reshape(-1), scaled.head[:rows].reshape(-1)
    if pixels.shape != numbers.shape or pixels.dtype != np.uint8 or numbers.dtype.kind not in "iuf":
        return None
    values = np.full(INK + 1, np.nan)
    values[pixels] = numbers
    seen = np.flatnonzero(np.isfinite(values))
    if len(seen) < 2 or not np.array_equal(values[pixels], numbers):
        return None
    values = np.interp(np.arange(INK + 1), seen, values[seen]).astype("float32")
    return values if _spans(values, scaled) else None


def _spans(values, scaled):
    """Whether all of the images, not the first alone, have the smallest and largest of these."""
    low, high = values.min(), values.max()
    close = SAME * max(high - low, SAME)
    return abs(scaled.minimum - low) <= close and abs(scaled.maximum - high) <= close


def _first_scaled(evidence, heldout):
    """The first test images as the notebook scaled them (of the stand-in: all)."""
    for facts in _arrays(evidence, "X_test"):
        if facts.head is not None and len(facts.head) and facts.shape[0] == len(heldout.x_test):
            return facts.head
    raise NotJudgeable("how the test images were scaled is not known: none of them were recorded")


def _answers(evidence, model, heldout):
    """`predictions`, if the model gives it for the first test images and these are what they should
    be, else None."""
    try:
        rows = _first_scaled(evidence, heldout)
        own = predicted(model, rows)
        right = np.mean(own.argmax(axis=1) == heldout.y_test[: len(rows)])
        if right <= 0.5:  # a tenth for other images, or those in another order
            return None
        if len(rows) == len(heldout.x_test):
            return own
        found = evidence.at("check_predict").array("predictions")
        assert_predictions(found[: len(rows)], model, rows)
    except (MatchFailure, NotAttempted, NotJudgeable, CallFailed):
        return None
    return found if found.shape == (len(heldout.x_test), 10) else None


@dataclass(frozen=True)
class _Told:
    """A predictor that gives what it was told."""

    answers: np.ndarray

    def predictions(self, ref, inputs):
        """The answers, whatever the inputs."""
        return (self.answers,)


def _assert_other_rows(history, found, labels):
    """Fails for a validation loss and accuracy that are those of the test images.

    The weights are those of the last epoch, or of the best. Two numbers have to agree: a loss of
    other rows comes this close once in some thousand fits.
    """
    own = found[np.arange(len(labels)), labels] if found.shape[1:] == (10,) else np.zeros(1)
    if own.min() <= 0:
        return
    loss, share = -np.log(own).mean(), np.mean(found.argmax(axis=1) == labels)
    curves = {name: curve for name, curve in history.values.items() if name.startswith("val_")}
    losses = curves.pop("val_loss")
    slack = 1.5 / len(labels)
    for epoch in {len(losses) - 1, int(np.argmin(losses))}:
        others = [curve[epoch] for curve in curves.values() if len(curve) > epoch]
        same = not others or any(abs(number - share) <= slack for number in others)
        if same and math.isclose(losses[epoch], loss, rel_tol=EQUAL):
            raise MatchFailure(
                "a validation loss of rows that are neither trained on nor the test rows",
                f"val_loss is the loss on the test images, {loss:.5f}",
                "whoever chooses the number of epochs by the test rows has used them up.",
                "Set a share of the training rows aside: fit has an argument for it.",
            )


def _assert_scaled(scaled, images, *, rows):
    """All ``rows`` images, divided, in an allowed shape.

    ``images``, from 0 to 1, are the first of them, None where nobody knows them.
    """
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
    if not _holds(scaled, images):
        raise MatchFailure(f"{name} holds the images, divided, in their order", "other numbers")


def _holds(scaled, images):
    """Whether the first rows are these images; without any, whether they are pixels, divided."""
    found = scaled.head.reshape(len(scaled.head), -1) / scaled.maximum
    if images is None:
        levels = np.abs(found * INK - np.round(found * INK)) <= SAME * INK
        return bool(levels.all()) and float(np.median(found)) == 0
    known = min(len(found), len(images))
    wanted = images[:known].reshape(known, -1)
    return np.allclose(found[:known], wanted, rtol=0, atol=SAME)


def _history(evidence):
    """The history, if there is one: a missing one costs its own points, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None
