"""Modules beside the tests of the exports, which importlib mode does not put on the path."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = sys.modules.setdefault(name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def readers() -> ModuleType:
    return _beside("readers")


@pytest.fixture(scope="session")
def classes() -> ModuleType:
    return _beside("classes")


@pytest.fixture(scope="session")
def campaign() -> ModuleType:
    return _beside("campaign")
