"""Four moments of the kill campaign (tests/soak): one of each kind, in a small class."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.jail

STUDENTS = 4
SEED = 20


def test_a_class_in_which_anything_was_killed_ends_like_an_undisturbed_one(
    tmp_path: Path, killing: Any
) -> None:
    expected = killing.undisturbed(killing.make_class(tmp_path / "undisturbed", STUDENTS))
    assert [result["status"] for result in expected.results] == ["completed"] * STUDENTS
    found = killing.one_class(tmp_path / "class", expected, 4, SEED, STUDENTS)
    assert found.killed == Counter(killing.KINDS)
    assert found.differences == []
    assert not found.left["processes"]
