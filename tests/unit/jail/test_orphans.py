"""What bubblewrap leaves behind when it is killed before its child has the word to go on."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.jail import mounts
from autograder.jail.orphans import end_orphans
from autograder.jail.parent import WarmParent

pytestmark = pytest.mark.jail
SECONDS = 20


def waiting_jail(block: int, *marks: str) -> tuple[subprocess.Popen[bytes], int]:
    """A bubblewrap that waits before it tells its child to go on, and the child."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    process = subprocess.Popen(
        ["bwrap", "--unshare-user", "--unshare-pid", "--die-with-parent", "--ro-bind", "/", "/",
         "--info-fd", str(nowhere), "--userns-block-fd", str(block), *marks, "--", "/bin/true"],
        pass_fds=(block, nowhere),
    )  # fmt: skip
    os.close(nowhere)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if found := children.read_text().split():
                return process, int(found[0])
        except OSError:
            pass
        if process.poll() is not None:
            pytest.skip("this machine gives bubblewrap no user namespace")
        time.sleep(0.01)
    raise AssertionError("a child of bubblewrap expected, none came up")


@pytest.fixture
def block() -> Iterator[int]:
    read, write = os.pipe()
    yield read
    os.close(read)
    os.close(write)


def gone(pid: int) -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_what_a_killed_bubblewrap_left_waiting_is_ended(block: int) -> None:
    process, child = waiting_jail(block, "--dir", mounts.CODE)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.2)
    os.kill(child, 0)  # --die-with-parent has not ended it
    assert end_orphans() >= 1
    assert gone(child)


def test_another_programs_bubblewrap_is_left_alone(block: int) -> None:
    process, child = waiting_jail(block)
    process.send_signal(signal.SIGKILL)
    process.wait()
    end_orphans()
    os.kill(child, 0)
    os.kill(child, signal.SIGKILL)


def test_a_jail_at_work_is_none(block: int) -> None:
    process, child = waiting_jail(block, "--dir", mounts.CODE)
    end_orphans()
    os.kill(child, 0)
    assert process.poll() is None
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)


def test_a_warm_parent_ends_them_when_it_starts(block: int) -> None:
    process, child = waiting_jail(block, "--dir", mounts.CODE)
    process.send_signal(signal.SIGKILL)
    process.wait()
    parent = WarmParent()
    parent.spawn()
    try:
        assert gone(child)
    finally:
        parent.stop()
