"""Branches, shared layers and names: one network however it is written, and its near misses."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.view import ModelEvidence, NotJudgeable
from autograder.matchers import (
    Concatenate,
    Dense,
    Input,
    Layer,
    MatchFailure,
    assert_functional,
    assert_inputs,
    assert_network,
    assert_shared,
    freely_named,
)

Record = Callable[..., ModelEvidence]
Parts = dict[str, Any]


@pytest.fixture
def wanted() -> Parts:
    """Two inputs, one shared relu layer, and two heads on the concatenation."""
    left, right, shared = Input("left", 4), Input("right", 4), Dense(3, "relu")
    both = Concatenate()(shared(left), shared(right))
    return {"kind": Dense(5, "softmax")(both), "yes": Dense(1, "sigmoid")(both)}


@pytest.fixture
def build(keras: Any, recorded: Record) -> Callable[..., ModelEvidence]:
    """Records that network; ``parts`` replaces how one of its parts is made."""
    layers = keras.layers

    def make(**parts: Callable[[Parts], Any]) -> ModelEvidence:
        here: Parts = {}
        usual: dict[str, Callable[[Parts], Any]] = {
            "left": lambda p: keras.Input((4,), name="left"),
            "right": lambda p: keras.Input((4,), name="right"),
            "shared": lambda p: layers.Dense(3, "relu", name="shared"),
            "a": lambda p: p["shared"](p["left"]),
            "b": lambda p: p["shared"](p["right"]),
            "both": lambda p: layers.Concatenate()([p["a"], p["b"]]),
            "kind": lambda p: layers.Dense(5, "softmax", name="kind")(p["both"]),
            "yes": lambda p: layers.Dense(1, "sigmoid", name="yes")(p["both"]),
            "model": lambda p: keras.Model([p["left"], p["right"]], [p["kind"], p["yes"]]),
        }
        for name, how in {**usual, **parts}.items():
            here[name] = how(here)
        return recorded(here["model"])

    return make


def spellings(keras: Any) -> dict[str, dict[str, Callable[[Parts], Any]]]:
    layers, ops = keras.layers, keras.ops
    return {
        "as it is": {},
        "the other way round": {
            "both": lambda p: layers.Concatenate(axis=1)([p["b"], p["a"]]),
            "model": lambda p: keras.Model([p["right"], p["left"]], [p["yes"], p["kind"]]),
        },
        "dictionaries": {
            "model": lambda p: keras.Model(
                {"left": p["left"], "right": p["right"]}, {"yes": p["yes"], "kind": p["kind"]}
            )
        },
        "operation": {"both": lambda p: ops.concatenate([p["a"], p["b"]], axis=1)},
        "function": {"both": lambda p: layers.concatenate([p["a"], p["b"]])},
        "stacked side by side": {"both": lambda p: ops.hstack([p["a"], p["b"]])},
        "appended": {"both": lambda p: ops.append(p["a"], p["b"], axis=-1)},
        "activation layers": {
            "shared": lambda p: layers.Dense(3, name="shared"),
            "a": lambda p: layers.ReLU()(p["shared"](p["left"])),
            "b": lambda p: layers.Activation("relu")(p["shared"](p["right"])),
            "kind": lambda p: layers.Softmax(name="kind")(layers.Dense(5)(p["both"])),
        },
        "concatenated for each head": {
            "yes": lambda p: layers.Dense(1, "sigmoid", name="yes")(
                layers.Concatenate()([p["a"], p["b"]])
            )
        },
        "a model inside": {
            "shared": lambda p: keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu")])
        },
    }


def test_one_network_passes_in_every_spelling(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    for parts in spellings(keras).values():
        assert_network(build(**parts), wanted)
        assert_network(build(**parts), list(wanted.values()), names=False)


def misses(keras: Any) -> dict[str, dict[str, Callable[[Parts], Any]]]:
    layers = keras.layers
    return {
        "two towers": {"b": lambda p: layers.Dense(3, "relu")(p["right"])},
        "one input twice": {"b": lambda p: p["shared"](p["left"])},
        "added": {"both": lambda p: layers.Add()([p["a"], p["b"]])},
        "dropout": {"a": lambda p: layers.Dropout(0.2)(p["shared"](p["left"]))},
        "a head on half": {"yes": lambda p: layers.Dense(1, "sigmoid", name="yes")(p["a"])},
        "a head on a head": {"yes": lambda p: layers.Dense(1, "sigmoid", name="yes")(p["kind"])},
        "one output": {"model": lambda p: keras.Model([p["left"], p["right"]], p["kind"])},
        "other activation": {"shared": lambda p: layers.Dense(3, "tanh", name="shared")},
    }


def test_near_misses_fail_and_show_both_networks(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    for parts in misses(keras).values():
        with pytest.raises(MatchFailure) as failure:
            assert_network(build(**parts), wanted, names=False)
        assert "left = Input(4)" in failure.value.expected
        assert "Concatenate" in failure.value.expected
        assert "the layer of a again" in failure.value.expected
        assert "left = Input(4)" in failure.value.found


def test_two_layers_where_two_are_asked_for_are_not_one(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    left, right = Input("left", 4), Input("right", 4)
    both = Concatenate()(Dense(3, "relu")(left), Dense(3, "relu")(right))
    towers = [Dense(5, "softmax")(both), Dense(1, "sigmoid")(both)]
    assert_network(build(**misses(keras)["two towers"]), towers)
    with pytest.raises(MatchFailure):
        assert_network(build(), towers)


def test_names_count_unless_they_are_free(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    unnamed = build(yes=lambda p: keras.layers.Dense(1, "sigmoid")(p["both"]))
    assert_network(unnamed, wanted, names=False)
    with pytest.raises(MatchFailure):
        assert_network(unnamed, wanted)
    with pytest.raises(MatchFailure):
        assert_network(build(left=lambda p: keras.Input((4,), name="west")), wanted)


def test_allowed_layers_may_stand_in_between(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    assert_network(build(**misses(keras)["dropout"]), wanted, allow=["Dropout"])


def test_a_layer_of_ones_own_goes_to_a_person(
    keras: Any, build: Callable[..., ModelEvidence], wanted: Parts
) -> None:
    class Own(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x * x

    with pytest.raises(NotJudgeable):
        assert_network(build(a=lambda p: Own()(p["shared"](p["left"]))), wanted)


def test_a_residual_connection_is_a_network(keras: Any, recorded: Record) -> None:
    x = keras.Input((4,))
    found = recorded(keras.Model(x, keras.layers.Dense(4, "relu")(x) + x))
    pixels = Input("x", 4)
    assert_network(found, Layer("Add")(pixels, Dense(4, "relu")(pixels)), names=False)
    with pytest.raises(MatchFailure):
        assert_network(found, Layer("Multiply")(pixels, Dense(4, "relu")(pixels)), names=False)


def test_inputs_are_known_by_name_in_any_order(
    keras: Any, build: Callable[..., ModelEvidence]
) -> None:
    for parts in spellings(keras).values():
        assert_inputs(build(**parts), left=4, right=4)
    with pytest.raises(MatchFailure, match="west"):
        assert_inputs(build(left=lambda p: keras.Input((4,), name="west")), left=4, right=4)
    with pytest.raises(MatchFailure, match="shape"):
        assert_inputs(build(), left=4, right=5)


def test_one_layer_on_every_input_is_shared(
    keras: Any, build: Callable[..., ModelEvidence]
) -> None:
    several = spellings(keras)
    for name in ("as it is", "the other way round", "activation layers", "dictionaries"):
        assert_shared(build(**several[name]), Dense(3, "relu"), name="shared")
    assert_shared(build(**several["a model inside"]), Dense(3, "relu"))


def test_what_is_not_shared_fails(keras: Any, build: Callable[..., ModelEvidence]) -> None:
    wrong = misses(keras)
    for name in ("two towers", "one input twice"):
        with pytest.raises(MatchFailure, match="called on"):
            assert_shared(build(**wrong[name]), Dense(3, "relu"), name="shared")
    with pytest.raises(MatchFailure, match="tanh"):
        assert_shared(build(**wrong["other activation"]), Dense(3, "relu"), name="shared")
    with pytest.raises(MatchFailure, match="named shared"):
        unnamed = build(shared=lambda p: keras.layers.Dense(3, "relu"))
        assert_shared(unnamed, Dense(3, "relu"), name="shared")


def test_two_layers_with_one_name_are_not_shared(keras: Any, recorded: Record) -> None:
    def tower(name: str) -> Any:
        layer = keras.layers.Dense(3, "relu", name="shared")
        return keras.Sequential([keras.Input((4,)), layer], name=name)

    left, right = keras.Input((4,)), keras.Input((4,))
    both = keras.layers.Concatenate()([tower("one")(left), tower("two")(right)])
    with pytest.raises(MatchFailure, match="another one"):
        assert_shared(recorded(keras.Model([left, right], both)), Dense(3, "relu"), name="shared")


def test_only_a_functional_model_is_functional(keras: Any, recorded: Record) -> None:
    x = keras.Input((4,))
    assert_functional(recorded(keras.Model(x, keras.layers.Dense(2)(x))))
    with pytest.raises(MatchFailure, match="Sequential"):
        assert_functional(recorded(keras.Sequential([x, keras.layers.Dense(2)])))

    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    own = Own()
    own(keras.Input((4,)))
    with pytest.raises(MatchFailure, match="class of its own"):
        assert_functional(recorded(own))


def test_an_unnamed_output_is_known_by_its_columns(
    keras: Any, build: Callable[..., ModelEvidence]
) -> None:
    unnamed = build(yes=lambda p: keras.layers.Dense(1, "sigmoid", name="other")(p["both"]))
    assert freely_named(unnamed, kind=5, yes=1) == {"kind": "kind", "yes": "other"}
    with pytest.raises(MatchFailure, match="3 columns"):
        freely_named(unnamed, word=3)
