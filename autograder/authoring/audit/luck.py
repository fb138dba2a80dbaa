"""How likely is it that right work misses a threshold? A bound, with what it rests on.

A figure (an accuracy after the logit, an error after the logarithm) of n seeded runs is taken as
normal. Then k = (mean - threshold) / sd, and the one-sided tolerance interval says it: with
confidence 95 % no more than a share p of all runs lies beyond the threshold, where p solves
P(T <= k sqrt(n)) = 0.95 for T of the noncentral t distribution with n - 1 degrees of freedom and
noncentrality z(1 - p) sqrt(n) (Hahn and Meeker, Statistical Intervals, section 4.6). Where the runs
do not look normal, or are equal, what can be said without any shape is said instead: after n runs
without a miss, with confidence 95 % the chance is below 1 - 0.05^(1/n).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.nouns import Measure

CONFIDENCE = 0.95
AIM = 1e-4
"""One right answer in 10,000 may miss a threshold by an unlucky start."""

NORMAL_AT = 0.01
"""Below this p-value of the Shapiro-Wilk test the runs are not taken as normal."""

FEWEST = 8
"""Fewer runs say nothing of a shape."""

STEPS = 4_000
"""Points of the numerical integral; 40,000 change no digit that is shown."""

FLOOR = 1e-12
"""Smaller tails are not told apart: no normal distribution holds so far out."""


@dataclass(frozen=True)
class Luck:
    """One threshold under n runs. ``bound`` is on the chance that such work misses it.

    With ``tries`` runs allowed to a check it is the chance that all of them do.
    ``margin`` is k, the distance in standard deviations; ``method`` is "tolerance" or "counted".
    """

    subject: str
    kind: str
    limit: float
    runs: int
    missed: int
    lowest: float
    mean: float
    highest: float
    margin: float
    bound: float
    method: str
    tries: int = 1

    @property
    def holds(self) -> bool:
        """Whether the bound is what was aimed at."""
        return self.bound <= AIM


def luck_of(measures: Sequence[Measure], tries: int = 1) -> Luck:
    """The bound from the same figure of several runs. Raises ValueError for none."""
    if not measures:
        raise ValueError("at least one figure expected, found none")
    first = measures[0]
    found = np.array([m.found for m in measures], dtype=np.float64)
    missed = sum(_misses(m) for m in measures)
    distance, spread = _distances(measures)
    margin = float(distance.mean() / spread) if spread > 0 else math.inf
    usable = missed == 0 and len(found) >= FEWEST and math.isfinite(margin) and _normal(measures)
    single = tail_bound(margin, len(found)) if usable else counted_bound(missed, len(found))
    return Luck(
        subject=first.subject,
        kind=first.kind,
        limit=first.limit,
        runs=len(found),
        missed=missed,
        lowest=float(found.min()),
        mean=float(found.mean()),
        highest=float(found.max()),
        margin=margin,
        bound=single**tries,
        method="tolerance" if usable else "counted",
        tries=tries,
    )


def tail_bound(margin: float, runs: int) -> float:
    """The share beyond a limit ``margin`` sample deviations away, with confidence 95 %.

    >>> 0.5e-4 < tail_bound(5.2, 20) < 2e-4
    True
    """
    from scipy import optimize, stats

    root = math.sqrt(runs)
    # P(T <= t) as the mean of normal tails over the sample deviation: SciPy's own distribution
    # function is not a number so far out.
    shares = (np.arange(STEPS) + 0.5) / STEPS
    deviations = np.sqrt(stats.chi2.ppf(shares, runs - 1) / (runs - 1))

    def short(z: float) -> float:
        return float(stats.norm.cdf(root * (margin * deviations - z)).mean()) - CONFIDENCE

    low, high = -8.0, 8.0
    if short(low) < 0:
        return 1.0
    if short(high) > 0:
        return FLOOR
    z = optimize.brentq(short, low, high)
    return max(FLOOR, float(stats.norm.sf(z)))


def counted_bound(missed: int, runs: int) -> float:
    """The chance of a miss, with confidence 95 %, from counts alone (Clopper and Pearson 1934).

    >>> round(counted_bound(0, 20), 3)
    0.139
    """
    from scipy import stats

    if missed >= runs:
        return 1.0
    return float(stats.beta.ppf(CONFIDENCE, missed + 1, runs - missed))


def _misses(measure: Measure) -> bool:
    if measure.kind == "accuracy":
        return measure.found < measure.limit
    return not measure.found < measure.limit


def _distances(measures: Sequence[Measure]) -> tuple[np.ndarray, float]:
    """How far each run is on the right side of its limit, on a scale that is nearly normal.

    The deviation is at least what half a row makes: a few equal runs are no proof of none.
    """
    rows = np.array([m.rows for m in measures], dtype=np.float64)
    found = np.array([m.found for m in measures], dtype=np.float64)
    limit = np.array([m.limit for m in measures], dtype=np.float64)
    if measures[0].kind == "accuracy":
        # The lowest count that passes, less half a row: between a pass and a miss.
        edge = np.ceil(limit * rows - 1e-9) - 0.5
        distance = _logit(found * rows, rows) - _logit(edge, rows)
        step = float(np.mean(_logit(found * rows, rows) - _logit(found * rows - 0.5, rows)))
    else:
        distance, step = np.log(limit) - np.log(found), 0.0
    spread = float(distance.std(ddof=1)) if len(distance) > 1 else 0.0
    return distance, max(spread, step)


def _logit(right: np.ndarray, rows: np.ndarray) -> np.ndarray:
    share = (right + 0.5) / (rows + 1)
    return np.asarray(np.log(share / (1 - share)))


def _normal(measures: Sequence[Measure]) -> bool:
    """Whether the Shapiro-Wilk test has nothing against it.

    Shares are counts of rows: equal ones are spread over their row, since ties alone make the test
    refuse what is normal but for the rounding.
    """
    from scipy import stats

    found = np.array([m.found for m in measures], dtype=np.float64)
    if len(np.unique(found)) < 3:
        return False
    values = np.log(found)
    if measures[0].kind == "accuracy":
        rows = np.array([m.rows for m in measures], dtype=np.float64)
        values = _logit(np.minimum(_spread(np.rint(found * rows)), rows), rows)
    return bool(stats.shapiro(values).pvalue >= NORMAL_AT)


def _spread(counts: np.ndarray) -> np.ndarray:
    """The counts, equal ones evenly over one row.

    >>> [round(float(one), 2) for one in _spread(np.array([5.0, 5.0, 7.0]))]
    [4.75, 5.25, 7.0]
    """
    spread = counts.copy()
    for count in np.unique(counts):
        places = np.flatnonzero(counts == count)
        spread[places] += (np.arange(len(places)) + 0.5) / len(places) - 0.5
    return spread
