"""Calls that checks declare now and a stored run has not made: they alone are run for.

A call leaves no trace in the notebook (recorder/calls.py), so that a run up to its grade cell finds
what the whole run would have found there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.evidence.calls import Call
from autograder.grading.again import Manifest
from autograder.grading.jobs import Job

Calls = Mapping[str, Sequence[Call]]


def lacking(manifest: Manifest, calls: Calls) -> dict[str, tuple[Call, ...]]:
    """By grade cell, the calls without a record there. A cell that never came up lacks nothing."""
    found = {}
    for cell, its in calls.items():
        snapshot = manifest["snapshots"].get(cell)
        if snapshot is not None:
            made = snapshot.get("calls", {})
            found[cell] = tuple(call for call in its if call.key not in made)
    return {cell: its for cell, its in found.items() if its}


def for_calls(job: Job, calls: Mapping[str, tuple[Call, ...]]) -> Job:
    """The job that makes these calls and goes no further than the last grade cell of them."""
    last = max(n for n, cell in enumerate(job.cells) if cell.grade_id in calls)
    return replace(job, cells=job.cells[: last + 1], calls=calls, captures={})


def with_calls(manifest: Manifest, later: Manifest, calls: Calls) -> Manifest:
    """The stored run with the records of a run for ``calls``."""
    snapshots = dict(manifest["snapshots"])
    for cell in calls:
        made = later["snapshots"].get(cell, {}).get("calls", {})
        before = snapshots[cell].get("calls", {})
        snapshots[cell] = {**snapshots[cell], "calls": {**before, **made}}
    return {
        **manifest,
        "snapshots": snapshots,
        "models": {**later["models"], **manifest["models"]},
        "irregular": manifest["irregular"] or later["irregular"],
    }
