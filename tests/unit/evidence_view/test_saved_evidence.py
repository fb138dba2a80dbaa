"""What a check sees of a saved file and of an array that was too large to record."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.errors import CheckError, EvidenceError
from autograder.evidence.arrays import pack
from autograder.evidence.view import CallFailed, Evidence, NotAttempted, NotJudgeable

ROWS = np.arange(6, dtype=np.float32).reshape(3, 2)
RECORD = {"class": "Sequential", "built": True, "weights": [{"blob": "w"}, {"blob": None}]}


class Nobody:
    def predictions(self, ref: str, inputs: Any) -> Any:
        raise AssertionError("nothing is predicted here")


def evidence(file: Any = None, saved: Any = None, values: Any = None) -> Evidence:
    files = {} if file is None else {"net.keras": file}
    manifest: Any = {
        "snapshots": {"check_save": {"values": values or {}, "files": files}},
        "saved": saved or {},
        "models": {"ref": RECORD},
    }
    blobs = {pack(ROWS).digest: pack(ROWS)}
    return Evidence("net", manifest, blobs.__getitem__, {}, Nobody(), "check_save")


def kept(reason: str = "", blob: str | None = "file", **more: Any) -> dict[str, Any]:
    return {"size": 3, "blob": blob, "reason": reason, "near": [], **more}


def test_a_loaded_file_is_a_model_under_the_files_name() -> None:
    found = evidence(kept(), {"file": {"model": "ref", "reason": "", "own": False}})
    model = found.saved("net.keras")
    assert (model.name, model.ref, model.kind) == ("net.keras", "ref", "Sequential")
    assert model.weights == ("w", None)


def test_a_missing_file_is_not_attempted_and_names_what_is_near() -> None:
    near = kept("missing", None, near=["ned.keras"])
    with pytest.raises(NotAttempted) as raised:
        evidence(near).saved("net.keras")
    assert "ned.keras" in raised.value.hint
    weights = kept("missing", None, near=["ned.keras", "net.weights.h5"])
    with pytest.raises(NotAttempted) as raised:
        evidence(weights).saved("net.keras")
    assert "Weights alone" in raised.value.hint
    old = kept("missing", None, near=["net.h5"])
    with pytest.raises(NotAttempted) as raised:
        evidence(old).saved("net.keras")
    assert "the ending decides" in raised.value.hint
    assert "Weights" not in raised.value.hint


def test_a_missing_file_comes_with_what_ended_the_cell_before() -> None:
    whole = evidence(kept("missing", None))
    error = {"output_type": "error", "ename": "AttributeError", "evalue": "no save"}
    cells = [
        {"index": 0, "grade_id": "save", "status": "error", "outputs": [error]},
        {"index": 1, "grade_id": "check_save"},
    ]
    with pytest.raises(NotAttempted, match="the cell save ended with: AttributeError: no save"):
        replace(whole, manifest={**whole.manifest, "cells": cells}).saved("net.keras")


def test_a_run_that_ended_before_is_not_attempted() -> None:
    with pytest.raises(NotAttempted, match="ended before"):
        evidence(kept()).at("check_later").saved("net.keras")


@pytest.mark.parametrize(
    ("file", "saved"),
    [
        (kept("a folder", None), None),
        (kept(), {"file": {"model": None, "reason": "a broken archive", "own": False}}),
        (kept(), {"file": {"model": 7, "reason": 7}}),
    ],
)
def test_what_is_no_model_is_a_failure_of_the_student(file: Any, saved: Any) -> None:
    with pytest.raises(CallFailed, match=r"net\.keras"):
        evidence(file, saved).saved("net.keras")


def test_code_of_the_students_own_and_faults_of_ours_are_for_a_person() -> None:
    with pytest.raises(NotJudgeable):
        evidence(kept(), {"file": {"model": None, "reason": "own", "own": True}}).saved("net.keras")
    with pytest.raises(EvidenceError):
        evidence(kept()).saved("net.keras")
    with pytest.raises(CheckError, match="files="):
        evidence().saved("net.keras")


def array(**changes: Any) -> dict[str, Any]:
    facts = {"min": 0.0, "max": 1.0, "finite": True}
    value = {"kind": "array", "dtype": "float32", "shape": [60000, 784], "facts": facts}
    return {"x": {**value, "blob": None, "head": None, **changes}}


def test_facts_are_known_of_an_array_that_was_not_kept() -> None:
    found = evidence(values=array(head=pack(ROWS).digest)).facts("x")
    assert (found.shape, found.dtype, found.kind) == ((60000, 784), "float32", "float")
    assert (found.minimum, found.maximum, found.finite) == (0.0, 1.0, True)
    np.testing.assert_array_equal(found.head, ROWS)
    assert evidence(values=array()).facts("x").head is None


def test_facts_of_an_empty_array_have_no_numbers() -> None:
    empty = array(shape=[0], dtype="int64", facts={"min": None, "max": None, "finite": True})
    found = evidence(values=empty).facts("x")
    assert np.isnan(found.minimum)
    assert found.kind == "int"


@pytest.mark.parametrize("changes", [{"dtype": "object"}, {"shape": [-1]}, {"shape": [True]}])
def test_facts_of_another_form_are_refused(changes: Any) -> None:
    with pytest.raises(EvidenceError):
        evidence(values=array(**changes)).facts("x")
