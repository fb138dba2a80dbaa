"""The whole corpus of forgeries through ``grade``; a sample of it is in tests/attacks."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]


def test_no_forgery_earns_points_that_nobody_looks_at(tmp_path):
    path = Path(__file__).resolve().parents[1] / "attacks" / "forging.py"
    spec = importlib.util.spec_from_file_location("forging", path)
    forging = importlib.util.module_from_spec(spec)
    sys.modules["forging"] = forging
    spec.loader.exec_module(forging)
    known = forging.forgeries()
    course = forging.copied_course(tmp_path / "course")
    for one in known:
        forging.hand_in(course, one.student, one.cells)
    results = forging.graded(course, [one.student for one in known])
    for one in known:
        print(one.name, "|", *forging.shown(results[one.student]))
    assert [one.name for one in known if forging.succeeded(one, results[one.student])] == []
