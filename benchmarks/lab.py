"""A Dask scheduler and two workers on this machine, as processes of their own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_S = 60.0


@contextmanager
def two_workers() -> Iterator[str]:
    """The scheduler's address; each worker runs one notebook at a time. All end with the block.

    Raises RuntimeError when they do not come up.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-lab-") as folder:
        file = Path(folder) / "scheduler.json"
        usual = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
        worker = ["worker", *usual, "--nthreads", "1", "--no-nanny"]
        started = [_dask(folder, ["scheduler", *usual, "--port", "0"])]
        try:
            address = _address(file)
            started += [_dask(folder, [*worker, "--name", name]) for name in ("one", "two")]
            _wait_for_workers(address)
            yield address
        finally:
            for process in started:
                process.kill()
                process.wait()


def _dask(folder: str, arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _address(file: Path) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if file.is_file() and file.read_text():
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise RuntimeError("a Dask scheduler expected, none came up")


def _wait_for_workers(address: str) -> None:
    from distributed import Client

    client_of: Any = Client  # untyped
    with client_of(address, timeout=START_S, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=START_S)
