"""Where a number lies on a plot, and which numbers are written beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TICKS = 4
OUTLIERS = 0.02
"""Share of values beyond which an axis does not follow: one loss of a million would hide a class.
They are drawn at the border."""


@dataclass(frozen=True)
class Axis:
    """A line from ``low`` (at ``start``) to ``high`` (at ``end``)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of the value; one beyond the axis lies at its border."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def spread(
    values: Sequence[float], limit: float | None = None, *, rates: bool = False
) -> tuple[float, float]:
    """The ends of an axis for these values, at round numbers. The ``limit`` is always on it, and
    ``rates`` end at 1."""
    wanted = [] if limit is None else [limit]
    ordered = sorted(values) or wanted or [0.0, 1.0]
    cut = int(len(ordered) * OUTLIERS)
    low = min([ordered[0], *wanted])
    high = 1.0 if rates else max([ordered[-1 - cut], *wanted])
    if high <= low:
        low, high = (low - 0.5, low + 0.5) if not low else (low - abs(low) / 2, low + abs(low) / 2)
    step = _step(low, high)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def levels(low: float, high: float) -> list[float]:
    """Round numbers from ``low`` to ``high``."""
    step = _step(low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{place * step:.10g}") for place in range(first, last + 1)]


def _step(low: float, high: float) -> float:
    """1, 2 or 5 times a power of ten, some TICKS of which fill the axis."""
    rough = (high - low) / TICKS
    if not 1e-300 < rough < 1e300:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= rough * 0.999)
