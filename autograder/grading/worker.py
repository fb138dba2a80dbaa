"""What runs on another machine: the same jobs, in forks of a warm parent of that machine.

Called by Dask in a worker's process, which may run several at a time. Nothing of the course comes
here but a job's own cells and the training rows of its data set, and for predictions a recorded
model's weights and held-out inputs without labels.
"""

import fcntl
import functools
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeVar

from autograder.errors import AutograderError, JailError
from autograder.evidence.arrays import Blob
from autograder.evidence.store import Store
from autograder.grading.jobs import Done, Here, Job
from autograder.grading.prepare import RECORDER_VERSION, environment
from autograder.jail.devices import Device, found_devices
from autograder.jail.leases import Leases
from autograder.jail.mounts import DATA, PACKAGE, VISIBLE
from autograder.jail.parent import WarmParent
from autograder.replay.predict import Replayed, Request

PREFIX = "autograder-worker-"
MARK = "alive"
FRESH_S = 60.0
IDLE_S = 300.0
"""How long a warm parent (about 400 MB) waits on a worker for the next job."""

_Found = TypeVar("_Found")

Files = Mapping[str, bytes]
"""A data set's files by their path below the folder that a jail has mounted."""


@dataclass(frozen=True)
class Facts:
    """What must be the same on both machines, or the same work would not earn the same points."""

    recorder: str
    environment: str
    code: str

    def unlike(self, other: "Facts") -> str:
        """How ``other`` differs, in words; empty where it does not."""
        if self.environment != other.environment:
            return f"{self.environment} expected, found {other.environment}"
        if self.recorder != other.recorder:
            return f"recorder version {self.recorder} expected, found {other.recorder}"
        if self.code != other.code:
            return f"autograder's code {self.code[:12]} expected, found {other.code[:12]}"
        return ""


class _Worker:
    """The one warm parent of this process and the data sets that were laid out for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[int, bool, Here] | None = None
        self._laid: set[str] = set()
        self._mark: IO[bytes] | None = None
        self._active = 0
        self._timer: threading.Timer | None = None

    @contextmanager
    def at_work(self, files: Files, gpus: bool) -> Iterator[Here]:
        """The place for one job; its warm parent stays for a while after the last one."""
        with self._lock:
            self._active += 1
        try:
            yield self.here(files, gpus)
        finally:
            with self._lock:
                self._active -= 1
            self.wait()

    def wait(self) -> None:
        """End the warm parent when nothing has come for a while."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE_S, self.leave)
            self._timer.daemon = True
            self._timer.start()

    def here(self, files: Files, gpus: bool) -> Here:
        """The place that can read ``files``; a fork of the process makes its own."""
        with self._lock:
            if self._made is None or self._made[:2] != (os.getpid(), gpus):
                if self._made is not None and self._made[0] == os.getpid():
                    self._made[2].parent.stop()  # its jobs are tried again on the new one
                folder, self._mark = new_folder()
                self._laid = set()
                leases = Leases(lent_devices()) if gpus else None
                parent = WarmParent(data=folder, devices=leases.devices if leases else ())
                self._made = (os.getpid(), gpus, Here(parent, leases))
            place = self._made[2]
            assert place.parent.data is not None
            for name, content in files.items():
                if name not in self._laid:
                    _lay(place.parent.data / name, content)
                    self._laid.add(name)
            return place

    def leave(self) -> None:
        """End the warm parent and remove what was laid out, unless a job is at work."""
        with self._lock:
            if self._active:
                return
            if self._made is not None and self._made[0] == os.getpid():
                place = self._made[2]
                place.parent.stop()
                if place.parent.data is not None:
                    shutil.rmtree(place.parent.data.parent, ignore_errors=True)
            if self._mark is not None:
                self._mark.close()
            self._made = self._mark = None


_WORKER = _Worker()  # Dask calls functions; what they share in a process has to lie beside them


def facts() -> Facts:
    """The facts of this process: versions, and a digest of the code that a jail can see."""
    return Facts(RECORDER_VERSION, environment(), _code())


def begin(warm: bool) -> Facts:
    """The facts of this process; with ``warm`` its warm parent begins to start."""
    if warm:
        threading.Thread(target=get_ready, name="warm", daemon=True).start()
    return facts()


def get_ready(gpus: bool = False) -> str:
    """Start the warm parent, so that the first job finds it; why there is none, in words."""
    try:
        _WORKER.here({}, gpus).parent.start()
    except JailError as error:
        return str(error)
    _WORKER.wait()
    return ""


def perform(
    job: Job, files: Files, expected: Facts, store: str = "", *, gpus: bool = False
) -> Done | str:
    """Run a job. With ``store`` (a URL that both machines reach) the arrays go there.

    With ``gpus`` it is lent one of this worker's, one job at a time on each.

    Returns a sentence where this machine could not run it: the fault is never the student's.
    """

    def run() -> Done:
        with _WORKER.at_work(files, gpus) as place:
            done = place.perform(job)
        if not store:
            return done
        kept = Store(store)
        for blob in done.blobs.values():
            kept.put_blob(blob)
        return replace(done, blobs={})

    return _told(expected, run)


def predict(
    requests: Sequence[Request],
    weights: Mapping[str, Blob],
    expected: Facts,
    *,
    gpus: bool = False,
) -> list[Replayed] | str:
    """Predictions of recorded models, on this machine's CPU. A sentence as for `perform`."""

    def run() -> list[Replayed]:
        with _WORKER.at_work({}, gpus) as place:
            return place.predict(requests, weights.__getitem__)

    return _told(expected, run)


def same(files: Files) -> Files:
    """The files themselves: a task's result goes from worker to worker."""
    return files


def _told(expected: Facts, run: Callable[[], _Found]) -> _Found | str:
    # A worker may have come after work had started.
    unlike = expected.unlike(facts())
    if unlike:
        return f"the worker is not like the grader: {unlike}"
    try:
        return run()
    except (AutograderError, OSError) as error:
        return str(error)


def lent_devices() -> tuple[Device, ...]:
    """The GPUs of this worker: those that its own CUDA_VISIBLE_DEVICES numbers, else all.

    Raises JailError where there is none.
    """
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    chosen = tuple(
        device
        for device in found_devices()
        if not named or {device.visible, device.number} & {*named.split(",")}
    )
    if not chosen:
        raise JailError(
            "a GPU (/dev/nvidia0, ...) expected on this worker, found none "
            f"(CUDA_VISIBLE_DEVICES={named}). Start workers with --resources GPU=1 only where "
            "there is one."
        )
    return chosen


def files_of(folder: Path, inside: str) -> Files:
    """The files of the data set that the jail sees at ``inside``, read from ``folder``."""
    base = folder / inside.removeprefix(f"{DATA}/") if inside else None
    if base is None:
        return {}
    paths = sorted(path for path in base.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def new_folder() -> tuple[Path, IO[bytes]]:
    """A folder for data sets, and the open file whose lock says that its worker lives.

    What workers that were killed have left is removed: a data set is 50 MB and more.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_left(left)
    base = Path(tempfile.mkdtemp(prefix=PREFIX))
    mark = (base / MARK).open("wb")
    fcntl.flock(mark, fcntl.LOCK_EX)
    (base / "data").mkdir(mode=0o755)
    base.chmod(0o755)
    return base / "data", mark


def _remove_left(folder: Path) -> None:
    try:
        if time.time() - folder.stat().st_mtime < FRESH_S:
            return  # its worker may be about to lock it
        with (folder / MARK).open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        pass  # a worker at work, or another user's


def _lay(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


def _code() -> str:
    """The digest of the code as it lies there now, asked before every job: files are read again
    where one is another by its look."""
    looks = []
    for name in VISIBLE:
        path = PACKAGE / name
        for file in [str(path)] if path.is_file() else _sources(path):
            look = os.stat(file)  # noqa: PTH116  a path object takes as long as the call
            looks.append((file, look.st_ino, look.st_mtime_ns, look.st_size))
    return _digest(tuple(looks))


def _sources(folder: Path) -> list[str]:
    found = os.walk(folder)
    return sorted(f"{at}/{name}" for at, _, names in found for name in names if name[-3:] == ".py")


@functools.lru_cache(maxsize=1)
def _digest(looks: tuple[tuple[str, int, int, int], ...]) -> str:
    found = hashlib.sha256()
    for name, *_ in looks:
        file = Path(name)
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
        found.update(file.read_bytes() + b"\0")
    return found.hexdigest()
