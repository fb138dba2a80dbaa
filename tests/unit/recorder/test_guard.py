"""Exchanged functions and changed numbers are told, honest work is not."""

import json
import sys
import types
from pathlib import Path

import pytest

from autograder.evidence.contradictions import contradictions
from autograder.nouns import CodeCell
from autograder.recorder.guard import Guard

BOX = Path("/box/work")


def test_untouched_libraries_give_nothing_to_tell() -> None:
    guard = Guard(BOX)
    json.dumps({"a": 1})
    assert guard.told() == []


def test_a_function_that_was_exchanged_is_told_by_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = Guard(BOX)
    monkeypatch.setattr(json, "dumps", lambda value: "")
    monkeypatch.delattr(json.JSONEncoder, "encode")
    assert sorted(map(str, guard.told())) == ["JSONEncoder.encode", "json.dumps"]


def test_a_function_whose_inside_was_exchanged_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard(BOX)
    monkeypatch.setattr(json.dumps, "__kwdefaults__", {**json.dumps.__kwdefaults__, "indent": 9})
    assert guard.told() == ["dumps"]
    monkeypatch.undo()
    assert guard.told() == []


@pytest.mark.parametrize(
    ("name", "place", "told"),
    [
        ("tqdm", "/box/work/tqdm.py", ["the file of module tqdm"]),
        ("torch", "torch.py", ["the file of module torch"]),
        ("honest", "/opt/site/honest.py", []),
        ("__autograph_generated_filex", "/box/tmp/__autograph_generated_filex.py", []),
    ],
)
def test_a_module_that_the_notebook_wrote_itself_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, place: str, told: list[str]
) -> None:
    guard = Guard(BOX)
    module = types.ModuleType(name)
    module.__file__ = place
    monkeypatch.setitem(sys.modules, name, module)
    assert guard.told() == told


def test_what_the_recorder_told_becomes_a_reason() -> None:
    manifest = {"snapshots": {"check_x": {"values": {}, "changed": ["json.dumps"]}}}
    assert contradictions([CodeCell(0, "x = 1")], manifest) == (
        "while the notebook ran, json.dumps was exchanged",
    )


def _weights(now: str, ended: str) -> dict[str, object]:
    value = {"kind": "model", "ref": "r", "fits": [{"weights": [ended]}]}
    models = {"r": {"weights": [{"blob": now}]}}
    return {"snapshots": {"check_x": {"values": {"m": value}}}, "models": models}


def test_weights_that_no_fit_ended_with_are_a_reason_unless_a_cell_loads_some() -> None:
    fit = [CodeCell(0, "m.compile('adam', 'mse'); m.fit(X, y)")]
    assert contradictions(fit, _weights("a", "a")) == ()
    assert contradictions(fit, _weights("b", "a")) == (
        "m has other weights than its last fit ended with",
    )
    loads = [*fit, CodeCell(1, "m.load_weights('best.weights.h5')")]
    assert contradictions(loads, _weights("b", "a")) == ()


def test_a_curve_that_was_changed_is_a_reason() -> None:
    values = {"h": {"kind": "history", "changed": True}}
    manifest = {"snapshots": {"check_x": {"values": values}}}
    assert contradictions([CodeCell(0, "h = m.fit(X, y)")], manifest) == (
        "h holds other numbers than those with which its fit ended",
    )
