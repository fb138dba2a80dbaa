"""The outer wall: the allow-list of what a jail can see, as bubblewrap's arguments.

Everything that is not named here does not exist in the jail: no course, no home, no checkout.
"""

import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.jail.devices import Device, nodes_of

PACKAGE = Path(__file__).resolve().parent.parent

VISIBLE = (
    "__init__.py",
    "errors.py",
    "nouns.py",
    "evidence",
    "recorder",
    "matchers",
    "diagnosis",
    "student",
    "replay/__init__.py",
    "replay/frozen.py",
    "replay/inside.py",
    "replay/memorise.py",
    "replay/observe.py",
    "replay/tasks.py",
    "replay/teaching.py",
    "jail/__init__.py",
    "jail/inside",
)
"""The parts of this package that the jail needs; checks, grading and gradebook are not there."""

PYTHON_HOME = "/opt/python"
SITE = "/opt/site"
CODE = "/opt/autograder"
DATA = "/opt/data"
"""Where the grader's folder of prepared data sets lies in the jail; there is no other data."""

_PARENTS = (
    "/opt",
    CODE,
    f"{CODE}/autograder",
    f"{CODE}/autograder/jail",
    f"{CODE}/autograder/replay",
    "/etc",
)
SCRATCH_BYTES = 128 * 1024**2
UNPRIVILEGED_ID = 60_777
"""The user that the warm parent becomes when the grader runs as root; needs no passwd entry."""

PASSWD = b"student:x:60777:60777::/box/home:/bin/sh\n"

ENVIRONMENT = {
    "PATH": f"{PYTHON_HOME}/bin:/usr/bin:/bin",
    "HOME": "/scratch",
    "TMPDIR": "/scratch",
    "LANG": "C.UTF-8",
    "USER": "student",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": "/scratch/matplotlib",
    "KERAS_HOME": "/box/home/.keras",
    "PYTHONPATH": f"{CODE}:{SITE}",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "JOBLIB_MULTIPROCESSING": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    # nbgrader's own way of telling a notebook that it is being graded.
    "NBGRADER_EXECUTION": "autograde",
}


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs in the jail: host paths of its home and its package folders."""

    home: Path
    version: str
    site: tuple[Path, ...]

    @property
    def executable(self) -> str:
        """Its path inside the jail."""
        base = "/usr" if str(self.home) == "/usr" else PYTHON_HOME
        return f"{base}/bin/python{self.version}"


def this_interpreter() -> Interpreter:
    """The interpreter that is running now, virtual environment included."""
    site = [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    site = [p for p in site if p.is_dir()] or [Path(sysconfig.get_path("purelib"))]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Interpreter(Path(sys.base_prefix).resolve(), version, tuple(dict.fromkeys(site)))


def arguments(
    interpreter: Interpreter,
    passwd_fd: int,
    *,
    root: bool,
    without: frozenset[str] = frozenset(),
    data: Path | None = None,
    devices: Sequence[Device] = (),
) -> list[str]:
    """bubblewrap's arguments up to the command.

    ``data`` is a folder of prepared data sets (training and test rows alone), bound read-only.
    ``devices`` are bound as a whole; which job may open which is for the inner wall to say.
    ``without`` "mounts" binds the host's other folders too, read-only, and without "environment"
    the host's variables stay; only the tests that prove these walls ask for it.
    """
    options = ["--unshare-all"] if not root else _unshare_as_root()
    options += ["--die-with-parent", "--new-session"]
    options += [] if "environment" in without else ["--clearenv"]
    for variable, value in _environment(interpreter).items():
        options += ["--setenv", variable, value]
    for folder in _PARENTS:  # made by hand: bubblewrap makes parents unreadable to other users
        options += ["--perms", "0755", "--dir", folder]
    options += _system()
    options += _everything_else() if "mounts" in without else []
    if str(interpreter.home) != "/usr":
        options += ["--ro-bind", str(interpreter.home), PYTHON_HOME]
    for part, place in zip(interpreter.site, site_folders(interpreter), strict=True):
        options += ["--ro-bind", str(part), place]
    for name in VISIBLE:
        options += ["--ro-bind", str(PACKAGE / name), f"{CODE}/autograder/{name}"]
    if data is not None:
        options += ["--ro-bind", str(data), DATA]
    # As root bubblewrap masks parts of /proc, and the kernel then refuses a fresh one to a job:
    # the bootstrap mounts it instead, before it drops its privilege.
    options += ["--dir" if root else "--proc", "/proc", "--dev", "/dev"]
    options += _device_nodes(devices)
    options += ["--perms", "0777", "--size", str(SCRATCH_BYTES), "--tmpfs", "/scratch"]
    options += ["--perms", "0777", "--dir", "/box", "--perms", "1777", "--tmpfs", "/dev/shm"]
    options += ["--symlink", "box/tmp", "/tmp"]
    options += ["--perms", "0444", "--ro-bind-data", str(passwd_fd), "/etc/passwd"]
    # /dev is a mount of its own, and where the grader is no root the jail's user owns it.
    options += [] if "dev" in without else ["--remount-ro", "/dev"]
    options += ["--remount-ro", "/"]
    return [*options, "--chdir", "/scratch"]


def site_folders(interpreter: Interpreter) -> list[str]:
    """Where the interpreter's package folders lie inside the jail, in the same order."""
    return [SITE + (str(number) if number else "") for number in range(len(interpreter.site))]


def _unshare_as_root() -> list[str]:
    """Without a user namespace: the mounts are set up with privilege, then dropped inside."""
    spaces = ("ipc", "pid", "net", "uts", "cgroup-try")
    return [f"--unshare-{space}" for space in spaces]


def _environment(interpreter: Interpreter) -> dict[str, str]:
    found = {**ENVIRONMENT, "PYTHONPATH": ":".join([CODE, *site_folders(interpreter)])}
    if list((interpreter.home / "lib").glob("libpython*.so*")) and str(interpreter.home) != "/usr":
        found["LD_LIBRARY_PATH"] = f"{PYTHON_HOME}/lib"
    return found


def _device_nodes(devices: Sequence[Device]) -> list[str]:
    options = []
    for node in nodes_of(devices):
        folder = Path(node.inside).parent
        if folder != Path("/dev"):
            options += ["--perms", "0755", "--dir", str(folder)]
        options += ["--dev-bind", node.host, node.inside]
    return options


def _system() -> list[str]:
    options = ["--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib64", "lib32", "bin", "sbin"):
        place = Path("/") / name
        if place.is_symlink():
            options += ["--symlink", str(place.readlink()), str(place)]
        elif place.is_dir():
            options += ["--ro-bind", str(place), str(place)]
    options += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    return [*options, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]


def _everything_else() -> list[str]:
    taken = {"usr", "lib", "lib64", "lib32", "bin", "sbin", "etc", "opt", "proc", "dev", "sys"}
    taken |= {"tmp", "scratch", "box"}
    found = sorted(path for path in Path("/").iterdir() if path.name not in taken)
    return [part for path in found for part in ("--ro-bind", str(path), str(path))]
