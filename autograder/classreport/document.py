"""A class report as plain JSON values: the stable form, described in docs/report.md."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from autograder.classreport.summary import mean_of, median_of
from autograder.classreport.told import ClassReport
from autograder.nouns import JSON

VERSION = 1
"""Raised when a field changes its meaning. Fields may be added without it."""


def as_json(report: ClassReport, made: str) -> dict[str, JSON]:
    """The report, ``made`` being the time in ISO 8601. Not-a-number and infinities are null."""
    told: Any = _plain(asdict(report))  # Any: what asdict makes of the dataclasses
    return {
        "version": VERSION,
        "made": made,
        **told,
        "submissions": len(report.rows) + len(report.not_graded),
        "undecided": report.undecided,
        "mean": mean_of(report),
        "median": median_of(report),
    }


def _plain(value: object) -> JSON:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return [_plain(item) for item in sorted(value)]
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"a plain value expected in a report, found {type(value).__name__}")
