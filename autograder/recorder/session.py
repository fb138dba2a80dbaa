"""Runs a notebook's code cells in order and takes a snapshot before each grade cell.

Runs inside the jail, beside student code. Every cell is streamed as it goes: ``cell_start``,
``output`` and ``cell_end`` messages, so that a killed notebook keeps what it had done.
"""

import fcntl
import importlib
import os
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from autograder.evidence.arrays import Blob
from autograder.nouns import JSON
from autograder.recorder.alarm import TimeLimit, disarm, went_off, within
from autograder.recorder.calls import make_calls
from autograder.recorder.guard import Guard

_BEGUN = [False]

READ_S = 0.25
"""A program that a cell left behind may print for ever; its cell waits no longer than this."""


class Channel(Protocol):
    """Where evidence goes."""

    def send(self, message: dict[str, JSON]) -> None:
        """One message."""

    def blob(self, blob: Blob) -> str:
        """Store an array, get its digest."""

    def model(self, model: dict[str, JSON]) -> str:
        """Store a model's record, get its reference."""


def run_notebook(
    job: Mapping[str, JSON],
    files: Mapping[str, bytes],
    channel: Channel,
    arrays: Mapping[str, Blob] | None = None,
    guard: Guard | None = None,
) -> None:
    """Run ``job["cells"]`` ({"index", "source", "grade_id", "is_grade", "skip"}) in one shell.

    A grade cell's ``calls`` are made before it, with ``arrays`` by digest as arguments, and its
    ``files`` are kept. ``guard`` is the warm parent's, made before the fork: one of the job's own
    would copy the pages of all that it looks at.
    """
    from autograder.recorder.shell import make_shell

    seed = _number(job["seed"])
    _prepare(files, int(seed), str(job.get("data") or ""))
    work = Path.cwd()  # a cell may go to another folder; its files are looked for here
    current: list[int] = [-1]
    shell = make_shell(_capped(channel, current, int(_number(job["output_bytes"]))))
    _seed(int(seed))
    if job.get("record", True):
        _watch_fits()
    record, limit_s = bool(job.get("record", True)), _number(job["cell_wall_s"])
    guard = (guard or Guard()) if record else None
    if guard is not None:
        guard.settle(work)
    cells = job["cells"]
    assert isinstance(cells, list)
    for cell in cells:
        assert isinstance(cell, dict)
        if cell.get("is_grade") and guard is not None:
            _snapshot(cell, shell.user_ns, channel, work, guard)
            current[0] = -1  # what a call displays belongs to no cell
            _calls(cell, shell.user_ns, arrays or {}, channel, _number(job["call_wall_s"]))
        current[0] = int(_number(cell["index"]))
        _BEGUN[0] = True
        channel.send({"type": "cell_start", "index": current[0]})
        status, wall_s = _run_cell(shell, str(cell["source"]), limit_s, bool(cell.get("skip")))
        channel.send(
            {"type": "cell_end", "index": current[0], "status": status, "wall_s": round(wall_s, 4)}
        )


def begun() -> bool:
    """Whether student code has run in this process."""
    return _BEGUN[0]


def _capped(channel: Channel, current: list[int], room: int) -> Callable[[dict[str, JSON]], None]:
    """Send outputs until ``room`` characters went out. A courtesy: the trusted side has its own."""
    left = [room]

    def emit(output: dict[str, JSON]) -> None:
        if left[0] <= 0 or current[0] < 0:
            return
        text = output.get("text")
        if isinstance(text, str):
            output = {**output, "text": text[: left[0] + 1]}
            left[0] -= len(text)
        else:
            left[0] -= len(str(output))
        channel.send({"type": "output", "index": current[0], "output": output})

    return emit


def _run_cell(shell: object, source: str, limit_s: float, skip: bool) -> tuple[str, float]:
    if skip:
        return "skipped", 0.0
    started = time.monotonic()
    run_cell = shell.run_cell  # type: ignore[attr-defined]
    try:
        result = within(limit_s, lambda: run_cell(source, store_history=True))
        error = result.error_before_exec or result.error_in_exec
    except TimeLimit as limit:
        error = limit
    _flush()
    # IPython swallows an interrupt that comes while it writes another error's traceback.
    status = "ok" if not error else "interrupted" if went_off() else "error"
    return status, time.monotonic() - started


def _snapshot(
    cell: Mapping[str, JSON],
    namespace: Mapping[str, object],
    channel: Channel,
    work: Path,
    guard: Guard,
) -> None:
    from autograder.recorder.files import capture
    from autograder.recorder.snapshot import take_snapshot

    disarm()
    told = guard.told()
    values = take_snapshot(namespace, channel)
    names = cell.get("files") or []
    assert isinstance(names, list)
    files: JSON = dict(capture([str(name) for name in names], channel, work))
    told += [one for one in guard.told() if one not in told]  # recording a model runs its code
    changed: dict[str, JSON] = {"changed": told} if told else {}
    channel.send(
        {"type": "snapshot", "cell": cell["grade_id"], **values, "files": files, **changed}
    )


def _calls(
    cell: Mapping[str, JSON],
    namespace: dict[str, object],
    arrays: Mapping[str, Blob],
    channel: Channel,
    limit_s: float,
) -> None:
    recipes = cell.get("calls") or []
    assert isinstance(recipes, list)
    make_calls(
        [recipe for recipe in recipes if isinstance(recipe, dict)],
        namespace,
        arrays,
        channel,
        cell=str(cell["grade_id"]),
        limit_s=limit_s,
        settle=_wait_until_read,
    )


def _prepare(files: Mapping[str, bytes], seed: int, data: str) -> None:
    os.environ["AUTOGRADER_SEED"] = str(seed)
    if data:
        os.environ["AUTOGRADER_DATA"] = data
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.path.insert(0, "")


def _seed(seed: int) -> None:
    importlib.import_module("keras").utils.set_random_seed(seed)


def _watch_fits() -> None:
    from autograder.recorder.batches import keep_batches, start_once
    from autograder.recorder.compiled import watch_compiles
    from autograder.recorder.dispatch import return_less_often
    from autograder.recorder.fitting import watch_fits

    watch_compiles()
    watch_fits()
    return_less_often()
    keep_batches()
    start_once()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # student code may have replaced the streams with anything
            pass
    _wait_until_read()


def _wait_until_read() -> None:
    """Let the grader read what was written to descriptor 1, so that it goes to this cell."""
    deadline = time.monotonic() + READ_S
    while time.monotonic() < deadline:
        try:
            waiting = fcntl.ioctl(1, termios.FIONREAD, b"\0\0\0\0")
        except OSError:
            return
        if not any(waiting):
            return
        time.sleep(0.001)


def _number(value: JSON) -> float:
    assert isinstance(value, (int, float))
    return float(value)
