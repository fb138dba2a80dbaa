"""Runs a prepared notebook once, or finds the run of the same code in the store."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from autograder.errors import JailError, WallMissing
from autograder.evidence.store import Store
from autograder.grading.plan import Plan
from autograder.grading.prepare import PreparedNotebook
from autograder.jail.notebook import Run, run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import JSON, CodeCell

PAUSE_S = 2.0
"""Between attempts: a neighbour that uses up processes or memory is ended within that time."""

Manifest = dict[str, Any]
"""A run as JSON; Any because each consumer knows its part (docs/architecture.md)."""


class Executor:
    """Executes notebooks for one command: one warm parent, one store, nothing twice."""

    def __init__(self, parent: WarmParent, store: Store, *, rerun: bool = False) -> None:
        self._parent, self._store, self._rerun = parent, store, rerun
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self._fresh: set[str] = set()
        self._stopped = threading.Event()
        self.executed = 0
        self.reused = 0

    def stop(self) -> None:
        """Start nothing again: the command was interrupted. What is at work is given up unseen."""
        self._stopped.set()
        self._parent.stop()

    def manifest(self, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        """The run of this code. Raises JailError when the jail broke three times in a row."""
        with self._guard:
            lock = self._locks[prepared.key]
        with lock:
            for key in (prepared.key, f"{prepared.key[:48]}{prepared.raw[:16]}"):
                found = self._stored(key)
                if found is None:
                    return self._execute(key, plan, prepared)
                if found.get("raw") == prepared.raw or _shareable(found):
                    self.reused += 1
                    return found
        return self._execute(prepared.key, plan, prepared)

    def _stored(self, key: str) -> Manifest | None:
        if self._rerun and key not in self._fresh:
            return None
        return self._store.run(key)

    def _execute(self, key: str, plan: Plan, prepared: PreparedNotebook) -> Manifest:
        run = self._attempt(plan, prepared, frozenset())
        culprit = _culprit(run.manifest)
        if culprit is not None:
            again = self._attempt(plan, prepared, frozenset({culprit}))
            run = _joined(run, again, culprit)
        manifest = {**run.manifest, "raw": prepared.raw}
        for blob in run.blobs.values():
            self._store.put_blob(blob)
        self._store.put_run(key, manifest)
        self._fresh.add(key)
        self.executed += 1
        return manifest

    def _attempt(self, plan: Plan, prepared: PreparedNotebook, skip: frozenset[int]) -> Run:
        for last in (False, False, True):
            self._go_on()
            try:
                run = self._once(plan, prepared.cells, prepared.files, skip)
            except WallMissing:
                raise
            except JailError:
                if last:
                    raise
                self._stopped.wait(PAUSE_S)
                continue
            self._go_on()  # a job that was stopped with us is no evidence against its student
            return run
        raise AssertionError("the loop returns or raises")

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise JailError("grading was interrupted before this notebook had run")

    def _once(
        self,
        plan: Plan,
        cells: tuple[CodeCell, ...],
        files: Mapping[str, bytes] | None,
        skip: frozenset[int],
    ) -> Run:
        settings = plan.settings
        self._parent.start()
        return run_notebook(
            self._parent, cells, limits=settings.limits, seed=settings.seed, files=files, skip=skip
        )


def _shareable(manifest: Manifest) -> bool:
    """Whether another text of the same code may have this run: it shows no source line."""
    outputs = [output for cell in manifest["cells"] for output in cell["outputs"]]
    return not any(
        output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs
    )


def _culprit(manifest: Manifest | dict[str, JSON]) -> int | None:
    """The cell that was at work when the job had to be ended."""
    cells: Any = manifest["cells"]
    killed = [cell["index"] for cell in cells if cell["status"] == "killed"]
    return int(killed[0]) if killed else None


def _joined(first: Run, again: Run, culprit: int) -> Run:
    """The second run, which left ``culprit`` out, with what only the first one saw of it."""
    one: Manifest = dict(first.manifest)
    two: Manifest = dict(again.manifest)
    of_first = {cell["index"]: cell for cell in one["cells"]}
    cells = [of_first[c["index"]] if c["index"] == culprit else c for c in two["cells"]]
    reached = {c["index"]: c["status"] for c in two["cells"]}
    if any(
        reached[i] in ("not_run", "killed") and c["status"] in ("ok", "error")
        for i, c in of_first.items()
    ):
        return first
    manifest = {
        **two,
        "status": one["status"],
        "cause": one["cause"],
        "reason": one["reason"],
        "irregular": one["irregular"] or two["irregular"],
        "cells": cells,
        "snapshots": {**one["snapshots"], **two["snapshots"]},
        "models": {**one["models"], **two["models"]},
        "wall_s": one["wall_s"] + two["wall_s"],
        "cpu_s": one["cpu_s"] + two["cpu_s"],
        "peak_bytes": max(one["peak_bytes"], two["peak_bytes"]),
    }
    return Run(manifest, {**first.blobs, **again.blobs})
