"""The plots of a class report. Right and wrong are told apart by shape as well as by colour."""

import math
from collections import Counter
from collections.abc import Callable, Mapping

from markupsafe import Markup

from autograder.classreport.axes import Axis, levels, spread
from autograder.classreport.summary import scores_of
from autograder.classreport.svg import WIDTH, cross, dot, drawing, line, polyline, rect, text
from autograder.classreport.told import CheckRate, ClassReport, Heldout, Training

LEFT, RIGHT = 34.0, WIDTH - 12.0
POINT_BINS = 24
"""Up to so many points, each has a bar of its own; above, ten bars share them."""

DOT = 3.0
BAR, STRIP = 160.0, 74.0
MANY = 10
"""Marks of a stack that nobody would count: the number stands above."""

NAME = 18
"""Characters of a student's name beside a mark."""


def score_plot(report: ClassReport) -> Markup:
    """How many have how many points; what is undecided stands apart."""
    most = report.max_score or 1.0
    bins = round(most) if most <= POINT_BINS else 10
    counts = Counter(min(bins, int(score / most * bins + 1e-9)) for score in scores_of(report))
    unsure = sum(row.score is None for row in report.rows)
    columns = bins + 1 + (2 if unsure else 0)
    width = (RIGHT - LEFT) / columns
    high = max([*counts.values(), unsure, 1])
    shapes = [line((LEFT, 140), (RIGHT, 140), "axis")]
    for place in range(bins + 1):
        x, number = LEFT + place * width, counts[place]
        shapes += _bar(x, width, number, high, "good")
        if bins <= 12 or place % (bins // 10 or 1) == 0:
            label = f"{place * most / bins:g}"
            shapes.append(text(x + width / 2, 154, label, "tick", "middle"))
    if unsure:
        x = LEFT + (bins + 2) * width
        shapes += _bar(x, width, unsure, high, "open")
        shapes.append(text(x + width / 2, 154, "open", "tick", "middle"))
    shapes.append(text(LEFT, 170, f"points of {most:g}", "label"))
    told = ", ".join(f"{counts[n]} with {n * most / bins:g}" for n in sorted(counts))
    return drawing(f"Students by points: {told or 'none'}; {unsure} open.", 174, shapes)


def _bar(x: float, width: float, number: int, high: int, kind: str) -> list[str]:
    height = 112 * number / high
    label = text(x + width / 2, 136 - height, str(number), "value", "middle") if number else ""
    return [rect(x + width * 0.1, 140 - height, width * 0.8, height, kind), label]


def rate_bar(check: CheckRate) -> Markup:
    """One check's verdicts as one bar: passed solid, failed hatched, the others lighter."""
    total, x, shapes = check.asked or 1, 0.0, []
    for number, kind in (
        (check.passed, "good"),
        (check.failed, "bad"),
        (check.skipped, "skipped"),
        (check.errored, "open"),
    ):
        width = number / total * BAR
        shapes.append(rect(x, 0, width, 12, kind))
        x += width
    alt = f"{check.passed} passed, {check.failed} not, {check.skipped} not judged"
    return drawing(f"{alt}, {check.errored} undecided", 12, shapes, BAR)


def training_plot(training: Training) -> Markup:
    """The class's curves over each other, with the threshold where there is one."""
    values = [v for curve in training.curves.values() for v in curve if math.isfinite(v)]
    rates = training.threshold is not None and training.threshold <= 1
    low, high = spread(values, training.threshold, rates=rates)
    up = Axis(low, high, 200.0, 30.0)
    epochs = max(len(curve) for curve in training.curves.values())
    across = Axis(1, max(2, epochs), LEFT, RIGHT)
    shapes = _grid(up, across, epochs)
    # Those with full points first: what went wrong lies on top.
    for student, curve in sorted(
        training.curves.items(), key=lambda item: (item[0] not in training.passed, item[0])
    ):
        kind = "curve" if student in training.passed else "curve missed"
        shapes += [polyline(part, kind, student) for part in _parts(curve, across, up)]
    if training.threshold is not None:
        y = up(training.threshold)
        shapes.append(line((LEFT, y), (RIGHT, y), "limit"))
        words = f"threshold on held-out rows: {training.threshold:g}"
        shapes.append(text(RIGHT, y - 4, words, "value halo", "end"))
    missed = len(training.curves) - len(training.passed)
    shapes += _legend(len(training.passed), missed)
    alt = f"{len(training.curves)} curves of {training.metric} over {epochs} epochs"
    limit = f", threshold {training.threshold:g}" if training.threshold is not None else ""
    return drawing(f"{alt}{limit}. {missed} students have not the full points there.", 236, shapes)


def _grid(up: Axis, across: Axis, epochs: int) -> list[str]:
    shapes = []
    for value in levels(up.low, up.high):
        shapes.append(line((LEFT, up(value)), (RIGHT, up(value)), "grid"))
        shapes.append(text(LEFT - 4, up(value) + 3.5, f"{value:g}", "tick", "end"))
    for value in sorted({1, round((1 + epochs) / 2), epochs}):
        shapes.append(text(across(value), 214, f"{value}", "tick", "middle"))
    return [*shapes, text(LEFT, 228, "epochs", "label")]


def _legend(passed: int, missed: int) -> list[str]:
    return [
        line((LEFT, 12), (LEFT + 22, 12), "curve key"),
        text(LEFT + 27, 16, f"full points ({passed})", "value"),
        line((LEFT + 130, 12), (LEFT + 152, 12), "curve missed key"),
        text(LEFT + 157, 16, f"not full points ({missed})", "value"),
    ]


def _parts(curve: tuple[float, ...], across: Axis, up: Axis) -> list[list[tuple[float, float]]]:
    """The curve in pieces: what is no number leaves a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for epoch, value in enumerate(curve, start=1):
        if math.isfinite(value):
            found[-1].append((across(epoch), up(value)))
        elif found[-1]:
            found.append([])
    return [part * 2 if len(part) == 1 else part for part in found if part]


def heldout_plot(figure: Heldout) -> Markup:
    """Every student's figure on held-out rows, the threshold between right and not."""
    missed = len(figure.found) - len(figure.passed)
    alt = (
        f"{figure.kind} on {figure.rows} held-out rows: {len(figure.passed)} students reach "
        f"{figure.limit:g}, {missed} do not."
    )
    return strip(figure.found, figure.passed, alt, lambda v: f"{v:.3g}", limit=figure.limit)


def amount_plot(values: Mapping[str, float], unit: str, what: str) -> Markup:
    """What each submission took, the one that took most by name."""
    most = max(values, key=lambda who: (values[who], who))
    alt = f"{what} of {len(values)} submissions, at most {values[most]:.3g} {unit} ({most})"
    return strip(values, frozenset(values), alt, lambda v: f"{v:.3g} {unit}", name=most)


def strip(
    values: Mapping[str, float],
    passed: frozenset[str],
    alt: str,
    told: Callable[[float], str],
    *,
    limit: float | None = None,
    name: str = "",
) -> Markup:
    """A mark for each value, stacked where they are close; crosses for those not ``passed``."""
    known = {who: value for who, value in values.items() if math.isfinite(value)}
    low, high = spread(list(known.values()), limit)
    across = Axis(low, high, LEFT, RIGHT)
    stacks: dict[int, list[str]] = {}
    for who in sorted(known, key=lambda one: (one not in passed, one)):
        stacks.setdefault(round(across(known[who]) / (2 * DOT)), []).append(who)
    tallest = max((len(stack) for stack in stacks.values()), default=1)
    step = min(2 * DOT, STRIP / tallest)
    base, shapes = STRIP + 28, [line((LEFT, STRIP + 28), (RIGHT, STRIP + 28), "axis")]
    for place, stack in stacks.items():
        for height, who in enumerate(stack):
            x, y = place * 2 * DOT, base - DOT - 1 - height * step
            title = f"{who}: {told(known[who])}"
            shape = dot if who in passed else cross
            kind = "mark" if who in passed else "mark missed"
            shapes.append(shape(x, y, DOT - 0.4, kind, title))
        if len(stack) == tallest >= MANY:
            top = base - 2 * DOT - 4 - (len(stack) - 1) * step
            shapes.append(text(place * 2 * DOT, top, str(len(stack)), "tick halo", "middle"))
    for value in levels(low, high):
        shapes.append(text(across(value), base + 14, f"{value:g}", "tick", "middle"))
    if limit is not None:
        shapes.append(line((across(limit), 14), (across(limit), base), "limit"))
        shapes.append(
            text(across(limit), 10, f"threshold {limit:g}", "value", _side(across(limit)))
        )
    if name:
        x = across(known[name])
        shapes.append(text(x, 10, f"most: {name[:NAME]}", "value", _side(x)))
    lost = len(values) - len(known)
    if lost:
        shapes.append(text(RIGHT, base + 26, f"not a number: {lost}", "label", "end"))
    return drawing(alt, base + 30, shapes)


def _side(x: float) -> str:
    return "end" if x > WIDTH / 2 else "start"
