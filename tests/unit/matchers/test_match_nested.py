"""A model used as a layer is that model itself."""

from collections.abc import Callable
from typing import Any

import pytest

from autograder.evidence.arrays import Blob
from autograder.evidence.model_ref import model_ref
from autograder.evidence.view import Evidence, ModelEvidence, NotJudgeable
from autograder.matchers import Dense, MatchFailure, assert_adds, assert_contains, assert_on_top

Pair = tuple[ModelEvidence, ModelEvidence]


class _Sink:
    def __init__(self) -> None:
        self.models: dict[str, Any] = {}

    def blob(self, blob: Blob) -> str:
        return blob.digest

    def model(self, model: dict[str, Any]) -> str:
        self.models[model_ref(model)] = model
        return model_ref(model)


class _NoPredictor:
    def predictions(self, ref: str, inputs: Any) -> Any:
        raise AssertionError("no prediction is needed")


@pytest.fixture
def judged(keras: Any) -> Callable[[Callable[[Any], Any]], Pair]:
    """(outer, inner) as a check sees them, with ``outer`` made from ``inner``."""
    from autograder.recorder import take_snapshot

    def record(outer: Callable[[Any], Any]) -> Pair:
        x = keras.Input((4,))
        inner = keras.Model(x, keras.layers.Dense(3, "softmax")(keras.layers.Dense(2, "relu")(x)))
        sink = _Sink()
        snapshot = take_snapshot({"inner": inner, "outer": outer(inner)}, sink)
        manifest = {"snapshots": {"check": snapshot}, "models": sink.models}
        blob: Any = None
        evidence = Evidence("a", manifest, blob, {}, _NoPredictor()).at("check")
        return evidence.model("outer"), evidence.model("inner")

    return record


def head(keras: Any, units: int = 1) -> Any:
    return keras.layers.Dense(units, "sigmoid")


def functional(keras: Any, inner: Any, units: int = 1) -> Any:
    x = keras.Input((4,))
    return keras.Model(x, head(keras, units)(inner(x)))


def own_class(keras: Any, inner: Any) -> Any:
    class Outer(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.top = inner, head(keras)

        def call(self, x: Any) -> Any:
            return self.top(self.inner(x))

    made = Outer()
    made(keras.Input((4,)))
    return made


def only_kept(keras: Any, inner: Any, call: Any) -> Any:
    """Has ``inner`` as an attribute; ``call`` is the network that is really computed."""

    class Outer(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.used = inner, call

        def call(self, x: Any) -> Any:
            return self.used(x)

    made = Outer()
    made(keras.Input((4,)))
    return made


def with_attribute(model: Any, inner: Any) -> Any:
    model.inner = inner
    return model


def in_own_layer(keras: Any, inner: Any) -> Any:
    class Own(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def call(self, x: Any) -> Any:
            return self.inner(x)

    return keras.Sequential([keras.Input((4,)), Own(), head(keras)])


def called_again(keras: Any, inner: Any) -> Any:
    x = first = keras.Input((4,))
    for layer in inner.layers[1:]:
        x = layer(x)
    return keras.Model(first, head(keras)(x))


def copied(keras: Any, inner: Any) -> Any:
    other = keras.models.clone_model(inner)
    other.set_weights(inner.get_weights())
    return functional(keras, other)


def test_the_model_itself_passes_in_every_spelling(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    for make in (
        lambda inner: functional(keras, inner),
        lambda inner: keras.Sequential([inner, head(keras)]),
        lambda inner: own_class(keras, inner),
        lambda inner: functional(keras, keras.Sequential([keras.Input((4,)), inner])),
    ):
        outer, inner = judged(make)
        assert_contains(outer, inner)
        assert_on_top(outer, inner, Dense(1, "sigmoid"))
        assert_adds(outer, inner, 4)


def test_its_layers_copies_and_likes_are_not_the_model(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    anew = [keras.layers.Dense(2, "relu"), keras.layers.Dense(3, "softmax")]
    wrong = {
        "one by one": lambda inner: called_again(keras, inner),
        "another model": lambda inner: copied(keras, inner),
        "not those": lambda inner: keras.Sequential([keras.Input((4,)), *anew, head(keras)]),
    }
    for words, make in wrong.items():
        outer, inner = judged(make)
        with pytest.raises(MatchFailure, match=words):
            assert_contains(outer, inner)
        assert_on_top(outer, inner, Dense(1, "sigmoid"))


def test_a_model_that_is_kept_and_never_called_is_no_layer(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    for make in (
        lambda inner: with_attribute(called_again(keras, inner), inner),
        lambda inner: with_attribute(copied(keras, inner), inner),
        lambda inner: only_kept(keras, inner, called_again(keras, inner)),
    ):
        outer, inner = judged(make)
        with pytest.raises(MatchFailure, match="itself is one of the layers"):
            assert_contains(outer, inner)


def test_a_call_within_a_call_or_a_wrapper_of_keras_counts(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    def by_rows(inner: Any) -> Any:
        x = keras.Input((5, 4))
        return keras.Model(x, keras.layers.TimeDistributed(inner)(x))

    for make in (
        by_rows,
        lambda inner: only_kept(keras, inner, functional(keras, inner)),
        lambda inner: keras.Sequential([inner]),
    ):
        outer, inner = judged(make)
        assert_contains(outer, inner)


def test_a_layer_of_ones_own_that_may_call_the_model_is_left_to_a_person(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    outer, inner = judged(lambda inner: in_own_layer(keras, inner))
    with pytest.raises(NotJudgeable, match="of its own"):
        assert_contains(outer, inner)


def test_weights_made_anew_are_not_the_models(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    outer, inner = judged(lambda inner: functional(keras, keras.models.clone_model(inner)))
    with pytest.raises(MatchFailure, match="not there"):
        assert_adds(outer, inner, 4)
    outer, inner = judged(lambda inner: functional(keras, inner, units=2))
    with pytest.raises(MatchFailure, match="8 more"):
        assert_adds(outer, inner, 4)


def test_what_a_layer_lacks_is_told_where_two_networks_would_look_alike(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    for change, told in (
        ({"use_bias": False}, "Dense(units=1, activation='sigmoid') (it has no bias) on"),
        ({"trainable": False}, "(its weights are frozen (trainable is False)) on"),
        ({"kernel_regularizer": "l2"}, "(it has a kernel_regularizer) on"),
    ):
        top = keras.layers.Dense(1, "sigmoid", **change)
        outer, inner = judged(lambda inner, top=top: keras.Sequential([inner, top]))  # type: ignore[misc]
        with pytest.raises(MatchFailure) as caught:
            assert_on_top(outer, inner, Dense(1, "sigmoid"))
        assert told in caught.value.found


@pytest.mark.parametrize("part", ["kernel", "bias"])
def test_a_layer_of_which_a_part_is_frozen_is_told(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair], part: str
) -> None:
    def built(inner: Any) -> Any:
        top = keras.layers.Dense(1, "sigmoid")
        model = keras.Sequential([inner, top])
        getattr(top, part).trainable = False
        return model

    outer, inner = judged(built)
    with pytest.raises(MatchFailure, match="its weights are frozen"):
        assert_on_top(outer, inner, Dense(1, "sigmoid"))


def test_what_stands_on_top_is_looked_at(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    for top in (
        [keras.layers.Dense(1)],
        [keras.layers.Dense(2, "sigmoid")],
        [keras.layers.Dense(2), keras.layers.Dense(1, "sigmoid")],
        [],
    ):
        outer, inner = judged(lambda inner, top=top: keras.Sequential([inner, *top]))  # type: ignore[misc]
        with pytest.raises(MatchFailure):
            assert_on_top(outer, inner, Dense(1, "sigmoid"))


def test_models_that_share_a_layer_are_told_from_those_that_are_merely_alike(
    keras: Any, judged: Callable[[Callable[[Any], Any]], Pair]
) -> None:
    def alike(inner: Any) -> Any:
        twin = keras.Model.from_config(inner.get_config())
        twin.set_weights(inner.get_weights())
        return twin

    def borrowed(inner: Any) -> Any:
        return keras.Sequential([keras.Input((4,)), inner.layers[1], head(keras)])

    outer, inner = judged(alike)
    assert (outer.ref, outer.shares) == (inner.ref, frozenset())
    for shared in (borrowed, lambda inner: inner, lambda inner: functional(keras, inner)):
        outer, inner = judged(shared)
        assert (outer.shares, inner.shares) == ({"inner"}, {"outer"})
