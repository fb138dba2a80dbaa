"""Hidden checks of a0: where Keras comes from, and code from an old course, repaired."""

import numpy as np

from autograder.checks import call, check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_computed,
    assert_input_shape,
    assert_layers,
    assert_reached_through,
    assert_trained,
)


def _rows(examples, columns):
    """Examples in [-1, 1] and the means of their rows."""
    inputs = np.random.default_rng(columns).uniform(-1, 1, (examples, columns)).astype("float32")
    return inputs, inputs.mean(axis=1)


# As many columns as in the notebook, but another number of rows: one fault, one lost point.
FITTED = call("build_and_fit", *_rows(33, 4))
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
    assert_computed(
        evidence.source("same_dense"),
        "same_dense",
        roots=("tensorflow", "keras"),
        mentions="Dense",
        given=(evidence.source("setup"),),
    )


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
        given=(evidence.source("setup"), evidence.source("same_dense")),
    )


@check(cell="check_fix_old_code", points=1, calls=(FITTED,))
def test_returns_the_model_and_its_history(evidence):
    """`build_and_fit` returns a model, and what `fit` gave back for this model."""
    model, history = _pair(evidence.called(FITTED))
    assert_trained(history, model=model)


@check(
    cell="check_fix_old_code",
    points=1,
    needs=("test_returns_the_model_and_its_history",),
    calls=(NARROW, WIDE),
    hint="Every number in the function that belongs to one set of data has to come from X.",
)
def test_three_layers_for_whatever_columns_X_has(evidence):
    """The three layers are there, and the first takes as many columns as X has."""
    for made, columns in ((NARROW, 3), (WIDE, 11)):
        model, history = _pair(evidence.called(made))
        assert_layers(model, Dense(16, "relu"), Dense(8, "relu"), Dense(1))
        assert_input_shape(model, (columns,))
        assert_trained(history, model=model)


@check(
    cell="check_fix_old_code",
    points=1,
    needs=("test_returns_the_model_and_its_history",),
    calls=(FITTED,),
    hint="One argument of fit says it. Keras 2 gave it a new name.",
)
def test_five_epochs_as_before(evidence):
    """The model is trained for five epochs, as the old code meant it to be."""
    _, history = _pair(evidence.called(FITTED))
    if history.epochs != 5:
        raise MatchFailure("a training of five epochs", f"{history.epochs}")


def _pair(result):
    if result.kind != "tuple" or result.items != 2:
        raise MatchFailure(
            f"{result.name} returns two values, the model and the history",
            f"{result.items} values" if result.kind == "tuple" else "something else",
            hint="The last line of the function was right.",
        )
    return result[0].model(), result[1].history()
