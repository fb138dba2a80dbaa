"""A class of attackers between honest students, graded by the real command.

The sample of ``hostile.toml`` that is marked quick; the soak tests grade all of it.
"""

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.jail

campaign = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("campaign.py"))))
QUICK = [name for name, entry in campaign.HOSTILE.items() if entry.get("quick")]
HONEST = ["neighbour0", "neighbour1", "neighbour2", "freedoms", "colab"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield campaign.grade(tmp_path_factory.mktemp("campaign") / "course", QUICK)


def test_the_command_ends_as_documented_and_shows_no_traceback(graded: Any) -> None:
    assert graded.done.returncode == 1, graded.done.stderr  # something needs review
    assert "Traceback" not in graded.done.stderr
    assert len(graded.results) == len(QUICK) + len(HONEST) + 1


@pytest.mark.parametrize("student", HONEST)
def test_honest_work_beside_attackers_has_exactly_its_points(graded: Any, student: str) -> None:
    result = graded.results[student]
    assert graded.scores(student) == campaign.FULL
    assert (result["needs_review"], result["reasons"]) == (False, [])
    assert result["status"] == ("cell_error" if student == "colab" else "completed")


@pytest.mark.parametrize("student", QUICK)
def test_an_attacker_earns_nothing_that_no_person_looks_at(graded: Any, student: str) -> None:
    campaign.judge(graded, student)


def test_claimed_points_and_rewritten_grade_cells_count_for_nothing(graded: Any) -> None:
    assert graded.scores("tampered") == dict.fromkeys(campaign.FULL, 0.0)


def test_the_host_is_as_it_was(graded: Any) -> None:
    assert graded.after == graded.before
    assert graded.left == []
    assert not graded.answered
