import math
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from autograder.evidence import strict_json
from autograder.evidence.arrays import unpack
from autograder.recorder import take_snapshot
from autograder.recorder.snapshot import MAX_ARRAY_BYTES, MAX_NAMES


class Evil:
    """Raises from every attribute."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("no")


def values_of(sink: Any, **namespace: Any) -> dict[str, Any]:
    found = take_snapshot(namespace, sink)["values"]
    assert isinstance(found, dict)
    strict_json.loads(strict_json.dumps(found))
    return found


def test_scalars_of_python_numpy_and_tensorflow(sink: Any) -> None:
    found = values_of(
        sink,
        a=True,
        b=3,
        c=np.float32(0.5),
        d="text",
        e=tf.constant(2.0),
        f=np.int64(4),
        g=math.nan,
        h=-math.inf,
        i=np.bool_(False),
    )
    assert {name: (v["type"], v["value"]) for name, v in found.items()} == {
        "a": ("bool", True),
        "b": ("int", 3),
        "c": ("float", 0.5),
        "d": ("str", "text"),
        "e": ("float", 2.0),
        "f": ("int", 4),
        "g": ("float", "nan"),
        "h": ("float", "-inf"),
        "i": ("bool", False),
    }


def test_arrays_tensors_variables_and_lists_are_arrays(sink: Any) -> None:
    found = values_of(
        sink,
        array=np.arange(6.0).reshape(2, 3),
        tensor=tf.ones((2,)),
        variable=tf.Variable([1.0, 2.0]),
        weight=keras.Variable([3.0]),
        numbers=[1, 2, 3],
        pair=(0.5, 0.9),
    )
    assert {value["kind"] for value in found.values()} == {"array"}
    kept = unpack(sink.blobs[found["array"]["blob"]])
    np.testing.assert_array_equal(kept, np.arange(6.0).reshape(2, 3))
    assert found["pair"]["facts"] == {"min": 0.5, "max": 0.9, "finite": True}


def test_columns_and_tables_of_numbers_are_arrays(sink: Any) -> None:
    rows = np.arange(6.0).reshape(3, 2)
    table = pd.DataFrame(rows, columns=["a", "b"])
    found = values_of(
        sink,
        column=pd.Series(rows[:, 0], index=[7, 8, 9]),
        labels=table.idxmax(axis="columns").map({"a": 0, "b": 1}),
        table=table,
        mixed=table.assign(a=[1, 2, 3]),
        ordered=pd.Index([3, 1, 2]),
    )
    assert {value["kind"] for value in found.values()} == {"array"}
    for name, wanted in {"column": rows[:, 0], "labels": [1, 1, 1], "table": rows}.items():
        np.testing.assert_array_equal(unpack(sink.blobs[found[name]["blob"]]), wanted)
    assert (found["mixed"]["dtype"], found["ordered"]["shape"]) == ("float64", [3])


def test_tables_of_texts_and_large_mixed_ones_are_no_arrays(sink: Any) -> None:
    large = pd.DataFrame({"a": np.arange(60_000), "b": np.arange(60_000.0)})
    found = values_of(sink, texts=pd.Series(["a", "b"]), part=pd.DataFrame({"a": [1], "b": ["x"]}),
                      dates=pd.Series(pd.to_datetime(["2024-01-01"])), large=large)  # fmt: skip
    assert {value["kind"] for value in found.values()} == {"other"}
    assert found["large"]["type"] == "DataFrame"


def test_a_large_array_leaves_its_facts_alone(sink: Any) -> None:
    large = np.zeros(MAX_ARRAY_BYTES // 8 + 1)
    large[3] = np.nan
    found = values_of(sink, large=large)["large"]
    assert (found["blob"], found["facts"]) == (None, {"min": 0.0, "max": 0.0, "finite": False})


def test_what_cannot_be_recorded_is_other(sink: Any) -> None:
    found = values_of(
        sink,
        evil=Evil(),
        texts=["a", "b"],
        ragged=[[1], [2, 3]],
        big=10**40,
        objects=np.array([object()]),
        nothing=None,
        words=np.array(["a"]),
    )
    assert {value["kind"] for value in found.values()} == {"other"}


def test_functions_are_named_and_modules_left_out(sink: Any) -> None:
    found = values_of(sink, f=values_of, np=np, _private=1, Evil=Evil, In=[1, 2])
    assert found == {"f": {"kind": "function", "source": None}}


def test_long_texts_and_odd_ones_are_capped(sink: Any) -> None:
    found = values_of(sink, long="x" * 10**6, lone="\ud800")
    assert len(found["long"]["value"]) <= 10_000
    assert found["lone"]["value"] == "?"


def test_many_names_are_capped_and_plain_functions_give_way(sink: Any) -> None:
    namespace: dict[str, Any] = {f"f{n}": values_of for n in range(300)}
    namespace["answer"] = 42
    found = values_of(sink, **namespace)
    assert len(found) == MAX_NAMES
    assert found["answer"]["value"] == 42


def test_a_history_names_its_model(sink: Any) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.zeros((4, 2)), np.full((4, 1), np.nan), epochs=2, verbose=0)
    found = values_of(sink, model=model, again=model, history=history)
    assert found["history"]["model"] == found["model"]["ref"] == found["again"]["ref"]
    assert found["history"]["epoch"] == [0, 1]
    assert found["history"]["history"] == {"loss": [None, None]}
    assert len(sink.models) == 1
