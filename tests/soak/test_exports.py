"""Random classes through every format of an export and back, by the thousand.

AUTOGRADER_SOAK_INPUTS says how many, AUTOGRADER_SOAK_SEED where they begin.
"""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

UNIT = Path(__file__).resolve().parents[1] / "unit" / "exports"
INPUTS = int(os.environ.get("AUTOGRADER_SOAK_INPUTS", "5000"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1000"))


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"soak_{name}", UNIT / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[f"soak_{name}"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_random_classes_read_back_from_every_format() -> None:
    campaign, readers = _module("campaign"), _module("readers")
    for seed in range(SEED, SEED + INPUTS):
        try:
            campaign.try_table(campaign.random_table(seed), readers)
        except AssertionError as error:
            raise AssertionError(f"the class of seed {seed}: {error}") from error
