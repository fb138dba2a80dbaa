"""Kill -9 at many moments of grading classes; then everything is as if nothing had happened.

AUTOGRADER_SOAK_KILLS (200) moments, AUTOGRADER_SOAK_SEED (1) of the first class; prints figures.
"""

import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

MOMENTS = int(os.environ.get("AUTOGRADER_SOAK_KILLS", "200"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1"))
OF_A_CLASS = 8


def _killing() -> ModuleType:
    path = Path(__file__).with_name("killing.py")
    spec = importlib.util.spec_from_file_location("killing", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["killing"] = module
    spec.loader.exec_module(module)
    return module


def test_classes_in_which_anything_was_killed_end_like_an_undisturbed_one(tmp_path: Path) -> None:
    killing: Any = _killing()
    course = killing.make_class(tmp_path / "undisturbed")
    expected = killing.undisturbed(course)
    total = killing.Campaign(left=Counter())
    for number in range(-(-MOMENTS // OF_A_CLASS)):
        moments = min(OF_A_CLASS, MOMENTS - total.killed.total())
        found = killing.one_class(tmp_path / str(number), expected, moments, SEED + number)
        print(f"class {number}: {found}", flush=True)
        for told in found.differences:
            print(f"  {told}", flush=True)
        total.add(found)
    print(f"the whole campaign: {total}", flush=True)
    assert not total.differences
    assert not total.left["processes"]
