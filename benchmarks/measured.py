"""Runs one command and says what it took: wall time and the CPU of all that it started.

    python benchmarks/measured.py REPORT.json COMMAND [ARGUMENT ...]

A process of its own, because it becomes the subreaper of everything below it. The grader ends its
warm parent by killing bubblewrap, so the jail's init loses its parent without having been waited
for; the kernel hands it to the subreaper, and its CPU, that of all jobs included, is counted.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
LEFT_S = 15.0
"""What is still there so long after the command's end is a daemon and is reported, not awaited."""


def main() -> int:
    """Writes wall_s, cpu_s, exit and left (processes that outlived the command) to the report."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "a subreaper expected: Linux 3.4 or newer")
    begun = time.monotonic()
    code = subprocess.run(sys.argv[2:], check=False).returncode
    wall_s = time.monotonic() - begun
    left = _reaped()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = {"wall_s": wall_s, "cpu_s": used.ru_utime + used.ru_stime, "exit": code, "left": left}
    Path(sys.argv[1]).write_text(json.dumps(report), encoding="utf-8")
    return 0


def _reaped() -> int:
    """Waits for orphans that came to this process; how many are still there at the deadline."""
    deadline = time.monotonic() + LEFT_S
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.02)
        except ChildProcessError:
            return 0
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


if __name__ == "__main__":
    sys.exit(main())
