"""The reader of the corpus, which lies beside the benchmark that measures on all of it."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="session")
def corpus() -> ModuleType:
    sys.path.append(str(BENCHMARKS))
    try:
        return importlib.import_module("corpus")
    finally:
        sys.path.remove(str(BENCHMARKS))
