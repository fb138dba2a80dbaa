"""A scheduler of Dask and its workers on loopback, for tests/pipeline and the kill campaign."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

START_S = 90.0


class Lab:
    """A scheduler and workers as processes, as an instructor would start them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.scheduler = self._dask("scheduler", "--port", "0", "--host", "127.0.0.1")
        self.scheduler_address = self._address()

    def worker(self, name: str, *options: str, **environment: str) -> None:
        given = ["--nthreads", "1", "--no-nanny", "--name", name, "--host", "127.0.0.1", *options]
        self.workers[name] = self._dask("worker", *given, **environment)

    def end(self) -> None:
        for process in (*self.workers.values(), self.scheduler):
            process.kill()
            process.wait()

    def _dask(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        quiet = {"DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
        log = open(self.folder / f"{arguments[0]}-{len(self.workers)}.log", "wb")  # noqa: SIM115
        return subprocess.Popen(
            [sys.executable, "-m", "dask", arguments[0], "--no-dashboard", *arguments[1:],
             "--scheduler-file", str(self.file)],
            cwd=self.folder, stdout=log, stderr=log, env={**os.environ, **quiet, **environment},
        )  # fmt: skip

    def _address(self) -> str:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.file.is_file() and self.file.read_text():
                return str(json.loads(self.file.read_text())["address"])
            time.sleep(0.1)
        raise RuntimeError("no scheduler came up")
