"""What a check sees of a manifest, and what it is told when something is not there."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.errors import EvidenceError
from autograder.evidence.arrays import Array, Blob, pack
from autograder.evidence.model_view import NO_ROWS
from autograder.evidence.view import (
    CallFailed,
    Evidence,
    NotAttempted,
    NotJudgeable,
    PredictionPending,
)

ROWS = np.arange(6, dtype=np.float32).reshape(3, 2)
BLOBS = {pack(ROWS).digest: pack(ROWS)}


class Doubling:
    """Predicts twice the input, once it has been told to."""

    def __init__(self, known: bool = True, outputs: int = 1) -> None:
        self.known = known
        self.outputs = outputs
        self.asked: list[tuple[Array, ...]] = []

    def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        if not self.known:
            raise PredictionPending(ref, inputs)
        self.asked.append(inputs)
        return (inputs[0] * 2,) * self.outputs


def model(built: bool = True, **changes: Any) -> dict[str, Any]:
    inputs = [{"id": 0, "name": "x", "shape": [None, 2], "dtype": "float32"}]
    dense = {
        "id": 1,
        "layer": 0,
        "class_name": "Dense",
        "module": "keras.layers",
        "name": "dense",
        "config": {"units": 3, "activation": "relu"},
        "inputs": [[0, 0]],
        "kwargs": {},
        "output_shapes": [[None, 3]],
        "weights": [0, 1],
        "graph": None,
    }
    graph = {"inputs": inputs, "ops": [dense], "outputs": [[1, 0]], "output_names": ["dense"]}
    return {
        "class": "Sequential",
        "class_name": "Sequential",
        "name": "sequential",
        "built": built,
        "graph": graph if built else None,
        "reason": "" if built else "unbuilt",
        "layers": [{"class_name": "Dense", "name": "dense", "config": {"units": 3}}],
        "weights": [
            {"path": "w", "shape": [2, 3], "dtype": "float32", "trainable": True, "blob": None},
            {"path": "b", "shape": [3], "dtype": "float32", "trainable": False, "blob": None},
        ]
        if built
        else [],
        "compile": None,
        **changes,
    }


LOSS = {"spelling": "mse", "class_name": "mean_squared_error", "module": "keras.losses"}
SETTINGS = {"optimizer": {"class_name": "Adam"}, "loss": LOSS, "metrics": []}


def manifest() -> dict[str, Any]:
    digest = next(iter(BLOBS))
    early = {
        "net": {"kind": "model", "ref": "early"},
        "other_net": {"kind": "model", "ref": "early"},
        "score": {"kind": "scalar", "type": "float", "value": "nan"},
        "count": {"kind": "scalar", "type": "int", "value": 3},
        "y_pred": {"kind": "array", "dtype": "float32", "shape": [3, 2], "blob": digest},
        "large": {"kind": "array", "dtype": "float32", "shape": [9999, 9999], "blob": None},
    }
    history = {"kind": "history", "history": {"loss": [2, None, 1.5]}, "model": "late"}
    late = {
        "net": {"kind": "model", "ref": "late"},
        "other_net": {"kind": "model", "ref": "different"},
        "history": history,
    }
    renamed = model(layers=[{"class_name": "Dense", "name": "dense_7", "config": {"units": 3}}])
    return {
        "cells": [
            {"index": 1, "grade_id": "check_build"},
            {"index": 2, "grade_id": None},
            {"index": 3, "grade_id": "check_fit"},
        ],
        "snapshots": {"check_build": {"values": early}, "check_fit": {"values": late}},
        "models": {
            "early": model(built=False, compile=SETTINGS),
            "late": model(),
            "different": renamed,
        },
    }


def blob(digest: str) -> Blob:
    return BLOBS[digest]


def evidence(predictor: Doubling | None = None, raw: Mapping[str, Any] | None = None) -> Evidence:
    sources = {"build": "net = 1"}
    return Evidence("a1", raw or manifest(), blob, sources, predictor or Doubling())


def test_values_are_read_from_the_cells_own_snapshot() -> None:
    found = evidence().at("check_build")
    assert found.scalar("count") == 3
    assert np.isnan(found.scalar("score"))
    assert np.array_equal(found.array("y_pred"), ROWS)
    assert found.has("count")
    assert not evidence().at("check_fit").has("count")


def test_a_history_has_numbers_epochs_and_its_model() -> None:
    found = evidence().at("check_fit").history("history")
    assert found.values["loss"][0] == 2.0
    assert np.isnan(found.values["loss"][1])
    assert found.epochs == 3
    assert found.model_ref == "late"


def test_a_missing_name_is_not_attempted_and_a_similar_one_is_mentioned() -> None:
    with pytest.raises(NotAttempted, match="y_preds") as caught:
        evidence().at("check_build").array("y_preds")
    assert "y_pred" in caught.value.hint
    assert "does not exist" in caught.value.found


def test_a_name_of_another_kind_is_not_attempted() -> None:
    with pytest.raises(NotAttempted, match="it holds a single number"):
        evidence().at("check_build").model("count")


def test_a_cell_that_was_not_reached_is_said_so() -> None:
    with pytest.raises(NotAttempted, match="ended before"):
        evidence().at("check_predict").scalar("count")


def test_an_array_too_large_to_record_goes_to_a_person() -> None:
    with pytest.raises(NotJudgeable, match="too large"):
        evidence().at("check_build").array("large")


def test_arrays_are_read_only() -> None:
    found = evidence().at("check_build").array("y_pred")
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0] = 1


def test_a_deferred_model_is_judged_as_it_was_built_later() -> None:
    found = evidence().at("check_build").model("net")
    assert found.ref == "late"
    assert [node.kind for node in found.graph.nodes] == ["Dense"]
    assert found.compile is not None
    assert found.compile.loss_of("")["spelling"] == "mse"  # type: ignore[index]


def test_another_model_under_the_same_name_does_not_stand_in() -> None:
    found = evidence().at("check_build").model("other_net")
    assert not found.built
    with pytest.raises(NotJudgeable, match="unbuilt"):
        _ = found.graph


def test_parameters_are_counted_from_shapes_trainable_apart() -> None:
    found = evidence().at("check_fit").model("net").parameters
    assert (found.trainable, found.other, found.total) == (6, 3, 9)


def test_predictions_are_asked_of_the_predictor_as_float64() -> None:
    found = evidence().at("check_fit").model("net").predict(ROWS)
    assert found.dtype == np.float64
    assert np.array_equal(found, ROWS * 2)


def test_a_model_that_does_not_take_the_rows_is_the_students_fault() -> None:
    predictor = Doubling()
    net = evidence(predictor).at("check_fit").model("net")
    with pytest.raises(CallFailed) as caught:
        net.predict(np.zeros((4, 5)))
    assert "examples of shape (2,), where the data have (5,)" in caught.value.message
    assert predictor.asked == []


def test_a_broken_cell_is_told_to_the_exercise_after_it_alone() -> None:
    raw = manifest()
    error = {"output_type": "error", "ename": "NameError", "evalue": "no kears", "traceback": []}
    broken = {"index": 2, "grade_id": "compile", "status": "error", "outputs": [error]}
    raw["cells"] = [raw["cells"][0], broken, raw["cells"][2]]
    assert evidence(raw=raw).at("check_build").broken() == ""
    told = evidence(raw=raw).at("check_fit").broken()
    assert told == "Before that, the cell compile ended with: NameError: no kears."
    raw["cells"] = [broken, *raw["cells"][::2]]
    assert evidence(raw=raw).at("check_fit").broken() == ""


def test_inputs_by_name_are_put_in_order() -> None:
    predictor = Doubling()
    net = evidence(predictor).at("check_fit").model("net")
    net.predict({"x": ROWS})
    assert predictor.asked[0][0] is ROWS
    with pytest.raises(NotJudgeable, match="inputs"):
        net.predict({"top": ROWS})


def test_outputs_come_by_name_and_one_must_be_meant() -> None:
    net = evidence().at("check_fit").model("net")
    assert list(net.predict_all(ROWS)) == ["dense"]
    two = evidence(Doubling(outputs=2)).at("check_fit").model("net")
    with pytest.raises(NotJudgeable, match="one output"):
        two.predict(ROWS)


def test_a_prediction_that_is_not_there_yet_says_which() -> None:
    net = evidence(Doubling(known=False)).at("check_fit").model("net")
    with pytest.raises(PredictionPending) as caught:
        net.predict(ROWS)
    assert caught.value.ref == "late"
    assert caught.value.key == ("late", pack(ROWS).digest)


def test_losses_of_several_outputs_are_found_by_name() -> None:
    raw = manifest()
    other = {**LOSS, "spelling": "mae"}
    raw["models"]["late"]["compile"] = {**SETTINGS, "loss": {"a": LOSS, "b": other}}
    settings = evidence(raw=raw).at("check_fit").model("net").compile
    assert settings is not None
    assert settings.loss_of("b")["spelling"] == "mae"  # type: ignore[index]
    assert settings.loss_of("c") is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("snapshots", "check_fit", "values", "history", "history"), [1, 2]),
        (("models",), {}),
        (("models", "late", "weights"), [{"shape": [-1]}]),
        (("models", "late", "weights"), "many"),
        (("snapshots", "check_fit"), 7),
    ],
)
def test_malformed_evidence_is_an_evidence_error(path: tuple[str, ...], value: object) -> None:
    raw = copy.deepcopy(manifest())
    place = raw
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    found = evidence(raw=raw).at("check_fit")
    with pytest.raises(EvidenceError):
        found.history("history")
        _ = found.model("net").parameters


def test_the_source_of_a_cell_is_found_by_its_grade_id() -> None:
    assert evidence().source("build") == "net = 1"
    with pytest.raises(NotAttempted):
        evidence().source("fit")


def test_the_sources_above_a_cell_come_in_run_order_with_those_of_ones_own() -> None:
    sources = {"setup": "import numpy", "a1, cell 2": "own = 1", "build": "net = own", "fit": ""}
    found = replace(evidence(), sources=sources)
    assert found.sources_before("build") == ("import numpy", "own = 1")
    assert found.sources_before("setup") == ()
    with pytest.raises(NotAttempted):
        found.sources_before("predict")


def test_what_stands_in_the_variables_place_is_said() -> None:
    raw = manifest()
    values = raw["snapshots"]["check_fit"]["values"]
    values.update(
        curves={"kind": "other", "type": "dict"}, nothing={"kind": "other", "type": "NoneType"}
    )
    seen = evidence(raw=raw).at("check_fit")
    with pytest.raises(NotAttempted, match=r"a dict, such as fit.* gives: leave .history out"):
        seen.history("curves")
    with pytest.raises(NotAttempted, match=r"it holds an object of type dict$"):
        seen.model("curves")
    with pytest.raises(NotAttempted, match=r"it holds None$"):
        seen.history("nothing")
    with pytest.raises(NotAttempted, match="it holds a Keras model"):
        seen.history("net")


def broken(status: str = "error", evalue: str = "No module named 'x'", **more: Any) -> Evidence:
    """The cell ``fit``, which writes ``curve``, went wrong before its grade cell."""
    raw = manifest()
    error = {"output_type": "error", "ename": "ModuleNotFoundError", "evalue": evalue}
    outputs = [{"output_type": "stream", "text": "..."}, error]
    cell = {"index": 2, "grade_id": "fit", "status": status, "outputs": outputs, **more}
    raw["cells"] = [raw["cells"][0], cell, raw["cells"][2]]
    found = evidence(raw=raw)
    return replace(found, sources={"fit": "import x\ncurve = net.fit(X)"}).at("check_fit")


def test_an_absent_variable_comes_with_what_ended_its_cell() -> None:
    with pytest.raises(NotAttempted) as found:
        broken().history("curve")
    assert found.value.found == (
        "this variable does not exist: "
        "the cell fit ended with: ModuleNotFoundError: No module named 'x'"
    )
    with pytest.raises(NotAttempted, match=r"an error of Keras$"):
        broken(evalue="an error of Keras: .\n\nmore").history("curve")


@pytest.mark.parametrize(
    ("status", "words"),
    [("interrupted", "its time was up"), ("killed", "ended the run"), ("skipped", "left out")],
)
def test_a_cell_that_was_stopped_is_told_as_such(status: str, words: str) -> None:
    with pytest.raises(NotAttempted, match=f"the cell fit .*{words}"):
        broken(status).history("curve")


def test_the_words_of_an_error_are_one_short_readable_line() -> None:
    hostile = "\n \x1b[31mred\x1b[0m \u202e\x00<b>" + "x" * 5000 + "\nsecond line"
    with pytest.raises(NotAttempted) as found:
        broken(evalue=hostile).history("curve")
    text = found.value.found
    assert "red <b>x" in text
    assert "second" not in text and text.isprintable() and len(text) < 260


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Exception encountered when calling Sequential.call().\n\n\x1b[1mInput 0 of layer "
            '"dense" is incompatible with the layer\x1b[0m\n\nArguments received by ...',
            'Input 0 of layer "dense" is incompatible with the layer',
        ),
        (
            "Graph execution error:\n\nDetected at node Equal defined at (most recent call last):\n"
            "<stack traces unavailable>\nIncompatible shapes: [32] vs. [32,10]\n\t [[{{node}}]]",
            "Incompatible shapes: [32] vs. [32,10]",
        ),
        ("Graph execution error:", "Graph execution error"),
    ],
)
def test_of_an_error_of_keras_the_line_that_says_something_is_told(text: str, told: str) -> None:
    seen = broken()
    cells: Any = seen.manifest["cells"]
    cells[1]["outputs"] = [{**cells[1]["outputs"][1], "ename": "ValueError", "evalue": text}]
    assert seen.broken() == f"Before that, the cell fit ended with: ValueError: {told}."


def test_a_cell_that_ran_and_another_exercises_error_explain_nothing() -> None:
    for seen in (broken("ok"), broken().at("check_build")):
        with pytest.raises(NotAttempted) as found:
            seen.history("curve")
        assert found.value.found == "this variable does not exist"


def test_of_several_broken_cells_the_one_that_writes_the_name_counts() -> None:
    seen = broken()
    cells: Any = seen.manifest["cells"]
    near = {**cells[1], "grade_id": None, "outputs": [{**cells[1]["outputs"][1], "ename": "Other"}]}
    cells.insert(2, near)
    with pytest.raises(NotAttempted, match="the cell fit ended with: ModuleNotFoundError"):
        seen.history("curve")
    with pytest.raises(NotAttempted, match="a cell before ended with: Other"):
        seen.history("other_curve")


def test_a_network_that_mixes_its_examples_up_fails_and_nobody_has_to_look() -> None:
    class Replay(Doubling):
        reason = f"cannot be replayed: {NO_ROWS}"

        def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
            raise NotJudgeable(self.reason)

    seen = evidence(Replay()).at("check_fit").model("net")
    with pytest.raises(CallFailed, match="one row of numbers for each example"):
        seen.predict(ROWS)
    Replay.reason = "cannot be replayed: layer Unheard"
    with pytest.raises(NotJudgeable, match="Unheard"):
        seen.predict(ROWS)


def test_what_a_model_holds_is_known_from_when_it_was_built() -> None:
    raw = manifest()
    raw["snapshots"]["check_fit"]["values"]["net"]["holds"] = ["base"]
    assert evidence(raw=raw).at("check_build").model("net").holds == {"base"}
    assert evidence(raw=raw).at("check_build").model("other_net").holds == frozenset()
