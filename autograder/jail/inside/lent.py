"""The devices that one job may use, and those that it may not although they are bound here.

Two walls around each: the node of another job's device is made useless in the job's own mounts, and
Landlock allows the job its own nodes alone.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.jail.inside import syscalls

PROC = "/proc"
"""CUDA names its threads by writing to /proc/self/task/*/comm and gives up where it cannot."""


@dataclass(frozen=True)
class Lent:
    """``nodes``: this job's, ``hidden``: all others that the outer wall bound."""

    nodes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def writable(self) -> tuple[str, ...]:
        """The paths that Landlock lets this job write to on top of every job's."""
        return (*self.nodes, PROC) if self.nodes else ()

    def hide(self) -> None:
        """Mount the other jobs' nodes so that the kernel opens no device there. Raises OSError."""
        for node in self.hidden:
            # A flag that the outer mount has cannot be taken off: it is given again.
            flags = os.statvfs(node).f_flag & _KEPT
            flags |= syscalls.MS_BIND | syscalls.MS_REMOUNT | syscalls.MS_NODEV
            syscalls.mount("", node, None, flags)


def lent_of(told: Mapping[str, object]) -> Lent:
    """From the trusted side's message to a fork; {} is a job without a device."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(map(str, told.get(name, ())))  # type: ignore[call-overload]

    environment = dict(told.get("environment", {}))  # type: ignore[call-overload]
    return Lent(texts("nodes"), texts("hidden"), environment)


_KEPT = syscalls.MS_RDONLY | syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
"""These have the same numbers in statvfs."""
