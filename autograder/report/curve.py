"""A training curve as numbers for an inline SVG, and the sentence that says the same.

Lines differ by their dashes, not by colour alone; the figure's text is complete without a picture.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.report.histories import Training
from autograder.report.texts import shown

WIDTH, HEIGHT = 340, 190
"""In the units of the drawing: at its natural size it fits a phone of 360 pixels."""

LEFT, RIGHT, TOP, BOTTOM = 52, 10, 12, 26
MAX_POINTS = 200
"""Points of one line; there are fewer pixels."""

MAX_NAME = 60
MAX_EPOCHS = 100_000
FLAT = 1e-12


@dataclass(frozen=True)
class Tick:
    """A number at the side, and how high it stands."""

    y: str
    text: str


@dataclass(frozen=True)
class Figure:
    """All that the template draws. A line is a list of "x,y" texts; ``dots`` are lone points."""

    caption: str
    solid: tuple[str, ...]
    dashed: tuple[str, ...]
    solid_dots: tuple[tuple[str, str], ...]
    dashed_dots: tuple[tuple[str, str], ...]
    ticks: tuple[Tick, ...]
    last: str
    threshold: Tick | None
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    epochs: int

    def x(self, epoch: int) -> str:
        share = epoch / (self.epochs - 1) if self.epochs > 1 else 0.5
        return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"

    def y(self, value: float) -> str:
        share = (value - self.low) / (self.high - self.low)
        return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"


def figure(training: Training) -> Figure | None:
    """The figure, None where no epoch has a number."""
    lines = (training.training[:MAX_EPOCHS], training.validation[:MAX_EPOCHS])
    finite = [value for line in lines for value in line if _drawable(value)]
    if not finite:
        return None
    if training.threshold is not None:
        finite.append(training.threshold)
    scale = _scale(finite, max(map(len, lines)))
    (solid, solid_dots), (dashed, dashed_dots) = (_strokes(line, scale) for line in lines)
    limit = training.threshold
    return Figure(
        caption=_caption(training),
        solid=solid,
        dashed=dashed,
        solid_dots=solid_dots,
        dashed_dots=dashed_dots,
        ticks=tuple(Tick(scale.y(value), f"{value:.3g}") for value in _ticks(scale)),
        last=f"{scale.epochs}",
        threshold=None if limit is None else Tick(scale.y(limit), training.asked),
        legend=_legend(training),
    )


def _drawable(value: float) -> bool:
    return math.isfinite(value) and (value == 0 or 1e-30 < abs(value) < 1e30)


def _scale(values: Sequence[float], epochs: int) -> _Scale:
    low, high = min(values), max(values)
    room = 0.06 * (high - low) if high - low > FLAT * max(1.0, abs(high)) else abs(high) or 1.0
    return _Scale(low - room, high + room, epochs)


def _ticks(scale: _Scale) -> Iterator[float]:
    """Round numbers: three to six of them."""
    span = scale.high - scale.low
    step = 10.0 ** math.floor(math.log10(span))
    step = next(step * part for part in (0.2, 0.25, 0.5, 1.0, 2.0) if span / (step * part) <= 5)
    first = math.ceil(scale.low / step)
    for number in range(first, first + 7):
        if number * step <= scale.high:
            yield number * step


def _strokes(
    line: Sequence[float], scale: _Scale
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Unbroken pieces of the line, and points that stand alone; a gap is where no number is."""
    step = -(-len(line) // MAX_POINTS) or 1
    places = sorted({*range(0, len(line), step), *([len(line) - 1] if line else [])})
    pieces: list[list[tuple[str, str]]] = [[]]
    for place in places:
        if _drawable(line[place]):
            pieces[-1].append((scale.x(place), scale.y(line[place])))
        elif pieces[-1]:
            pieces.append([])
    strokes = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces if len(piece) > 1)
    return strokes, tuple(piece[0] for piece in pieces if len(piece) == 1)


def _legend(training: Training) -> tuple[tuple[str, str], ...]:
    found = [("solid", "training")]
    if training.validation:
        found.append(("dashed", "validation"))
    if training.threshold is not None:
        found.append(("dotted", f"asked for: {training.asked}"))
    return tuple(found)


def _caption(training: Training) -> str:
    epochs = len(training.training)
    unit = "epoch" if epochs == 1 else "epochs"
    name = shown(training.history, MAX_NAME)
    parts = [f"{training.title} of {name} over {epochs} {unit}."]
    parts.append(f"Training: {_ends(training.training)}.")
    if training.validation:
        parts.append(f"Validation: {_ends(training.validation)}.")
    if training.threshold is not None:
        parts.append(f"Asked for, on examples that are not in the training: {training.asked}.")
    return " ".join(parts)


def _ends(line: Sequence[float]) -> str:
    first, last = _number(line[0]), _number(line[-1])
    return f"{first} at first, {last} at last" if len(line) > 1 else first


def _number(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "not a number"
