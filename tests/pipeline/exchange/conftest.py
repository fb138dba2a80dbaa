"""Real users of the system for a test, each with a home of its own, gone when the test ends.

Needs root. Where the interpreter lies in a folder that other users may not enter (a root's pyenv),
they get a view of the file system in which they may, made by bubblewrap; permissions are otherwise
those of the machine.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
NAMES = ("kagteacher", "kagada", "kagbob")
HOMES = "autograder-users-"
"""How the folder of all homes begins."""

NEEDED = ("useradd", "userdel", "runuser", "bwrap")


@dataclass(frozen=True)
class User:
    """One user. ``run`` starts a program as this user, in a folder below the home."""

    name: str
    home: Path

    def start(self, *command: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """The program, running."""
        path = os.pathsep.join([sysconfig.get_path("scripts"), "/usr/bin", "/bin"])
        environment = {"PATH": path, "HOME": str(self.home), "USER": self.name, "LANG": "C.UTF-8"}
        environment |= {"LOGNAME": self.name, "PYTHONPATH": str(REPOSITORY)}
        return subprocess.Popen(
            [*_view(), shutil.which("runuser") or "runuser", "-u", self.name, "--", *command],
            cwd=cwd or self.home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, cwd: Path | None = None) -> tuple[int, str, str]:
        """Exit status, standard output and standard error."""
        running = self.start(*command, cwd=cwd)
        out, err = running.communicate(timeout=180)
        return running.returncode, out, err

    def owns(self, place: Path) -> None:
        """Hand a folder that root has made to this user, closed to everybody else."""
        for path in (place, *place.rglob("*")):
            shutil.chown(path, self.name, self.name)
        place.chmod(0o700)


@pytest.fixture(scope="session")
def people() -> Iterator[tuple[User, User, User]]:
    """A teacher and two students of this system, with homes in one folder that all can reach."""
    if reason := _why_not():
        pytest.skip(f"no users of the system for this test: {reason}")
    # pytest's own temporary folders are closed to other users.
    with tempfile.TemporaryDirectory(prefix=HOMES) as made:
        Path(made).chmod(0o755)
        with _users(NAMES, Path(made)) as (teacher, *students):
            yield (teacher, students[0], students[1])


def _why_not() -> str:
    """Why there can be no users here; "" when there can."""
    if os.geteuid() != 0:
        return "making users needs root"
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


@contextmanager
def _users(names: Sequence[str], homes: Path) -> Iterator[tuple[User, ...]]:
    """The users, with homes below ``homes``, which everybody must be able to reach."""
    made: list[User] = []
    try:
        for name in names:
            home = homes / name
            _remove_left_over(name)
            command = ["useradd", "--create-home", "--home-dir", str(home), "--user-group", name]
            subprocess.run(command, check=True, capture_output=True, text=True)
            home.chmod(0o700)
            made.append(User(name, home))
        yield tuple(made)
    finally:
        for user in made:
            subprocess.run(["userdel", user.name], check=False, capture_output=True)


def _remove_left_over(name: str) -> None:
    """A user of this name that a killed run has left; one with a home elsewhere is not ours."""
    try:
        home = pwd.getpwnam(name).pw_dir
    except KeyError:
        return
    if Path(home).parent.name.startswith(HOMES):
        subprocess.run(["userdel", name], check=True, capture_output=True, text=True)


def _view() -> list[str]:
    """The command that opens the folders of the interpreter and of this package to everybody."""
    needed = [Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY]
    closed: dict[Path, list[Path]] = {}
    for place in needed:
        for folder in reversed([place, *place.parents]):
            if not folder.stat().st_mode & stat.S_IXOTH:
                closed.setdefault(folder, []).append(place)
                break
    if not closed:
        return []
    options = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL"]
    for folder, places in closed.items():
        options += ["--perms", "0755", "--tmpfs", str(folder)]
        for place in places:
            between = [p for p in reversed(place.parents) if p.is_relative_to(folder)]
            for parent in between[1:]:
                options += ["--perms", "0755", "--dir", str(parent)]
            options += ["--ro-bind", str(place), str(place)]
    return [*options, "--"]
