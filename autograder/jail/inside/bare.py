"""A job where the kernel grants no namespaces: another user, Landlock, seccomp and limits alone.

For a container that ends with its one submission (Gradescope's), and only where the instructor said
so. What is given up: student code sees the container's processes and shares its network namespace
(seccomp still refuses every socket but unix ones), its /dev/shm and its scratch space.

    keeper    waits for init, ends all that the job started, reports CPU time
    init      ends when the student's process does
    student   limits, seccomp, then the work
"""

import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import NoReturn

from autograder.jail.inside import filters, ladder, landlock, syscalls
from autograder.jail.inside.ladder import PAYLOAD_FD, RESULT_FD, STATUS_FD
from autograder.jail.inside.lent import Lent

PR_SET_CHILD_SUBREAPER = 36
FOLDER = "AUTOGRADER_BARE_FOLDER"
"""The variable that names the folder in which each job gets one of its own."""

READABLE = "AUTOGRADER_BARE_READABLE"
"""Interpreter, packages and our own code, parted by colons."""

READ_ONLY = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/etc/ld.so.cache", "/etc/passwd")
WRITABLE = ("/dev/shm", *ladder.DEVICES)
ROUNDS = 1000
"""Looks for what a job left behind; each ends all that it finds, and RLIMIT_NPROC bounds them."""


def main() -> None:
    """Entry point of the bare interpreter: become ``uid``, then serve as warm parent."""
    descriptor, uid = int(sys.argv[1]), int(sys.argv[2])
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)  # the kernel clears every capability with it
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    from autograder.jail.inside.warm_parent import quiet_signals, serve

    quiet_signals()
    serve(socket.socket(fileno=descriptor), walk)


def walk(
    limits: dict[str, float], without: frozenset[str], lent: Lent, work: Callable[[], None]
) -> NoReturn:
    """Run ``work`` in the student's process behind the walls that need no namespace.

    Called like `ladder.climb`, in its place; never returns.
    """
    os.setsid()
    syscalls.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what the job's processes leave behind is ours
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    status = socket.socket(fileno=STATUS_FD)
    status.send(b'{"type":"keeper"}')
    init = os.fork()
    if init:
        _keep(init, status)
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    _own_folder()
    if landlock.abi():
        readable = os.environ[READABLE].split(":")
        landlock.restrict((*READ_ONLY, *readable), (*WRITABLE, os.environ["JOB_FOLDER"]))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status.send(b'{"type":"init"}')
    student = os.fork()
    if student:
        ladder.reap_until(student)
    status.close()
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    ladder.limit(limits, without, lent)
    filters.install()
    work()
    os._exit(0)


def _own_folder() -> None:
    folder = tempfile.mkdtemp(dir=os.environ[FOLDER])
    for name in ("tmp", "home", "work"):
        os.mkdir(f"{folder}/{name}")  # noqa: PTH102  as in the ladder: pathlib is not warm here
    os.chdir(f"{folder}/work")
    os.environ.update(
        HOME=f"{folder}/home",
        TMPDIR=f"{folder}/tmp",
        PWD=f"{folder}/work",
        KERAS_HOME=f"{folder}/home/.keras",
        JOB_FOLDER=folder,
    )
    tempfile.tempdir = None


def _keep(init: int, status: socket.socket) -> NoReturn:
    for descriptor in (0, 1, 2, RESULT_FD, PAYLOAD_FD):
        os.close(descriptor)
    _, code, usage = os.wait4(init, 0)
    _end_the_rest()
    end = {
        "type": "end",
        "exit": os.waitstatus_to_exitcode(code),
        "cpu_s": usage.ru_utime + usage.ru_stime,
    }
    status.send(json.dumps(end).encode())
    os._exit(0)


def _end_the_rest() -> None:
    """End every process that the job left behind: orphans become this process's children."""
    for _ in range(ROUNDS):
        left = _children()
        if not left:
            return
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        for _ in left:
            os.wait()


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as stream:
        return [int(pid) for pid in stream.read().split()]
