"""Hidden checks of a4: a model by list and by add, the deferred build, shapes and parameters."""

from dataclasses import replace

import numpy as np

from autograder.checks import call, check
from autograder.evidence.view import NotAttempted
from autograder.matchers import (
    Dense,
    MatchFailure,
    assert_accuracy,
    assert_input_shape,
    assert_layers,
    assert_output,
    assert_parameters,
    assert_trained,
)

WINE = (Dense(16, "relu"), Dense(3, "softmax"))


def _examples(*shape):
    """Numbers between 0 and 1, always the same."""
    return np.random.default_rng(len(shape)).random(shape, dtype="float32")


UNFED = call("make_deferred")
FOUR = call("make_deferred").then(_examples(3, 4))
NINE = call("make_deferred").then(_examples(3, 9))

SMALL = tuple((n, units, call("dense_params", n, units)) for n, units in ((1, 1), (7, 5), (30, 2)))
LARGE = tuple(
    (n, units, call("dense_params", n, units)) for n, units in ((784, 100), (2_048, 1_000))
)
COUNTED = ((8, 3, call("dense_params", np.int64(8), np.int64(3))),)

TABLES = ((_examples(9, 7), 4), (_examples(6, 1), 2))
PICTURES = ((_examples(5, 8, 8), 6),)
COLOURS = ((_examples(4, 28, 28, 1), 5), (_examples(3, 5, 6, 3), 12))


def _makes(examples):
    """Of each: the call of make_model, its X and its number of classes."""
    return tuple((call("make_model", x, classes), x, classes) for x, classes in examples)


MADE_FOR_TABLES = _makes(TABLES)
MADE_FOR_PICTURES = _makes(PICTURES)
MADE_FOR_COLOURS = _makes(COLOURS)


@check(cell="check_list_model", points=1, hint="Compare list_model.summary() with the text.")
def test_list_model_has_the_two_layers(evidence):
    """`list_model` is 16 units with relu and 3 units with softmax, for 13 columns."""
    model = evidence.model("list_model")
    assert_layers(model, *WINE)
    assert_input_shape(model, (13,))


@check(cell="check_list_model", points=1, needs=("test_list_model_has_the_two_layers",))
def test_list_model_has_275_parameters(evidence):
    """Two layers for 13 columns have 275 parameters."""
    assert_parameters(evidence.model("list_model"), total=275)


@check(cell="check_add_model", points=1, hint="Compare add_model.summary() with the text.")
def test_add_model_is_the_same_network(evidence):
    """`add_model` is 16 units with relu and 3 units with softmax, for 13 columns."""
    model = evidence.model("add_model")
    assert_layers(model, *WINE)
    assert_input_shape(model, (13,))
    assert_parameters(model, total=275)


@check(cell="check_add_model", points=1, needs=("test_add_model_is_the_same_network",))
def test_add_model_has_layers_of_its_own(evidence):
    """No layer of `add_model` is a layer of `list_model` too."""
    model = evidence.model("add_model")
    try:
        other = evidence.model("list_model")
    except NotAttempted:
        return
    if other.name in model.shares:
        raise MatchFailure(
            "add_model has Dense layers of its own",
            "add_model is list_model itself"
            if model.ref == other.ref
            else "a Dense layer that is in list_model as well",
            "a layer holds its weights: in two models it is one layer, and training one changes "
            "the other.",
            "Make an empty Sequential, and a new Dense(...) for each layer that you add.",
        )


@check(
    cell="check_deferred",
    points=1,
    calls=(UNFED,),
    hint="What tells a model the shape of its input? Leave just that out.",
)
def test_no_weights_yet(evidence):
    """`make_deferred()` returns a model that is not built and has no weights."""
    model = evidence.called(UNFED).model()
    if model.built or model.raw.get("weights"):
        raise MatchFailure(
            "make_deferred() returns a model that is not built: it has no weights",
            f"built is {model.built}, and there are {model.parameters.total} parameters",
            "the shape of the input was told already, so that other data do not fit any more.",
        )


@check(cell="check_deferred", points=1, needs=("test_no_weights_yet",), calls=(FOUR,))
def test_two_layers_once_fed(evidence):
    """Fed with 4 columns, the model has 16 units with relu and 3 units with softmax."""
    model = evidence.called(FOUR).fed()
    assert_layers(model, *WINE)
    assert_parameters(model, total=4 * 16 + 16 + 16 * 3 + 3)


@check(
    cell="check_deferred",
    points=1,
    needs=("test_no_weights_yet", "test_two_layers_once_fed"),
    calls=(FOUR, NINE),
    hint="Each call has to make a new model: one that has seen 4 columns takes no others.",
)
def test_only_the_first_layer_follows_the_columns(evidence):
    """Fed with 4 or 9 columns, two models differ in the first layer's weights alone."""
    four, nine = (_shapes(evidence.called(fed).fed()) for fed in (FOUR, NINE))
    differing = [
        place for place, pair in enumerate(zip(four, nine, strict=False)) if len({*pair}) > 1
    ]
    if len(four) != len(nine) or differing != [0] or (four[0][0], nine[0][0]) != (4, 9):
        raise MatchFailure(
            "with 4 and with 9 columns, only the first layer's weights have another shape",
            f"shapes {four} and {nine}",
        )


@check(
    cell="check_dense_params",
    points=2,
    calls=tuple(made for *_, made in SMALL),
    hint="Lines between inputs and units, and one bias for each unit.",
)
def test_counts_weights_and_biases(evidence):
    """The parameters of a Dense layer, for sizes that the notebook does not use."""
    _assert_counted(evidence, SMALL)


@check(
    cell="check_dense_params",
    points=1,
    needs=("test_counts_weights_and_biases",),
    calls=tuple(made for *_, made in (*LARGE, *COUNTED)),
    hint="A formula takes any size.",
)
def test_counts_large_layers_too(evidence):
    """The same for large layers, and for numbers out of an array's shape or NumPy."""
    _assert_counted(evidence, (*LARGE, *COUNTED))


@check(
    cell="check_make_model",
    points=1,
    calls=tuple(made for made, *_ in MADE_FOR_TABLES),
    hint="X.shape[1:] leaves the number of examples out.",
)
def test_makes_models_for_tables(evidence):
    """`make_model` takes rows of any length, and any number of classes."""
    _assert_made(evidence, MADE_FOR_TABLES)


@check(
    cell="check_make_model",
    points=1,
    calls=tuple(made for made, *_ in MADE_FOR_PICTURES),
    hint="Dense works along the last axis only: what turns a picture into one row?",
)
def test_makes_models_for_pictures(evidence):
    """`make_model` takes pictures."""
    _assert_made(evidence, MADE_FOR_PICTURES)


@check(
    cell="check_make_model",
    points=1,
    calls=tuple(made for made, *_ in MADE_FOR_COLOURS),
    hint="Dense works along the last axis only: what turns a picture into one row?",
)
def test_makes_models_for_pictures_with_colours(evidence):
    """`make_model` takes pictures with an axis for colours."""
    _assert_made(evidence, MADE_FOR_COLOURS)


@check(cell="check_fit", points=1, hint="fit gives something back: keep it under this name.")
def test_history_of_the_training(evidence):
    """`wine_history` is what fit gave back for `wine_model`."""
    assert_trained(evidence.history("wine_history"), model=evidence.model("wine_model"))


# There are 36 held-out wines: one is almost three in a hundred, and luck weighs much.
@check(cell="check_fit", points=1, seeds=3, hint="Is the loss still falling after the last epoch?")
def test_tells_unseen_wines(evidence, heldout, settings):
    """Wines that the model has not seen are told right."""
    model = evidence.model("wine_model")
    share = settings.thresholds["wine_accuracy"]
    misfit = model.misfit(heldout.x) if model.built else "no weights at all"
    if misfit:
        raise MatchFailure("wine_model takes rows of 13 columns, one for each wine", misfit)
    predictions = model.predict(heldout.x)
    assert_accuracy(
        predictions,
        heldout.y,
        at_least=share,
        model=model,
        history=_history(evidence),
        not_trained_on=heldout.y_test,
    )


def _history(evidence):
    """The history, if there is one: a missing one costs its own point, not the trained model's."""
    try:
        return evidence.history("wine_history")
    except NotAttempted:
        return None


def _assert_counted(evidence, layers):
    for inputs, units, made in layers:
        found = evidence.called(made).scalar()
        if isinstance(found, (bool, str)) or found != inputs * units + units:
            raise MatchFailure(
                f"{made.name} is the number of all weights and biases of the layer",
                f"{found!r}"[:40],
            )


def _assert_made(evidence, made):
    for one, x, classes in made:
        name = f"make_model(X, {classes}), for X of shape {x.shape},"
        model = replace(evidence.called(one).model(), name=name)
        assert_input_shape(model, x.shape[1:])
        assert_output(model, classes, "softmax")
        _assert_rows(model, model.predict(x), (len(x), classes))


def _assert_rows(model, predictions, shape):
    sums = predictions.sum(axis=-1)
    if predictions.shape != shape or not np.allclose(sums, 1, atol=1e-4):
        raise MatchFailure(
            f"{model.name} predicts rows of probabilities, shape {shape}",
            f"shape {predictions.shape}, rows that add up to {sums.min():.3g} or more",
        )


def _shapes(model):
    return [tuple(weight["shape"]) for weight in model.raw["weights"]]
