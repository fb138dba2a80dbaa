"""A deadline that tells a hang from a slow machine."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Late(Exception):
    """An input took longer than its deadline."""


@contextmanager
def deadline(limit_s: float) -> Iterator[None]:
    """Raises Late in the block when it takes longer than ``limit_s``."""

    def ring(*_: object) -> None:
        raise Late(f"not done in {limit_s:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
