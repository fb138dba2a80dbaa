"""A time limit on student code: an interrupt at its end, repeated until it is taken.

It is a courtesy that keeps the notebook going; what ignores it is ended from outside the jail.
"""

import contextlib
import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

REPEAT_S = 1.0
"""Code over its limit that swallows the interrupt is interrupted again after this long."""

_Result = TypeVar("_Result")

_GONE_OFF = [False]
_ALONE = [0]


def alone() -> None:
    """This process is the only one of its namespace that is not student code.

    From here on what code over its limit has started ends with it: were forks left to spin, they
    would take the processor from the cells that come after, and these their time.
    """
    _ALONE[0] = os.getpid()


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
    __tracebackhide__ = True  # the student's own line is what their traceback should end with
    _GONE_OFF[0] = True
    if _ALONE[0] == os.getpid():
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)  # all but this process and the namespace's first
    raise TimeLimit("this was interrupted: it ran longer than the limit")
