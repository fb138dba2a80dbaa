"""The report as one HTML file that loads nothing, runs nothing, and reads well on paper.

A policy in the page itself forbids scripts and requests, should a text ever slip through the
template's autoescape.
"""

from collections.abc import Iterable
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.classreport.grouping import ABSENT, FOUND, NETWORK, THRESHOLD
from autograder.classreport.plots import (
    amount_plot,
    heldout_plot,
    rate_bar,
    score_plot,
    training_plot,
)
from autograder.classreport.summary import mean_of, median_of
from autograder.classreport.text import counted
from autograder.classreport.told import ClassReport, WrongAnswer
from autograder.report.texts import coded, shown

MIB = 1024**2
SHOWN_ANSWERS = 20
"""Wrong answers in a list of the page; the JSON form has all of them."""

SHOWN_REASONS = 3


def page(report: ClassReport, made: str) -> str:
    """The whole page; ``made`` says when, in ISO 8601 and UTC, for its head."""
    answers = _answers(report, (NETWORK, FOUND))
    return (
        _environment()
        .get_template("class.html.j2")
        .render(
            report=report,
            made=made.replace("T", " ").replace("+00:00", " UTC"),
            mean=mean_of(report),
            median=median_of(report),
            scores=score_plot(report),
            rates=[(cell, list(its)) for cell, its in _by_cell(report)],
            bar=rate_bar,
            trainings=[(one, training_plot(one)) for one in report.trainings],
            heldout=[(one, heldout_plot(one)) for one in report.heldout],
            amounts=_amounts(report),
            shared=[one for one in answers if len(one.students) > 1],
            alone=[one for one in answers if len(one.students) == 1],
            missed=_answers(report, (THRESHOLD,)),
            absent=_answers(report, (ABSENT,)),
            limit=SHOWN_ANSWERS,
            reasons=SHOWN_REASONS,
        )
    )


def _by_cell(report: ClassReport) -> Iterable[tuple[str, Iterable[object]]]:
    order = {name: place for place, name in enumerate(report.cells)}
    checks = sorted(report.checks, key=lambda check: order.get(check.cell, 0))
    return groupby(checks, key=lambda check: check.cell)


def _answers(report: ClassReport, kinds: tuple[str, ...]) -> list[WrongAnswer]:
    return [one for one in report.wrong if one.kind in kinds]


def _amounts(report: ClassReport) -> list[tuple[str, Markup]]:
    """Time and memory of those that ran, with their titles."""
    wall = {row.student: row.wall_s for row in report.rows if row.wall_s is not None}
    peak = {r.student: r.peak_bytes / MIB for r in report.rows if r.peak_bytes is not None}
    found = []
    if wall:
        found.append(("Time of a run, in seconds", amount_plot(wall, "s", "Time of a run")))
    if peak:
        found.append(("Memory at its highest, in MiB", amount_plot(peak, "MiB", "Memory")))
    return found


def _points(value: float | None) -> str:
    return "open" if value is None else f"{value:.4g}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.classreport"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": shown, "coded": coded, "points": _points}
    environment.globals |= {"counted": counted}
    return environment
