"""The walls of replay, each taken away alone: what it stops gets through then."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.errors import EvidenceError
from autograder.evidence.graph import allowed
from autograder.replay import frozen, inside
from support.recorded import recording

ROWS = np.ones((3, 6), "float32")


def _writing(path: Path) -> Any:
    """A frozen graph that writes a file on the way to its answer."""
    graph = tf.Graph()
    with graph.as_default():
        x = tf.compat.v1.placeholder(tf.float32, (None, 6), name="x")
        with tf.control_dependencies([tf.io.write_file(str(path), "stolen")]):
            tf.identity(x, name="y")
    return np.frombuffer(graph.as_graph_def().SerializeToString(), dtype=np.uint8)


def test_a_frozen_graph_writes_a_file_only_without_the_list_of_operations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record: Any = {"inputs": [{"tensor": "x:0"}], "outputs": [{"tensor": "y:0"}]}
    graph = _writing(tmp_path / "written")
    with pytest.raises(EvidenceError, match="the operation WriteFile"):
        frozen.predict_frozen(record, graph, [ROWS])
    assert not (tmp_path / "written").exists()
    monkeypatch.setattr(frozen, "OPERATIONS", frozen.OPERATIONS + " WriteFile")
    frozen.predict_frozen(record, graph, [ROWS])
    assert (tmp_path / "written").read_text() == "stolen"


def test_more_parameters_than_the_bound_are_loaded_only_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])  # 21 parameters
    record, weights = recording(model)
    monkeypatch.setattr(inside, "MAX_PARAMETERS", 20)
    with pytest.raises(EvidenceError, match="more than 20 parameters"):
        inside.predict(record, weights, [ROWS])
    monkeypatch.setattr(inside, "MAX_PARAMETERS", 21)
    assert inside.predict(record, weights, [ROWS])[0].shape == (3, 3)


@pytest.fixture
def reading(tmp_path: Path) -> Any:
    """The record of a model whose only layer reads its vocabulary from a file of the jail's."""
    model = keras.Sequential([keras.Input((1,), dtype="int64"), keras.layers.IntegerLookup()])
    model.layers[0].set_vocabulary([7, 42])
    record, _ = recording(model)
    (operation,) = record["graph"]["ops"]
    operation["config"]["vocabulary"] = str(tmp_path / "secret")
    (tmp_path / "secret").write_text("1234\n")
    return record


@pytest.mark.parametrize(
    ("without", "refused"),
    [
        ((), "layer IntegerLookup"),
        (("values",), "layer IntegerLookup"),
        (("table",), "vocabulary has no plain value"),
        (("table", "values"), ""),
    ],
    ids=["both walls", "the table alone", "plain values alone", "neither"],
)
def test_a_layer_tells_what_a_file_holds_only_without_the_table_and_plain_values(
    reading: Any, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...], refused: str
) -> None:
    if "table" in without:
        more = {**allowed.LAYERS, "IntegerLookup": "vocabulary"}
        monkeypatch.setattr(allowed, "LAYERS", more)
    if "values" in without:
        monkeypatch.setattr(allowed, "plain_value", lambda value, what: value)
    guesses = np.array([[1233], [1234]])
    if refused:
        with pytest.raises(EvidenceError, match=refused):
            inside.predict(reading, [], [guesses])
    else:
        assert inside.predict(reading, [], [guesses])[0].tolist() == [[0.0], [1.0]]


def test_an_operation_is_computed_only_if_the_table_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = keras.Input((6,))
    model = keras.Model(x, keras.ops.cos(x))
    record, _ = recording(model)
    known = {name: word for name, word in inside.OPERATIONS.items() if name != "Cos"}
    monkeypatch.setattr(inside, "OPERATIONS", known)
    with pytest.raises(EvidenceError, match="operation Cos"):
        inside.predict(record, [], [ROWS])
    monkeypatch.undo()
    assert inside.predict(record, [], [ROWS])[0] == pytest.approx(np.cos(ROWS))
