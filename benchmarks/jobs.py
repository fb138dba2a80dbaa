"""Single jobs of one warm parent: CPU above the bare training, where it goes, and memory."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from courses import BUILD, Notebook, reference
from results import Results, Values
from timing import ROOT, environment, say

from autograder.course import Course, settings_of
from autograder.intake import code_cells
from autograder.jail.job import payload, run_job
from autograder.jail.mounts import ENVIRONMENT
from autograder.jail.notebook import run_notebook
from autograder.jail.parent import WarmParent
from autograder.jail.watchdog import usage_of
from autograder.nouns import CodeCell, Limits

SAMPLE_S = 0.1
PEAKS = 3
"""Times that each number of jobs is at work: jobs meet at their largest in one, and miss each other
in the next."""


def measure(results: Results, times: int, *, at_work: int = 3) -> None:
    """Starts, then both assignments: CPU, its parts, memory of 0 to ``at_work`` jobs."""
    results.step("jobs/start", {"times": times}, lambda: _starts(times))
    for assignment in BUILD:
        results.step(
            f"jobs/{assignment}",
            {"times": times, "at_work": at_work},
            partial(_solution, assignment, times, at_work),
        )


def _starts(times: int) -> Values:
    with WarmParent() as parent:
        line = (CodeCell(0, "print('here')"),)
        small = [run_notebook(parent, line, limits=Limits(), seed=1).manifest for _ in range(times)]
        empty = payload({"kind": "predict", "requests": []}, {})
        walls = [
            run_job(parent, Limits(), empty, lambda message: None, lambda data: None)
            for _ in range(times)
        ]
        return {
            "warm_s": parent.warm_s,
            "started_s": _median(small, "started_s"),
            "one_line_wall_s": _median(small, "wall_s"),
            "one_line_cpu_s": _median(small, "cpu_s"),
            "walls_wall_s": statistics.median(end.wall_s for end in walls),
            "walls_cpu_s": statistics.median(end.cpu_s for end in walls),
        }


def _solution(assignment: str, times: int, at_work: int) -> Values:
    notebook = reference(assignment)
    settings = settings_of(Course(ROOT), assignment)
    cells = code_cells(notebook)

    def solve() -> Any:
        run = run_notebook(parent, cells, limits=settings.limits, seed=settings.seed)
        if run.manifest["status"] != "completed":
            raise RuntimeError(f"a completed run expected, found {run.manifest['reason']}")
        return run.manifest

    jailed: list[Any] = []
    bare: list[Any] = []
    with WarmParent() as parent:
        for _ in range(times):  # by turns, so that a busy neighbour slows both
            jailed.append(solve())
            bare += in_forks("bare.py", notebook)
        say(f"memory of 0 to {at_work} jobs")
        memory = [
            int(statistics.median(_peak(solve, count) for _ in range(PEAKS)))
            for count in range(at_work + 1)
        ]
    parts = in_forks("stages.py", notebook, times)
    return {
        "jail_cpu_s": _median(jailed, "cpu_s"),
        "jail_wall_s": _median(jailed, "wall_s"),
        "bare_cpu_s": _median(bare, "cpu_s"),
        "bare_wall_s": _median(bare, "wall_s"),
        "parts_cpu_s": {name: _median(parts, name) for name in parts[0]},
        "memory_bytes": memory,
    }


def in_forks(script: str, notebook: Notebook, times: int = 1) -> list[Any]:
    """What bare.py or stages.py prints of the notebook, under the jail's settings for threads."""
    own = {"PATH", "HOME", "TMPDIR", "PYTHONPATH", "KERAS_HOME", "MPLCONFIGDIR", "USER"}
    threads = {name: value for name, value in ENVIRONMENT.items() if name not in own}
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        path = Path(folder) / "solution.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name(script)), str(path), str(times)]
        done = subprocess.run(
            command, env={**environment(), **threads}, capture_output=True, text=True
        )
    if done.returncode != 0:
        raise RuntimeError(f"{script} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    found: list[Any] = json.loads(done.stdout)
    return found


def _peak(work: Callable[[], object], count: int) -> int:
    """The highest sum of PSS below this process while ``count`` jobs are at work, in bytes."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    highest = 0
    while True:
        highest = max(highest, usage_of(os.getpid()).memory_bytes)
        if not any(thread.is_alive() for thread in threads):
            return highest
        time.sleep(SAMPLE_S)


def _median(runs: list[Any], key: str) -> float:
    return statistics.median(float(run[key]) for run in runs)
