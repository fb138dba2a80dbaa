"""Hidden checks of a3: multinomial classification, a head alone and with relu layers before it."""

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    assert_accuracy,
    assert_input_shape,
    assert_layers,
    assert_loss,
    assert_metrics,
    assert_optimizer,
    assert_parameters,
    assert_trained,
)
from autograder.matchers.labels import labels_given


@check(cell="check_head_build", points=1, hint="Which activation looks at all ten sums together?")
def test_one_softmax_layer(evidence):
    """A single layer that turns the pixels into ten class probabilities."""
    assert_layers(evidence.model("head_model"), Dense(10, "softmax"))


@check(cell="check_head_build", points=1, needs=("test_one_softmax_layer",))
def test_parameters_of_the_head(evidence):
    """64 weights and a bias for each of the ten classes."""
    model = evidence.model("head_model")
    assert_input_shape(model, (64,))
    assert_parameters(model, total=650)


@check(cell="check_head_train", points=1, hint="Compile with a loss for classes, then keep fit's.")
def test_head_is_compiled_and_fitted(evidence):
    """`head_model` is compiled with a cross-entropy, and `head_history` is what fit gave back."""
    model = evidence.model("head_model")
    assert_trained(evidence.history("head_history"), model=model)
    assert_loss(model, "cross_entropy", asked="softmax")


@check(cell="check_head_train", points=1, hint="Is the loss still falling after the last epoch?")
def test_head_reads_unseen_digits(evidence, heldout, settings):
    """The head alone reads digits that it has not seen."""
    model = evidence.model("head_model")
    share = settings.thresholds["head_accuracy"]
    history = _history(evidence, "head_history")
    predictions = model.predict(heldout.x)
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=share,
        model=model,
        history=history,
        not_trained_on=heldout.y_test,
    )


@check(
    cell="check_digits_build",
    points=3,
    hint="Compare model.summary() with the text, layer by layer, activations too.",
)
def test_two_relu_layers_and_a_softmax(evidence):
    """Two relu layers transform the pixels, and a softmax gives ten class probabilities."""
    assert_layers(
        evidence.model("digits_model"), Dense(100, "relu"), Dense(30, "relu"), Dense(10, "softmax")
    )


@check(cell="check_digits_build", points=1, needs=("test_two_relu_layers_and_a_softmax",))
def test_parameters_of_the_three_layers(evidence):
    """The three layers have 9,840 parameters for 64 pixels."""
    model = evidence.model("digits_model")
    assert_input_shape(model, (64,))
    assert_parameters(model, total=9_840)


@check(cell="check_digits_compile", points=1)
def test_adam(evidence):
    """The optimizer is Adam."""
    assert_optimizer(evidence.model("digits_model"), "adam")


@check(
    cell="check_digits_compile",
    points=1,
    hint="The table at the top of the notebook says which loss goes with which labels.",
)
def test_cross_entropy_that_fits_the_labels(evidence):
    """The loss is a cross-entropy that fits the labels."""
    model = evidence.model("digits_model")
    labels = labels_given(
        evidence,
        "digits_model",
        before="check_digits_compile",
        after="check_digits_fit",
        history="digits_history",
    )
    assert_loss(model, "cross_entropy", labels=labels, asked="softmax")


@check(cell="check_digits_compile", points=1)
def test_accuracy_is_watched(evidence):
    """The accuracy is among the metrics."""
    assert_metrics(evidence.model("digits_model"), "accuracy")


@check(cell="check_digits_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`digits_history` is what fit gave back for `digits_model`."""
    assert_trained(evidence.history("digits_history"), model=evidence.model("digits_model"))


@check(cell="check_digits_fit", points=3, hint="Is the loss still falling after the last epoch?")
def test_reads_unseen_digits(evidence, heldout, settings):
    """Digits that the model has not seen are read correctly."""
    model = evidence.model("digits_model")
    share = settings.thresholds["digits_accuracy"]
    history = _history(evidence, "digits_history")
    predictions = model.predict(heldout.x)
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=share,
        model=model,
        history=history,
        not_trained_on=heldout.y_test,
    )


def _history(evidence, name):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history(name)
    except NotAttempted:
        return None
