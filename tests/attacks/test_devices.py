"""Leased devices through the real jail: who may open which, and what a job is told.

The devices are terminals: any user can make one, each has a node, answers ioctl, and what a job
writes into it comes out at its other end, which proves that it was that one. No GPU takes part.
"""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import JailError
from autograder.jail import mounts
from autograder.jail.devices import Device, declared_devices
from autograder.jail.leases import Leases
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.nouns import CodeCell, Limits

pytestmark = pytest.mark.jail

MIB = 1024**2
LIMITS = Limits(
    cell_wall_s=10.0, notebook_wall_s=40.0, cpu_s=30.0, memory_bytes=1536 * MIB, processes=64
)

USE = """
import os, termios
for node in ("/dev/card0", "/dev/card1", "/dev/cards/control"):
    try:
        line = os.open(node, os.O_RDWR | os.O_NOCTTY)
        termios.tcgetattr(line)  # an ioctl
        os.write(line, b"from a job\\n")
        print("opened", node)
    except (OSError, termios.error) as error:
        print("refused", node, error.args[0])
print(os.environ["CUDA_VISIBLE_DEVICES"], os.environ.get("TF_FORCE_GPU_ALLOW_GROWTH"))
"""

RESERVE = """
import mmap
try:
    mmap.mmap(-1, 64 * 2**30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
    print("reserved")
except (OSError, ValueError, MemoryError) as error:
    print("refused", error)
"""

HOG = "held = []\nwhile True:\n    held.append(bytearray(64 * 2**20))"


class Machine:
    """Two devices with a control node that they share, and what came out of them."""

    def __init__(self, stack: ExitStack) -> None:
        self.ends: dict[str, int] = {}
        hosts = {}
        for name in ("card0", "card1", "control"):
            end, node = os.openpty()
            stack.callback(os.close, end)
            stack.callback(os.close, node)
            hosts[name] = os.ttyname(node)
            os.chmod(hosts[name], 0o666)  # noqa: PTH101  as the driver's nodes are
            os.set_blocking(end, False)
            self.ends[name] = end
        control = f"{hosts['control']}:/dev/cards/control"
        self.devices = declared_devices(
            {
                "GPU-aaaa": [f"{hosts['card0']}:/dev/card0", control],
                "GPU-bbbb": [f"{hosts['card1']}:/dev/card1", control],
            }
        )

    def written(self, name: str) -> bytes:
        try:
            return os.read(self.ends[name], 4096)
        except BlockingIOError:
            return b""


def run(
    parent: WarmParent, source: str, device: Device | None = None, limits: Limits = LIMITS
) -> dict[str, Any]:
    cells = [CodeCell(0, source)]
    return dict(run_notebook(parent, cells, limits=limits, seed=1, device=device).manifest)


@pytest.fixture(scope="module")
def machine() -> Iterator[SimpleNamespace]:
    with ExitStack() as stack:
        cards = Machine(stack)
        parent = stack.enter_context(WarmParent(devices=cards.devices))
        yield SimpleNamespace(cards=cards, parent=parent, devices=cards.devices)


@pytest.mark.parametrize("number", [0, 1])
def test_a_job_uses_the_device_that_it_leases_and_no_other(machine, told, number: int):
    shown = told(run(machine.parent, USE, machine.devices[number]), 0).splitlines()
    other = 1 - number
    assert f"opened /dev/card{number}" in shown
    assert "opened /dev/cards/control" in shown
    assert f"refused /dev/card{other} 13" in shown
    assert shown[-1] == f"{machine.devices[number].visible} true"
    assert machine.cards.written(f"card{number}") == b"from a job\r\n"
    assert machine.cards.written("control") == b"from a job\r\n"
    assert machine.cards.written(f"card{other}") == b""


def test_a_job_without_a_lease_uses_none_and_the_parent_still_hides_them(machine, told):
    run(machine.parent, USE, machine.devices[0])
    shown = told(run(machine.parent, USE), 0).splitlines()
    assert [line.split()[0] for line in shown[:3]] == ["refused"] * 3
    assert shown[-1] == "-1 None"


@pytest.mark.parametrize(
    ("without", "breached"),
    [
        pytest.param(("landlock",), False, marks=pytest.mark.ablates("landlock")),
        pytest.param(("devices",), False, marks=pytest.mark.ablates("devices")),
        pytest.param(("devices", "landlock"), True, marks=pytest.mark.ablates("devices")),
    ],
    ids=["the mount alone", "Landlock alone", "neither"],
)
def test_each_wall_around_the_devices_is_enough(machine, told, without, breached: bool):
    with WarmParent(without=frozenset(without), devices=machine.devices) as parent:
        leased = told(run(parent, USE, machine.devices[0]), 0)
        other = told(run(parent, USE), 0)
    assert "opened /dev/card0" in leased
    assert ("opened /dev/card1" in leased) == breached
    assert ("opened" in other) == breached
    for name in machine.cards.ends:
        machine.cards.written(name)


def test_a_device_that_the_parent_has_not_bound_is_refused(machine):
    with pytest.raises(JailError, match="has bound expected, found other"):
        run(machine.parent, USE, replace(machine.devices[0], name="other"))


def test_address_space_is_free_only_for_a_job_with_a_device(machine, told):
    assert "reserved" in told(run(machine.parent, RESERVE, machine.devices[0]), 0)
    assert "refused" in told(run(machine.parent, RESERVE), 0)


def test_a_job_killed_for_its_memory_frees_its_device_for_the_next(machine, told):
    leases = Leases(machine.devices[:1])
    got = []

    def job(source: str) -> dict[str, Any]:
        with leases.lease() as device:
            got.append(device)
            return run(machine.parent, source, device)

    with ThreadPoolExecutor(2) as pool:
        hog = pool.submit(job, HOG)
        while leases.held != (1,):
            time.sleep(0.01)
        after = pool.submit(job, USE)
        assert (hog.result()["cause"], hog.result()["status"]) == ("memory", "killed")
        assert "opened /dev/card0" in told(after.result(), 0)
    assert got == [machine.devices[0]] * 2
    assert leases.held == (0,)
    for name in machine.cards.ends:
        machine.cards.written(name)


def test_jobs_at_the_same_time_never_share_a_device_beyond_the_setting(machine, told):
    source = """
import os, time
begun = time.monotonic()
time.sleep(0.5)
print(os.environ["CUDA_VISIBLE_DEVICES"], begun, time.monotonic())
"""
    leases = Leases(machine.devices)

    def job(_: int) -> str:
        with leases.lease() as device:
            return str(told(run(machine.parent, source, device), 0))

    with ThreadPoolExecutor(6) as pool:
        spans = [line.split() for line in pool.map(job, range(6))]
    assert {name for name, _, _ in spans} == {"GPU-aaaa", "GPU-bbbb"}
    for name in ("GPU-aaaa", "GPU-bbbb"):
        own = sorted((float(begun), float(ended)) for which, begun, ended in spans if which == name)
        assert all(first[1] <= second[0] for first, second in pairwise(own))
    assert leases.held == (0, 0)


def test_a_jail_that_is_stopped_under_a_job_frees_its_device(machine, told):
    leases = Leases(machine.devices[:1])
    with WarmParent(devices=machine.devices) as parent:

        def job() -> None:
            with leases.lease() as device, pytest.raises(JailError):
                run(parent, "import time\ntime.sleep(8)", device)

        thread = threading.Thread(target=job)
        thread.start()
        time.sleep(1.0)
        assert leases.held == (1,)
        parent.stop()
        thread.join(timeout=10)
    assert not thread.is_alive()
    assert leases.held == (0,)


# The driver is a few lines of C that say when it is asked, and what the environment is then.

DRIVER = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int cuInit(unsigned flags) {
    const char *seen = getenv("CUDA_VISIBLE_DEVICES");
    dprintf(2, "cuInit with %s by process %d\n", seen ? seen : "nothing", getpid());
    return 100; /* CUDA_ERROR_NO_DEVICE */
}
"""

LOOK = 'import tensorflow as tf\nprint(tf.config.list_physical_devices("GPU"))'


@pytest.fixture
def with_driver(machine, tmp_path: Path, monkeypatch, request) -> WarmParent:
    """A parent in which TensorFlow finds a driver, though one that knows no GPU."""

    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: TensorFlow's questions to the driver were not looked at")
    folder = tmp_path / "driver"
    folder.mkdir(mode=0o755)
    for above in folder.parents:  # as root the jail is another user, who has to get there
        if above.stat().st_uid == os.getuid() and above != Path("/"):
            above.chmod(above.stat().st_mode | 0o111)
    (folder / "driver.c").write_text(DRIVER)
    library = folder / "libcuda.so.1"
    command = [compiler, "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", str(library)]
    subprocess.run([*command, str(folder / "driver.c")], check=True)
    monkeypatch.setitem(mounts.ENVIRONMENT, "LD_PRELOAD", f"{mounts.DATA}/libcuda.so.1")
    parent = WarmParent(data=folder, devices=machine.devices)
    request.addfinalizer(parent.stop)
    parent.start()
    return parent


def test_tensorflow_asks_the_driver_in_the_job_and_never_in_the_parent(
    machine, with_driver: WarmParent, told: Callable[..., str]
):
    leased = told(run(with_driver, LOOK, machine.devices[1]), 0)
    alone = told(run(with_driver, LOOK), 0)
    with_driver._log.seek(0)
    log = with_driver._log.read().decode()
    assert "cuInit with GPU-bbbb by process" in leased
    assert "cuInit with -1 by process" in alone
    assert "cuInit" not in log
