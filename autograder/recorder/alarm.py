"""A time limit on student code: an interrupt at its end, repeated until it is taken.

It is a courtesy that keeps the notebook going; what ignores it is ended from outside the jail.
"""

import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

REPEAT_S = 1.0
"""Code over its limit that swallows the interrupt is interrupted again after this long."""

_Result = TypeVar("_Result")

_GONE_OFF = [False]


class TimeLimit(KeyboardInterrupt):
    """Code used up its time. An interrupt, as in Jupyter, so ``except Exception`` lets it by."""


def within(limit_s: float, work: Callable[[], _Result]) -> _Result:
    """What ``work`` gives. Raises TimeLimit inside it, and out of it, after ``limit_s``."""
    # Student code may have set another handler, and every call gets its own limit.
    signal.signal(signal.SIGALRM, _on_alarm)
    _GONE_OFF[0] = False
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, limit_s, REPEAT_S)
            return work()
        finally:
            disarm()
    except TimeLimit:
        disarm()  # the alarm may go off on the way to the first one
        raise


def went_off() -> bool:
    """Whether the last ``within`` ran out of time, even if its work swallowed the interrupt."""
    return _GONE_OFF[0]


def disarm() -> None:
    """No alarm goes off from here on."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _on_alarm(signum: int, frame: FrameType | None) -> None:
    _GONE_OFF[0] = True
    raise TimeLimit("this was interrupted: it ran longer than the limit")
