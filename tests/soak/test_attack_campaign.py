"""Every hostile notebook of tests/attacks between honest ones, graded by the real command.

AUTOGRADER_SOAK_ROUNDS classes (1), each in another order, from AUTOGRADER_SOAK_SEED (1) on.
"""

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.jail

PLACE = Path(__file__).resolve().parents[1] / "attacks" / "campaign.py"
campaign = SimpleNamespace(**runpy.run_path(str(PLACE)))
ROUNDS = int(os.environ.get("AUTOGRADER_SOAK_ROUNDS", "1"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1"))
HONEST = ("neighbour0", "neighbour1", "neighbour2", "freedoms", "colab")


@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_no_order_of_attackers_harms_a_neighbour_or_pays(tmp_path: Path, seed: int) -> None:
    names = list(campaign.HOSTILE)
    graded = campaign.grade(tmp_path / "course", names, workers=os.cpu_count() or 2, seed=seed)
    assert graded.done.returncode == 1, graded.done.stderr
    assert "Traceback" not in graded.done.stderr
    assert len(graded.results) == len(names) + len(HONEST) + 1
    for student in sorted(graded.results):
        result = graded.results[student]
        print(f"{student:12} {result['status']:10} {result['score']}", result["reasons"])
    for student in HONEST:
        assert graded.scores(student) == campaign.FULL, graded.results[student]
        assert not graded.results[student]["needs_review"], graded.results[student]["reasons"]
    for student in names:
        campaign.judge(graded, student)
    assert graded.scores("tampered") == dict.fromkeys(campaign.FULL, 0.0)
    assert graded.after == graded.before
    assert graded.left == []
    assert not graded.answered
