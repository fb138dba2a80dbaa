"""A student's function is called with fresh arguments, recorded, and leaves no trace."""

import functools
import random
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from autograder.evidence import strict_json
from autograder.evidence.arrays import unpack
from autograder.evidence.calls import Call, call
from autograder.recorder.calls import make_calls
from support.recorded import Kept

layers = keras.layers
ROWS = np.ones((3, 4), "float32")


class Pipe(Kept):
    """What would go to the trusted side, in the order in which it goes."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        strict_json.loads(strict_json.dumps(message))
        self.said.append(message)


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


@pytest.fixture
def made(pipe: Pipe) -> Callable[..., dict[str, Any]]:
    """Makes one call in a namespace and gives its record."""

    def make(wanted: Call, limit_s: float = 20.0, **namespace: Any) -> dict[str, Any]:
        recipe = {"key": wanted.key, "function": wanted.function, **wanted.as_json()}
        make_calls(
            [recipe], namespace, wanted.blobs, pipe, cell="c", limit_s=limit_s, settle=lambda: None
        )
        assert pipe.said[-2] == {"type": "call_start", "cell": "c", "key": wanted.key}
        return pipe.said[-1]

    return make


def test_a_number_an_array_and_a_model_come_back(made: Any, pipe: Pipe) -> None:
    found = made(call("f", 4, units=16), f=lambda n, units: n * units + units)
    assert found["value"] == {"kind": "scalar", "type": "int", "value": 80}
    assert (found["status"], found["error"], found["fed"]) == ("ok", None, None)
    array = made(call("f", ROWS), f=lambda rows: rows.sum(axis=1))["value"]
    np.testing.assert_array_equal(unpack(pipe.blobs[array["blob"]]), [4, 4, 4])
    assert made(call("f"), f=lambda: keras.Sequential([layers.Dense(2)]))["value"]["kind"] == (
        "model"
    )
    assert len(pipe.models) == 1


def test_several_values_are_told_apart(made: Any) -> None:
    model = keras.Sequential([layers.Dense(1)])

    def kinds(result: Any) -> list[str] | str:
        value = made(call("f"), f=lambda: result)["value"]
        return [item["kind"] for item in value.get("items", [])] or value["kind"]

    assert kinds((model, "x", [1, 2])) == ["model", "scalar", "array"]
    assert kinds((0.5, 0.9)) == ["scalar", "scalar"]
    assert kinds([model, 3]) == ["model", "scalar"]
    assert kinds([1, 2, 3]) == "array"
    assert kinds(tuple(range(100))) == "array"
    assert kinds(()) == "other"


@pytest.mark.parametrize(
    "function",
    [
        lambda n: n + 1,
        functools.partial(max, 4),
        type("Adder", (), {"__call__": lambda self, n: n + 1})(),
        type("Made", (int,), {"__new__": lambda kind, n: n + 1}),
        (3).__add__,
        max,
    ],
    ids=["lambda", "partial", "object", "class", "method", "builtin"],
)
def test_whatever_can_be_called_is_a_function(made: Any, function: Any) -> None:
    wanted = call("f", 1, 3) if function is max else call("f", 3)
    assert made(wanted, f=function)["value"]["kind"] == "scalar"


@pytest.mark.parametrize("value", [3, "f", keras.Sequential, layers.Dense(2), None])
def test_what_is_no_function_is_missing(made: Any, value: Any) -> None:
    if value is keras.Sequential:
        value = keras.Sequential([layers.Dense(2)])
    assert made(call("f"), f=value)["status"] == "missing"
    assert made(call("g"), f=value)["status"] == "missing"


def test_an_exception_is_its_type_and_first_line(made: Any) -> None:
    def fails() -> None:
        raise ValueError("\n  the first line  \nthe second")

    def leaves() -> None:
        raise SystemExit(3)

    found = made(call("f"), f=fails)
    assert (found["status"], found["value"]) == ("error", None)
    assert found["error"] == {"type": "ValueError", "text": "the first line"}
    assert made(call("f"), f=leaves)["error"] == {"type": "SystemExit", "text": "3"}
    assert made(call("f", 1), f=lambda: 3)["error"]["type"] == "TypeError"


def test_a_call_over_its_limit_is_interrupted_also_if_it_catches_that(made: Any) -> None:
    def endless() -> None:
        while True:
            pass

    def stubborn() -> int:
        try:
            endless()
        except BaseException:
            return 80
        return 0

    for function in (endless, stubborn):
        found = made(call("f"), limit_s=0.2, f=function)
        assert (found["status"], found["value"]) == ("interrupted", None)
        assert found["error"]["text"] == "it ran longer than 0.2 s"


def test_a_model_is_recorded_before_and_after_it_was_fed(made: Any, pipe: Pipe) -> None:
    wanted = call("f").then(ROWS)
    found = made(wanted, f=lambda: keras.Sequential([layers.Dense(2)]))
    assert (found["value"]["kind"], found["fed"]["kind"]) == ("model", "model")
    before, after = pipe.models.values()
    assert (before["built"], before["weights"]) == (False, [])
    assert [weight["shape"] for weight in after["weights"]] == [[4, 2], [2]]


def test_what_cannot_be_fed_keeps_its_value(made: Any) -> None:
    model = keras.Sequential([keras.Input((9,)), layers.Dense(2)])
    for result, kind in ((3, "TypeError"), (model, "ValueError")):
        found = made(call("f").then(ROWS), f=lambda result=result: result)
        assert (found["status"], found["fed"], found["error"]["type"]) == ("error", None, kind)
        assert found["value"]["kind"] in ("scalar", "model")


def test_what_a_call_prints_and_draws_is_not_seen(made: Any, capsys: Any) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    kept = pyplot.figure()

    def talkative() -> int:
        print("heard")
        pyplot.figure()
        return 3

    capsys.readouterr()
    assert made(call("f"), f=talkative)["value"]["value"] == 3
    assert capsys.readouterr().out == ""
    assert pyplot.get_fignums() == [kept.number]
    pyplot.close(kept)


def test_what_a_call_rebinds_is_bound_again(pipe: Pipe) -> None:
    namespace: dict[str, Any] = {"count": 1, "old": 2}
    exec("def f():\n    global count, new, old\n    count = new = 3\n    del old", namespace)
    names = set(namespace)
    recipe = {"key": "k", "function": "f", **call("f").as_json()}
    make_calls([recipe], namespace, {}, pipe, cell="c", limit_s=5, settle=lambda: None)
    assert pipe.said[-1]["status"] == "ok"
    assert (set(namespace), namespace["count"], namespace["old"]) == (names, 1, 2)


def _lesson(act: Callable[[], None]) -> tuple[list[Any], list[str], list[float]]:
    """Two trainings; ``act`` happens between them."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)
    X, y = np.random.rand(40, 4).astype("float32"), np.random.rand(40)
    model = keras.Sequential([layers.Dense(8, "relu"), layers.Dropout(0.3), layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, y, epochs=1, verbose=0)
    act()
    model.fit(X, y, epochs=1, verbose=0)
    later = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    draws = [random.random(), np.random.rand(), float(keras.random.uniform(()))]
    return [*model.get_weights(), *later.get_weights()], [later.name, later.layers[0].name], draws


def test_a_lesson_ends_bit_equal_with_and_without_a_call_that_seeds_and_trains(made: Any) -> None:
    def build_and_fit() -> Any:
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        keras.config.set_floatx("float64")
        model = keras.Sequential([layers.Dense(8, "relu"), layers.Dropout(0.3), layers.Dense(1)])
        model.compile("adam", "mse")
        history = model.fit(ROWS, ROWS[:, :1], epochs=1, verbose=0)
        return model, history

    def with_it() -> None:
        found = made(call("f"), f=build_and_fit)
        assert [item["kind"] for item in found["value"]["items"]] == ["model", "history"]

    weights, names, draws = _lesson(lambda: None)
    same_weights, same_names, same_draws = _lesson(with_it)
    assert (names, draws) == (same_names, same_draws)
    for one, other in zip(weights, same_weights, strict=True):
        np.testing.assert_array_equal(one, other)
