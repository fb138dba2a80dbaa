"""Submissions at work: read, run and handed on in batches, all three at the same time.

One thread reads submissions, some run them, and the caller's thread judges and records what has
run. No more than a few batches are in memory, whatever the size of the class.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from autograder.grading.again import Manifest
from autograder.grading.prepare import Prepared

LARGEST_BATCH = 64
SMALLEST_BATCH = 8
"""A batch pays for a session of pytest and for a job that predicts; below this they weigh more
than the work."""

Outcome = tuple[dict[str, Manifest], dict[str, str]]
"""Runs by notebook, and our own faults by notebook."""


@dataclass(frozen=True)
class Ran:
    """One submission that has run."""

    prepared: Prepared
    manifests: dict[str, Manifest]
    faults: dict[str, str]


@dataclass(frozen=True)
class _Read:
    """Every submission is read; ``count`` of them."""

    count: int


class Runs:
    """Begins to read and to run at once. Use as a context manager: leaving it ends what runs.

    ``stop`` ends the jobs at work, so that leaving early does not wait for them. ``total`` is how
    many submissions are expected, as far as it is known.
    """

    def __init__(
        self,
        run: Callable[[Prepared], Outcome],
        submissions: Iterable[Prepared],
        *,
        workers: int,
        stop: Callable[[], None],
        total: int | None = None,
        on_run: Callable[[Prepared], None] = lambda prepared: None,
    ) -> None:
        known = LARGEST_BATCH if total is None else total
        # A small class is judged in two halves, the first while the second runs.
        self._batch = min(LARGEST_BATCH, max(SMALLEST_BATCH, -(-known // 2)))
        self._run, self._stop, self._on_run = run, stop, on_run
        self._room = threading.Semaphore(3 * LARGEST_BATCH + 2 * workers)
        self._done: queue.SimpleQueue[Ran | _Read | BaseException] = queue.SimpleQueue()
        self._leaving = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="run")
        self._reader = threading.Thread(
            target=self._read, args=(submissions,), name="read", daemon=True
        )
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, _: TracebackType | None
    ) -> None:
        self._leaving.set()
        if kind is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._stop()
        self._room.release()  # the reader may wait for room
        self._reader.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def batches(self) -> Iterator[list[Ran]]:
        """What has run, in the order in which runs end. Raises what reading or running raised."""
        expected: int | None = None
        seen, waiting = 0, list[Ran]()
        while seen != expected:
            found = self._done.get()
            if isinstance(found, BaseException):
                raise found
            if isinstance(found, _Read):
                expected = found.count
                continue
            seen += 1
            self._on_run(found.prepared)
            waiting.append(found)
            if len(waiting) >= self._batch:
                yield waiting
                self._room.release(len(waiting))
                waiting = []
        if waiting:
            yield waiting

    def _read(self, submissions: Iterable[Prepared]) -> None:
        count = 0
        try:
            for prepared in submissions:
                self._room.acquire()
                if self._leaving.is_set():
                    return
                count += 1
                self._pool.submit(self._run, prepared).add_done_callback(self._ended(prepared))
        except BaseException as error:  # told where results are awaited
            self._done.put(error)
            return
        self._done.put(_Read(count))

    def _ended(self, prepared: Prepared) -> Callable[[Future[Outcome]], None]:
        def tell(future: Future[Outcome]) -> None:
            if not future.cancelled():
                error = future.exception()
                self._done.put(error or Ran(prepared, *future.result()))

        return tell
