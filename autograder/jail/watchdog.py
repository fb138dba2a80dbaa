"""Sums what the processes of one job use: memory as PSS, CPU time, descriptors and sockets.

Runs on the trusted side, which sees the job's processes in its own /proc. PSS needs the right to
read smaps; where it is refused, anonymous and shared memory from ``status`` stand in for it. PSS is
dear (the kernel walks every page), the resident set is cheap and never smaller: who only wants to
know that a limit is kept asks for PSS when the resident sets exceed it.
"""

import contextlib
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What a job's processes use at one moment, and since they began."""

    memory_bytes: int
    cpu_s: float
    processes: int
    descriptors: int = 0
    sockets: int = 0
    members: tuple[int, ...] = ()


def usage_of(root_pid: int, *, enough: int = -1) -> Usage:
    """The sums over ``root_pid`` and its descendants; processes that end meanwhile count 0.

    Memory is PSS; where the resident sets add up to no more than ``enough`` bytes it is their sum,
    which PSS cannot exceed.
    """
    members = _tree(root_pid)
    memory = sum(map(_resident, members))
    if memory > enough:
        memory = sum(map(_memory, members))
    cpu_s, descriptors = sum(map(_cpu_s, members)), sum(map(_descriptors, members))
    return Usage(
        memory, cpu_s, len(members), descriptors, _sockets(root_pid), members=tuple(members)
    )


_LISTED = Path(f"/proc/self/task/{os.getpid()}/children").exists()
"""Whether the kernel lists a process's children (CONFIG_PROC_CHILDREN); else all are looked at."""


def _tree(root_pid: int) -> list[int]:
    of = _children if _LISTED else _all_children().__getitem__
    found, waiting = [], [root_pid]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += of(pid)
    return found


def _all_children() -> defaultdict[int, list[int]]:
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):  # noqa: PTH208  called often; names are enough
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                children[int(fields[1])].append(int(entry))
    return children


def _children(pid: int) -> list[int]:
    """The children of all threads; none of a process that has ended."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  called often
            with contextlib.suppress(OSError):
                text = _read(f"/proc/{pid}/task/{thread}/children")
                found += map(int, text.split())
    return found


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)


def _descriptors(pid: int) -> int:
    """How many a process has open; before Linux 6.2, for how many it has made room."""
    try:
        return os.stat(f"/proc/{pid}/fd").st_size or _room(pid)  # noqa: PTH116  called often
    except OSError:
        return 0


def _room(pid: int) -> int:
    text = _read(f"/proc/{pid}/status")
    return int(text.partition(b"FDSize:")[2].split(None, 1)[0])


def _sockets(pid: int) -> int:
    """Those of the network namespace of ``pid``, the ones under way in a message included."""
    try:
        words = _read(f"/proc/{pid}/net/sockstat").split()
        return int(words[words.index(b"used") + 1])
    except (OSError, ValueError, IndexError):
        return 0


def _resident(pid: int) -> int:
    try:
        return int(_read(f"/proc/{pid}/statm").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, ppid, ..."""
    try:
        text = _read(f"/proc/{pid}/stat").decode("latin-1")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_s(pid: int) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / _TICKS if len(fields) > 14 else 0.0


def _memory(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="latin-1")
        return _kilobytes(text, "Pss:")
    except OSError:
        pass
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="latin-1")
    except OSError:
        return 0
    return _kilobytes(text, "RssAnon:") + _kilobytes(text, "RssShmem:")


def _kilobytes(text: str, key: str) -> int:
    for line in text.splitlines():
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    return 0
