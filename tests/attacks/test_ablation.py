"""Each wall taken away alone lets one attack through that it stops: the other tests bite."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = [pytest.mark.jail, pytest.mark.usefixtures("unharmed")]

REPOSITORY = Path(__file__).resolve().parents[2]

READ_CHECKS = f"""
import os
for place in ("tests/checks/a1_regression/test_checks.py", "autograder/grading/score.py"):
    try:
        print("BREACH", len(open(os.path.join({str(REPOSITORY)!r}, place)).read()))
    except OSError as error:
        print("refused", error)
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


@pytest.mark.parametrize(
    ("walls", "attacks"),
    [
        # Landlock is a second wall around the same files: both go, each alone is enough.
        (("mounts", "landlock"), (READ_CHECKS,)),
        (("seccomp",), (OWN_NAMESPACE, INTERNET_SOCKET)),
        (("rlimits",), (FILL,)),
    ],
    ids=["mounts", "seccomp", "rlimits"],
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
