"""No job takes the processor from its neighbours by being many.

The kernel shares a core between threads, so a job with a hundred busy ones would leave a neighbour
a hundredth, and the neighbour would run out of its time. A job with several busy threads is given a
priority at which all of them together weigh about as much as one.
"""

import math
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FEW = 4
"""Busy threads that an honest notebook may have at times; they keep their priority."""

STEP = 1.25
"""Each step of niceness makes a thread weigh this much less (the kernel's sched_prio_to_weight)."""

LOWEST = 19


def niceness(busy: int) -> int:
    """The niceness at which ``busy`` threads weigh about as much as one of 0.

    >>> [niceness(busy) for busy in (1, 4, 10, 60, 500)]
    [0, 0, 11, 19, 19]
    """
    return 0 if busy <= FEW else min(LOWEST, math.ceil(math.log(busy, STEP)))


def share(members: Iterable[int]) -> int:
    """Lower the priority of a job's processes if too many of their threads are busy.

    Gives the niceness that the job should have now. A thread that is lower already stays so: only
    root could raise it again, and what begins later inherits it.
    """
    threads = [thread for pid in members for thread in _threads(pid)]
    wanted = niceness(sum(map(_is_busy, threads)))
    for path in threads if wanted else ():
        with suppress(OSError):
            number = int(path.name)
            if os.getpriority(os.PRIO_PROCESS, number) < wanted:
                os.setpriority(os.PRIO_PROCESS, number, wanted)
    return wanted


def _threads(pid: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _is_busy(thread: Path) -> bool:
    with suppress(OSError):
        return (thread / "stat").read_bytes().rpartition(b") ")[2].startswith(b"R")
    return False
