"""The bound on an unlucky miss is as published tables have it, and is not claimed without cause."""

import numpy as np
import pytest

from autograder.authoring.audit.luck import AIM, counted_bound, luck_of, tail_bound
from autograder.nouns import Measure


def measures(found: list[float], limit: float = 0.93, kind: str = "accuracy") -> list[Measure]:
    return [Measure("net", kind, one, limit, 360) for one in found]


def shares(mean: float, deviation: float, runs: int = 20) -> list[float]:
    drawn = np.random.default_rng(1).normal(mean, deviation, runs)
    return [round(one * 360) / 360 for one in drawn]


# One-sided tolerance factors for confidence 0.95 (Hahn and Meeker, table A.12d).
@pytest.mark.parametrize(
    ("runs", "share", "factor"),
    [(10, 0.1, 2.355), (10, 0.01, 3.981), (20, 0.05, 2.396), (20, 0.01, 3.295), (50, 0.01, 2.863)],
)
def test_the_bound_is_the_published_tolerance_factor(
    runs: int, share: float, factor: float
) -> None:
    assert tail_bound(factor, runs) == pytest.approx(share, rel=0.01)


def test_more_runs_and_a_larger_margin_make_a_smaller_bound() -> None:
    assert tail_bound(5, 100) < tail_bound(5, 20) < tail_bound(4, 20) < tail_bound(0, 20)


def test_counts_alone_give_the_rule_of_three() -> None:
    assert counted_bound(0, 300) == pytest.approx(3 / 300, rel=0.01)
    assert counted_bound(20, 20) == 1.0
    assert counted_bound(1, 20) > counted_bound(0, 20)


def test_a_wide_margin_holds_and_a_narrow_one_does_not() -> None:
    wide, narrow = luck_of(measures(shares(0.975, 0.004))), luck_of(measures(shares(0.95, 0.008)))
    assert (wide.method, wide.holds) == ("tolerance", True)
    assert wide.bound < AIM < narrow.bound


def test_an_error_is_right_below_its_limit() -> None:
    drawn = list(np.random.default_rng(2).normal(43, 0.4, 20))
    assert luck_of(measures(drawn, limit=52, kind="mae")).holds
    assert luck_of(measures([*drawn, 53.0], limit=52, kind="mae")).missed == 1


@pytest.mark.parametrize(
    "found",
    [
        [0.97] * 20,  # equal runs have no shape
        [0.96, 0.97, 0.98],  # too few
        [0.975] * 10 + [0.935] * 10,  # two clusters are not normal
        [*shares(0.975, 0.004), 0.90],  # a miss was seen
    ],
)
def test_without_a_normal_shape_only_counts_are_claimed(found: list[float]) -> None:
    luck = luck_of(measures(found))
    assert luck.method == "counted"
    assert not luck.holds


def test_no_figure_is_no_bound() -> None:
    with pytest.raises(ValueError, match="at least one figure"):
        luck_of([])


def test_a_check_that_may_be_tried_again_is_missed_only_by_all_its_runs() -> None:
    found = [35 / 36] * 100
    once, thrice = luck_of(measures(found)), luck_of(measures(found), tries=3)
    assert once.bound == pytest.approx(counted_bound(0, 100))
    assert thrice.bound == pytest.approx(once.bound**3)
    assert (once.holds, thrice.holds) == (False, True)
