"""Text for readers: no control characters, no text that runs backwards, not too long."""

import re

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`\n]+)`")

MAX_TEXT = 4000
"""Characters of one message or hint; longer ones are no help to a reader."""


def shown(text: str, most: int = MAX_TEXT) -> str:
    """``text`` without control characters and bidirectional overrides, at most ``most`` long.

    >>> shown("a\\x1b[31mb")
    'a[31mb'
    """
    kept = "".join(c for c in text if c in "\n\t" or (c.isprintable() or c == " "))
    return kept if len(kept) <= most else kept[:most] + " ..."


def coded(text: str) -> Markup:
    """``text`` as safe HTML, what stands between backticks as code.

    >>> coded("`fit` < 2")
    Markup('<code>fit</code> &lt; 2')
    """
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def points_of(earned: float | None, points: float) -> str:
    """Points in words; None is undecided.

    >>> points_of(None, 1), points_of(2.5, 4)
    ('open, of 1 point', '2.5 of 4 points')
    """
    unit = "point" if points == 1 else "points"
    if earned is None:
        return f"open, of {points:g} {unit}"
    return f"{earned:g} of {points:g} {unit}"
