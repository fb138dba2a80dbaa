"""What is left out when a notebook runs again, because it ended the job that ran it.

A cell that ended the job, or every call of a function that did, is left out of the next run, so
that the rest earns what it is worth. The runs are joined into one account.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.evidence.calls import Call
from autograder.jail.calls import killed
from autograder.jail.notebook import Run

RERUNS = 2
"""Two functions, or a cell and a function, can end a job before a notebook is given up."""

Manifest = dict[str, Any]
"""A run as JSON; Any because each consumer knows its part (docs/architecture.md)."""

Calls = Mapping[str, Sequence[Call]]


@dataclass(frozen=True)
class Omitted:
    """Indices of cells that are not run, and names of functions that are not called."""

    cells: frozenset[int] = frozenset()
    functions: frozenset[str] = frozenset()

    def calls(self, calls: Calls) -> dict[str, tuple[Call, ...]]:
        """The calls that are still made, by grade cell."""
        return {
            cell: tuple(call for call in its if call.function not in self.functions)
            for cell, its in calls.items()
        }


def more(omitted: Omitted, manifest: Manifest, calls: Calls) -> Omitted | None:
    """What to leave out next, or None: nothing ended the run, or too much did.

    One cell at most: each costs a whole run up to its own limit.
    """
    for cell in manifest["cells"]:
        if cell["status"] == "killed" and not omitted.cells:
            return replace(omitted, cells=frozenset({int(cell["index"])}))
    for call, record in _records(manifest, calls):
        if record["status"] == "killed" and call.function not in omitted.functions:
            return replace(omitted, functions=omitted.functions | {call.function})
    return None


def joined(first: Run, again: Run, omitted: Omitted, calls: Calls) -> Run:
    """The run that left things out, with what only the earlier one saw of them."""
    one: Manifest = dict(first.manifest)
    two: Manifest = dict(again.manifest)
    of_first = {cell["index"]: cell for cell in one["cells"]}
    reached = {c["index"]: c["status"] for c in two["cells"]}
    if any(
        reached[i] in ("not_run", "killed") and c["status"] in ("ok", "error")
        for i, c in of_first.items()
    ):
        return first
    # A call that ended the job fails its own check; a cell that did is the whole run's story.
    told = one if omitted.cells else two
    manifest = {
        **two,
        **{part: told[part] for part in ("status", "cause", "reason")},
        "irregular": one["irregular"] or two["irregular"],
        "cells": [of_first[c["index"]] if c["index"] in omitted.cells else c for c in two["cells"]],
        "snapshots": {**one["snapshots"], **_with_calls(one, two, omitted, calls)},
        "models": {**one["models"], **two["models"]},
        "wall_s": one["wall_s"] + two["wall_s"],
        "cpu_s": one["cpu_s"] + two["cpu_s"],
        "peak_bytes": max(one["peak_bytes"], two["peak_bytes"]),
    }
    return Run(manifest, {**first.blobs, **again.blobs}, first.slain or again.slain)


def _with_calls(one: Manifest, two: Manifest, omitted: Omitted, calls: Calls) -> Manifest:
    """The snapshots of the second run, with the calls that only the first one made."""
    seen = {(cell, key): record for cell, key, record in _made(one)}
    found = {}
    for cell, snapshot in two["snapshots"].items():
        left = [call for call in calls.get(cell, ()) if call.function in omitted.functions]
        records = {
            call.key: seen.get((cell, call.key))
            or killed(f"another call of {call.function} ended the process")
            for call in left
        }
        made = {**snapshot.get("calls", {}), **records}
        found[cell] = {**snapshot, "calls": made} if made else snapshot
    return found


def _made(manifest: Manifest) -> Iterator[tuple[str, str, Manifest]]:
    for cell, snapshot in manifest["snapshots"].items():
        for key, record in snapshot.get("calls", {}).items():
            yield cell, key, record


def _records(manifest: Manifest, calls: Calls) -> Iterator[tuple[Call, Manifest]]:
    of_key = {call.key: call for its in calls.values() for call in its}
    for _, key, record in _made(manifest):
        if key in of_key:
            yield of_key[key], record
