"""Leases of declared devices: never beyond the setting, freed whatever happens. No GPU needed."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.errors import JailError, UsageError
from autograder.jail.devices import Device
from autograder.jail.leases import Leases

A, B, C = (Device(name, (), name) for name in "ABC")


@pytest.mark.parametrize(("devices", "share"), [((A,), 1), ((A, B), 1), ((A, B, C), 2)])
def test_many_jobs_never_share_a_device_beyond_the_setting(devices, share: int) -> None:
    leases = Leases(devices, share)
    guard, now = threading.Lock(), dict.fromkeys(devices, 0)
    most = dict.fromkeys(devices, 0)
    together = threading.Barrier(leases.room, timeout=20)

    def job(number: int) -> None:
        with leases.lease() as device:
            with guard:
                now[device] += 1
                most[device] = max(most[device], now[device])
            if number < leases.room:
                together.wait()  # all places are taken at the same time, or this breaks
            time.sleep(0.001)
            with guard:
                now[device] -= 1

    with ThreadPoolExecutor(3 * leases.room) as pool:
        list(pool.map(job, range(40 * leases.room)))
    assert most == dict.fromkeys(devices, share)
    assert leases.held == (0,) * len(devices)


def test_the_emptiest_device_is_lent_first() -> None:
    leases = Leases((A, B), 2)
    with leases.lease() as first, leases.lease() as second, leases.lease():
        assert (first, second) == (A, B)
        assert leases.held == (2, 1)
        with leases.lease() as fourth:
            assert fourth == B


@pytest.mark.parametrize("fault", [JailError("it broke"), KeyboardInterrupt(), MemoryError()])
def test_a_job_that_ends_badly_frees_its_device(fault: BaseException) -> None:
    leases = Leases((A,))
    with pytest.raises(type(fault)), leases.lease():
        raise fault
    assert leases.held == (0,)
    with leases.lease() as device:
        assert device == A


def test_who_waits_gets_the_device_that_is_freed() -> None:
    leases, got = Leases((A,)), []

    def wait() -> None:
        with leases.lease() as device:
            got.append(device)

    with leases.lease():
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(timeout=0.2)
        assert waiting.is_alive()
        assert got == []
    waiting.join(timeout=10)
    assert got == [A]


def test_an_interrupted_command_lets_nobody_wait() -> None:
    leases, told = Leases((A,)), []

    def wait() -> None:
        try:
            with leases.lease():
                told.append("a device")
        except JailError as error:
            told.append(str(error))

    with leases.lease():
        waiting = threading.Thread(target=wait)
        waiting.start()
        leases.stop()
        waiting.join(timeout=10)
    assert told == ["grading was interrupted before this notebook had a GPU"]
    assert leases.held == (0,)


@pytest.mark.parametrize(("devices", "share"), [((), 1), ((A,), 0)])
def test_leases_of_nothing_are_wrong_use(devices, share: int) -> None:
    with pytest.raises(UsageError, match="at least one GPU and one job"):
        Leases(devices, share)
