"""One notebook's run as a job: all that a machine needs to run it, and what comes back.

A job knows no student, no check and no held-out row, so that it can be sent to another machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from autograder.errors import JailError, WallMissing
from autograder.evidence.arrays import Blob
from autograder.evidence.calls import Call
from autograder.grading.again import RERUNS, Manifest, Omitted, joined, more
from autograder.grading.prepare import PreparedNotebook, calls_of, files_of
from autograder.jail.leases import Leases
from autograder.jail.notebook import Run, run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell, Limits
from autograder.replay.load import Loaded, load, with_saved
from autograder.replay.predict import Blobs, Replayed, Request, predict

if TYPE_CHECKING:  # a worker has no checks to import
    from autograder.grading.plan import Plan

PAUSE_S = 2.0
"""Between attempts: a neighbour that uses up processes or memory is ended within that time."""

_Ended = TypeVar("_Ended")


@dataclass(frozen=True)
class Job:
    """A notebook's cells with everything that decides how they run.

    ``inside`` is the folder of the data set as the jail sees it, ``told`` its name for results.
    """

    key: str
    raw: str
    cells: tuple[CodeCell, ...]
    limits: Limits
    seed: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)
    captures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inside: str = ""
    told: str = ""


@dataclass(frozen=True)
class Done:
    """What a job left: the manifest, and the arrays that it refers to by digest.

    ``sure`` is False where something outside the notebook may have ended it: such a run counts now
    and is not kept, so that the next command finds out.
    """

    manifest: Manifest
    blobs: Mapping[str, Blob]
    sure: bool = True


class Place(Protocol):
    """Where jobs run: this machine's warm parent, or workers elsewhere."""

    @property
    def on_gpus(self) -> bool:
        """Whether jobs are lent a GPU, whose numbers are not bit by bit those of a CPU."""

    def perform(self, job: Job, plan: Plan) -> Done:
        """Run the job to its end. Raises JailError when no jail could run it, never for what the
        notebook does."""

    def predict(self, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
        """One answer per request, in order, from jails without labels. ``blob`` gives weights.

        Raises JailError when no jail could answer."""

    def stop(self) -> None:
        """End what is at work and start nothing again."""


def job_of(plan: Plan, prepared: PreparedNotebook, key: str) -> Job:
    """The job of a prepared notebook."""
    return Job(
        key=key,
        raw=prepared.raw,
        cells=prepared.cells,
        limits=plan.settings.limits,
        seed=plan.settings.seed,
        files=prepared.files or {},
        calls=calls_of(plan, prepared.name, prepared.cells),
        captures=files_of(plan, prepared.name, prepared.cells),
        inside=plan.data.inside if plan.data else "",
        told=plan.data.told if plan.data else "",
    )


class Here:
    """Jobs in forks of a warm parent of this process. Safe to share between threads.

    ``leases`` lends each run one of the parent's GPUs; without them runs stay on the CPU.
    ``mishaps`` says why jobs had to be tried again.
    """

    def __init__(self, parent: WarmParent, leases: Leases | None = None) -> None:
        self.parent, self._leases = parent, leases
        self.mishaps: list[str] = []
        self._stopped = threading.Event()

    @property
    def on_gpus(self) -> bool:
        """Whether jobs are lent a GPU."""
        return self._leases is not None

    def stop(self) -> None:
        """End every job: the command was interrupted. What is at work is given up unseen."""
        self._stopped.set()
        if self._leases is not None:
            self._leases.stop()
        self.parent.stop()

    def perform(self, job: Job, plan: Plan | None = None) -> Done:
        """See `Place`. A jail that breaks is tried three times."""
        if plan is not None and plan.data is not None and plan.data.folder != self.parent.data:
            raise JailError(f"a jail that can read {plan.data.folder} expected, found another")
        run = self._attempt(job, Omitted())
        omitted = Omitted()
        for _ in range(RERUNS):
            grown = more(omitted, dict(run.manifest), job.calls)
            if grown is None:
                break
            omitted = grown
            run = joined(run, self._attempt(job, omitted), omitted, job.calls)
        told, blobs = with_saved(run.manifest, run.blobs, self._load)
        manifest = {**told, "raw": job.raw}
        if job.told:
            manifest["data"] = job.told
        return Done(manifest, blobs, sure=not run.slain)

    def predict(self, requests: Sequence[Request], blob: Blobs) -> list[Replayed]:
        """See `Place`. A jail that breaks is tried three times."""
        if not requests:
            return []

        def once() -> list[Replayed]:
            self.parent.start()
            return predict(self.parent, requests, blob)

        return self._tried(once)

    def _attempt(self, job: Job, omitted: Omitted) -> Run:
        run = self._tried(lambda: self._once(job, omitted))
        if run.slain:
            # By its own hand, it does so again; a kernel short of memory seldom takes it twice.
            self.mishaps.append("a notebook's process was killed, by itself or from outside")
            run = self._tried(lambda: self._once(job, omitted))
        return run

    def _load(self, file: Blob) -> Loaded:
        def once() -> Loaded:
            self.parent.start()
            return load(self.parent, file)

        return self._tried(once)

    def _tried(self, work: Callable[[], _Ended]) -> _Ended:
        for last in (False, False, True):
            self._go_on()
            try:
                found = work()
            except WallMissing:
                raise
            except JailError as error:
                self.mishaps.append(str(error))
                if last:
                    raise
                self._stopped.wait(PAUSE_S)
                continue
            self._go_on()  # a job that was stopped with us is no evidence against its student
            return found
        raise AssertionError("the loop returns or raises")

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise JailError("grading was interrupted before this notebook had run")

    def _once(self, job: Job, omitted: Omitted) -> Run:
        self.parent.start()
        with self._leases.lease() if self._leases is not None else nullcontext() as device:
            return run_notebook(
                self.parent,
                job.cells,
                limits=job.limits,
                seed=job.seed,
                files=job.files,
                skip=omitted.cells,
                calls=omitted.calls(job.calls),
                captures=job.captures,
                data=job.inside,
                device=device,
            )
