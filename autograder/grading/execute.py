"""Runs a prepared notebook once, or finds the run of the same code in the store."""

import hashlib
import threading
from collections import defaultdict
from dataclasses import replace

from autograder.evidence.store import Store
from autograder.grading.again import Manifest
from autograder.grading.asked import for_calls, lacking, with_calls
from autograder.grading.jobs import Done, Place, job_of
from autograder.grading.plan import Plan
from autograder.grading.prepare import PreparedNotebook

__all__ = ["Executor", "Manifest"]


class Executor:
    """Executes notebooks for one command: one place, one store, nothing twice."""

    def __init__(self, place: Place, store: Store, *, rerun: bool = False) -> None:
        self._place, self._store, self._rerun = place, store, rerun
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self._fresh: set[str] = set()
        self._doubted: set[str] = set()
        self.executed = 0
        self.reused = 0

    def stop(self) -> None:
        """Start nothing again: the command was interrupted. What is at work is given up unseen."""
        self._place.stop()

    def doubt(self, prepared: PreparedNotebook) -> None:
        """The stored run of this code is not whole: it is executed again when it is asked for."""
        name = self._name(prepared)
        with self._guard:
            for key in (name, _own(name, prepared)):
                self._doubted.add(key)
                self._fresh.discard(key)

    def _name(self, prepared: PreparedNotebook) -> str:
        return on_gpu(prepared.key) if self._place.on_gpus else prepared.key

    def manifest(self, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        """The run of this code. Raises JailError when the jail broke three times in a row."""
        name = self._name(prepared)
        with self._guard:
            lock = self._locks[name]
        with lock:
            for key in (name, _own(name, prepared)):
                found = self._stored(key)
                if found is None:
                    return self._execute(key, plan, prepared)
                if found.get("raw") == prepared.raw or _shareable(found):
                    return self._completed(key, plan, prepared, found)
        return self._execute(name, plan, prepared)

    def _stored(self, key: str) -> Manifest | None:
        if (self._rerun or key in self._doubted) and key not in self._fresh:
            return None
        return self._store.run(key)

    def _completed(
        self, key: str, plan: Plan, prepared: PreparedNotebook, found: Manifest
    ) -> Manifest:
        """A stored run, with the calls that checks declare since then."""
        job = job_of(plan, prepared, key)
        calls = lacking(found, job.calls)
        if calls:
            done = self._place.perform(for_calls(job, calls), plan)
            joined = with_calls(found, done.manifest, calls)
            return self._kept(key, replace(done, manifest=joined))
        with self._guard:
            self.reused += 1
        return found

    def _execute(self, key: str, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        return self._kept(key, self._place.perform(job_of(plan, prepared, key), plan))

    def _kept(self, key: str, done: Done) -> Manifest:
        for blob in done.blobs.values():
            self._store.put_blob(blob)
        if done.sure:
            self._store.put_run(key, done.manifest)
        with self._guard:
            if done.sure:
                self._fresh.add(key)
            self.executed += 1
        return done.manifest


def _own(name: str, prepared: PreparedNotebook) -> str:
    """The key of a run that shows its source, and so is for this text of the code alone."""
    return f"{name[:48]}{prepared.raw[:16]}"


def on_gpu(key: str) -> str:
    """The store's key of a run on a GPU, whose numbers are not bit by bit those of a CPU."""
    return hashlib.sha256(f"{key} gpu".encode()).hexdigest()


def _shareable(manifest: Manifest) -> bool:
    """Whether another text of the same code may have this run: it shows no source line."""
    outputs = [output for cell in manifest["cells"] for output in cell["outputs"]]
    return not any(
        output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs
    )
