"""CPU clocks around named functions of the product, put there from outside."""

import functools
import threading
import time
from collections import defaultdict
from types import ModuleType
from typing import Any


class Clock:
    """Adds up the CPU of each function that it is put around, callees included.

    ``of`` is "process" (all threads: TensorFlow computes in its own) or "thread" (the caller's,
    for a process that does several things at once).
    """

    def __init__(self, of: str) -> None:
        self._now = {"process": time.process_time, "thread": time.thread_time}[of]
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()
        self._before: list[tuple[Any, str, Any]] = []

    def around(self, place: ModuleType | type, name: str, label: str = "") -> None:
        """Measure ``place.name`` from now on, as ``label`` (its name)."""
        function = getattr(place, name)
        self._before.append((place, name, function))

        @functools.wraps(function)
        def measured(*arguments: Any, **options: Any) -> Any:
            begun = self._now()
            try:
                return function(*arguments, **options)
            finally:
                with self._lock:
                    self._sums[label or name] += self._now() - begun

        setattr(place, name, measured)

    def seconds(self) -> dict[str, float]:
        """CPU seconds by label, so far."""
        return dict(self._sums)

    def stop(self) -> None:
        """Put the plain functions back."""
        for place, name, function in reversed(self._before):
            setattr(place, name, function)
