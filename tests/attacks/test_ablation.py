"""Each wall taken away alone lets one attack through that it stops: the other tests bite.

Where two walls stand around the same thing, each alone stops the attack, and without both it gets
through. Outer walls are in test_ablation_outer.py, those of the trusted side that no job meets in
test_ablation_border.py.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

SPACES = """
import os
for space in ("user", "mnt", "ipc", "uts", "cgroup", "pid", "net"):
    print(space, os.readlink("/proc/self/ns/" + space))
"""

OWN_NAMESPACE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print("BREACH" if libc.unshare(0x10000000) == 0 else "refused %d" % ctypes.get_errno())
"""

INTERNET_SOCKET = """
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

SHARED_MEMORY = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print("refused" if libc.shmget(0, ctypes.c_size_t(4096), 0o1600) < 0 else "BREACH")
"""

ONE_LARGE_FILE = """
written = 0
try:
    with open("/box/work/big", "wb") as file:
        for _ in range(40):
            written += file.write(b"x" * 2**20)
except OSError as error:
    print("refused", error)
print("BREACH" if written == 40 * 2**20 else "stopped", written)
"""

MANY_FILES = """
written = 0
try:
    for number in range(40):
        with open("/box/work/part%d" % number, "wb") as file:
            written += file.write(b"x" * 2**20)
except OSError as error:
    print("refused", error)
print("BREACH" if written == 40 * 2**20 else "stopped", written)
"""

MANY_INODES = """
try:
    for number in range(1000):
        open("/box/work/empty%d" % number, "w").close()
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

MANY_DESCRIPTORS = """
import os
kept = []
try:
    for _ in range(1500):
        kept.append(os.dup(1))
    print("BREACH")
except OSError as error:
    print("refused", error)
for descriptor in kept:
    os.close(descriptor)
"""

FOREIGN_LINES = """
import os, socket, stat
for name in os.listdir("/proc/self/fd"):
    try:
        if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
            line = socket.socket(fileno=os.dup(int(name)))
            print("BREACH" if line.type == socket.SOCK_SEQPACKET else "other", name)
    except OSError:
        pass
print("looked")
"""

HOSTNAME = """
import socket
try:
    socket.sethostname("mine")
    print("BREACH", socket.gethostname())
except OSError as error:
    print("refused", error)
"""

MEMORY_OF_INIT = """
try:
    open("/proc/1/mem", "rb").close()
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

SCRATCH = """
import os
try:
    open("/scratch/poison", "w").close()
    os.remove("/scratch/poison")
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(1)
print("started")
"""

CONNECT = """
import socket
try:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect("\\0autograder-test-other-job")
    print("BREACH")
except OSError as error:
    print("refused", error)
"""

LISTEN = """
import os, socket, time
line = socket.socket(socket.AF_UNIX)
line.bind("\\0autograder-test-other-job")
line.listen()
print("listening")
time.sleep({wait})
"""

TERMINAL = """
import os, select, tty
end, terminal = os.openpty()
tty.setraw(terminal)
arrived = select.select([end], [], [], 3.0)[0]
print("BREACH" if arrived else "refused: nobody wrote", os.ttyname(terminal))
"""

TYPE_INTO = """
import os, time
deadline = time.monotonic() + 2.0
while time.monotonic() < deadline:
    for name in os.listdir("/dev/pts"):
        if name.isdigit():
            line = os.open("/dev/pts/" + name, os.O_RDWR | os.O_NOCTTY)
            os.write(line, b"typed by another job")
            deadline = 0
    time.sleep(0.02)
"""


@pytest.mark.parametrize(
    "space",
    [
        pytest.param("ipc", marks=pytest.mark.ablates("ipc")),
        pytest.param("uts", marks=pytest.mark.ablates("uts")),
        pytest.param("cgroup", marks=pytest.mark.ablates("cgroup")),
        pytest.param("net", marks=pytest.mark.ablates("net")),
    ],
)
def test_a_job_shares_the_parents_namespace_only_without_its_own(
    jail, told: Callable[..., str], space: str
):
    every = _namespaces(jail)
    inside = dict(line.split() for line in told(jail.attack(SPACES), 1).splitlines())
    assert not set(inside.values()) & every
    with jail.without(space):
        shared = dict(line.split() for line in told(jail.attack(SPACES), 1).splitlines())
    assert {name for name, value in shared.items() if value in every} == {space}


@pytest.mark.parametrize(
    ("wall", "attack"),
    [
        pytest.param("seccomp", OWN_NAMESPACE, marks=pytest.mark.ablates("seccomp")),
        pytest.param("seccomp", INTERNET_SOCKET, marks=pytest.mark.ablates("seccomp")),
        pytest.param("seccomp", SHARED_MEMORY, marks=pytest.mark.ablates("seccomp")),
        pytest.param("rlimits", MANY_DESCRIPTORS, marks=pytest.mark.ablates("rlimits")),
        pytest.param("tmpfs", MANY_FILES, marks=pytest.mark.ablates("tmpfs")),
        pytest.param("tmpfs", MANY_INODES, marks=pytest.mark.ablates("tmpfs")),
        pytest.param("descriptors", FOREIGN_LINES, marks=pytest.mark.ablates("descriptors")),
        pytest.param("dumpable", MEMORY_OF_INIT, marks=pytest.mark.ablates("dumpable")),
    ],
    ids=["namespace", "socket", "shm", "descriptors", "disk", "inodes", "lines", "memory"],
)
def test_an_attack_succeeds_only_without_its_wall(
    jail, told: Callable[..., str], wall: str, attack: str
):
    assert "BREACH" not in told(jail.attack(attack), 1)
    with jail.without(wall):
        assert "BREACH" in told(jail.attack(attack), 1)


@pytest.mark.parametrize(
    ("walls", "attack"),
    [
        pytest.param(
            ("rlimits", "tmpfs"), ONE_LARGE_FILE, marks=pytest.mark.ablates("rlimits", "tmpfs")
        ),
        pytest.param(
            ("capabilities", "seccomp"),
            HOSTNAME,
            marks=pytest.mark.ablates("capabilities", "seccomp"),
        ),
        pytest.param(
            ("scratch", "landlock"), SCRATCH, marks=pytest.mark.ablates("scratch", "landlock")
        ),
    ],
    ids=["disk", "hostname", "scratch"],
)
def test_an_attack_on_two_walls_succeeds_only_without_both(
    jail, told: Callable[..., str], walls: tuple[str, str], attack: str
):
    for missing in ((), walls[:1], walls[1:]):
        with jail.without(*missing):
            shown = told(jail.attack(attack), 1)
        assert "refused" in shown
        assert "BREACH" not in shown
    with jail.without(*walls):
        assert "BREACH" in told(jail.attack(attack), 1)


@pytest.mark.ablates("pid")
def test_a_daemon_outlives_its_job_only_without_a_pid_namespace(jail):
    jail.attack(DAEMON)
    assert _left(jail, 2.0) == 0
    with jail.without("pid"):
        jail.attack(DAEMON)
    assert _left(jail, 2.0) >= 1
    for pid in jail.processes() - jail.own:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.ablates("net", "landlock")
def test_two_jobs_can_talk_only_without_their_network_namespaces(jail, told: Callable[..., str]):
    for missing in ((), ("net",), ("landlock",)):
        with jail.without(*missing):
            assert "refused" in told(_beside(jail, LISTEN.format(wait=2.5), CONNECT)[1], 1)
    with jail.without("net", "landlock"):
        assert "BREACH" in told(_beside(jail, LISTEN.format(wait=2.5), CONNECT)[1], 1)


@pytest.mark.ablates("devpts")
def test_a_job_types_into_anothers_terminal_only_without_terminals_of_its_own(
    jail, told: Callable[..., str]
):
    assert "refused" in told(_beside(jail, TERMINAL, TYPE_INTO, after_s=0.0)[0], 1)
    with jail.without("devpts"):
        assert "BREACH" in told(_beside(jail, TERMINAL, TYPE_INTO, after_s=0.0)[0], 1)


def _namespaces(jail) -> set[str]:
    """All namespaces of the warm parent and of bubblewrap around it."""
    spaces = ("user", "mnt", "ipc", "uts", "cgroup", "pid", "net")
    return {str(Path(f"/proc/{pid}/ns/{name}").readlink()) for pid in jail.own for name in spaces}


def _left(jail, within_s: float) -> int:
    deadline = time.monotonic() + within_s
    while jail.processes() != jail.own and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(jail.processes() - jail.own)


def _beside(jail, first: str, second: str, after_s: float = 1.2):
    """What came of two jobs of the same parent that run at the same time."""
    limits = replace(type(jail).attack.__defaults__[0], cell_wall_s=8.0)
    came = []
    other = threading.Thread(target=lambda: came.append(jail.attack(first, limits)))
    other.start()
    time.sleep(after_s)
    manifest = jail.attack(second)
    other.join()
    return came[0], manifest
