"""Hidden checks of a2: binary classification with one sigmoid unit."""

import numpy as np

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_accuracy,
    assert_array,
    assert_close,
    assert_input_shape,
    assert_layers,
    assert_loss,
    assert_parameters,
    assert_trained,
)
from autograder.matchers.scoring import decoded

RELATIVE_TOLERANCE = 1e-3
"""One row of the test part counts for more than 0.01: a share that is off by less is the same."""

UNDECIDED = 1e-4
"""A probability this close to 0.5 may fall on either side when it is computed again."""


@check(cell="check_build", points=2, hint="Which activation turns a sum into one probability?")
def test_one_sigmoid_unit(evidence):
    """One layer with one unit, which gives the probability of a yes itself."""
    assert_layers(evidence.model("class_model"), Dense(1, "sigmoid"))


@check(cell="check_build", points=1, needs=("test_one_sigmoid_unit",))
def test_thirty_one_parameters(evidence):
    """A weight for each of the thirty columns, and a bias."""
    model = evidence.model("class_model")
    assert_input_shape(model, (30,))
    assert_parameters(model, total=31)


@check(cell="check_compile", points=2)
def test_binary_cross_entropy(evidence):
    """The loss is the binary cross-entropy."""
    assert_loss(evidence.model("class_model"), "binary_crossentropy", asked="sigmoid")


@check(cell="check_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`history` is what fit gave back for `class_model`."""
    assert_trained(evidence.history("history"), model=evidence.model("class_model"))


@check(cell="check_fit", points=2, hint="Is the loss still falling after the last epoch?")
def test_recognises_unseen_samples(evidence, heldout, settings):
    """Samples that the model has not seen are recognised."""
    model = evidence.model("class_model")
    if _history(evidence) is None and model.ref == _ref_before_fit(evidence):
        # Untrained weights divide this set at random, and now and then they divide it well.
        raise MatchFailure("class_model is trained", "the weights that it started with")
    share = settings.thresholds["fit_accuracy"]
    predictions = model.predict(heldout.x)
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=share,
        model=model,
        history=_history(evidence),
        not_trained_on=heldout.y_test,
    )


@check(cell="check_predict", points=1, hint="A label is 0 or 1; the model gives a probability.")
def test_labels_of_the_model(evidence, heldout):
    """`predicted_labels` holds the label that `class_model` predicts for each test row."""
    found = evidence.array("predicted_labels")
    rows = len(heldout.y_test)
    assert_array(found, shape=((rows, 1), (rows,)), dtype_kind="iu", name="predicted_labels")
    model = evidence.model("class_model")
    predicted = model.predict(heldout.x_test)
    decided = np.abs(predicted - 0.5).min(axis=1) > UNDECIDED
    if np.any((found.ravel() != decoded(predicted, "auto", model))[decided]):
        raise MatchFailure(
            "predicted_labels holds the labels that class_model predicts for X_test",
            "integers of the right shape, of which some are other labels",
            "they have to come from this model, as it is now, and from the rows of X_test.",
        )


@check(
    cell="check_predict",
    points=1,
    hint="Count labels, not probabilities. Do both arrays have the same shape where you compare?",
)
def test_share_of_right_labels(evidence, heldout):
    """`test_accuracy` is the share of test rows that are labelled right."""
    model = evidence.model("class_model")
    predicted = decoded(model.predict(heldout.x_test), "auto", model)
    accuracy = float(np.mean(predicted == heldout.y_test))
    found = evidence.scalar("test_accuracy")
    try:
        assert_close(found, accuracy, name="test_accuracy", rtol=RELATIVE_TOLERANCE)
    except MatchFailure:
        own = _share_of_labels(evidence, heldout.y_test)
        assert_close(found, own, name="test_accuracy", rtol=RELATIVE_TOLERANCE)


def _share_of_labels(evidence, truth):
    """The share of the notebook's own labels that is right, NaN where there are none.

    Where they are not the model's, that has cost a point, and their share is still theirs. Labels
    that are all right are those of the data, no prediction.
    """
    try:
        found = evidence.array("predicted_labels")
    except NotAttempted:
        return np.nan
    if found.shape not in ((len(truth),), (len(truth), 1)) or found.dtype.kind not in "iu":
        return np.nan
    share = float(np.mean(found.ravel() == truth))
    return share if share < 1 else np.nan


def _history(evidence):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None


def _ref_before_fit(evidence):
    try:
        return evidence.at("check_compile").model("class_model").ref
    except NotAttempted:
        return None
