"""Any bytes and any JSON through the whole intake: never an exception.

A seeded sample of the campaign in ``tests/soak/test_intake_soak.py``, and hypothesis's own ideas,
which differ from a mutator's.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.filterwarnings("ignore::Warning")

SOAK = Path(__file__).resolve().parents[2] / "soak"
SEEDS = range(7_000, 7_100)
DEADLINE_S = 20.0
QUICK = settings(
    derandomize=True,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
words = st.sampled_from(
    ["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "points", "outputs",
     "attachments", "worksheets", "nbformat", "total", "check_total", "code", "markdown", "raw"]
)  # fmt: skip
values = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=8), inner),
    max_leaves=12,
)
cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]) | values, "source": values},
    optional={
        "metadata": st.fixed_dictionaries({"nbgrader": values}) | values,
        "attachments": values,
        "outputs": values,
        "id": values,
    },
)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(cells | values, max_size=6)},
    optional={"nbformat": st.integers(2, 5) | values, "metadata": values, "worksheets": values},
)


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SOAK / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


bases, mutations, trial = map(_beside, ("intake_bases", "intake_mutations", "intake_trial"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("fuzz")
    source = root / "source" / "lesson.ipynb"
    source.parent.mkdir()
    source.write_text(json.dumps(bases.source()))
    (root / "submitted").mkdir()
    return root / "submitted", source


def test_mutated_notebooks_make_intake_raise_nothing(folders: tuple[Path, Path]) -> None:
    became = set()
    for seed in SEEDS:
        with trial.deadline(DEADLINE_S):
            became.add(trial.take_in(mutations.mutated(seed, bases.bases()), *folders))
    assert became >= {"repaired", "unreadable"}


@given(notebooks)
@QUICK
def test_no_shape_of_a_notebook_makes_intake_raise(
    folders: tuple[Path, Path], notebook: Any
) -> None:
    trial.take_in(json.dumps(notebook).encode(), *folders)


@given(st.binary(max_size=400))
@QUICK
def test_no_bytes_make_intake_raise(folders: tuple[Path, Path], data: bytes) -> None:
    trial.take_in(data, *folders)


@given(st.text(max_size=200), st.sampled_from(["code", "markdown", "raw"]))
@QUICK
def test_no_text_of_an_answer_makes_intake_raise(
    folders: tuple[Path, Path], text: str, kind: str
) -> None:
    notebook = bases.bases()[0]
    notebook["cells"][2] |= {"source": text, "cell_type": kind}
    assert trial.take_in(json.dumps(notebook).encode(), *folders) in ("whole", "repaired")
