"""Kill -9 at many moments of grading classes; then everything is as if nothing had happened.

AUTOGRADER_SOAK_KILLS (200) moments, AUTOGRADER_SOAK_CLUSTER_KILLS (20) more on Dask's workers,
AUTOGRADER_SOAK_SEED (1) of the first class; prints figures.
"""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.filterwarnings("ignore::Warning")]

MOMENTS = int(os.environ.get("AUTOGRADER_SOAK_KILLS", "200"))
ON_WORKERS = int(os.environ.get("AUTOGRADER_SOAK_CLUSTER_KILLS", "20"))
SEED = int(os.environ.get("AUTOGRADER_SOAK_SEED", "1"))
OF_A_CLASS = 8
OF_A_CLASS_ON_WORKERS = 5


@pytest.fixture(scope="module")
def expected(killing: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The class that nobody disturbed."""
    return killing.undisturbed(killing.make_class(tmp_path_factory.mktemp("whole") / "course"))


def test_classes_in_which_anything_was_killed_end_like_an_undisturbed_one(
    tmp_path: Path, killing: ModuleType, expected: Any
) -> None:
    def one(number: int, moments: int) -> Any:
        return killing.one_class(tmp_path / str(number), expected, moments, SEED + number)

    _campaign(killing, one, MOMENTS, OF_A_CLASS)


def test_classes_whose_workers_and_commands_were_killed_end_like_an_undisturbed_one(
    tmp_path: Path, killing: ModuleType, on_workers: ModuleType, lab_of: type, expected: Any
) -> None:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

    def one(number: int, moments: int) -> Any:
        (tmp_path / str(number)).mkdir()
        return on_workers.one_class(
            killing,
            lab_of,
            tmp_path / str(number),
            expected,
            moments,
            SEED + number,
            killing.STUDENTS,
        )

    _campaign(killing, one, ON_WORKERS, OF_A_CLASS_ON_WORKERS)


def _campaign(killing: Any, one: Callable[[int, int], Any], moments: int, of_a_class: int) -> None:
    total = killing.Campaign(left=Counter())
    for number in range(-(-moments // of_a_class)):
        found = one(number, min(of_a_class, moments - total.killed.total()))
        print(f"class {number}: {found}", flush=True)
        for told in found.differences:
            print(f"  {told}", flush=True)
        total.add(found)
    print(f"the whole campaign: {total}", flush=True)
    assert not total.differences
    assert not total.left["processes"]
