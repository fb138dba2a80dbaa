"""Walls around the warm parent, each taken away as in test_ablation.py: bubblewrap's, the user.

A warm parent takes seconds to start, so walls that have nothing in common are away together.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.mounts import UNPRIVILEGED_ID
from autograder.jail.parent import WarmParent

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

ROOT = os.getuid() == 0
INSIDE = ("ipc", "uts", "cgroup", "pid", "net")

READ_CHECKS = """
try:
    print("BREACH", len(open({place!r}).read()))
except OSError as error:
    print("refused", error)
"""

SEE_CHECKS = """
import os
print("BREACH" if os.path.exists({place!r}) else "refused: there is no such file")
"""

OUTERMOST = """
import os
secret = os.environ.get("AUTOGRADER_TEST_SECRET")
print("BREACH" if secret else "refused", "environment")
writable = not os.statvfs("/dev").f_flag & os.ST_RDONLY
print("BREACH" if writable else "refused", "dev")
"""

POISON = """
for place in ("/etc/poison", "/opt/poison", "/poison"):
    try:
        open(place, "w").write("for the next job")
        print("BREACH", place)
    except OSError as error:
        print("refused", place, error.errno)
"""

POISONED = "import os\nprint([p for p in ('/etc', '/opt') if 'poison' in os.listdir(p)])"

MANY_PROCESSES = """
import os, signal
children = []
try:
    while len(children) < 20:
        children.append(os.fork())
        if not children[-1]:
            signal.pause()
    print("BREACH", len(children))
except OSError as error:
    print("refused", error.errno)
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""

CONNECT = """
import socket
try:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect({name!r})
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

SEE_THE_GRADER = """
try:
    began = open("/proc/{pid}/stat").read().rpartition(")")[2].split()[19]
    print("BREACH" if began == "{began}" else "refused: another process")
except OSError as error:
    print("refused", error)
"""

SPACES = """
import os
print(*(os.readlink("/proc/self/ns/" + name) for name in ("ipc", "uts", "cgroup", "pid", "net")))
"""

DAEMON = """
import os, time
daemon = os.fork()
if daemon == 0:
    os.setsid()
    while True:
        time.sleep(1)
print(daemon)
"""

BECOME = """
import os
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]),
            lambda: os.setuid(os.getuid() + 1)):
    try:
        act()
        print("BREACH", os.getuid())
    except OSError as error:
        print("refused", error.errno)
print(open("/proc/self/uid_map").read().split(), open("/proc/self/gid_map").read().split())
print(os.readlink("/proc/self/ns/user"))
"""

PRIVILEGES = """
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print("NoNewPrivs", status["NoNewPrivs"].strip())
import os
print("nosuid", bool(os.statvfs("/usr").f_flag & os.ST_NOSUID))
"""


@pytest.fixture
def hidden_check() -> Iterator[str]:
    """A file that every user of the host may read, as a course's checks may be."""
    with tempfile.TemporaryDirectory(prefix="autograder-ablation-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "test_checks.py"
        place.write_text("assert layers == 3")
        place.chmod(0o644)
        yield str(place)


@pytest.fixture(scope="module")
def open_jail() -> Iterator[Any]:
    with WarmParent(without=frozenset(["mounts", "dev", "environment", "readonly"])) as parent:
        yield parent


@pytest.fixture(scope="module")
def same_spaces() -> Iterator[Any]:
    with WarmParent(without=frozenset(["spaces", "identity"])) as parent:
        yield parent


@pytest.fixture
def opened(jail, open_jail: WarmParent) -> Any:
    return type(jail)(open_jail)


@pytest.fixture
def spaced(jail, same_spaces: WarmParent) -> Any:
    return type(jail)(same_spaces)


# Away: mounts, dev, environment, the read-only root.


@pytest.mark.ablates("mounts", "landlock")
def test_a_hidden_check_is_there_only_without_the_mount_list_and_read_only_without_landlock_too(
    jail, opened, told: Callable[..., str], hidden_check: str
):
    """Landlock is a second wall around the same files: each alone is enough."""
    see, read = (text.format(place=hidden_check) for text in (SEE_CHECKS, READ_CHECKS))
    assert "refused" in told(jail.attack(see), 1)
    assert "refused" in told(jail.attack(read), 1)
    assert "BREACH" in told(opened.attack(see), 1)
    assert "refused" in told(opened.attack(read), 1)
    with opened.without("landlock"):
        assert "BREACH" in told(opened.attack(read), 1)
    with jail.without("landlock"):
        assert "refused" in told(jail.attack(read), 1)


@pytest.mark.ablates("dev", "environment")
def test_the_hosts_variables_and_a_writable_dev_are_there_only_without_their_walls(
    jail, opened, told: Callable[..., str]
):
    assert told(jail.attack(OUTERMOST), 1).split("\n")[:2] == ["refused environment", "refused dev"]
    shown = told(opened.attack(OUTERMOST), 1)
    assert shown.split("\n")[:2] == ["BREACH environment", "BREACH dev"]


@pytest.mark.ablates("readonly", "landlock")
def test_a_job_writes_to_the_parents_root_only_without_every_wall_around_it(
    jail, opened, told: Callable[..., str]
):
    """Landlock, the read-only root, and under root a user who owns nothing there."""
    with jail.without("landlock"):
        assert "BREACH" not in told(jail.attack(POISON), 1)
    assert "BREACH" not in told(opened.attack(POISON), 1)
    with opened.without("landlock"):
        assert ("BREACH" in told(opened.attack(POISON), 1)) != ROOT
        assert (told(opened.attack(POISONED), 1).strip() == "[]") == ROOT


# Away: the outer namespaces, and the unprivileged user.


@pytest.mark.skipif(not ROOT, reason="only root can leave bubblewrap's PID namespace out")
@pytest.mark.ablates("spaces", "pid")
def test_the_grader_is_seen_only_without_both_pid_namespaces(
    jail, spaced, told: Callable[..., str]
):
    began = Path("/proc/self/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[19]
    look = SEE_THE_GRADER.format(pid=os.getpid(), began=began)
    assert "refused" in told(spaced.attack(look), 1)
    with jail.without("pid"):
        assert "refused" in told(jail.attack(look), 1)
    with spaced.without("pid"):
        assert "BREACH" in told(spaced.attack(look), 1)


@pytest.mark.ablates("spaces", "net", "landlock")
def test_a_listener_on_the_host_is_reached_only_without_three_walls(
    jail, spaced, told: Callable[..., str]
):
    name = f"\0autograder-test-{os.getpid()}"
    connect = CONNECT.format(name=name)
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(name)
        line.listen()
        with jail.without("net", "landlock"):
            assert "refused" in told(jail.attack(connect), 1)
        for one in ("net", "landlock"):
            with spaced.without(one):
                assert "refused" in told(spaced.attack(connect), 1)
        with spaced.without("net", "landlock"):
            assert "BREACH" in told(spaced.attack(connect), 1)


@pytest.mark.ablates("spaces", *INSIDE)
def test_a_job_is_in_the_hosts_namespaces_only_without_the_outer_and_the_inner_ones(
    jail, spaced, told: Callable[..., str]
):
    own = {str(Path(f"/proc/self/ns/{name}").readlink()) for name in INSIDE}
    every = 5 if ROOT else 4  # see below: the one that only root can leave out
    for box, missing, shared in ((jail, INSIDE, 0), (spaced, (), 0), (spaced, INSIDE, every)):
        with box.without(*missing):
            inside = set(told(box.attack(SPACES), 1).split())
        assert len(inside) == 5
        assert len(inside & own) == shared


@pytest.mark.skipif(not ROOT, reason="a grader who is no root is an unprivileged user already")
@pytest.mark.ablates("identity")
def test_the_limit_of_processes_holds_only_for_an_unprivileged_user(
    jail, spaced, told: Callable[..., str]
):
    few = replace(type(jail).attack.__defaults__[0], processes=12)
    assert "refused 11" in told(jail.attack(MANY_PROCESSES, few), 1)
    assert "BREACH" in told(spaced.attack(MANY_PROCESSES, few), 1)


# Walls that cannot be left out.


def test_a_job_is_one_user_and_can_become_no_other(jail, told: Callable[..., str]):
    """User namespaces cannot be left out: the other namespaces are made in them (see below)."""
    uid = str(UNPRIVILEGED_ID if ROOT else os.getuid())
    gid = str(UNPRIVILEGED_ID if ROOT else os.getgid())
    lines = told(jail.attack(BECOME), 1).splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["refused"] * 4
    assert lines[4] == f"{[uid, uid, '1']} {[gid, gid, '1']}"
    outer = {str(Path(f"/proc/{pid}/ns/user").readlink()) for pid in jail.own}
    assert lines[5].startswith("user:") and lines[5] not in outer


def test_no_namespace_of_a_job_could_be_made_outside_a_user_namespace():
    unshare = shutil.which("unshare")
    assert unshare is not None, "util-linux expected, found no command unshare"
    who: dict[str, Any] = {"user": UNPRIVILEGED_ID, "group": UNPRIVILEGED_ID} if ROOT else {}
    for space in ("--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup"):
        for options, expected in (([space], False), (["--user", space], True)):
            command = [unshare, *options, "--fork", "true"]
            done = subprocess.run(command, capture_output=True, check=False, cwd="/", **who)
            assert (done.returncode == 0) == expected, (command, done.stderr)


def test_no_program_gives_a_job_new_privileges(jail, told: Callable[..., str]):
    """Cannot be left out: bubblewrap itself sets it, and the kernel lets nobody take it back."""
    assert told(jail.attack(PRIVILEGES), 1).splitlines() == ["NoNewPrivs 1", "nosuid True"]
    bare = ["bwrap", "--ro-bind", "/", "/", "grep", "NoNewPrivs", "/proc/self/status"]
    done = subprocess.run(bare, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["NoNewPrivs:", "1"]


@pytest.mark.ablates("pid")
def test_what_outlives_its_job_ends_with_the_outer_wall(opened):
    """The last test here: it ends the warm parent that the others use."""
    with opened.without("pid"):
        opened.attack(DAEMON)
    assert _left(opened, 2.0) >= 1
    before = opened.processes()
    opened.parent.stop()
    assert not _still_there(before, 20.0)


@pytest.mark.skipif(not ROOT, reason="only root can leave bubblewrap's PID namespace out")
@pytest.mark.ablates("spaces", "pid")
def test_a_daemon_outlives_the_warm_parent_only_without_both_pid_namespaces(
    spaced, told: Callable[..., str]
):
    """It too ends the warm parent that others use."""
    with spaced.without("pid"):
        daemon = int(told(spaced.attack(DAEMON), 1))  # in the host's own namespace, so its own pid
    spaced.parent.stop()
    outlived = _still_there({daemon}, 2.0)
    for pid in outlived:
        os.kill(pid, signal.SIGKILL)
    assert outlived


def _left(jail: Any, within_s: float) -> int:
    deadline = time.monotonic() + within_s
    while jail.processes() != jail.own and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(jail.processes() - jail.own)


def _still_there(pids: set[int], within_s: float) -> list[int]:
    deadline = time.monotonic() + within_s
    while (found := [pid for pid in sorted(pids) if _runs(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _runs(pid: int) -> bool:
    """A zombie has ended: it waits for whoever took it over, which may take its time."""
    try:
        state = (
            Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0]
        )
    except OSError:
        return False
    return state != "Z"
