"""Hidden checks of a1: regression with one unit."""

import numpy as np

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_array,
    assert_close,
    assert_error,
    assert_input_shape,
    assert_layers,
    assert_loss,
    assert_parameters,
    assert_trained,
)

RELATIVE_TOLERANCE = 1e-3
"""float32 predictions in batches of another size differ in the sixth digit; answers do not."""


@check(cell="check_build", points=2, hint="How many numbers are to be predicted for each row?")
def test_one_unit_without_activation(evidence):
    """One layer with one unit, which may answer any number."""
    assert_layers(evidence.model("reg_model"), Dense(1))


@check(cell="check_build", points=1, needs=("test_one_unit_without_activation",))
def test_eleven_parameters(evidence):
    """A weight for each of the ten columns, and a bias."""
    model = evidence.model("reg_model")
    assert_input_shape(model, (10,))
    assert_parameters(model, total=11)


@check(cell="check_compile", points=2)
def test_mean_squared_error(evidence):
    """The loss is the mean squared error."""
    assert_loss(evidence.model("reg_model"), "mse")


@check(cell="check_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`history` is what fit gave back for `reg_model`."""
    assert_trained(evidence.history("history"), model=evidence.model("reg_model"))


@check(
    cell="check_fit",
    points=2,
    hint="Look at the loss: if it is still falling after the last epoch, the steps are too small "
    "or too few. The text before the compile cell says which optimizer takes large enough ones.",
)
def test_predicts_unseen_patients(evidence, heldout, settings):
    """The error on patients that the model has not seen is small."""
    model = evidence.model("reg_model")
    limit = settings.thresholds["fit_mae"]
    predictions = model.predict(heldout.x)
    assert_error(
        predictions,
        heldout.y,
        kind="mae",
        below=limit,
        model=model,
        history=_history(evidence),
        not_trained_on=heldout.y_test,
    )


@check(cell="check_predict", points=1, hint="One prediction for each row of X_test, in order.")
def test_predictions_of_the_model(evidence, heldout):
    """`y_pred` holds what `reg_model` predicts for the test rows."""
    found = evidence.array("y_pred")
    assert_array(found, shape=((len(heldout.y_test), 1), (len(heldout.y_test),)), name="y_pred")
    expected = evidence.model("reg_model").predict(heldout.x_test)
    if not np.allclose(found.ravel(), expected.ravel(), rtol=RELATIVE_TOLERANCE):
        raise MatchFailure(
            "y_pred holds what reg_model predicts for X_test",
            "an array of the right shape with other numbers",
            "they have to come from this model, as it is now, and from the rows of X_test.",
        )


@check(
    cell="check_predict",
    points=1,
    hint="Do the predictions and y_test have the same shape when one is subtracted from the other?",
)
def test_mean_absolute_error(evidence, heldout):
    """`test_mae` is the mean absolute error of those predictions."""
    found = evidence.scalar("test_mae")
    expected = evidence.model("reg_model").predict(heldout.x_test)
    assert_array(expected, shape=(len(heldout.y_test), 1), name="what reg_model predicts")
    error = _mae(expected, heldout.y_test)
    try:
        assert_close(found, error, name="test_mae", rtol=RELATIVE_TOLERANCE)
    except MatchFailure:
        own = _error_of_y_pred(evidence, heldout.y_test)
        assert_close(found, own, name="test_mae", rtol=RELATIVE_TOLERANCE)


def _error_of_y_pred(evidence, targets):
    """The error of the notebook's own predictions, NaN where there are none.

    Where they are not the model's, that has cost a point, and their error is still theirs. Targets
    in the place of predictions are none.
    """
    try:
        found = evidence.array("y_pred")
    except NotAttempted:
        return np.nan
    if found.shape not in ((len(targets),), (len(targets), 1)):
        return np.nan
    return _mae(found, targets) or np.nan


def _mae(predictions, targets):
    return float(np.mean(np.abs(predictions.ravel() - targets)))


def _history(evidence):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None
