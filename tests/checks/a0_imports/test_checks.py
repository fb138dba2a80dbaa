"""Hidden checks of a0: where Keras comes from, and code from an old course, repaired."""

from dataclasses import replace

import numpy as np

from autograder.checks import call, check
from autograder.evidence.view import CallFailed, NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_as_fitted,
    assert_computed,
    assert_input_shape,
    assert_layers,
    assert_loss,
    assert_optimizer,
    assert_reached_through,
    assert_trained,
    assert_trained_on,
)
from autograder.matchers.training import belongs


def _rows(examples, columns):
    """Examples in [-1, 1] and the means of their rows."""
    inputs = np.random.default_rng(columns).uniform(-1, 1, (examples, columns)).astype("float32")
    return inputs, inputs.mean(axis=1)


# As many columns as in the notebook, but another number of rows: one fault, one lost point.
ROWS = _rows(33, 4)
FITTED = call("build_and_fit", *ROWS)
NARROW = call("build_and_fit", *_rows(24, 3))
WIDE = call("build_and_fit", *_rows(40, 11))


@check(cell="check_same_dense", points=1, hint="Two classes, one operator: which of the two names?")
def test_the_classes_were_compared(evidence):
    """`same_dense` says that the two names stand for one class, and was computed from both."""
    found = evidence.scalar("same_dense")
    if found is not True:
        raise MatchFailure(
            "same_dense is True: since TensorFlow 2.16 the two are one class",
            f"{found!r}"[:40],
            hint="Compare the classes themselves, and keep the answer as True or False.",
        )
    # Cells of one's own count, above the exercise's cell and below it.
    *above, last = evidence.sources_before("check_same_dense")
    roots = ("tensorflow", "keras")
    assert_computed(last, "same_dense", roots=roots, mentions="Dense", given=above)


@check(cell="check_fix_old_code", points=1)
def test_keras_comes_through_tensorflow(evidence):
    """The repaired cell comes to Keras through TensorFlow, like the rest of the course."""
    if not evidence.has("build_and_fit"):
        raise NotAttempted("build_and_fit", "a function", "this variable does not exist")
    assert_reached_through(
        evidence.source("fix_old_code"),
        "build_and_fit",
        library="tensorflow",
        instead_of="keras",
        given=evidence.sources_before("fix_old_code"),
    )


@check(cell="check_fix_old_code", points=1, calls=(FITTED,))
def test_returns_the_model_and_its_history(evidence):
    """`build_and_fit` returns a model, and what `fit` gave back for this model."""
    model, history = _pair(evidence.called(FITTED))
    if not belongs(history, model):
        raise MatchFailure(
            "build_and_fit(X, y) returns a model, and the history of the training of this model",
            "a model that is another one than fit trained, or was changed after it",
            hint="Return the very model on which fit was called. The last line was right.",
        )
    assert_trained(history, model=model)
    assert_as_fitted(model, history)


@check(
    cell="check_fix_old_code",
    points=1,
    needs=("test_returns_the_model_and_its_history",),
    calls=(NARROW, WIDE),
    hint="Every number in the function that belongs to one set of data has to come from X. "
    "Loss and optimizer were right.",
)
def test_three_layers_for_whatever_columns_X_has(evidence):
    """The layers, the loss and the optimizer are those of the old code, for any columns of X."""
    for made, columns in ((NARROW, 3), (WIDE, 11)):
        model, history = _pair(evidence.called(made))
        model = replace(model, name=f"the model for {columns} columns")
        assert_layers(model, Dense(16, "relu"), Dense(8, "relu"), Dense(1))
        assert_input_shape(model, (columns,))
        assert_loss(model, "mse")
        assert_optimizer(model, "sgd", learning_rate=0.01)
        assert_trained(history, model=model)


@check(
    cell="check_fix_old_code",
    points=1,
    needs=("test_returns_the_model_and_its_history",),
    calls=(FITTED,),
    hint="One argument of fit says it. Keras 2 gave it a new name.",
)
def test_five_epochs_as_before(evidence):
    """The model is trained for five epochs on X and y, as the old code meant it to be."""
    _, history = _pair(evidence.called(FITTED))
    if history.epochs != 5:
        raise MatchFailure("a training of five epochs", f"{history.epochs}")
    if len(history.fits) > 1:
        raise MatchFailure(
            "a training of five epochs",
            f"fit is called {len(history.fits)} times, and goes on where it ended before",
            hint="Count all calls of fit in the function, not the last one alone.",
        )
    assert_trained_on(history, *ROWS)


def _pair(result):
    """The model and the history, under names that are shorter than the arrays in the call."""
    result = replace(result, name="build_and_fit(X, y)")
    try:
        found = "" if result.items == 2 else f"{result.items} values"
    except CallFailed as other:
        found = other.found
    if found:
        raise MatchFailure(
            f"{result.name} returns two values, the model and the history",
            found,
            hint="The last line of the function was right.",
        )
    return result[0].model(), result[1].history()
