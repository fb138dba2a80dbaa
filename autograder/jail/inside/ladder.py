"""The inner wall: from a fork of the warm parent to the process that runs student code.

    keeper    waits for init, reports CPU time, ends
    init      pid 1 of the job's own namespaces; when it ends the kernel kills what is left
    student   limits, seccomp, then the work

The keeper and init run none of the student's code.
"""

import json
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import NoReturn

from autograder.jail.inside import filters, landlock, syscalls
from autograder.jail.inside.lent import Lent
from autograder.jail.inside.syscalls import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
    mount,
)

BOX = "/box"
RESULT_FD = 3
STATUS_FD = 4
PAYLOAD_FD = 5
AS_HEADROOM_BYTES = 4 * 1024**3
"""TensorFlow reserves address space that it never touches; below 3 GB it aborts."""

READ_ONLY = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt", "/proc", "/scratch", "/tmp")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
WRITABLE = (BOX, "/dev/shm", "/dev/pts", "/dev/ptmx", *DEVICES)


_SPACES = {
    "ipc": syscalls.CLONE_NEWIPC,
    "uts": syscalls.CLONE_NEWUTS,
    "cgroup": syscalls.CLONE_NEWCGROUP,
    "pid": syscalls.CLONE_NEWPID,
    "net": syscalls.CLONE_NEWNET,
}


def climb(
    limits: dict[str, float], without: frozenset[str], lent: Lent, work: Callable[[], None]
) -> NoReturn:
    """Run ``work`` in the student's process behind every wall that is not in ``without``.

    ``lent`` are the devices that it may use. Called in a fresh fork whose descriptors 0..5 are in
    place; never returns.
    """
    os.setsid()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # /proc/self/uid_map is root's otherwise
    _unshare(without)
    status = socket.socket(fileno=STATUS_FD)
    status.send(b'{"type":"keeper"}')
    init = os.fork()
    if init:
        _keep(init, status)
    _become_init(limits, without, lent)
    status.send(b'{"type":"init"}')
    student = os.fork()
    if student:
        reap_until(student)
    status.close()
    limit(limits, without, lent)
    if "seccomp" not in without:
        filters.install()
    work()
    os._exit(0)


def _unshare(without: frozenset[str]) -> None:
    uid, gid = os.getuid(), os.getgid()
    flags = syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS
    for name, flag in _SPACES.items():
        flags |= 0 if name in without else flag
    syscalls.unshare(flags)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def _keep(init: int, status: socket.socket) -> NoReturn:
    for descriptor in (0, 1, 2, RESULT_FD, PAYLOAD_FD):
        os.close(descriptor)
    _, code, usage = os.wait4(init, 0)
    end = {
        "type": "end",
        "exit": os.waitstatus_to_exitcode(code),
        "cpu_s": usage.ru_utime + usage.ru_stime,
    }
    status.send(json.dumps(end).encode())
    os._exit(0)


def _become_init(limits: dict[str, float], without: frozenset[str], lent: Lent) -> None:
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    mount("", "/", None, MS_REC | MS_PRIVATE)
    if "pid" not in without:
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    _first_to_be_killed()
    _own_mounts(limits, without)
    if "devices" not in without:
        lent.hide()
    for folder in ("/box/tmp", "/box/home", "/box/work"):
        os.mkdir(folder)  # noqa: PTH102  pathlib is not warm here
    os.chdir("/box/work")
    os.environ.update(HOME="/box/home", TMPDIR="/box/tmp", PWD="/box/work", **lent.environment)
    tempfile.tempdir = None
    if "capabilities" not in without:
        syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" not in without and landlock.abi():
        landlock.restrict(READ_ONLY, (*WRITABLE, *lent.writable))
    if "dumpable" not in without:
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _own_mounts(limits: dict[str, float], without: frozenset[str]) -> None:
    size, inodes = int(limits["disk_bytes"]), int(limits["inodes"])
    bounded = "" if "tmpfs" in without else f"size={size},nr_inodes={inodes},"
    mount("tmpfs", BOX, "tmpfs", MS_NOSUID | MS_NODEV, f"{bounded}mode=0700")
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, f"{bounded}mode=0700")
    if "devpts" not in without:  # the outer one is everybody's: a job could type into another's
        options = "newinstance,ptmxmode=0666,mode=0620"
        mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options)
    if "scratch" not in without:
        mount("/scratch", "/scratch", None, MS_BIND)
        mount("", "/scratch", None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _first_to_be_killed() -> None:
    """Should the machine run out of memory, a job goes before the grader and the warm parent."""
    try:
        _write("/proc/self/oom_score_adj", "1000")
    except OSError:  # a courtesy to the host; what a job may use is bounded by other walls
        pass


def reap_until(student: int) -> NoReturn:
    """Init's life: end with the student's process, and with its exit status."""
    for descriptor in (0, 1, 2, RESULT_FD, PAYLOAD_FD):
        os.close(descriptor)
    while True:
        pid, code = os.wait()
        if pid == student:
            os._exit(os.waitstatus_to_exitcode(code) & 0xFF)


def limit(limits: dict[str, float], without: frozenset[str], lent: Lent) -> None:
    """Set the limits of this process and of all that it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if "rlimits" in without:
        return
    memory = int(limits["memory_bytes"])
    wanted = {
        resource.RLIMIT_NPROC: int(limits["processes"]),
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_AS: memory + AS_HEADROOM_BYTES,
        resource.RLIMIT_FSIZE: int(limits["disk_bytes"]),
        resource.RLIMIT_CPU: int(limits["cpu_s"]) + 1,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_MEMLOCK: 1024 * 1024,
    }
    if lent.nodes:  # CUDA reserves address space by the terabyte; the watchdog counts what is used
        del wanted[resource.RLIMIT_DATA], wanted[resource.RLIMIT_AS]
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard < 0 else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _write(path: str, text: str) -> None:
    with open(path, "w") as stream:
        stream.write(text)
