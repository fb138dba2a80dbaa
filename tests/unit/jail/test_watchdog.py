"""What a job uses is summed over all its processes, whichever thread forked them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from autograder.jail import watchdog
from autograder.jail.watchdog import usage_of

MIB = 1024**2
FAMILY = """
import os, threading, time
kept = bytearray(b"x") * (60 * 2**20)
def fork():
    if os.fork() == 0:
        mine = bytearray(b"y") * (80 * 2**20)
        if os.fork() == 0:
            time.sleep(60)
        time.sleep(60)
thread = threading.Thread(target=fork)
thread.start()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def family() -> Iterator[int]:
    """A process with a child that another thread forked, and a grandchild; 140 MiB in all."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        deadline = time.monotonic() + 20
        while usage_of(process.pid).processes < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        members = watchdog._tree(process.pid)
        yield process.pid
        for pid in members:
            os.kill(pid, 9)


@pytest.mark.parametrize("listed", [True, False])
def test_every_process_counts(family: int, listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_LISTED", listed and watchdog._LISTED)
    usage = usage_of(family)
    assert usage.processes == 3
    assert 140 * MIB < usage.memory_bytes < 200 * MIB


def test_the_resident_sets_are_never_less_than_what_they_stand_for(family: int) -> None:
    exact = usage_of(family).memory_bytes
    cheap = usage_of(family, enough=4096 * MIB).memory_bytes
    assert exact <= cheap + MIB
    # The grandchild shares the child's pages: counted twice they are above, counted once below.
    assert cheap > 200 * MIB
    assert usage_of(family, enough=180 * MIB).memory_bytes < 200 * MIB


def test_a_process_that_is_gone_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert usage_of(process.pid).memory_bytes == 0
