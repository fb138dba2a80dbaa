"""Runs a prepared notebook once, or finds the run of the same code in the store."""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TypeVar

from autograder.errors import JailError, WallMissing
from autograder.evidence.arrays import Blob
from autograder.evidence.store import Store
from autograder.grading.again import RERUNS, Manifest, Omitted, joined, more
from autograder.grading.plan import Plan
from autograder.grading.prepare import PreparedNotebook, calls_of, files_of
from autograder.jail.leases import Leases
from autograder.jail.notebook import Run, run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell
from autograder.replay.load import Loaded, load, with_saved

__all__ = ["Executor", "Manifest"]

PAUSE_S = 2.0
"""Between attempts: a neighbour that uses up processes or memory is ended within that time."""

_Ended = TypeVar("_Ended")


class Executor:
    """Executes notebooks for one command: one warm parent, one store, nothing twice.

    ``leases`` lends each run one of the parent's GPUs; without them runs stay on the CPU.
    """

    def __init__(
        self,
        parent: WarmParent,
        store: Store,
        *,
        rerun: bool = False,
        leases: Leases | None = None,
    ) -> None:
        self._parent, self._store, self._rerun = parent, store, rerun
        self._leases = leases
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self._fresh: set[str] = set()
        self._stopped = threading.Event()
        self.executed = 0
        self.reused = 0

    def stop(self) -> None:
        """Start nothing again: the command was interrupted. What is at work is given up unseen."""
        self._stopped.set()
        if self._leases is not None:
            self._leases.stop()
        self._parent.stop()

    def manifest(self, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        """The run of this code. Raises JailError when the jail broke three times in a row."""
        name = prepared.key if self._leases is None else on_gpu(prepared.key)
        with self._guard:
            lock = self._locks[name]
        with lock:
            for key in (name, f"{name[:48]}{prepared.raw[:16]}"):
                found = self._stored(key)
                if found is None:
                    return self._execute(key, plan, prepared)
                if found.get("raw") == prepared.raw or _shareable(found):
                    self.reused += 1
                    return found
        return self._execute(name, plan, prepared)

    def _stored(self, key: str) -> Manifest | None:
        if self._rerun and key not in self._fresh:
            return None
        return self._store.run(key)

    def _execute(self, key: str, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        if plan.data is not None and plan.data.folder != self._parent.data:
            raise JailError(f"a jail that can read {plan.data.folder} expected, found another")
        calls = calls_of(plan, prepared.cells)
        run = self._attempt(plan, prepared, Omitted())
        omitted = Omitted()
        for _ in range(RERUNS):
            grown = more(omitted, dict(run.manifest), calls)
            if grown is None:
                break
            omitted = grown
            run = joined(run, self._attempt(plan, prepared, omitted), omitted, calls)
        told, blobs = with_saved(run.manifest, run.blobs, self._load)
        manifest = {**told, "raw": prepared.raw}
        if plan.data is not None:
            manifest["data"] = plan.data.told
        for blob in blobs.values():
            self._store.put_blob(blob)
        self._store.put_run(key, manifest)
        self._fresh.add(key)
        self.executed += 1
        return manifest

    def _attempt(self, plan: Plan, prepared: PreparedNotebook, omitted: Omitted) -> Run:
        return self._tried(lambda: self._once(plan, prepared.cells, prepared.files, omitted))

    def _load(self, file: Blob) -> Loaded:
        def once() -> Loaded:
            self._parent.start()
            return load(self._parent, file)

        return self._tried(once)

    def _tried(self, job: Callable[[], _Ended]) -> _Ended:
        for last in (False, False, True):
            self._go_on()
            try:
                found = job()
            except WallMissing:
                raise
            except JailError:
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

    def _once(
        self,
        plan: Plan,
        cells: tuple[CodeCell, ...],
        files: Mapping[str, bytes] | None,
        omitted: Omitted,
    ) -> Run:
        settings = plan.settings
        self._parent.start()
        with self._leases.lease() if self._leases is not None else nullcontext() as device:
            return run_notebook(
                self._parent,
                cells,
                limits=settings.limits,
                seed=settings.seed,
                files=files,
                skip=omitted.cells,
                calls=omitted.calls(calls_of(plan, cells)),
                captures=files_of(plan, cells),
                data=plan.data.inside if plan.data else "",
                device=device,
            )


def on_gpu(key: str) -> str:
    """The store's key of a run on a GPU, whose numbers are not bit by bit those of a CPU."""
    return hashlib.sha256(f"{key} gpu".encode()).hexdigest()


def _shareable(manifest: Manifest) -> bool:
    """Whether another text of the same code may have this run: it shows no source line."""
    outputs = [output for cell in manifest["cells"] for output in cell["outputs"]]
    return not any(
        output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs
    )
