"""Which walls of the jail stand on this machine, and what to do about those that do not."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from autograder.jail.inside import landlock


@dataclass(frozen=True)
class Wall:
    """One wall: whether it stands, what was seen, and the command that mends it."""

    name: str
    stands: bool
    found: str
    mend: str = ""
    needed: bool = True


def walls() -> list[Wall]:
    """Every wall, tried for real where that is possible."""
    return [_bubblewrap(), _namespaces(), _seccomp(), _landlock()]


def _bubblewrap() -> Wall:
    path = shutil.which("bwrap")
    if path is None:
        return Wall("bubblewrap", False, "not installed", "apt-get install bubblewrap")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return Wall("bubblewrap", True, version.stdout.strip() or path)


def _namespaces() -> Wall:
    """A user namespace inside a sandbox, as each job makes one."""
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    command += ["--", "unshare", "--user", "--pid", "--fork", "--net", "true"]
    if shutil.which("bwrap") is None:
        return Wall("user namespaces", False, "not tried without bubblewrap")
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return Wall("user namespaces", True, "a nested one could be made")
    cause, mend = namespaces_refused_by()
    return Wall("user namespaces", False, f"{cause} ({tried.stderr.strip()[-160:]})", mend)


def namespaces_refused_by(root: Path = Path("/")) -> tuple[str, str]:
    """What keeps programs from making user namespaces, and the command that lets them.

    ``root`` is where the kernel's settings are read, in the order in which they would bite.
    """

    def setting(name: str) -> str:
        try:
            return (root / "proc/sys" / name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    if setting("user/max_user_namespaces") == "0":
        return "sysctl allows none", "sysctl -w user.max_user_namespaces=10000"
    if setting("kernel/unprivileged_userns_clone") == "0":
        return "sysctl keeps them for root", "sysctl -w kernel.unprivileged_userns_clone=1"
    if setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        mend = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        return "AppArmor refuses them to programs without a profile", mend
    if (root / ".dockerenv").exists() or (root / "run/.containerenv").exists():
        mend = "docker run --security-opt seccomp=unconfined --cap-add SYS_ADMIN ..."
        return "the container's own rules (Docker, Podman) refuse them", mend
    return "the kernel refuses them", "sysctl -w user.max_user_namespaces=10000"


def _seccomp() -> Wall:
    try:
        import pyseccomp
    except (ImportError, RuntimeError) as error:
        return Wall("seccomp", False, str(error), "apt-get install libseccomp2")
    return Wall("seccomp", True, f"libseccomp through {pyseccomp.__name__}")


def _landlock() -> Wall:
    version = landlock.abi()
    if version:
        return Wall("Landlock", True, f"ABI {version}")
    mend = "boot with lsm=landlock,... (kernel 5.13 or newer)"
    return Wall("Landlock", False, "the kernel has none; the mounts still hold", mend, False)
