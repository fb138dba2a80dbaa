import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def by_hand() -> ModuleType:
    """The builders in recorded_models.py, which importlib mode does not put on the path."""
    spec = importlib.util.spec_from_file_location(
        "recorded_models", Path(__file__).with_name("recorded_models.py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
