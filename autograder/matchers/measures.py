"""How near a threshold was, told to whoever listens and to nobody else.

A student is not told: the distance to a threshold says something of held-out rows each time. The
audit listens, to say how likely it is that right work fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from autograder.nouns import Measure

_listener: ContextVar[list[Measure] | None] = ContextVar("measures", default=None)


def measured(measure: Measure) -> None:
    """Tell the listener of a figure that is about to be compared with its threshold."""
    kept = _listener.get()
    if kept is not None:
        kept.append(measure)


@contextmanager
def listening() -> Iterator[list[Measure]]:
    """The figures that are compared within the block, in order.

    >>> with listening() as heard:
    ...     measured(Measure("net", "accuracy", 0.97, 0.93, 360))
    >>> heard[0].found
    0.97
    """
    kept: list[Measure] = []
    token = _listener.set(kept)
    try:
        yield kept
    finally:
        _listener.reset(token)
