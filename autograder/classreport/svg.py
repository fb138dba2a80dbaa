"""Drawings as inline SVG, by hand: a few shapes, no library, no script, no file.

Colours, hatching and fonts are classes of the page's style sheet, so that dark mode and print
apply to them. Every text is escaped here; coordinates are numbers of ours.
"""

from collections.abc import Iterable, Sequence
from html import escape

from markupsafe import Markup

from autograder.report.texts import shown

WIDTH = 380.0
"""Units across; about the pixels of a phone, so that letters stay readable there."""

Point = tuple[float, float]


def drawing(alt: str, height: float, shapes: Iterable[str], width: float = WIDTH) -> Markup:
    """A whole picture with its text alternative."""
    return Markup(
        f'<svg class="plot" role="img" aria-label="{escape(shown(alt))}" '
        f'viewBox="0 0 {width:g} {height:g}">{"".join(shapes)}</svg>'
    )


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Words with their base line at ``y``."""
    place = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"'
    return f'<text {place} class="{kind}">{escape(shown(words))}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A box; one of no height is not drawn."""
    if height <= 0 or width <= 0:
        return ""
    size = f'width="{_n(width)}" height="{_n(height)}"'
    return f'<rect x="{_n(x)}" y="{_n(y)}" {size} class="{kind}"/>'


def line(start: Point, end: Point, kind: str) -> str:
    """A straight line."""
    return polyline([start, end], kind)


def polyline(points: Sequence[Point], kind: str, title: str = "") -> str:
    """A line through the points, with a title for whoever points at it."""
    steps = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<polyline class="{kind}" points="{steps}">{_title(title)}</polyline>'


def dot(x: float, y: float, radius: float, kind: str, title: str = "") -> str:
    """A round mark."""
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" class="{kind}">'
        f"{_title(title)}</circle>"
    )


def cross(x: float, y: float, radius: float, kind: str, title: str = "") -> str:
    """A mark that is told from a dot without colour."""
    a, b, c, d = (_n(x - radius), _n(x + radius), _n(y - radius), _n(y + radius))
    return f'<path class="{kind}" d="M{a},{c}L{b},{d}M{a},{d}L{b},{c}">{_title(title)}</path>'


def _title(words: str) -> str:
    return f"<title>{escape(shown(words))}</title>" if words else ""


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
