"""Modules beside the long campaigns, which importlib mode does not put on the path."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def mutations() -> ModuleType:
    return _beside("intake_mutations")


@pytest.fixture(scope="session")
def trial() -> ModuleType:
    return _beside("intake_trial")


@pytest.fixture(scope="session")
def bases() -> ModuleType:
    return _beside("intake_bases")


@pytest.fixture(scope="session")
def killing() -> ModuleType:
    return _beside("killing")


@pytest.fixture(scope="session")
def on_workers() -> ModuleType:
    return _beside("cluster_killing")


@pytest.fixture(scope="session")
def lab_of() -> type:
    """A scheduler and workers in a folder."""
    lab: type = _beside("lab").Lab
    return lab
