"""Hidden checks of a6: the Functional API, two inputs and outputs, a model used as a layer."""

from autograder.checks import check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Concatenate,
    Dense,
    Input,
    MatchFailure,
    assert_accuracy,
    assert_adds,
    assert_contains,
    assert_functional,
    assert_inputs,
    assert_loss,
    assert_network,
    assert_on_top,
    assert_output,
    assert_shared,
    assert_trained,
    freely_named,
)
from autograder.matchers.heads import head_of

HALF = 32
OUTPUTS = {"digit": 10, "parity": 1}
ACTIVATIONS = {"digit": "softmax", "parity": "sigmoid"}


@check(cell="check_model", points=2, hint="Begin with an Input, and call the layers.")
def test_functional_api(evidence):
    """The model is made with the Functional API."""
    assert_functional(evidence.model("functional_model"))


@check(cell="check_model", points=2, needs=("test_functional_api",))
def test_relu_and_softmax_over_64_columns(evidence):
    """From 64 columns through 32 relu units to ten class probabilities."""
    pixels = Input("pixels", 64)
    network = Dense(10, "softmax")(Dense(32, "relu")(pixels))
    assert_network(evidence.model("functional_model"), network, names=False)


@check(cell="check_two_inputs", points=1)
def test_inputs_top_and_bottom(evidence):
    """Two inputs of 32 columns, named top and bottom."""
    assert_inputs(evidence.model("two_input_model"), top=HALF, bottom=HALF)


@check(cell="check_two_inputs", points=2, hint="An output has the name of its layer.")
def test_outputs_digit_and_parity(evidence):
    """The output digit gives ten class probabilities, the output parity one probability."""
    model = evidence.model("two_input_model")
    assert_output(model, 10, "softmax", output="digit")
    assert_output(model, 1, "sigmoid", output="parity")


@check(cell="check_two_inputs", points=2)
def test_one_shared_layer(evidence):
    """One relu layer of 32 units, named shared, looks at both halves."""
    assert_shared(evidence.model("two_input_model"), Dense(32, "relu"), name="shared")


@check(cell="check_two_inputs", points=2)
def test_both_heads_read_both_halves(evidence):
    """The network is the one that was asked for: both outputs read what was made of both halves."""
    top, bottom, shared = Input("top", HALF), Input("bottom", HALF), Dense(32, "relu")
    both = Concatenate()(shared(top), shared(bottom))
    heads = {"digit": Dense(10, "softmax")(both), "parity": Dense(1, "sigmoid")(both)}
    # Names have their own checks: a missing one costs its points there and no others.
    assert_network(evidence.model("two_input_model"), heads, names=False)


@check(cell="check_two_inputs_fit", points=1)
def test_a_loss_for_each_output(evidence):
    """Each output has the cross-entropy that fits its question."""
    model = evidence.model("two_input_model")
    for name, output in freely_named(model, **OUTPUTS).items():
        assert_loss(model, "cross_entropy", output=output, asked=ACTIVATIONS[name])


@check(cell="check_two_inputs_fit", points=1, hint="fit gives something back: keep it as history.")
def test_history_of_the_training(evidence):
    """`history` is what fit gave back for `two_input_model`."""
    assert_trained(evidence.history("history"), model=evidence.model("two_input_model"))


@check(cell="check_two_inputs_fit", points=2, hint="Is a loss still falling after the last epoch?")
def test_reads_unseen_digits(evidence, heldout, settings):
    """The output digit reads pictures that it has not seen."""
    share = settings.thresholds["digit_accuracy"]
    _assert_reads(evidence, heldout.x, "digit", heldout.y, share, heldout.y_test)


@check(cell="check_two_inputs_fit", points=1, hint="Is a loss still falling after the last epoch?")
def test_tells_odd_from_even(evidence, heldout, settings):
    """The output parity tells odd from even in pictures that it has not seen."""
    share = settings.thresholds["parity_accuracy"]
    _assert_reads(evidence, heldout.x, "parity", heldout.y % 2, share, heldout.y_test % 2)


@check(cell="check_wrapped", points=2)
def test_the_model_itself_is_a_layer(evidence):
    """`functional_model` itself is one of the layers of `wrapped_model`."""
    assert_contains(evidence.model("wrapped_model"), evidence.model("functional_model"))


@check(cell="check_wrapped", points=1)
def test_one_sigmoid_unit_on_top(evidence):
    """On top of the network of `functional_model` stands one sigmoid unit, and nothing else."""
    wrapped, inner = evidence.model("wrapped_model"), evidence.model("functional_model")
    assert_on_top(wrapped, inner, Dense(1, "sigmoid"))


@check(cell="check_wrapped", points=1)
def test_eleven_parameters_more(evidence):
    """The weights are those of `functional_model`, and the new unit's 11."""
    wrapped, inner = evidence.model("wrapped_model"), evidence.model("functional_model")
    columns = head_of(inner).units
    # Ten columns make 11 more; how many functional_model has is judged in its own cell.
    assert_adds(wrapped, inner, (columns or 0) + 1)


def _assert_reads(evidence, pictures, output, labels, share, kept):
    """Counts right answers of one output; its name and the inputs' are judged in another cell."""
    model = evidence.model("two_input_model")
    name = freely_named(model, **{output: OUTPUTS[output]})[output]
    found = model.predict_all(_halves(model, pictures))
    history = _history(evidence)
    assert_accuracy(
        found[name],
        labels,
        at_least=share,
        model=model,
        output=name,
        history=history,
        not_trained_on=kept,
    )


def _halves(model, pictures):
    """The halves for inputs of these names, in the order of the text for others, or the whole."""
    halves = {"top": pictures[:, :HALF], "bottom": pictures[:, HALF:]}
    names, shapes = model.input_names, [shape[1:] for shape in model.input_shapes]
    if shapes == [(2 * HALF,)]:
        return pictures
    if set(shapes) != {(HALF,)} or len(names) > 2:
        raise MatchFailure(
            "two_input_model takes the two halves of a picture, 32 columns each",
            f"inputs of the shapes {', '.join(map(str, shapes)) or 'none yet'}",
        )
    if set(names) <= set(halves):
        return {name: halves[name] for name in names}
    return tuple(halves.values())[: len(names)]


def _history(evidence):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history("history")
    except NotAttempted:
        return None
