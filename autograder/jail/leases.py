"""Which job has which GPU: never more jobs on one than the setting allows. Knows no jail."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.errors import JailError, UsageError
from autograder.jail.devices import Device


class Leases:
    """Lends devices to jobs of this process, ``share`` at most on one. Safe between threads."""

    def __init__(self, devices: Sequence[Device], share: int = 1) -> None:
        if not devices or share < 1:
            raise UsageError(
                f"at least one GPU and one job on each expected, found {len(devices)} and {share}"
            )
        self.devices, self.share = tuple(devices), share
        self._held = [0] * len(self.devices)
        self._change = threading.Condition()
        self._stopped = False

    @property
    def room(self) -> int:
        """How many jobs can hold a device at the same time."""
        return len(self.devices) * self.share

    @property
    def held(self) -> tuple[int, ...]:
        """How many jobs hold each device now."""
        with self._change:
            return tuple(self._held)

    @contextmanager
    def lease(self) -> Iterator[Device]:
        """The device with the fewest jobs, after a wait if all are full; freed whatever happens.

        Raises JailError when `stop` was called.
        """
        number = self._take()
        try:
            yield self.devices[number]
        finally:
            with self._change:
                self._held[number] -= 1
                self._change.notify()

    def stop(self) -> None:
        """Lend nothing again; who waits is told so."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    def _take(self) -> int:
        with self._change:
            while not self._stopped:
                number = min(range(len(self._held)), key=self._held.__getitem__)
                if self._held[number] < self.share:
                    self._held[number] += 1
                    return number
                self._change.wait()
        raise JailError("grading was interrupted before this notebook had a GPU")
