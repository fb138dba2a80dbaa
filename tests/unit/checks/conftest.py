"""Folders of hidden checks, written for one test, and small submissions to run them on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.serve import Submission
from autograder.evidence.arrays import Array, Blob
from autograder.evidence.view import PredictionPending

HEAD = """
import pytest
from autograder.checks import check
from autograder.matchers import MatchFailure, assert_accuracy, assert_close
"""


class Predictions:
    """A predictor that knows what ``resolve`` has put in, as the real one does."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, ...], Array] = {}

    def predictions(self, ref: str, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
        pending = PredictionPending(ref, inputs)
        if pending.key not in self.known:
            raise pending
        return (self.known[pending.key],)

    def resolve(self, pending: list[PredictionPending]) -> None:
        for one in pending:
            self.known[one.key] = one.inputs[0]


@pytest.fixture
def predictions() -> Predictions:
    """A predictor that gives its input back."""
    return Predictions()


@pytest.fixture
def write_checks(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of checks with a held-out file, and gives its path."""

    def write(text: str, name: str = "test_one.py") -> Path:
        folder = tmp_path / "checks" / "a1"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(HEAD + text)
        np.savez(folder / "heldout.npz", x=np.eye(4), y=np.arange(4))
        return folder

    return write


@pytest.fixture
def submission(predictions: Predictions) -> Callable[..., Submission]:
    """A submission whose cell ``check_a`` saw these scalars, and a model ``net``."""

    def make(**scalars: Any) -> Submission:
        values: dict[str, Any] = {
            name: {"kind": "scalar", "type": type(value).__name__, "value": value}
            for name, value in scalars.items()
        }
        values["net"] = {"kind": "model", "ref": "net-ref"}
        raw = {"class": "Sequential", "built": True, "graph": {"inputs": []}, "weights": []}
        manifest: dict[str, Any] = {
            "snapshots": {"check_a": {"values": values}, "check_b": {"values": values}},
            "models": {"net-ref": raw},
            "cells": [],
        }
        return Submission("a1", manifest, _no_blob, {"a": "x = 1"}, predictions)

    return make


def _no_blob(digest: str) -> Blob:
    raise KeyError(digest)
