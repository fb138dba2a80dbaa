"""Exchanged functions and changed numbers are told, honest work is not."""

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from autograder.evidence.contradictions import contradictions
from autograder.nouns import CodeCell
from autograder.recorder.guard import Guard

BOX = Path("/box/work")


def settled() -> Guard:
    guard = Guard()
    guard.settle(BOX)
    return guard


def test_untouched_libraries_give_nothing_to_tell() -> None:
    guard = settled()
    json.dumps({"a": 1})
    assert guard.told() == []


def test_a_function_that_was_exchanged_is_told_by_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = settled()
    monkeypatch.setattr(json, "dumps", lambda value: "")
    monkeypatch.delattr(json.JSONEncoder, "encode")
    assert sorted(map(str, guard.told())) == ["JSONEncoder.encode", "json.dumps"]


def test_a_function_whose_inside_was_exchanged_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = settled()
    monkeypatch.setattr(json.dumps, "__kwdefaults__", {**json.dumps.__kwdefaults__, "indent": 9})
    assert guard.told() == ["dumps"]
    monkeypatch.undo()
    assert guard.told() == []


def test_a_default_that_was_exchanged_where_it_lies_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = settled()
    monkeypatch.setitem(json.dumps.__kwdefaults__, "indent", 9)
    assert guard.told() == ["dumps"]


def _wrapped(inside: types.FunctionType) -> types.FunctionType:
    def outside() -> object:
        return inside()

    return outside


def _inside() -> int:
    return 1


def test_a_function_inside_a_decorated_one_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = _wrapped(_inside)
    monkeypatch.setattr(json, "decorated", outside, raising=False)
    guard = settled()
    monkeypatch.setattr(_inside, "__code__", (lambda: 2).__code__)
    assert guard.told() == ["_inside"]
    monkeypatch.undo()
    monkeypatch.setattr(json, "decorated", outside, raising=False)
    assert outside.__closure__ is not None
    outside.__closure__[0].cell_contents = lambda: 3
    assert guard.told() == [outside.__qualname__]


def test_what_the_recorder_puts_in_place_before_the_notebook_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard = Guard()
    monkeypatch.setattr(json, "dumps", lambda value: "")
    monkeypatch.setattr(json.loads, "__defaults__", (1,))
    guard.settle(BOX)
    assert guard.told() == []
    monkeypatch.setattr(json, "dumps", lambda value: "again")
    assert guard.told() == ["json.dumps"]


LOOKS = """
import gc, os, keras
from pathlib import Path
from autograder.recorder.guard import Guard

def copied():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))

guard = Guard()
gc.collect()
gc.freeze()
if os.fork() == 0:
    guard.settle(Path("/box/work"))
    before = copied()
    for _ in range(5):
        assert guard.told() == []
    print(len(guard._functions), copied() - before, flush=True)
    os._exit(0)
os.wait()
"""


def test_a_look_copies_next_to_no_page_of_the_warm_parents_memory() -> None:
    """Writing reference counts cost 27 MB in each job (docs/benchmarks.md)."""
    told = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    functions, kilobytes = map(int, told.stdout.split())
    assert functions > 3_000
    assert kilobytes < 2_000


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
    guard = settled()
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


def test_a_name_of_the_recorder_that_hides_a_builtin_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from autograder.recorder import compile as recorder

    guard = settled()
    monkeypatch.setattr(recorder, "getattr", lambda *rest: "binary_crossentropy", raising=False)
    assert guard.told() == ["autograder.recorder.compile.getattr"]
    monkeypatch.undo()
    assert guard.told() == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.src.ops", "binary_crossentropy"),
        ("keras.src.activations", "sigmoid"),
        ("tensorflow._api.v2.nn", "sigmoid_cross_entropy_with_logits"),
    ],
)
def test_functions_that_a_loss_is_computed_with_are_watched(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    import tensorflow  # noqa: F401  what the warm parent has imported

    guard = settled()
    monkeypatch.setattr(sys.modules[module], name, lambda *rest, **more: None)
    assert [one for one in map(str, guard.told()) if one.endswith(name)]
