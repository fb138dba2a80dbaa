"""Rows with declared freedoms: missing, repeated, reordered layers; amounts instead of numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.errors import CheckError
from autograder.evidence.view import ModelEvidence
from autograder.matchers import Any as AnyLayer
from autograder.matchers import (
    AnyOf,
    Conv2D,
    Dense,
    Dropout,
    InAnyOrder,
    Layer,
    MatchFailure,
    Optional,
    Repeated,
    assert_layers,
    at_least,
    at_most,
    between,
    one_of,
)

Build = Callable[..., ModelEvidence]

DROP, HEAD = Dropout(0.5), Dense(3, "softmax")


def hidden(units: Any = 8) -> Any:
    return Dense(units, "relu")


CASES: list[tuple[str, list[Any], str, bool]] = [
    ("optional there", [hidden(), Optional(DROP), HEAD], "8 d s", True),
    ("optional not there", [hidden(), Optional(DROP), HEAD], "8 s", True),
    ("optional twice", [hidden(), Optional(DROP), HEAD], "8 d d s", False),
    ("optional elsewhere", [hidden(), Optional(DROP), HEAD], "d 8 s", False),
    ("optional row", [Optional(hidden(), DROP), HEAD], "8 d s", True),
    ("half of an optional row", [Optional(hidden(), DROP), HEAD], "8 s", False),
    ("once", [Repeated(hidden()), HEAD], "8 s", True),
    ("three times", [Repeated(hidden()), HEAD], "8 8 8 s", True),
    ("not at all", [Repeated(hidden()), HEAD], "s", False),
    ("too few", [Repeated(hidden(), at_least=2), HEAD], "8 s", False),
    ("too many", [Repeated(hidden(), at_most=2), HEAD], "8 8 8 s", False),
    ("as many as allowed", [Repeated(hidden(), at_most=2), HEAD], "8 8 s", True),
    ("exactly so many", [Repeated(hidden(), at_least=2, at_most=2), HEAD], "8 8 s", True),
    ("another one among them", [Repeated(hidden()), HEAD], "8 4 8 s", False),
    ("blocks", [Repeated(hidden(), DROP), HEAD], "8 d 8 d s", True),
    ("half a block", [Repeated(hidden(), DROP), HEAD], "8 d 8 s", False),
    ("blocks with an option", [Repeated(hidden(), Optional(DROP)), HEAD], "8 d 8 8 d s", True),
    ("an option alone, repeated", [Repeated(Optional(DROP)), HEAD], "s", True),
    ("the last of the repeated is apart", [Repeated(hidden()), hidden(), HEAD], "8 8 s", True),
    ("one is both", [Repeated(hidden()), hidden(), HEAD], "8 s", False),
    ("one order", [InAnyOrder(hidden(8), hidden(4)), HEAD], "8 4 s", True),
    ("the other order", [InAnyOrder(hidden(8), hidden(4)), HEAD], "4 8 s", True),
    ("one of them twice", [InAnyOrder(hidden(8), hidden(4)), HEAD], "8 8 s", False),
    ("one of them missing", [InAnyOrder(hidden(8), hidden(4)), HEAD], "8 s", False),
    ("order and option", [InAnyOrder(hidden(8), Optional(DROP)), HEAD], "d 8 s", True),
    ("any layers", [Repeated(AnyLayer(), at_least=0), HEAD], "8 d 4 s", True),
    ("any layers, none", [Repeated(AnyLayer(), at_least=0), HEAD], "s", True),
    ("one of", [AnyOf(hidden(8), hidden(4)), HEAD], "4 s", True),
    ("none of", [AnyOf(hidden(8), hidden(4)), HEAD], "5 s", False),
    ("at least", [hidden(at_least(5)), HEAD], "5 s", True),
    ("less than at least", [hidden(at_least(5)), HEAD], "4 s", False),
    ("at most", [hidden(at_most(5)), HEAD], "5 s", True),
    ("more than at most", [hidden(at_most(5)), HEAD], "8 s", False),
    ("between", [hidden(between(4, 6)), HEAD], "5 s", True),
    ("not between", [hidden(between(4, 6)), HEAD], "8 s", False),
    ("one of the numbers", [hidden(one_of(4, 8)), HEAD], "8 s", True),
    ("none of the numbers", [hidden(one_of(4, 8)), HEAD], "5 s", False),
    ("one of the activations", [Dense(6, one_of("relu", "gelu")), HEAD], "g s", True),
    ("none of the activations", [Dense(6, one_of("relu", "tanh")), HEAD], "g s", False),
    ("a rate of some kind", [hidden(), Dropout(between(0.2, 0.5)), HEAD], "8 d s", True),
    ("another rate", [hidden(), Dropout(at_most(0.4)), HEAD], "8 d s", False),
]


@pytest.fixture
def stacked(keras: Any, sequential: Build) -> Callable[[str], ModelEvidence]:
    """Layers by short names: a number is that many relu units, d a dropout, s the head."""

    def layer(word: str) -> Any:
        named = {
            "d": lambda: keras.layers.Dropout(0.5),
            "s": lambda: keras.layers.Dense(3, "softmax"),
            "g": lambda: keras.layers.Dense(6, "gelu"),
        }
        return named[word]() if word in named else keras.layers.Dense(int(word), "relu")

    return lambda words: sequential(*map(layer, words.split()))


@pytest.mark.parametrize(
    ("parts", "words", "fits"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_row_with_freedoms(stacked: Any, parts: list[Any], words: str, fits: bool) -> None:
    if fits:
        assert_layers(stacked(words), *parts)
        return
    with pytest.raises(MatchFailure, match="net"):
        assert_layers(stacked(words), *parts)


def test_allowed_layers_may_stand_between_the_parts_of_a_row(stacked: Any) -> None:
    row = [Repeated(hidden(), at_least=2), HEAD]
    assert_layers(stacked("8 d 8 d s"), *row, allow=("Dropout",))
    with pytest.raises(MatchFailure):
        assert_layers(stacked("8 d s d"), *row, allow=("Dropout",))


def test_the_message_says_how_far_it_went(stacked: Any) -> None:
    with pytest.raises(MatchFailure) as caught:
        assert_layers(stacked("8 8 4 s"), Repeated(hidden(), at_most=3), HEAD)
    assert "(Dense with units 8, activation relu) 1 to 3 times" in caught.value.message
    assert "up to layer 3, Dense(units=4, activation='relu')," in caught.value.message


def test_a_size_for_every_axis_may_be_an_amount(keras: Any, recorded: Build) -> None:
    layers = keras.layers
    model = recorded(
        keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.MaxPooling2D(2)])
    )
    pool = Layer("MaxPooling2D", pool_size=one_of(2, 3))
    assert_layers(model, Conv2D(at_least(4), one_of(3, 5)), pool)
    with pytest.raises(MatchFailure):
        assert_layers(model, Conv2D(at_least(4), one_of(5, 7)), pool)


@pytest.mark.parametrize(
    "odd",
    [
        lambda: Repeated(hidden(), at_least=3, at_most=2),
        lambda: Repeated(hidden(), at_least=-1),
        lambda: Repeated(),
        lambda: InAnyOrder(),
        lambda: InAnyOrder(*[hidden()] * 9),
    ],
)
def test_limits_that_make_no_sense_are_refused(odd: Callable[[], object]) -> None:
    with pytest.raises(CheckError):
        odd()
