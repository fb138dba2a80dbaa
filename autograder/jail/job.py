"""Runs one job in the jail from the trusted side: feeds it, reads it, watches it, ends it.

Every wait has a deadline. What the job sends is hostile: it is read through FrameReader, and what
the reader refuses ends the job with what had come before.
"""

import json
import os
import secrets
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from autograder.errors import EvidenceError, JailError
from autograder.evidence.arrays import Blob
from autograder.jail.devices import Device
from autograder.jail.fairness import share
from autograder.jail.frames import MAX_VALUES, FrameReader
from autograder.jail.inside.channel import HEADER, KEY_BYTES
from autograder.jail.parent import WarmParent
from autograder.jail.watchdog import usage_of
from autograder.nouns import JSON, Limits

EXACT_S = 1.0
"""Between two looks at PSS for the peak; one that may be over its limit is looked at each time."""

WATCH_S = 0.1
GRACE_S = 5.0
"""A cell over its limit gets this long to take the interrupt before the job is ended."""

MAX_DESCRIPTORS = 4096
MAX_SOCKETS = 512
"""Of a job. What is written and not yet read is the kernel's memory and no process's: 64 KiB a
pipe, 212 KB a socket. What is polled costs 200 bytes each, and has a limit for the whole user."""

CHUNK = 1 << 20
SLAIN = -signal.SIGKILL & 0xFF
"""How init reports a student's process that was killed (inside/ladder.py)."""

_CREDENTIALS = struct.Struct("3i")


@dataclass
class JobEnd:
    """How a job ended. ``cause`` is "done", or why it did not get there.

    ``slain``: the student's process ended by a SIGKILL that was not ours. It may have been its own,
    or that of a kernel short of memory, or a person's: nobody can tell from the outside.
    """

    cause: str = ""
    reason: str = ""
    slain: bool = False
    exit_code: int | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    started_s: float = 0.0
    blobs: dict[str, Blob] = field(default_factory=dict)


def payload(job: dict[str, JSON], blobs: dict[str, Blob]) -> bytes:
    """The bytes that a job reads: its arrays and files by name, then what to do."""
    parts = []
    for name, blob in blobs.items():
        parts.append(_frame(b"J", _json({"type": "blob", "name": name, **blob.header()})))
        parts.append(_frame(b"B", blob.data))
    parts.append(_frame(b"J", _json(job)))
    return b"".join(parts)


def run_job(
    parent: WarmParent,
    limits: Limits,
    data: bytes,
    on_message: Callable[[dict[str, JSON]], None],
    on_raw: Callable[[bytes], None],
    device: Device | None = None,
) -> JobEnd:
    """Run one job to its end. ``on_message`` gets what it streams, ``on_raw`` what it prints.

    ``device`` is a GPU of the parent's that it may use; the caller holds the lease.

    Raises JailError when the jail itself could not be set up; never for what the job does.
    """
    with _Lines() as lines:
        parent.fork(limits, lines.theirs(), device)
        lines.drop_theirs()
        key = secrets.token_bytes(KEY_BYTES)
        return _Watch(lines, limits, key, data, on_message, on_raw, parent.without).run()


class _Lines:
    """The four lines to one job: payload, raw output, result, status."""

    def __init__(self) -> None:
        self.payload_read, self.payload = os.pipe()
        self.raw, self.raw_write = os.pipe()
        self.result, self.result_write = os.pipe()
        self.status, self.status_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        for descriptor in (self.payload, self.raw, self.result, self.status.fileno()):
            os.set_blocking(descriptor, False)
        self._open = {self.payload_read, self.payload, self.raw, self.raw_write}
        self._open |= {self.result, self.result_write}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, _: TracebackType | None
    ) -> None:
        for descriptor in tuple(self._open):
            self.close(descriptor)
        self.status.close()
        self.status_theirs.close()

    def theirs(self) -> Sequence[int]:
        return (
            self.payload_read,
            self.raw_write,
            self.result_write,
            self.status_theirs.fileno(),
        )

    def drop_theirs(self) -> None:
        for descriptor in (self.payload_read, self.raw_write, self.result_write):
            self.close(descriptor)
        self.status_theirs.close()

    def read(self, descriptor: int) -> bytes | None:
        """Bytes, b"" at the end, None when there is nothing now.

        A line that was closed is at its end: its number may be another job's line by now, and to
        read there would take that job's bytes away.
        """
        return _read(descriptor) if descriptor in self._open else b""

    def close(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.remove(descriptor)
            os.close(descriptor)


class _Watch:
    """The loop over one job's lines, deadlines and use."""

    def __init__(
        self,
        lines: _Lines,
        limits: Limits,
        key: bytes,
        data: bytes,
        on_message: Callable[[dict[str, JSON]], None],
        on_raw: Callable[[bytes], None],
        without: frozenset[str],
    ) -> None:
        self.lines, self.limits = lines, limits
        self.unsent = memoryview(_frame(b"K", key) + data)
        self.on_message, self.on_raw = on_message, on_raw
        self.without = without
        known = b"" if "seal" in without else key
        free = "evidence" in without
        most, values = (1 << 62, 1 << 62) if free else (limits.evidence_bytes, MAX_VALUES)
        self.reader = FrameReader(most, known, values)
        self.end = JobEnd()
        self.begun = time.monotonic()
        self.deadline = float("inf")
        self.at_work = "cell"
        self.pids: dict[str, int] = {}
        self.next_exact = 0.0
        self.over = False
        self.selector = selectors.DefaultSelector()

    def run(self) -> JobEnd:
        self.selector.register(self.lines.payload, selectors.EVENT_WRITE, self._feed)
        self.selector.register(self.lines.raw, selectors.EVENT_READ, self._raw)
        self.selector.register(self.lines.result, selectors.EVENT_READ, self._result)
        self.selector.register(self.lines.status, selectors.EVENT_READ, self._status)
        next_look = self.begun + WATCH_S
        try:
            while not self.over:
                for key, _ in self.selector.select(WATCH_S):
                    key.data()
                now = time.monotonic()
                if now >= next_look:
                    next_look = now + WATCH_S
                    self._look(now)
        finally:
            self._kill()
            self.selector.close()
        self._drain()
        self.end.wall_s = time.monotonic() - self.begun
        self.end.blobs = self.reader.blobs
        if not self.end.cause:
            if self.end.exit_code is None:
                # No student code can reach the keeper, so its silence is the jail's own end.
                raise JailError("the jail ended under a job: its warm parent was stopped or killed")
            if self.end.exit_code == -signal.SIGKILL:
                # Nor can any process in there kill the first one of its namespace.
                raise JailError("the jail ended under a job: its first process was killed")
            self.end.cause = "exited"
            self.end.reason = "the process ended before the notebook did"
            spent = self.end.cpu_s >= self.limits.cpu_s  # its own limit, soft as hard
            self.end.slain = self.end.exit_code == SLAIN and not spent
        return self.end

    def _feed(self) -> None:
        try:
            self.unsent = self.unsent[os.write(self.lines.payload, self.unsent[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self.unsent = memoryview(b"")
        if not self.unsent:
            self._close(self.lines.payload)

    def _raw(self) -> None:
        # The cell that printed was announced on the other line before it could print.
        self._result()
        data = self.lines.read(self.lines.raw)
        if data:
            self.on_raw(data)
        elif data is not None:
            self._close(self.lines.raw)

    def _result(self) -> None:
        if self.lines.result not in self.lines._open:  # closed while this round's events ran
            return
        data = self.lines.read(self.lines.result)
        if data is None:
            return
        if not data:
            self._close(self.lines.result)
            return
        try:
            for message in self.reader.feed(data):
                self._message(message)
        except EvidenceError as error:
            self._stop("evidence", f"what it sent is not evidence: {error}")
            self._close(self.lines.result)

    def _message(self, message: dict[str, JSON]) -> None:
        kind = message["type"]
        if kind == "started":
            self.end.started_s = time.monotonic() - self.begun
        elif kind in ("cell_start", "call_start"):
            self.at_work = kind.removesuffix("_start")
            self.deadline = time.monotonic() + self._limit_s() + GRACE_S
        elif kind in ("cell_end", "call_end"):
            self.deadline = float("inf")
        elif kind == "done":
            self.end.cause = self.end.cause or "done"
        self.on_message(message)

    def _limit_s(self) -> float:
        """The limit of what is at work: a cell, or a declared call."""
        return self.limits.call_wall_s if self.at_work == "call" else self.limits.cell_wall_s

    def _raw_now(self) -> None:
        """Printed bytes that still lie in the pipe belong to the last cell."""
        while data := self.lines.read(self.lines.raw):
            self.on_raw(data)

    def _status(self) -> None:
        try:
            message, ancillary, _, _ = self.lines.status.recvmsg(4096, 256)
        except BlockingIOError:
            return
        except OSError:
            message, ancillary = b"", []
        if not message:
            self.over = True
            return
        report = json.loads(message)
        kind = report.get("type")
        if kind in ("keeper", "init"):
            self.pids[kind] = _sender(ancillary)
        elif kind == "end":
            self.end.exit_code = int(report["exit"])
            self.end.cpu_s = float(report["cpu_s"])
            self.over = True
        elif kind == "broken":
            raise JailError(f"the jail could not be set up for a job: {report['reason']}")

    def _look(self, now: float) -> None:
        if now > self.begun + self.limits.notebook_wall_s:
            self._stop("wall", f"it ran longer than {self.limits.notebook_wall_s:g} s")
        elif "deadlines" not in self.without and now > self.deadline:
            limit = f"{self._limit_s():g} s"
            self._stop(
                self.at_work, f"a {self.at_work} ran longer than {limit} and ignored the interrupt"
            )
        if "init" in self.pids and not self.over and "watchdog" not in self.without:
            self._look_at_use(now)

    def _look_at_use(self, now: float) -> None:
        exact = now >= self.next_exact
        most = self.limits.memory_bytes
        usage = usage_of(self.pids["init"], enough=-1 if exact else most)
        if exact and "fairness" not in self.without:
            share(usage.members)
        if exact or usage.memory_bytes > most:
            self.next_exact = now + EXACT_S
            self.end.peak_bytes = max(self.end.peak_bytes, usage.memory_bytes)
        if usage.memory_bytes > most:
            self._stop("memory", f"it used more than {most >> 20} MiB of memory")
        elif usage.cpu_s > self.limits.cpu_s:
            self._stop("cpu", f"it used more than {self.limits.cpu_s:g} s of CPU")
        elif usage.sockets > MAX_SOCKETS and "sockets" not in self.without:
            # Before what they are among.
            self._stop("memory", f"it held more than {MAX_SOCKETS} sockets")
        elif usage.descriptors > MAX_DESCRIPTORS and "files" not in self.without:
            self._stop("memory", f"it held more than {MAX_DESCRIPTORS} files and pipes open")

    def _stop(self, cause: str, reason: str) -> None:
        if not self.end.cause or self.end.cause == "done":
            self.end.cause, self.end.reason = cause, reason
        self._kill()

    def _kill(self) -> None:
        """End init; the kernel ends everything else in its namespace with it."""
        pid = self.pids.get("init")
        if pid is None or self.end.exit_code is not None:
            return
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass

    def _drain(self) -> None:
        """What had been written before the end is still evidence."""
        deadline = time.monotonic() + GRACE_S
        while self.lines.result in self.lines._open and time.monotonic() < deadline:
            data = self.lines.read(self.lines.result)
            if not data:
                break
            try:
                for message in self.reader.feed(data):
                    self._message(message)
            except EvidenceError as error:
                self._stop("evidence", f"what it sent is not evidence: {error}")
                break
        self._raw_now()

    def _close(self, descriptor: int) -> None:
        self.selector.unregister(descriptor)
        self.lines.close(descriptor)


def _read(descriptor: int) -> bytes | None:
    """Bytes, b"" at the end, None when there is nothing now."""
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _sender(ancillary: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return int(_CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0])
    raise JailError("the kernel's word on a job's process expected, found none")


def _frame(kind: bytes, data: bytes) -> bytes:
    return HEADER.pack(kind, len(data)) + data


def _json(value: dict[str, JSON]) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
