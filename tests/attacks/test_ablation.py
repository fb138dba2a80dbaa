"""Each wall taken away alone lets one attack through that it stops: the other tests bite."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

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

OWN_NETWORK = """
import os
print(os.readlink("/proc/self/ns/net"))
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

FILL = """
import os
written = 0
try:
    with open("/box/work/big", "wb") as file:
        for _ in range(40):
            written += file.write(b"x" * 2**20)
except OSError as error:
    print("refused", error)
print("BREACH" if written == 40 * 2**20 else "stopped", written)
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


@pytest.fixture
def hidden_check() -> Iterator[str]:
    """A file that every user of the host may read, as a course's checks may be."""
    with tempfile.TemporaryDirectory(prefix="autograder-ablation-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "test_checks.py"
        place.write_text("assert layers == 3")
        place.chmod(0o644)
        yield str(place)


def test_a_hidden_check_exists_only_without_the_mount_list(
    jail, jail_without, told: Callable[..., str], hidden_check: str
):
    attack = SEE_CHECKS.format(place=hidden_check)
    assert "refused" in told(jail.attack(attack), 1)
    assert "BREACH" in told(jail_without("mounts").attack(attack), 1)


def test_a_hidden_check_is_read_only_without_both_walls_around_files(
    jail, jail_without, told: Callable[..., str], hidden_check: str
):
    """Landlock is a second wall around the same files: each alone is enough."""
    attack = READ_CHECKS.format(place=hidden_check)
    assert "refused" in told(jail.attack(attack), 1)
    assert "refused" in told(jail_without("mounts").attack(attack), 1)
    assert "BREACH" in told(jail_without("mounts", "landlock").attack(attack), 1)


def test_a_job_shares_the_parents_network_only_without_its_own(
    jail, jail_without, told: Callable[..., str]
):
    assert told(jail.attack(OWN_NETWORK), 1).strip() not in _networks(jail)
    open_jail = jail_without("net")
    assert told(open_jail.attack(OWN_NETWORK), 1).strip() in _networks(open_jail)


@pytest.mark.parametrize(
    ("walls", "attacks"),
    [
        (("seccomp",), (OWN_NAMESPACE, INTERNET_SOCKET)),
        (("rlimits",), (FILL,)),
    ],
    ids=["seccomp", "rlimits"],
)
def test_an_attack_succeeds_only_without_its_wall(
    jail, jail_without, told: Callable[..., str], walls, attacks
):
    open_jail = jail_without(*walls)
    for attack in attacks:
        behind_the_wall = told(jail.attack(attack), 1)
        assert "refused" in behind_the_wall
        assert "BREACH" not in behind_the_wall
        assert "BREACH" in told(open_jail.attack(attack), 1)


def test_a_daemon_outlives_its_job_only_without_a_pid_namespace(jail, jail_without):
    jail.attack(DAEMON)
    assert _left(jail, 2.0) == 0
    open_jail = jail_without("pid")
    open_jail.attack(DAEMON)
    assert _left(open_jail, 2.0) >= 1
    before = open_jail.processes()
    open_jail.parent.stop()  # the outer wall ends with everything in it
    deadline = time.monotonic() + 5.0
    while _still_there(before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _still_there(before)


def test_two_jobs_can_talk_only_without_their_network_namespaces(
    jail, jail_without, told: Callable[..., str]
):
    assert "refused" in told(_while_one_listens(jail), 1)
    assert "BREACH" in told(_while_one_listens(jail_without("net", "landlock")), 1)


def _networks(jail) -> set[str]:
    """The network namespaces of the warm parent and of bubblewrap around it."""
    return {str(Path(f"/proc/{pid}/ns/net").readlink()) for pid in jail.own}


def _still_there(pids: set[int]) -> list[int]:
    return [pid for pid in sorted(pids) if Path(f"/proc/{pid}").exists()]


def _left(jail, within_s: float) -> int:
    deadline = time.monotonic() + within_s
    while jail.processes() != jail.own and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(jail.processes() - jail.own)


def _while_one_listens(jail):
    """A job that connects while another one of the same parent listens."""
    limits = replace(type(jail).attack.__defaults__[0], cell_wall_s=8.0)
    other = threading.Thread(target=jail.attack, args=(LISTEN.format(wait=2.5), limits))
    other.start()
    time.sleep(1.2)
    manifest = jail.attack(CONNECT)
    other.join()
    return manifest
