"""What the warm parent imports must not start a thread: a forked child would hang."""

import importlib.util
import os
import subprocess
import sys

import pytest

from autograder.jail.mounts import ENVIRONMENT

THREADS = "import os, pyarrow; print(len(os.listdir('/proc/self/task')))"


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_pyarrow_which_pandas_imports_starts_no_thread_in_the_jail() -> None:
    quiet = {name: ENVIRONMENT[name] for name in ("OPENBLAS_NUM_THREADS", "JE_ARROW_MALLOC_CONF")}
    command = [sys.executable, "-c", THREADS]
    told = subprocess.run(
        command, env={**os.environ, **quiet}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "1"
