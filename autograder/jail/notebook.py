"""A notebook's run in the jail, from cells to a manifest of what it left behind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.errors import JailError
from autograder.evidence.arrays import Blob
from autograder.evidence.calls import Call
from autograder.evidence.model_ref import model_ref
from autograder.evidence.strict_json import dumps
from autograder.jail.calls import CallLog, arrays, recipes
from autograder.jail.captures import Captures
from autograder.jail.devices import Device
from autograder.jail.job import JobEnd, payload, run_job
from autograder.jail.parent import WarmParent
from autograder.nouns import JSON, CodeCell, Limits, Status

MANIFEST_VERSION = 1
_NAMED = re.compile(rb'"(?:blob|graph)":("[0-9a-f]{64}")|"begun":\[([^\]]*)\]')
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
"""Arrays that have to come with the run that names them."""

_CELL_STATUS = {"ok", "error", "interrupted", "skipped"}
_PARTS: dict[str, dict[str, type]] = {
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
}
LONGEST_S = 1e6
VISIBLE = "VisibleFailure"
"""What a visible check raises in a grade cell; the student part is no part of this floor."""

BEFORE_BYTES = 4000
"""Of what a job printed before its first cell: a traceback of ours."""

CUT = "\n[output cut here: the limit of this assignment was reached]\n"


@dataclass(frozen=True)
class Run:
    """What came of it: the manifest (docs/architecture.md) and the arrays it refers to.

    ``slain``: see `JobEnd`; such a run may be somebody else's doing.
    """

    manifest: dict[str, JSON]
    blobs: Mapping[str, Blob]
    slain: bool = False


def run_notebook(
    parent: WarmParent,
    cells: Sequence[CodeCell],
    *,
    limits: Limits,
    seed: int,
    files: Mapping[str, bytes] | None = None,
    skip: frozenset[int] = frozenset(),
    record: bool = True,
    data: str = "",
    calls: Mapping[str, Sequence[Call]] | None = None,
    captures: Mapping[str, Sequence[str]] | None = None,
    device: Device | None = None,
) -> Run:
    """Execute the cells in order in a fresh jail. ``skip`` holds indices that are left out.

    ``calls`` are made just before the grade cell under whose id they stand, if it records;
    ``captures`` are the names of files in the work folder that are kept then.
    ``data`` is the folder, as the jail sees it, where the notebook's data set lies.
    ``device`` is a GPU of the parent's that it may use.

    Raises JailError when the jail could not be set up, never for what the notebook does.
    """
    calls = calls or {}
    packed = {name: Blob("uint8", (len(data),), data) for name, data in (files or {}).items()}
    kept = Captures(captures or {}, packed)
    job: dict[str, JSON] = {
        "kind": "notebook",
        "seed": seed,
        "cell_wall_s": limits.cell_wall_s,
        "call_wall_s": limits.call_wall_s,
        "output_bytes": limits.output_bytes,
        "record": record,
        "data": data,
        "cells": [
            {
                "index": cell.index,
                "source": cell.source,
                "grade_id": cell.grade_id,
                "is_grade": cell.is_grade,
                "skip": cell.index in skip,
                "calls": recipes(calls.get(cell.grade_id or "", ())),
                "files": kept.names(cell.grade_id),
            }
            for cell in cells
        ],
    }
    room = float("inf") if "output" in parent.without else None
    story = _Story(cells, limits, calls, kept, room)
    sent = payload(job, packed | arrays(calls))
    end = run_job(parent, limits, sent, story.message, story.raw, device)
    if cells:
        story.check_begun(end)
    manifest = story.manifest(end, sorted(skip))
    had = {blob.digest for blob in (packed | arrays(calls)).values()} | end.blobs.keys()
    if not manifest["irregular"] and not had.issuperset(_named(manifest)):
        manifest["irregular"] = "it names arrays that it did not send"
    return Run(manifest, end.blobs, end.slain)


def _named(manifest: dict[str, JSON]) -> set[str]:
    told = b" ".join(one or other for one, other in _NAMED.findall(dumps(manifest)))
    return {digest.decode() for digest in _DIGEST.findall(told)}


@dataclass
class _Cell:
    grade_id: str | None
    status: str = "not_run"
    wall_s: float = 0.0
    outputs: list[JSON] = field(default_factory=list)


class _Story:
    """Builds a manifest from what a job streams; keeps only what fits the format."""

    def __init__(
        self,
        cells: Sequence[CodeCell],
        limits: Limits,
        calls: Mapping[str, Sequence[Call]],
        captures: Captures,
        room: float | None = None,
    ) -> None:
        self._cells = {cell.index: _Cell(cell.grade_id) for cell in cells}
        self._snapshots: dict[str, dict[str, JSON]] = {}
        self._models: dict[str, JSON] = {}
        self._room = limits.output_bytes if room is None else room
        self._limits = limits
        self._calls = CallLog(calls)
        self._captures = captures
        self._next: str | None = None  # the grade cell whose snapshot came last
        self._current: int | None = None
        self._irregular = ""
        self._before = b""
        self._grade_ids = {cell.grade_id for cell in cells if cell.is_grade}

    def message(self, message: dict[str, JSON]) -> None:
        """Take in one message of the job."""
        kind, index = message["type"], message.get("index")
        if kind == "cell_start" and isinstance(index, int) and index in self._cells:
            self._start_cell(index)
        elif kind == "output" and isinstance(index, int) and index in self._cells:
            self._output(index, message.get("output"))
        elif kind == "cell_end" and isinstance(index, int) and index in self._cells:
            self._end_cell(index, message)
        elif kind == "snapshot":
            self._snapshot(message)
        elif kind == "call_start":
            self._doubt(self._calls.start(message, self._next))
        elif kind == "call_end":
            self._doubt(self._calls.end(message))
        elif kind == "model":
            model = message.get("model")
            if isinstance(model, dict) and model_ref(model) == message.get("ref"):
                self._models[str(message["ref"])] = model

    def raw(self, data: bytes) -> None:
        """Bytes that were written to the descriptors themselves: a subprocess's output, say."""
        if not self._begun:
            self._before = (self._before + data)[-BEFORE_BYTES:]
        if self._current is not None and self._room > 0 and not self._calls.running:
            text = data[: int(min(self._room, len(data)))].decode("utf-8", "replace")
            self._output(self._current, {"output_type": "stream", "name": "stdout", "text": text})

    def check_begun(self, end: JobEnd) -> None:
        """Raises JailError for a job that ended before its first cell: no student code had run."""
        if not self._begun and end.cause == "exited":
            told = self._before.decode("utf-8", "replace").strip()
            raise JailError(
                f"a job that begins with its first cell expected, found one that ended before it "
                f"(exit status {end.exit_code}). {told}".strip()
            )

    @property
    def _begun(self) -> bool:
        """Whether student code has had a chance to run."""
        return any(cell.status != "not_run" for cell in self._cells.values())

    def manifest(self, end: JobEnd, skipped: Sequence[int]) -> dict[str, JSON]:
        """The run as JSON."""
        for cell in self._cells.values():
            if cell.status == "running":
                cell.status = "interrupted" if end.cause == "done" else "killed"
        if end.cause == "done" and any(c.status == "not_run" for c in self._cells.values()):
            # Student code can write "done" itself; what did not run says that it did not.
            end.cause, end.reason = "exited", "the process ended before the notebook did"
        for grade_id, records in self._calls.records(end, self._limits).items():
            if grade_id in self._snapshots:
                self._snapshots[grade_id]["calls"] = dict(records)
        return {
            "version": MANIFEST_VERSION,
            "status": self._status(end).value,
            "cause": end.cause,
            "reason": end.reason,
            "irregular": self._irregular,
            "skipped": list(skipped),
            "cells": [
                {
                    "index": index,
                    "grade_id": cell.grade_id,
                    "status": cell.status,
                    "wall_s": cell.wall_s,
                    "outputs": cell.outputs,
                }
                for index, cell in sorted(self._cells.items())
            ],
            "snapshots": dict(self._snapshots),
            "models": self._models,
            "wall_s": round(end.wall_s, 4),
            "cpu_s": round(end.cpu_s, 4),
            "peak_bytes": end.peak_bytes,
            "started_s": round(end.started_s, 4),
        }

    def _status(self, end: JobEnd) -> Status:
        if end.cause in ("wall", "cell", "call"):
            return Status.TIMED_OUT
        if end.cause != "done":
            return Status.KILLED
        found = {cell.status for cell in self._cells.values() if not _only_told(cell)}
        if "interrupted" in found:
            return Status.TIMED_OUT
        return Status.CELL_ERROR if "error" in found else Status.COMPLETED

    def _start_cell(self, index: int) -> None:
        if self._running() or self._cells[index].status != "not_run":
            self._doubt("a cell began while another one ran, or for the second time")
            return
        self._next = None
        self._current = index
        self._cells[index].status = "running"

    def _doubt(self, irregular: str) -> None:
        self._irregular = irregular or self._irregular

    def _running(self) -> bool:
        """Whether student code is at work: a cell, or a call."""
        cell = self._current is not None and self._cells[self._current].status == "running"
        return cell or self._calls.running

    def _end_cell(self, index: int, message: dict[str, JSON]) -> None:
        if self._cells[index].status != "running":
            self._doubt("a cell ended that was not running")
            return
        status, wall_s = message.get("status"), message.get("wall_s")
        known = isinstance(status, str) and status in _CELL_STATUS
        self._cells[index].status = str(status) if known else "error"
        if isinstance(wall_s, (int, float)) and 0 <= wall_s < LONGEST_S:
            self._cells[index].wall_s = float(wall_s)

    def _snapshot(self, message: dict[str, JSON]) -> None:
        cell, values = message.get("cell"), message.get("values")
        if not isinstance(cell, str) or cell not in self._grade_ids:
            return
        if self._running() or cell in self._snapshots:
            # Our recorder speaks between cells, once for each: this came from the student's code.
            self._doubt(f"evidence for {cell} came while a cell ran, or for the second time")
            return
        if isinstance(values, dict):
            files: JSON = dict(self._captures.kept(cell, message.get("files")))
            self._snapshots[cell] = {"values": values, "files": files, **_changed(message)}
            self._next = cell

    def _output(self, index: int, output: JSON) -> None:
        if not isinstance(output, dict) or not _is_output(output):
            return
        outputs = self._cells[index].outputs
        size = _size(output)
        if size > self._room:
            if self._room > 0:
                outputs.append({"output_type": "stream", "name": "stderr", "text": CUT})
            self._room = 0
            return
        self._room -= size
        last = outputs[-1] if outputs else None
        if _joins(last, output):
            assert isinstance(last, dict)
            last["text"] = str(last["text"]) + str(output["text"])
        else:
            outputs.append(output)


def _only_told(cell: _Cell) -> bool:
    """Whether the cell ended in a visible check that said "not yet": no fault of the notebook."""
    errors = [o for o in cell.outputs if isinstance(o, dict) and o["output_type"] == "error"]
    return bool(errors) and all(error["ename"] == VISIBLE for error in errors)


def _changed(message: dict[str, JSON]) -> dict[str, JSON]:
    """The functions that the recorder found exchanged; nothing where there are none."""
    told = message.get("changed")
    names: list[JSON] = [str(name)[:200] for name in told[:20]] if isinstance(told, list) else []
    return {"changed": names} if names else {}


def _is_output(output: dict[str, JSON]) -> bool:
    """Whether it has the parts of its kind in nbformat 4, of the right types."""
    kind = output.get("output_type")
    if not isinstance(kind, str) or kind not in _PARTS:
        return False
    return all(isinstance(output.get(name), wanted) for name, wanted in _PARTS[kind].items())


def _joins(last: JSON, output: dict[str, JSON]) -> bool:
    return (
        isinstance(last, dict)
        and last.get("output_type") == output.get("output_type") == "stream"
        and last.get("name") == output.get("name")
        and isinstance(output.get("text"), str)
    )


def _size(value: JSON) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return 8 + sum(len(key) + _size(item) for key, item in value.items())
    if isinstance(value, list):
        return 8 + sum(_size(item) for item in value)
    return 8
