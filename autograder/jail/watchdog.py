"""Sums what the processes of one job use: memory as PSS, and CPU time.

Runs on the trusted side, which sees the job's processes in its own /proc. PSS needs the right to
read smaps; where it is refused, anonymous and shared memory from ``status`` stand in for it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a job's processes use at one moment, and since they began."""

    memory_bytes: int
    cpu_s: float
    processes: int


def usage_of(root_pid: int) -> Usage:
    """The sums over ``root_pid`` and its descendants; processes that end meanwhile count 0."""
    members = _tree(root_pid)
    memory = sum(_memory(pid) for pid in members)
    cpu = sum(_cpu_s(pid) for pid in members)
    return Usage(memory, cpu, len(members))


def _tree(root_pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208  called often; names are enough
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    found, waiting = [], [root_pid]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, ppid, ..."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
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
