"""A drawing says what its message says: of the expected network no word more."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.view import ModelEvidence
from autograder.matchers import (
    Concatenate,
    Dense,
    Dropout,
    Input,
    MatchFailure,
    Optional,
    assert_layers,
    assert_network,
    assert_output,
    assert_parameters,
)
from autograder.nouns import Drawing, Mark

Build = Callable[..., ModelEvidence]


def drawn(assert_it: Callable[[], None]) -> tuple[Drawing, str]:
    with pytest.raises(MatchFailure) as failure:
        assert_it()
    assert failure.value.drawing is not None
    return failure.value.drawing, failure.value.message


def test_of_a_row_only_the_layer_that_differs_is_told(keras: Any, sequential: Build) -> None:
    dense = keras.layers.Dense
    model = sequential(dense(8, "relu"), dense(5, "tanh"), dense(3, "softmax"))
    wanted = (Dense(8, "relu"), Dense(6, "relu"), Dense(4, "softmax"))
    drawing, message = drawn(lambda: assert_layers(model, *wanted))
    assert [layer.mark for layer in drawing.expected] == [Mark.UNTOLD, Mark.DIFFERS, Mark.UNTOLD]
    assert [layer.mark for layer in drawing.found] == [Mark.PLAIN, Mark.DIFFERS, Mark.PLAIN]
    assert "units 4" not in repr(drawing)
    assert drawing.expected[1].words in message


def test_every_word_of_an_expected_network_is_in_the_message(keras: Any, sequential: Build) -> None:
    dense = keras.layers.Dense
    model = sequential(dense(8, "relu"), dense(5))
    both = Concatenate()(Input("left", 4), Input("right", 4))
    asserts = (
        lambda: assert_layers(model, Dense(8, "relu"), Dense(3, "softmax")),
        lambda: assert_layers(model, Dense(8, "relu")),
        lambda: assert_layers(model, Dense(8, "relu"), Optional(Dropout(0.5)), Dense(3)),
        lambda: assert_output(model, 3),
        lambda: assert_output(model, 5, "softmax"),
        lambda: assert_parameters(model, total=1),
        lambda: assert_network(model, {"kind": Dense(3, "softmax")(both)}),
    )
    for assert_it in asserts:
        drawing, message = drawn(assert_it)
        assert drawing.found
        for layer in drawing.expected:
            assert layer.mark is Mark.UNTOLD or layer.words in message
            assert all(name in message for name in (layer.name, *layer.reads))


def test_in_a_network_the_layers_without_a_like_are_marked(keras: Any, recorded: Build) -> None:
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    parts = [keras.layers.Dense(4, "relu")(left), keras.layers.Dense(5, "relu")(right)]
    head = keras.layers.Dense(3, "softmax", name="kind")(keras.layers.Concatenate()(parts))
    model = recorded(keras.Model([left, right], head))
    wanted = [Dense(4, "relu")(Input("left", 2)), Dense(4, "relu")(Input("right", 2))]
    drawing, _ = drawn(
        lambda: assert_network(model, {"kind": Dense(3, "softmax")(Concatenate()(*wanted))})
    )
    marked = [layer.words for layer in drawing.found if layer.mark is Mark.DIFFERS]
    assert marked == ["Dense(units=5, activation='relu')"]
    assert not any(layer.mark is Mark.DIFFERS for layer in drawing.expected)
