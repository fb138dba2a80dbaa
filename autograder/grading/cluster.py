"""Jobs on other machines, through Dask: the scheduling, and what is lost with a worker, are Dask's.

A job goes out with all that it needs and comes back as evidence; a recorded model goes out with
held-out inputs and comes back as predictions. Checks, held-out labels and the gradebook stay here.
A worker that is lost has its jobs run by another; each job's result is taken once.
"""

from __future__ import annotations

import importlib
import threading
import tomllib
import uuid
from asyncio import CancelledError
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self  # Any: Dask is an extra and untyped here

from autograder.errors import JailError, UsageError
from autograder.grading import worker
from autograder.grading.jobs import Done, Job
from autograder.grading.worker import Files
from autograder.replay.predict import BATCH, Blobs, Replayed, Request, digests_of

if TYPE_CHECKING:
    from autograder.grading.plan import Plan

CONNECT_S = 20.0
WORKERS_S = 300.0
"""A queue of a computing centre may keep the first worker waiting; then somebody has to look."""

LARGE_GRAPH = "1GB"
"""Dask warns of arguments beyond 10 MB; a data set or the weights of a batch are more."""

GPU = "GPU"
"""The resource that a worker with a device offers: ``dask worker --resources "GPU=1"``."""


class Cluster:
    """A Dask scheduler and its workers. Use as a context manager; safe to share between threads.

    ``address`` is a scheduler's; ``file`` a scheduler file (.json) or a description (.toml) of a
    cluster that a deployer of Dask starts. ``store`` is a URL that workers reach as well, or empty:
    evidence then comes back through the scheduler.

    With ``warm`` the workers begin to warm up at once, before anybody asks for a job.

    Raises UsageError when Dask, the scheduler or its workers are not there.
    """

    def __init__(
        self,
        address: str = "",
        file: Path | None = None,
        *,
        store: str = "",
        warm: bool = False,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._store, self._gpus, self._say = store, False, say
        self._facts = worker.facts()
        self._deployed: Any = None
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="warm")
        self._warming: Future[dict[str, Any]] | None = None
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._sent: dict[str, Any] = {}
        self._running: set[Any] = set()
        distributed = _dask()
        importlib.import_module("dask").config.set(
            {"distributed.admin.large-graph-warning-threshold": LARGE_GRAPH}
        )
        try:
            self._client = self._connected(distributed, address, file)
        except (OSError, TimeoutError, ValueError) as error:
            where = address or str(file)
            raise UsageError(
                f"a Dask scheduler expected at {where}, found none that answers ({error}). Start "
                "one with `dask scheduler` and workers with `dask worker ADDRESS`."
            ) from None
        try:
            self.slots = self._workers()
            self._alike = self._aside.submit(self._compare, warm)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    @property
    def on_gpus(self) -> bool:
        """Whether jobs ask for workers with a GPU."""
        return self._gpus

    def lend_gpus(self) -> None:
        """From now on each job is for a worker with a GPU."""
        self._gpus = True

    @property
    def in_flight(self) -> int:
        """How many jobs are handed to the scheduler at a time: no worker waits for the next."""
        return min(512, max(16, 2 * self.slots))

    def perform(self, job: Job, plan: Plan) -> Done:
        """See `autograder.grading.jobs.Place`. Raises UsageError where a worker has no jail."""
        self._warmed()
        sent = self._submit(worker.perform, job, self._files(plan), self._facts, self._store)
        done = self._result(sent)
        assert isinstance(done, Done)
        return done

    def predict(self, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
        """See `autograder.grading.jobs.Place`. Goes before notebooks that wait for a worker."""
        if not requests:
            return []
        self._warmed()
        size = min(BATCH, -(-len(requests) // self.slots))
        sent = []
        for start in range(0, len(requests), size):
            part = tuple(requests[start : start + size])
            weights = {digest: blob(digest) for digest in digests_of(part)}
            sent.append(self._submit(worker.predict, part, weights, self._facts, priority=1))
        return [answer for future in sent for answer in self._result(future)]

    def _submit(self, work: Callable[..., Any], *arguments: Any, priority: int = 0) -> Any:
        with self._guard:
            if self._stopped.is_set():
                raise JailError("grading was interrupted before this notebook had run")
            future = self._client.submit(
                work,
                *arguments,
                gpus=self._gpus,
                key=f"autograder-{uuid.uuid4().hex}",
                resources={GPU: 1} if self._gpus else None,
                priority=priority,
            )
            self._running.add(future)
        return future

    def _result(self, future: Any) -> Any:
        try:
            found = future.result()
        except (Exception, CancelledError) as error:
            # Dask's own: taken back; workers that end again and again; a scheduler that went.
            raise JailError(f"no worker could run it: {type(error).__name__}: {error}") from None
        finally:
            with self._guard:
                self._running.discard(future)
        if isinstance(found, str):
            raise JailError(found)
        return found

    def stop(self) -> None:
        """Take back what waits; what runs on a worker ends there, by its own limits, unseen."""
        with self._guard:
            self._stopped.set()
            running = list(self._running)
        self._client.cancel(running, force=True)

    def close(self) -> None:
        """End the cluster if it was started here. Other workers' warm parents end when idle."""
        self._aside.shutdown(wait=False, cancel_futures=True)
        self._client.close()
        if self._deployed is not None:
            self._deployed.close()

    def _connected(self, distributed: Any, address: str, file: Path | None) -> Any:
        if file is None:
            return distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
        if not file.is_file():
            raise UsageError(f"a scheduler file or a cluster description expected, found no {file}")
        if file.suffix != ".toml":
            return distributed.Client(
                scheduler_file=str(file), timeout=CONNECT_S, set_as_default=False
            )
        self._deployed = _deployed(file)
        return distributed.Client(self._deployed, timeout=CONNECT_S, set_as_default=False)

    def ready(self) -> None:
        """Wait until each worker has said that its code is that of this machine.

        Raises UsageError for one that differs.
        """
        self._alike.result()

    def _workers(self) -> int:
        """The threads of all workers, once there is one."""
        self._say("waiting for a worker")
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError:
            raise UsageError(
                f"a worker within {WORKERS_S:g} s expected, found none. "
                "Start one with `dask worker ADDRESS`."
            ) from None
        return max(1, sum(int(n) for n in self._client.nthreads().values()))

    def _compare(self, warm: bool) -> None:
        """Workers begin to import TensorFlow meanwhile, and this command what it needs."""
        answers: dict[str, Any] = self._client.run(worker.begin, warm, on_error="return")
        for where, answer in sorted(answers.items()):
            if not isinstance(answer, worker.Facts):
                raise UsageError(
                    f"autograder on the worker {where} expected, found {answer!r:.300}. Install "
                    "keras-autograder[cluster] of the grader's version there."
                )
            problem = self._facts.unlike(answer)
            if problem:
                raise UsageError(f"a worker like the grader expected at {where}: {problem}")

    def _warmed(self) -> None:
        """Wait for the workers' warm parents. Raises UsageError for one that does not start."""
        self.ready()
        with self._guard:
            if self._warming is None:
                self._warming = self._aside.submit(
                    self._client.run, worker.get_ready, self._gpus, on_error="return"
                )
        for where, problem in sorted(self._warming.result().items()):
            if problem:
                raise UsageError(f"a worker that can run jobs expected at {where}: {problem}")

    def _files(self, plan: Plan) -> Any:
        """The data set's files: sent once, and from worker to worker.

        A task, not scattered data: what is lost with a worker is made again by another."""
        if plan.data is None:
            return {}
        with self._guard:
            if plan.data.key not in self._sent:
                files: Files = worker.files_of(plan.data.folder, plan.data.inside)
                self._sent[plan.data.key] = self._client.submit(
                    worker.same, files, key=f"autograder-{uuid.uuid4().hex}"
                )
            return self._sent[plan.data.key]


def _dask() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise UsageError(
            "Dask expected for --scheduler and --cluster, found none. Install it: "
            "pip install 'keras-autograder[cluster]'"
        ) from None


def _deployed(file: Path) -> Any:
    """The cluster that a description asks for: its class, its options, how many workers."""
    try:
        asked = tomllib.loads(file.read_text(encoding="utf-8"))
        module, _, name = str(asked["cluster"]).rpartition(".")
        options, scale = dict(asked.get("options", {})), dict(asked.get("scale", {}))
        kind = getattr(importlib.import_module(module), name)
    except (OSError, ValueError, KeyError, TypeError, ImportError, AttributeError) as error:
        raise UsageError(
            f'a description with cluster = "module.Class" of a Dask deployer, [options] and '
            f"[scale] expected in {file}: {type(error).__name__}: {error}"
        ) from None
    cluster = kind(**options)
    if scale:
        cluster.scale(**scale)
    return cluster
