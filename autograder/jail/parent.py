"""The trusted side's handle on a warm parent: start it, hand it jobs, end it.

The warm parent itself is only half trusted: its answers are read with deadlines, and a parent
that does not answer is killed and replaced.
"""

import array
import contextlib
import json
import os
import queue
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from autograder.errors import JailError, WallMissing
from autograder.jail import mounts
from autograder.jail.ablations import known
from autograder.jail.devices import Device, nodes_of
from autograder.jail.orphans import end_orphans
from autograder.nouns import Limits

START_S = 180.0
"""A cold TensorFlow import takes 4-6 s; a loaded machine with cold disks takes far longer."""

FORK_S = 60.0
DESCRIPTORS = 16_384
"""A job may have 1,024 open, and as many under way."""

LEAVE_S = 0.5
"""A parent without jobs ends by itself within milliseconds when its control line is closed."""

LEASED = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}
"""What a job with a GPU finds in its environment, beside the name of the GPU: TensorFlow would
take all of its memory at once, and jobs may share it."""

_BOOT = (
    "import sys, site; sys.path[:0] = sys.argv[3].split(':'); site.setquit(); site.sethelper(); "
    "from autograder.jail.inside.bootstrap import main; main()"
)


class WarmParent:
    """A sandboxed process with TensorFlow imported, of which every job is a fork.

    ``without`` names walls to leave out (`ablations.WALLS`): the tests that prove each wall use it,
    nothing else may. ``data`` is a folder of prepared data sets that its jobs may read; it need not
    exist before a notebook needs one. ``devices`` are the GPUs that it can lend to jobs; it uses
    none itself. Safe to share between threads.
    """

    def __init__(
        self,
        without: frozenset[str] = frozenset(),
        *,
        data: Path | None = None,
        devices: Sequence[Device] = (),
    ) -> None:
        self.without = known(without)
        self.data = data
        self.devices = tuple(devices)
        self._mounted: tuple[int, int] | None = None
        self.warm_s = 0.0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the parent

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether the process is there and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process and wait until it is warm, again if its data folder is another now.

        Raises WallMissing where bubblewrap is absent, JailError when it does not come up.
        """
        with self._lock:
            if self.alive and self._mounted == identity(self.data):
                return
            self._kill()
            if self._stopping.is_set():
                raise JailError("a warm parent that goes on expected, found one that is stopped")
            self.spawn()
            if self._stopping.is_set():
                self._kill()
                raise JailError("a warm parent that goes on expected, found one that is stopped")
            ready = self._answer(START_S)
            if ready.get("type") != "ready":
                raise JailError(self._story("a warm parent expected", ready))
            if ready.get("threads") != 1 or ready.get("eager"):
                raise JailError(self._story("a parent with one thread and no context", ready))
            self.warm_s = float(str(ready["warm_s"]))

    def fork(
        self, limits: Limits, descriptors: Sequence[int], device: Device | None = None
    ) -> None:
        """Fork a job. ``descriptors``: payload to read, raw output, result, status socket.

        ``device`` is the one of this parent's that it may use.

        Raises JailError when the parent is unhealthy or gone; the caller starts it again.
        """
        lent = _lent(self.devices, device)
        job = {"limits": _numbers(limits), "without": sorted(self.without), "lent": lent}
        with self._lock:
            if not self.alive or self._control is None:
                raise JailError("a running warm parent expected, found none. Start it again.")
            packed = array.array("i", descriptors)
            try:
                self._control.sendmsg(
                    [json.dumps(job).encode()],
                    [(socket.SOL_SOCKET, socket.SCM_RIGHTS, packed)],
                )
                answer = self._answer(FORK_S)
            except OSError as error:
                self._kill()
                raise JailError(f"the warm parent does not answer ({error})") from None
            if answer.get("type") == "refused":
                raise JailError(f"the warm parent could not fork: {answer.get('reason')}")
            if answer.get("type") != "forked":
                self._kill()
                raise JailError(self._story("a fork expected", answer))

    def stop(self) -> None:
        """End it, and with it every job that is a fork of it. It may be started again later.

        One that leaves by itself is waited for by bubblewrap: what its jobs used then counts as
        this process's children's CPU, as time(1) shows it. After a kill nobody could say.
        """
        self._stopping.set()
        if not self._lock.acquire(blocking=False):
            process = self._process
            if process is not None:
                process.kill()  # whoever waits in `start` for it to be warm waits no longer
            self._lock.acquire()
        try:
            if self._control is not None and self._process is not None:
                self._control.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(LEAVE_S)
            self._kill()
        finally:
            self._stopping.clear()
            self._lock.release()

    def spawn(self) -> None:
        """Start the process; `start` waits for it. Raises WallMissing without bubblewrap."""
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise WallMissing(
                "bubblewrap expected (the command bwrap), found none. Install it: "
                "apt-get install bubblewrap   (or: dnf install bubblewrap)"
            )
        allow_descriptors()
        end_orphans()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        interpreter = mounts.this_interpreter()
        passwd_read, passwd_write = os.pipe()
        os.write(passwd_write, mounts.PASSWD)
        os.close(passwd_write)
        root = os.getuid() == 0
        self._mounted = identity(self.data)
        data = self.data if self._mounted else None
        options = mounts.arguments(
            interpreter,
            passwd_read,
            root=root,
            without=self.without,
            data=data,
            devices=self.devices,
        )
        command = [bwrap, *options]
        path = ":".join([mounts.CODE, *mounts.site_folders(interpreter)])
        uid = _user_inside(root, self.without)
        command += ["--", interpreter.executable, "-s", "-P", "-S", "-c", _BOOT]
        command += [str(theirs.fileno()), str(uid), path]
        self._process = started_by_keeper(command, (theirs.fileno(), passwd_read), self._log)
        theirs.close()
        os.close(passwd_read)
        self._control = ours

    def _answer(self, deadline_s: float) -> dict[str, object]:
        assert self._control is not None
        self._control.settimeout(deadline_s)
        try:
            message = self._control.recv(65536)
        except TimeoutError:
            return {"type": f"nothing for {deadline_s:.0f} s"}
        if not message:
            return {"type": "hung up"}
        answer = json.loads(message)
        return answer if isinstance(answer, dict) else {"type": "other"}

    def _story(self, expected: str, answer: dict[str, object]) -> str:
        self._log.seek(0)
        log = self._log.read().decode("utf-8", "replace").strip()[-1500:]
        found = ", ".join(f"{key} {value}" for key, value in answer.items())
        self._kill()
        advice = "Run `autograder doctor` to see which wall is missing."
        return f"{expected}, found: {found}. {log}\n{advice}"

    def _kill(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def allow_descriptors() -> None:
    """Let this process have more descriptors under way in messages than all jobs can.

    The kernel counts those that are sent and not yet received for the user, whoever sends them, and
    refuses to send one at the sender's own limit of open files: a job of the same user that keeps
    its thousand under way would keep the grader from handing jobs to the warm parent.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard < 0 else min(DESCRIPTORS, hard)
    if 0 <= soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def started_by_keeper(
    command: list[str],
    descriptors: tuple[int, ...],
    log: IO[bytes],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """The process, started by a thread that outlives it.

    bubblewrap's --die-with-parent means the thread that started it: under Formgrader that would
    be one request's, and the parent would die with the request.
    """
    started: queue.Queue[subprocess.Popen[bytes] | OSError] = queue.Queue()

    def keep() -> None:
        try:
            process = subprocess.Popen(
                command,
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=env,
                cwd=cwd,
            )
        except OSError as error:
            started.put(error)
            return
        started.put(process)
        process.wait()

    threading.Thread(target=keep, name="autograder-warm-parent", daemon=True).start()
    process = started.get()
    if isinstance(process, OSError):
        raise JailError(f"bubblewrap could not be started: {process}")
    return process


def _user_inside(root: bool, without: frozenset[str]) -> int:
    """The user that the warm parent becomes, -1 to stay who it is."""
    if not root:
        return -1
    return 0 if "identity" in without else mounts.UNPRIVILEGED_ID


def identity(folder: Path | None) -> tuple[int, int] | None:
    """What tells a folder from one that took its place: a mount keeps showing the old one."""
    try:
        found = folder.stat() if folder is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def _lent(devices: Sequence[Device], device: Device | None) -> dict[str, object]:
    """What a fork is told of the devices: its own one, and those that it must not open."""
    if device is None:
        return {"hidden": [node.inside for node in nodes_of(devices)]}
    if device not in devices:
        raise JailError(f"a GPU that the warm parent has bound expected, found {device.name}")
    own = [node.inside for node in device.nodes]
    hidden = [node.inside for node in nodes_of(devices) if node.inside not in own]
    environment = {"CUDA_VISIBLE_DEVICES": device.visible, **LEASED}
    return {"nodes": own, "hidden": hidden, "environment": environment}


def _numbers(limits: Limits) -> dict[str, float]:
    return {
        "cpu_s": limits.cpu_s,
        "memory_bytes": limits.memory_bytes,
        "processes": limits.processes,
        "disk_bytes": limits.disk_bytes,
        "inodes": limits.inodes,
    }
