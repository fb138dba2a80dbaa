"""The few numbers that stand at the head of a report."""

import statistics

from autograder.classreport.told import ClassReport


def scores_of(report: ClassReport) -> list[float]:
    """The scores that are decided, a person's points in the place of the checks'."""
    return [row.score for row in report.rows if row.score is not None]


def mean_of(report: ClassReport) -> float | None:
    """The mean of the decided scores, None where there is none."""
    scores = scores_of(report)
    return statistics.fmean(scores) if scores else None


def median_of(report: ClassReport) -> float | None:
    """The median of the decided scores, None where there is none."""
    scores = scores_of(report)
    return float(statistics.median(scores)) if scores else None
